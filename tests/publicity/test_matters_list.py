"""The list of public matters: filters in the address, pages by a cursor, searching."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter
from shangliang.publicity import listing
from shangliang.voices import actions as voices
from shangliang.voices.search import index_tokens, query_tokens
from tests.publicity.quarter import Quarter

Freeze = Callable[[str | dt.datetime], dt.datetime]
Budget = Callable[[int], AbstractContextManager[None]]


def _numbers(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/\d+/matters/([\d-]+)/"', page)


def _all_pages(client: Client, quarter: Quarter, query: str) -> list[str]:
    found, address = [], query
    while address:
        page = client.get(quarter.address() + address).content.decode()
        found += _numbers(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    return found


@pytest.mark.parametrize("by", ["new", "care", "due"])
def test_every_matter_is_on_exactly_one_page(quarter: Quarter, client: Client, freeze: Freeze, by: str) -> None:
    for index in range(45):
        freeze(f"2026-11-{2 + index // 15:02d} 09:00")  # many tied with each other
        matter = quarter.accepted(f"第{index}件")
        Matter.objects.filter(pk=matter.pk).update(supporters=index // 20)
    found = _all_pages(client, quarter, f"?by={by}")
    assert len(found) == 45
    assert len(set(found)) == 45


def test_pages_hold_still_while_new_matters_come(quarter: Quarter, client: Client, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    for index in range(25):
        quarter.accepted(f"第{index}件")
    page = client.get(quarter.address()).content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    freeze("2026-11-03 09:00")
    quarter.accepted("刚来的")
    rest = client.get(quarter.address() + following[1].replace("&amp;", "&")).content.decode()
    assert len(_numbers(page)) == 20
    assert len(_numbers(rest)) == 5
    assert not set(_numbers(page)) & set(_numbers(rest))
    assert "回到最前" in rest


def test_the_list_is_sorted_as_asked(quarter: Quarter, client: Client, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    old = quarter.accepted("先来的")
    freeze("2026-11-09 09:00")
    new = quarter.accepted("后来的")
    voices.support(quarter.resident, old, b"x" * 32)
    assert _numbers(client.get(quarter.address()).content.decode()) == [new.number, old.number]
    assert _numbers(client.get(quarter.address() + "?by=care").content.decode()) == [old.number, new.number]
    assert _numbers(client.get(quarter.address() + "?by=due").content.decode()) == [old.number, new.number]


def test_filters_narrow_the_list(quarter: Quarter, client: Client) -> None:
    here, there = quarter.accepted("这里的"), quarter.accepted("那里的", place=quarter.other)
    quarter.handed_over(here)

    def found(query: str) -> set[str]:
        return set(_numbers(client.get(quarter.address() + query).content.decode()))

    assert found(f"?place={quarter.community.code}") == {here.number}
    assert found(f"?place={quarter.street.code}") == {here.number, there.number}
    assert found("?place=000000") == set()
    assert found("?stage=delivered") == {here.number}
    assert found("?stage=gathered") == {there.number}
    assert found("?category=suggest") == set()
    gathering.describe(quarter.staff, there.pk, None, title="那里的", summary="", category="suggest")
    assert found("?category=suggest") == {there.number}


@pytest.mark.parametrize(
    "query",
    [
        *("?by=nonsense", "?stage=raised", "?after=x", "?after=2026-01-01T00:00~00", "?by=due&after=2026-13-45~0"),
        *(f"?by=care&after={'9' * 41}~00", "?of=nonsense", "?period=ever", "?q=%00", "?q=%22)%20OR%20*"),
        "?place=%F0%9F%98%80",
    ],
)
def test_an_odd_address_is_answered_like_a_plain_one(quarter: Quarter, client: Client, query: str) -> None:
    quarter.accepted()
    assert client.get(quarter.address() + query).status_code == 200


def test_an_empty_list_says_why(quarter: Quarter, client: Client) -> None:
    assert "还没有公开的事" in client.get(quarter.address()).content.decode()
    assert "没找到“飞碟”" in client.get(quarter.address() + "?q=飞碟").content.decode()


def test_the_list_needs_few_queries(quarter: Quarter, client: Client, at_most: Budget) -> None:
    for index in range(25):
        quarter.accepted(f"第{index}件")
    quarter.read()
    client.get(quarter.address())  # the calendar and the playbook are remembered from here on
    for query in ("", "?by=care", f"?place={quarter.community.code}&stage=gathered", "?q=件", "?of=raised"):
        with at_most(8):
            client.get(quarter.address() + query)


# --- searching ------------------------------------------------------------------------------------


@pytest.fixture
def searched(quarter: Quarter, client: Client) -> Callable[[str], list[str]]:
    def search(words: str) -> list[str]:
        return _numbers(client.get(quarter.address(), {"q": words}).content.decode())

    return search


def test_words_of_title_summary_and_place_are_found(quarter: Quarter, searched: Callable[[str], list[str]]) -> None:
    lamp = quarter.accepted("楼道的灯坏了三个月", "二单元 LED 灯不亮")
    shed = quarter.accepted("电动车充电棚建在哪里好", place=quarter.other)
    quarter.read()
    for words in ("楼道", "灯", "led", "ＬＥＤ", "光明社区", "坏了", "楼道里的灯坏了怎么办"):
        assert searched(words) == [lamp.number], words
    for words in ("充电棚", "充电", "电棚", "临江", "充电 临江社区"):
        assert searched(words) == [shed.number], words
    assert set(searched("东湖街道")) == {lamp.number, shed.number}
    assert searched("充电 光明社区") == []


def test_a_public_number_finds_exactly_its_matter(quarter: Quarter, searched: Callable[[str], list[str]]) -> None:
    first, second = quarter.accepted("第一件"), quarter.accepted("第二件")
    assert searched(first.number) == [first.number]
    assert searched(second.number) == [second.number]


def test_private_words_are_not_searched(quarter: Quarter, searched: Callable[[str], list[str]]) -> None:
    quarter.accepted("楼道的灯", words="隔壁老王家的狗")
    quarter.read()
    assert searched("老王") == []


def test_a_new_title_replaces_the_old_one(quarter: Quarter, searched: Callable[[str], list[str]]) -> None:
    matter = quarter.accepted("楼道的灯")
    quarter.read()
    gathering.describe(quarter.staff, matter.pk, None, title="路边的井盖", summary="", category="")
    quarter.read()
    assert searched("楼道") == []
    assert searched("井盖") == [matter.number]


def test_reading_again_indexes_nothing_twice(quarter: Quarter, searched: Callable[[str], list[str]]) -> None:
    matter = quarter.accepted("楼道的灯")
    quarter.read()
    quarter.read()
    assert searched("楼道") == [matter.number]


def test_every_two_hanzi_of_a_text_find_it() -> None:
    text = "光明社区3号院的电动车充电棚"
    held = set(index_tokens("99A", text))
    for start in range(len(text) - 1):
        pair = text[start : start + 2]
        assert set(query_tokens("99A", pair)) <= held, pair


def test_a_query_without_words_asks_for_nothing() -> None:
    assert query_tokens("99A", "！？ …") == []


def test_an_address_repeats_what_was_asked_and_forgets_the_cursor() -> None:
    ask = listing.asked({"by": "care", "stage": "done", "q": "灯", "after": "3~00"})
    assert ask.address() == "?by=care&stage=done&q=%E7%81%AF"
    assert ask.address(by="new") == "?stage=done&q=%E7%81%AF"
