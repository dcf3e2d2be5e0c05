"""A matter's page: where it stands, what was asked and answered, what happened; and the home page around it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from shangliang.core import clock
from shangliang.delivery import actions as delivery
from shangliang.delivery.models import HandOver
from shangliang.publicity.queries import AT_ONCE
from shangliang.voices import actions as voices
from shangliang.voices.models import Voice
from tests.publicity.quarter import Quarter, build

Freeze = Callable[[str | dt.datetime], dt.datetime]
Budget = Callable[[int], AbstractContextManager[None]]


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_each_point_stands_with_its_answer_and_its_promise(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted()
    row = quarter.handed_over(matter, ("修好灯", "换声控开关"))
    page = _page(client, quarter.address(matter))
    assert page.count("还没答复") == 2
    assert "区房管局在办" in page
    by_when = clock.today() + dt.timedelta(days=40)
    quarter.replied(row, "promised", "等备件到货。", by_when)
    page = _page(client, quarter.address(matter))
    assert "还没答复" not in page
    assert "等备件到货。" in page
    assert f"{by_when.month}月{by_when.day}日前" in page
    assert "每一点都答复了" in page


def test_an_answer_older_than_the_steps_shown_still_stands_with_its_point(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted()
    quarter.replied(quarter.handed_over(matter), "explained", "线路归供电公司。")
    again = quarter.handed_over(matter, ("再看看",))
    for index in range(32):
        row = HandOver.objects.select_related("body").get(pk=again.pk)
        delivery.report_progress(quarter.handler, row, None, words=f"进展{index}")
    page = _page(client, quarter.address(matter))
    assert "线路归供电公司。" in page
    assert "进展31" in page
    assert "进展0" not in page


def test_the_whole_story_can_be_read_from_the_beginning(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted()
    hand_over = quarter.handed_over(matter)
    for index in range(AT_ONCE + 5):
        row = HandOver.objects.select_related("body").get(pk=hand_over.pk)
        delivery.report_progress(quarter.handler, row, None, words=f"〔{index}〕")
    seen: list[str] = []
    address = "?all=1"
    while address:
        page = client.get(quarter.address(matter) + address).content.decode()
        seen += re.findall(r"〔(\d+)〕", page)
        following = re.search(r'rel="next" href="([^"#]+)', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [str(index) for index in range(AT_ONCE + 5)]


def test_who_holds_it_until_when_and_how_that_is_counted(quarter: Quarter, client: Client, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    matter = quarter.accepted()
    page = client.get(quarter.address(matter)).content.decode()
    assert "区政协办公室" in page
    assert 'href="tel:027-00000012"' in page
    assert "还有 21 天" in page
    assert "从第二天起数 15 个工作日" in page
    freeze("2026-11-25 09:00")
    assert "已超 2 天" in client.get(quarter.address(matter)).content.decode()


def test_few_words_of_those_who_asked_are_counts_and_no_share(quarter: Quarter, client: Client) -> None:
    matter = quarter.closed()
    assert "提的人还没回话" in _page(client, quarter.address(matter))
    delivery.confirm(quarter.resident, Voice.objects.get(matter=matter), solved="yes", rating=5)
    page = _page(client, quarter.address(matter))
    assert "解决了 1，解决了一部分 0，没有解决 0" in page
    assert "非常满意 1" in page
    assert "%" not in page
    assert "我也是" not in page  # it has ended


def test_me_too_is_remembered_by_the_device(quarter: Quarter, client: Client) -> None:
    matter = quarter.accepted()
    assert "aria-pressed" not in client.get(quarter.address(matter)).content.decode()
    back = client.post(quarter.address(matter) + "support/")
    assert back.status_code == 303
    assert "aria-pressed" in client.get(back["Location"]).content.decode()


def test_the_page_needs_few_queries(quarter: Quarter, client: Client, at_most: Budget) -> None:
    open_one, ended = quarter.accepted("在办的"), quarter.accepted("办完的")
    for matter in (open_one, ended):
        quarter.replied(quarter.handed_over(matter, ("一", "二", "三")))
        voices.clear_words(quarter.staff, Voice.objects.get(matter=matter), show=True)
    delivery.close(quarter.staff, ended.pk, None, words="好了")
    delivery.confirm(quarter.resident, Voice.objects.get(matter=ended), solved="yes", rating=4)
    client.get(quarter.address(open_one))  # the calendar is remembered from here on
    for matter in (open_one, ended):
        with at_most(8):
            client.get(quarter.address(matter))


# --- the home page and the small pages --------------------------------------------------------------


def test_the_home_page_of_a_new_tenant_says_what_is_not_there_yet(quarter: Quarter, client: Client) -> None:
    page = _page(client, f"/{quarter.tenant.slug}/")
    assert "还没有公开的事" in page
    assert "还没有办出结果的事" in page
    assert "%" not in page


def test_the_home_page_shows_what_is_open_and_what_came_of_the_rest(
    quarter: Quarter, client: Client, at_most: Budget
) -> None:
    quarter.accepted("还在办的事")
    quarter.closed("办出结果的事")
    quarter.read()
    with at_most(8):
        page = client.get(f"/{quarter.tenant.slug}/").content.decode()
    hot, _mark, results = page.partition('id="res"')
    assert "还在办的事" in hot
    assert "办出结果的事" not in hot
    assert "办出结果的事" in results
    assert 'href="tel:027-00000012"' in page


def test_the_only_tenant_is_the_front_page(quarter: Quarter, client: Client) -> None:
    assert client.get("/")["Location"] == f"/{quarter.tenant.slug}/"
    build("990202", "99B")
    page = _page(client, "/")
    assert "990101区" in page
    assert "990202区" in page


@pytest.mark.parametrize("topic", ["how", "privacy", "accessibility"])
def test_the_small_pages_answer(quarter: Quarter, client: Client, topic: str) -> None:
    assert client.get(f"/{quarter.tenant.slug}/about/{topic}/").status_code == 200
    assert client.get(f"/{quarter.tenant.slug}/about/nothing/").status_code == 404
