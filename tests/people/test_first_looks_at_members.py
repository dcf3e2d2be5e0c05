"""What somebody sees who uses the pages of members for the first time: finding, adding, leaving."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from django.test import Client

from shangliang.core import clock
from shangliang.people import actions
from shangliang.people.models import Member
from tests.cast import Cast
from tests.people.lists import SHEN, xlsx
from tests.people.test_pages_of_members import FORM, office, recorded, send, sits, text

__all__ = ["office"]


def test_the_beginning_of_a_key_finds_all_that_begin_so(cast: Cast, office: Client) -> None:
    for key, name in (("T001", "沈见青"), ("T002", "陆时遥"), ("X001", "何岭")):
        recorded(cast, key, name)
    page = office.get(cast.url("people:members"), {"q": "t00"}).content.decode()
    assert ("沈见青" in page, "陆时遥" in page, "何岭" in page) == (True, True, False)


def test_who_sits_twice_in_one_body_is_listed_there_once_with_both_duties(cast: Cast, office: Client) -> None:
    person = recorded(cast)
    for duty in ("member", "area_lead"):
        sits(cast, person, "新沟桥街道联络委", duty)
    page = text(office.get(cast.url("people:members")).content)
    assert page.count("新沟桥街道联络委") == 1
    assert re.search("新沟桥街道联络委 (委员、包片领导|成员、包片领导)", page)


def test_a_phone_without_all_its_digits_is_refused_beside_its_field(cast: Cast, office: Client) -> None:
    given = FORM | {"key": "012", "phone": "027-8686", "on": clock.today()}
    response = office.post(cast.url("people:new_member"), given)
    assert response.status_code == 422
    assert "区号后面应当有 7 到 8 位" in response.content.decode()
    assert not Member.objects.exists()


def test_the_rows_that_add_up_are_said_to_be_passed_over(cast: Cast, office: Client) -> None:
    at = send(cast, office, xlsx([SHEN, ("合计", "", "", "1人", "", "", "", "")]))
    assert "另有 1 行是合计、小计，跳过了" in text(office.get(at).content)


def test_who_came_and_left_on_one_day_shows_no_span_that_ends_before_it_begins(
    cast: Cast, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-23 09:00")
    person = recorded(cast)
    sits(cast, person, "新沟桥街道联络委")
    actions.leave(cast.office, person, clock.today())
    client = cast.client("office")
    for address in (
        cast.url("people:member", person_id=person.pk),
        cast.url("people:body", body_id=cast.body("新沟桥街道联络委").pk),
    ):
        page = text(client.get(address).content)
        assert "没开始就结束了" in page
        assert "11月22日" not in page


def test_leaving_says_which_seats_end_and_that_turns_fall_free(cast: Cast, office: Client) -> None:
    person = recorded(cast)
    address = cast.url("people:leave", person_id=person.pk)
    assert "他现在没有席位" in text(office.get(address).content)
    for body in ("新沟桥街道联络委", "同光委员工作室"):
        sits(cast, person, body)
    page = text(office.get(address).content)
    assert "一起结束的有 2 个席位" in page
    assert "同光委员工作室" in page
    assert "值班会自动空出来，召集人会收到消息" in page


def test_who_has_left_cannot_leave_again(cast: Cast, office: Client) -> None:
    person = recorded(cast)
    actions.leave(cast.office, person, clock.today())
    page = office.get(cast.url("people:leave", person_id=person.pk)).content.decode()
    assert "沈见青现在已经不是委员了，不用再结束" in page
    assert 'name="off"' not in page
