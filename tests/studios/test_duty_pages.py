"""Duty on the pages: the convenor's at the desk, a member's on the phone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from shangliang.core import clock
from shangliang.studios.actions import absences, duty
from shangliang.studios.models import DutyPlan, DutyShift, Leave, Swap, Turn
from tests.cast import Cast
from tests.studios.duty_circle import Circle, open_circle, rostered
from tests.studios.test_duty import member_turns


@pytest.fixture
def circle(cast: Cast) -> Circle:
    return rostered(cast, clock.today() + dt.timedelta(days=1))


def member(circle: Circle, turn: Turn) -> Client:
    return circle.cast.client(f"receiver{circle.people.index(turn.person)}")


def test_the_month_shows_who_comes(circle: Circle, django_assert_max_num_queries):
    shift = circle.shifts()[0]
    url = circle.cast.url("studios:duty", studio_id=circle.studio.pk) + f"?month={shift.day:%Y-%m}"
    client = circle.cast.client("convenor")
    with django_assert_max_num_queries(12):
        page = client.get(url).content.decode()
    assert circle.turn(shift).person.name in page
    assert "每周三" in page


def test_a_rule_is_set_in_words(cast: Cast):
    circle = open_circle(cast)
    data = {
        "kind": "nth",
        "weekdays": ["2"],
        "nth": ["1", "3"],
        "every": "1",
        "hours": "9:00-11:00，15:00-17:00",
        "day_off": "next_working_day",
        "who": "turn",
        "needed": "2",
        "since": clock.today().isoformat(),
    }
    answer = cast.client("convenor").post(cast.url("studios:set_plan", studio_id=circle.studio.pk), data)
    assert answer.status_code == 302
    rule = DutyPlan.objects.get().rule
    assert (rule["weekdays"], rule["nth"], rule["needed"]) == ([2], [1, 3], 2)


def test_a_rule_that_makes_no_sense_keeps_what_was_typed(cast: Cast):
    circle = open_circle(cast)
    data = {"kind": "week", "weekdays": ["3"], "hours": "十一点到九点", "day_off": "skip", "who": "turn", "needed": "1"}
    answer = cast.client("convenor").post(
        cast.url("studios:set_plan", studio_id=circle.studio.pk), data | {"since": "2026-12-01"}
    )
    assert answer.status_code == 422
    assert "十一点到九点" in answer.content.decode()


def test_a_roster_is_shown_before_it_is_written(cast: Cast):
    circle = open_circle(cast)
    first = clock.today() + dt.timedelta(days=1)
    duty.set_plan(cast.convenor, circle.studio.pk, {"weekdays": [3], "hours": ["9:00-11:00"]}, since=first)
    url = cast.url("studios:roster", studio_id=circle.studio.pk)
    period = {"first": first.isoformat(), "last": (first + dt.timedelta(days=27)).isoformat()}
    looked = cast.client("convenor").post(url, period | {"look": ""})
    assert looked.status_code == 200
    assert not DutyShift.objects.exists()
    assert cast.client("convenor").post(url, period).status_code == 302
    assert DutyShift.objects.exists()


def test_a_member_gives_up_a_turn_the_evening_before_from_the_phone(circle: Circle):
    turn, _other = member_turns(circle)
    client = member(circle, turn)
    mine = client.get(circle.cast.url("studios:mine")).content.decode()
    url = circle.cast.url("studios:give_up", turn_id=turn.pk)
    assert url in mine
    assert client.post(url, {"why": "孩子发烧"}).status_code == 302
    page = client.get(circle.cast.url("studios:mine")).content.decode()
    assert url not in page
    assert DutyShift.objects.get(pk=turn.shift_id).cancelled_why == "孩子发烧"


def test_a_colleague_is_asked_and_agrees(circle: Circle):
    mine, theirs = member_turns(circle)
    url = circle.cast.url("studios:ask_swap", turn_id=mine.pk)
    member(circle, mine).post(url, {"person": str(theirs.person_id), "in_return": str(theirs.pk), "why": ""})
    swap = Swap.objects.get()
    answer = circle.cast.url("studios:answer_swap", swap_id=swap.pk)
    assert answer in member(circle, theirs).get(circle.cast.url("studios:mine")).content.decode()
    assert member(circle, theirs).post(answer, {"agree": "yes"}).status_code == 302
    assert circle.turn(mine.shift).person == theirs.person


def test_leave_is_said_and_taken_back(circle: Circle):
    turn, _other = member_turns(circle)
    client, day = member(circle, turn), turn.shift.day.isoformat()
    client.post(circle.cast.url("studios:say_leave"), {"first": day, "last": day})
    leave = Leave.objects.get()
    client.post(circle.cast.url("studios:withdraw_leave", leave_id=leave.pk))
    assert Leave.objects.get().withdrawn_at is not None


def test_the_leave_of_another_is_not_there(circle: Circle):
    turn, other = member_turns(circle)
    absences.say_leave(circle.actor(turn.person), turn.person, turn.shift.day, turn.shift.day)
    url = circle.cast.url("studios:withdraw_leave", leave_id=Leave.objects.get().pk)
    assert member(circle, other).get(url).status_code == 404


def test_somebody_stands_in_by_the_convenors_hand(circle: Circle):
    shift = circle.shifts()[0]
    turn = circle.turn(shift)
    other = circle.other_than(turn.person)
    url = circle.cast.url("studios:stand_in", shift_id=shift.pk) + f"?turn={turn.pk}"
    assert circle.cast.client("convenor").post(url, {"person": str(other.pk), "why": ""}).status_code == 302
    assert circle.turn(shift).person == other


def test_terms_are_kept_and_shown_again(circle: Circle):
    client = circle.cast.client("receiver0")
    url = circle.cast.url("studios:set_terms", studio_id=circle.studio.pk)
    given = {"a_month": "2", "never_weekdays": ["1", "5"], "fixed_days": "2026-12-03\n2026-12-10"}
    assert client.post(url, given).status_code == 302
    assert "2026-12-10" in client.get(url).content.decode()
    assert client.post(url, given | {"fixed_days": "下周三"}).status_code == 422


def test_another_member_of_the_tenant_cannot_change_the_duty(circle: Circle):
    url = circle.cast.url("studios:cancel_shift", shift_id=circle.shifts()[0].pk)
    assert circle.cast.client("member").post(url, {"why": "捣乱"}).status_code == 403
    assert not DutyShift.objects.exclude(cancelled_at=None).exists()


def test_the_slow_solver_is_offered_where_it_is_installed_and_gives_a_roster(cast: Cast):
    circle = open_circle(cast)
    first = clock.today() + dt.timedelta(days=1)
    duty.set_plan(cast.convenor, circle.studio.pk, {"weekdays": [3], "hours": ["9:00-11:00"]}, since=first)
    url = cast.url("studios:roster", studio_id=circle.studio.pk)
    assert 'name="exact"' in cast.client("convenor").get(url).content.decode()
    period = {"first": first.isoformat(), "last": (first + dt.timedelta(days=27)).isoformat(), "exact": "on"}
    assert cast.client("convenor").post(url, period).status_code == 302
    assert Turn.objects.exists()
