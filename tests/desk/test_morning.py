"""The convenor's morning: who is on duty, who cancelled and who stands in, who waits, what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from shangliang.core import clock
from shangliang.core.ids import uuid7
from shangliang.people.models import Look, Member
from shangliang.people.private import Private, sealed
from shangliang.studios.actions import absences, duty, swaps
from shangliang.studios.actions import reception as reception
from shangliang.studios.models import Call, Device
from tests.cast import SINCE, Cast
from tests.gathering.circle import Circle as Members
from tests.studios.duty_circle import Circle, rostered

WEDNESDAY = dt.date(2026, 11, 25)
PHONE = "13700000009"


@pytest.fixture
def circle(cast: Cast, freeze: Callable[[str], dt.datetime]) -> Circle:
    """A studio that receives on Wednesdays, on a Wednesday morning; its members have phones."""
    freeze("2026-11-20 09:00")
    made = rostered(cast, WEDNESDAY)
    for number, person in enumerate(made.people):
        row_id = uuid7()
        Member.objects.create(
            id=row_id,
            tenant=cast.tenant,
            key=f"D{number}",
            person=person,
            sealed=sealed(Private(phone=PHONE), cast.tenant.pk, row_id),
            since=SINCE,
        )
    freeze("2026-11-25 08:00")
    return made


def page(cast: Cast, role: str = "convenor") -> str:
    answer = cast.client(role).get(cast.url("desk:morning"))
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def test_who_is_on_duty_stands_there_without_their_number(cast: Cast, circle: Circle) -> None:
    turn = circle.turn(circle.shifts()[0])
    shown = page(cast)
    assert "09:00–11:00" in shown
    assert turn.person.name in shown
    assert PHONE not in shown


def test_the_number_is_shown_on_request_and_the_look_recorded(cast: Cast, circle: Circle) -> None:
    turn = circle.turn(circle.shifts()[0])
    answer = cast.client("convenor").post(cast.url("desk:morning_phone", turn_id=turn.pk))
    assert PHONE in answer.content.decode()
    look = Look.objects.get()
    assert (look.what, look.subject, look.person_id) == ("contact", turn.person_id, cast.convenor.person_id)


@pytest.mark.parametrize("role", ["community", "neighbour", "street", "member", "handler", "receiver0"])
def test_others_find_neither_the_page_nor_a_number(cast: Cast, circle: Circle, role: str) -> None:
    turn = circle.turn(circle.shifts()[0])
    client = cast.client(role)
    assert client.get(cast.url("desk:morning")).status_code == 404
    assert client.post(cast.url("desk:morning_phone", turn_id=turn.pk)).status_code == 404
    assert client.get(cast.url("desk:morning_phone", turn_id=turn.pk)).status_code in (404, 405)
    assert not Look.objects.exists()


def test_who_cancelled_and_who_stands_in(cast: Cast, circle: Circle) -> None:
    shift = circle.shifts()[0]
    turn = circle.turn(shift)
    duty.give_up(circle.actor(turn.person), turn.pk, "孩子发烧")
    shown = page(cast)
    assert "孩子发烧" in shown
    assert "取消" in shown
    assert cast.url("studios:stand_in", shift_id=shift.pk) in shown
    other = circle.other_than(turn.person)
    duty.stand_in(cast.convenor, shift.pk, other)
    shown = page(cast)
    assert f"替{turn.person.name}" in shown
    assert f"<s>{turn.person.name}</s>" in shown


def test_tomorrow_stands_there_on_the_day_before(
    cast: Cast, circle: Circle, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-24 08:00")
    today, tomorrow = page(cast).split("明天")
    assert "没有值班" in today
    assert circle.turn(circle.shifts()[0]).person.name in tomorrow


def test_who_waits_devices_that_are_silent_and_calls_that_end(cast: Cast, circle: Circle) -> None:
    reception.take_number(cast.convenor, circle.studio, "one")
    Device.objects.create(
        tenant=cast.tenant,
        studio=circle.studio,
        name="平板",
        digest=b"x" * 32,
        issued_to_id=cast.convenor.person_id,
        issued_at=clock.now() - dt.timedelta(days=2),
        seen_at=clock.now() - dt.timedelta(days=1),
    )
    Call.objects.create(
        tenant=cast.tenant, studio=circle.studio, question="充电棚建在哪里", since=SINCE, until=WEDNESDAY
    )
    shown = page(cast)
    assert "1 位在等" in shown
    assert "1 台设备好久没连上" in shown
    assert "1 个征集七天内截止" in shown


def test_whistles_without_an_answer_and_who_comes(cast: Cast, circle: Circle) -> None:
    members = Members(cast)
    members.blown("许望舒", what="请来看充电棚")
    answered = members.blown("何其安", what="请来看水压")
    members.says(answered, "何其安")
    shown = page(cast)
    assert "请来看充电棚" in shown
    assert "请了 1 位，还缺 1 位" in shown
    assert "何其安来" in shown


def test_swaps_that_wait_for_an_answer(cast: Cast, circle: Circle) -> None:
    turn = circle.turn(circle.shifts()[1])
    other = circle.other_than(turn.person)
    swaps.ask_swap(circle.actor(turn.person), turn.pk, other)
    assert f"{turn.person.name}想和{other.name}换" in page(cast)


def test_the_office_sees_all_studios_and_the_convenor_only_their_own(cast: Cast, circle: Circle) -> None:
    assert circle.turn(circle.shifts()[0]).person.name in page(cast, "office")


def test_the_first_link_after_the_queue_leads_there_for_who_runs_a_studio(cast: Cast, circle: Circle) -> None:
    address = cast.url("desk:morning")
    assert address in cast.client("convenor").get(cast.url("desk:queue")).content.decode()
    assert address not in cast.client("community").get(cast.url("desk:queue")).content.decode()


def test_the_morning_keeps_to_its_budget(
    cast: Cast, circle: Circle, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    members = Members(cast)
    members.blown("许望舒", what="请来看充电棚")
    reception.take_number(cast.convenor, circle.studio, "one")
    client = cast.client("convenor")
    with at_most(15):
        assert client.get(cast.url("desk:morning")).status_code == 200


def test_turns_whose_people_cannot_come_are_counted(cast: Cast, circle: Circle) -> None:
    assert "要换人" not in page(cast)
    today, next_week = circle.shifts()[:2]
    for row in (today, next_week):
        absences.say_leave(cast.convenor, circle.turn(row).person, row.day, row.day)
    assert "两周里有 2 班" in page(cast)
    duty.stand_in(
        cast.convenor,
        today.pk,
        circle.other_than(circle.turn(today).person, circle.turn(next_week).person),
        instead=circle.turn(today).pk,
    )
    assert "两周里有 1 班" in page(cast)
