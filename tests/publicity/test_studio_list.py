"""The list of studios: those that receive today first, found by name, specialty, street and nearness."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from shangliang.people.models import Body, Member
from shangliang.studios.actions import duty
from shangliang.studios.models import Studio
from tests.cast import DISTRICT, DONGMEN, FAR, GUANGMING, SINCE, Cast
from tests.studios.duty_circle import Circle, rostered

Freeze = Callable[[str], dt.datetime]


@pytest.fixture
def circle(cast: Cast, freeze: Freeze) -> Circle:
    freeze("2026-11-24 08:00")  # a Tuesday: its studio receives on Wednesdays
    return rostered(cast, dt.date(2026, 11, 24))


def another(cast: Cast, name: str, code: str, **more: Any) -> Studio:
    body = Body.objects.create(tenant=cast.tenant, kind="studio", name=name, place=cast.place(code))
    given = {"kind": "member_studio", "status": Studio.Status.OPEN, "proposed_on": SINCE} | more
    return Studio.objects.create(tenant=cast.tenant, body=body, **given)


def names(cast: Cast, query: str = "") -> list[str]:
    shown = Client().get(cast.url("publicity:studios") + query).content.decode()
    return re.findall(r'<h2 class="h-md"><a href="[^"]+">([^<]+)</a>', shown)


def test_those_that_receive_today_stand_first(circle: Circle, freeze: Freeze) -> None:
    another(circle.cast, "东门工作室", DONGMEN)
    another(circle.cast, "阿光工作室", GUANGMING)
    assert names(circle.cast)[0] == "同光委员工作室"  # by place and name, nobody receives
    freeze("2026-11-25 08:00")
    assert names(circle.cast)[0] == "同光委员工作室"
    duty.cancel(circle.cast.convenor, circle.shifts()[0].pk, "停电")
    shown = Client().get(circle.cast.url("publicity:studios")).content.decode()
    assert "取消</b>：停电" in shown
    assert "正在接待" not in shown


def test_one_that_receives_today_passes_those_before_it(circle: Circle, freeze: Freeze) -> None:
    Body.objects.filter(pk=circle.studio.body_id).update(place=circle.cast.place(FAR))
    another(circle.cast, "东门工作室", DONGMEN)
    assert names(circle.cast) == ["东门工作室", "同光委员工作室"]
    freeze("2026-11-25 10:00")
    assert names(circle.cast) == ["同光委员工作室", "东门工作室"]
    freeze("2026-11-25 11:00")  # it is over
    assert names(circle.cast) == ["东门工作室", "同光委员工作室"]


def test_it_is_found_by_name_member_specialty_and_street(circle: Circle) -> None:
    another(circle.cast, "东门工作室", FAR)
    person = circle.people[0]
    own: dict[str, Any] = {"tenant": circle.cast.tenant, "person": person}
    Member.objects.create(**own, key="old", specialties=["烹饪"], since=SINCE, until=dt.date(2025, 1, 1))
    Member.objects.create(**own, key="m", sector="科技界", specialties=["加装电梯"], since=dt.date(2025, 1, 2))
    for query in ("同光", person.name, "电梯", "科技界", "新沟桥", "光明 电梯"):
        assert names(circle.cast, f"?q={query}") == ["同光委员工作室"], query
    for query in ("烹饪", "没有这样的", "光明 东门"):
        assert names(circle.cast, f"?q={query}") == [], query


def test_it_can_be_narrowed_to_a_kind_and_a_street(circle: Circle) -> None:
    another(circle.cast, "网上工作室", DISTRICT, kind="online_studio", online=True)
    another(circle.cast, "南苑工作室", FAR)
    assert names(circle.cast, "?street=420107004") == ["南苑工作室"]
    assert names(circle.cast, "?kind=member_studio") == ["同光委员工作室", "南苑工作室"]
    assert names(circle.cast, "?kind=nonsense") == []


def test_what_is_near_stands_first_and_says_so(circle: Circle) -> None:
    another(circle.cast, "东门工作室", DONGMEN)
    another(circle.cast, "南苑工作室", FAR)
    shown = Client().get(circle.cast.url("publicity:studios") + "?near=东门社区").content.decode()
    assert names(circle.cast, "?near=东门社区") == ["东门工作室", "同光委员工作室", "南苑工作室"]
    assert "就在您的社区" in shown
    assert "和您同街道" in shown
    nowhere = Client().get(circle.cast.url("publicity:studios") + "?near=火星").content.decode()
    assert "没认出这是哪里" in nowhere
    assert len(names(circle.cast, "?near=火星")) == 3


def test_those_not_open_yet_and_those_that_left_are_not_listed(circle: Circle) -> None:
    for status in (Studio.Status.PROPOSED, Studio.Status.CHECKED, Studio.Status.APPROVED, Studio.Status.CLOSED):
        another(circle.cast, f"{status}工作室", DONGMEN, status=status)
    another(circle.cast, "暂停工作室", DONGMEN, status=Studio.Status.SUSPENDED)
    assert names(circle.cast) == ["同光委员工作室", "暂停工作室"]


def test_a_long_list_comes_in_pages_and_in_few_queries(circle: Circle, at_most: Callable[[int], Any]) -> None:
    for n in range(45):
        another(circle.cast, f"第{n:02}工作室", (GUANGMING, DONGMEN, FAR)[n % 3])
    seen = [name for page in (1, 2, 3) for name in names(circle.cast, f"?page={page}")]
    assert len(seen) == len(set(seen)) == 46
    for odd in ("?page=0", "?page=-1", "?page=x", "?page=99999"):
        assert len(names(circle.cast, odd)) == 20, odd
    assert names(circle.cast, "?page=9") == []
    with at_most(8):
        Client().get(circle.cast.url("publicity:studios"))


def test_a_place_without_studios_says_where_else_to_go(cast: Cast) -> None:
    shown = Client().get(cast.url("publicity:studios")).content.decode()
    assert "工作室还没开张" in shown
    assert cast.url("voices:say") in shown
