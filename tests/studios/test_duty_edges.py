"""Duty where it is easily got wrong: rules that follow one another, people who come and go, two hands at once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from shangliang.core import clock
from shangliang.core.errors import Changed, Refused
from shangliang.people.actions import open_body, seat
from shangliang.people.models import Body, Membership
from shangliang.studios.actions import absences, duty, swaps
from shangliang.studios.models import DutyShift, Swap, Turn
from shangliang.studios.queries import duty as queries
from shangliang.studios.queries.rostering import propose
from tests.cast import Cast
from tests.studios.duty_circle import WEDNESDAYS, Circle, open_circle, rostered

MONDAY = clock.start_of(dt.date(2026, 11, 2)) + dt.timedelta(hours=9)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def circle(cast: Cast):
    with clock.pretending(MONDAY):
        yield rostered(cast, MONDAY.date())


def standing(circle: Circle, row: DutyShift) -> list[Turn]:
    return list(Turn.objects.filter(shift=row, given_up_at=None))


def owned(circle: Circle) -> tuple[DutyShift, Turn]:
    """The first shift of one of the four members."""
    for row in circle.shifts():
        if (turn := circle.turn(row)).person in circle.people:
            return row, turn
    raise AssertionError


def second_circle(cast: Cast) -> Circle:
    open_body(cast.office, Body.Kind.STUDIO, "明德委员工作室", cast.body("同光委员工作室").place)
    return open_circle(cast, "明德委员工作室")


# --- rules that follow one another --------------------------------------------------------------------


def test_a_new_rule_takes_the_days_of_the_one_that_ended(circle: Circle):
    plan = circle.shifts()[0].plan
    assert plan is not None
    off = MONDAY.date() + WEEK
    duty.end_plan(circle.cast.convenor, plan.pk, off)
    duty.set_plan(circle.cast.convenor, circle.studio.pk, WEDNESDAYS | {"needed": 2}, since=off)
    duty.roster(circle.cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + 8 * WEEK)
    later = [row for row in circle.shifts() if row.day >= off]
    assert [(row.cancelled_at, row.needed, len(standing(circle, row))) for row in later] == [(None, 2, 2)] * 7


def test_a_shift_cancelled_by_hand_is_not_filled_by_the_next_roster(circle: Circle):
    row = circle.shifts()[0]
    duty.cancel(circle.cast.convenor, row.pk, "停电")
    duty.roster(circle.cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + 8 * WEEK)
    row.refresh_from_db()
    assert row.cancelled_at is not None
    assert len(standing(circle, row)) == 1


def test_a_rule_that_ends_already_is_not_prolonged_by_ending_it_later(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        until = MONDAY.date() + 2 * WEEK
        plan = duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date(), until=until)
        duty.end_plan(cast.convenor, plan.pk, until + 4 * WEEK)
        plan.refresh_from_db()
        assert plan.until == until


def test_ending_a_rule_today_leaves_what_was_done_this_morning(circle: Circle):
    row = circle.shifts()[0]
    assert row.plan is not None
    with clock.pretending(clock.start_of(row.day) + dt.timedelta(hours=15)):
        duty.end_plan(circle.cast.convenor, row.plan.pk, row.day)
    row.refresh_from_db()
    assert row.cancelled_at is None


# --- rosters ------------------------------------------------------------------------------------------


def test_a_roster_made_in_the_afternoon_gives_no_turn_of_this_morning(cast: Cast):
    wednesday = MONDAY.date() + dt.timedelta(days=2)
    with clock.pretending(clock.start_of(wednesday) + dt.timedelta(hours=15)):
        circle = open_circle(cast)
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=wednesday)
        duty.roster(cast.convenor, circle.studio.pk, wednesday, wednesday + WEEK)
    assert [row.day for row in circle.shifts()] == [wednesday + WEEK]


def test_nobody_is_given_a_turn_after_their_seat_ends(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        leaving = circle.people[0]
        ends = MONDAY.date() + 2 * WEEK
        Membership.objects.filter(person=leaving, body=circle.studio.body_id).update(until=ends)
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date())
        duty.roster(cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + 20 * WEEK)
        assert not Turn.objects.filter(person=leaving, shift__day__gt=ends).exists()


def test_who_has_a_turn_in_another_studio_is_not_given_one_at_that_hour(cast: Cast):
    with clock.pretending(MONDAY):
        circle = rostered(cast, MONDAY.date())
        other = second_circle(cast)
        for person in circle.people:
            seat(cast.office, person, other.studio.body, Membership.Duty.MEMBER)
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date())
        duty.set_plan(cast.office, other.studio.pk, WEDNESDAYS | {"needed": 8}, since=MONDAY.date())
        duty.roster(cast.office, other.studio.pk, MONDAY.date(), MONDAY.date() + 8 * WEEK)
        held = Turn.objects.filter(given_up_at=None).values_list("shift__day", "person")
        assert len(held) == len(set(held))


def test_the_people_of_a_group_come_on_the_days_of_the_group_and_no_others(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        group = open_body(cast.office, Body.Kind.GROUP, "法制组", circle.studio.body.place)
        guests = second_circle(cast).people
        for person in guests:
            seat(cast.office, person, group, Membership.Duty.MEMBER)
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date())
        rule = {"weekdays": [5], "hours": ["9:00-11:00"], "who": "group", "group": group.name}
        duty.set_plan(cast.convenor, circle.studio.pk, rule, since=MONDAY.date(), group=group)
        duty.roster(cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + 8 * WEEK)
        days = {day.isoweekday() for day in Turn.objects.filter(person__in=guests).values_list("shift__day", flat=True)}
        assert days == {5}


def test_what_a_leaders_day_misses_is_not_filled_with_others(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        rule = {"weekdays": [3], "hours": ["9:00-11:00"], "who": "leaders"}
        duty.set_plan(cast.convenor, circle.studio.pk, rule, since=MONDAY.date())
        for _again in range(2):  # nobody leads here: the first makes the shifts, the second finds them empty
            duty.roster(cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + 4 * WEEK)
        assert not Turn.objects.exists()


def test_a_roster_computed_while_somebody_cancelled_a_shift_is_not_written(circle: Circle):
    last = MONDAY.date() + 12 * WEEK
    proposal = propose(circle.studio, MONDAY.date(), last)
    duty.cancel(circle.cast.convenor, circle.shifts()[0].pk, "停电")
    with pytest.raises(Changed):
        duty.write_roster(circle.cast.convenor, circle.studio.pk, MONDAY.date(), last, proposal)
    assert len(circle.shifts()) == 8


# --- turns that change hands --------------------------------------------------------------------------


def test_a_swap_is_answered_once(circle: Circle):
    _row, turn = owned(circle)
    other = circle.other_than(turn.person)
    swap = swaps.ask_swap(circle.actor(turn.person), turn.pk, other)
    swaps.answer_swap(circle.actor(other), swap.pk, True)
    for agree in (True, False):
        with pytest.raises(Changed):
            swaps.answer_swap(circle.actor(other), swap.pk, agree)
    with pytest.raises(Changed):
        swaps.withdraw_swap(circle.actor(turn.person), swap.pk)


def test_an_answered_swap_is_answered_again_without_harm(circle: Circle, client):
    _row, turn = owned(circle)
    other = circle.other_than(turn.person)
    swap = swaps.ask_swap(circle.actor(turn.person), turn.pk, other)
    swaps.answer_swap(circle.actor(other), swap.pk, False)
    index = circle.people.index(other)
    client.force_login(circle.cast.accounts[f"receiver{index}"])
    slug = circle.cast.tenant.slug
    address = reverse("studios:answer_swap", kwargs={"slug": slug, "swap_id": swap.pk})
    assert client.get(address).status_code == 200
    assert client.post(address, {"agree": "yes"}).status_code == 409


def test_agreeing_to_a_swap_does_not_bring_back_a_shift_that_was_cancelled(circle: Circle):
    row, turn = owned(circle)
    other = circle.other_than(turn.person)
    swap = swaps.ask_swap(circle.actor(turn.person), turn.pk, other)
    duty.cancel(circle.cast.convenor, row.pk, "停电")
    with pytest.raises(Refused):
        swaps.answer_swap(circle.actor(other), swap.pk, True)
    row.refresh_from_db()
    assert row.cancelled_at is not None
    assert Swap.objects.get(pk=swap.pk).status == Swap.Status.ASKED


def test_nobody_is_asked_to_take_a_turn_that_was_given_up_or_cancelled(circle: Circle):
    row, turn = owned(circle)
    other = circle.other_than(turn.person)
    duty.cancel(circle.cast.convenor, row.pk, "停电")
    with pytest.raises(Refused):
        swaps.ask_swap(circle.actor(turn.person), turn.pk, other)
    duty.restore(circle.cast.convenor, row.pk)
    duty.give_up(circle.actor(turn.person), turn.pk, "出差")
    with pytest.raises(Refused):
        swaps.ask_swap(circle.actor(turn.person), turn.pk, other)


def test_who_takes_their_own_turn_back_stands_in_for_nobody(circle: Circle):
    row, turn = owned(circle)
    other = circle.other_than(turn.person)
    made = duty.stand_in(circle.cast.convenor, row.pk, other, instead=turn.pk)
    back = duty.stand_in(circle.cast.convenor, row.pk, turn.person, instead=made.pk)
    back.refresh_from_db()
    assert back.stands_in_for is None


def test_two_who_find_a_stand_in_at_once_find_one(circle: Circle):
    row, turn = owned(circle)
    duty.give_up(circle.actor(turn.person), turn.pk, "出差")
    first = circle.other_than(turn.person)
    duty.stand_in(circle.cast.convenor, row.pk, first)
    with pytest.raises(Changed):
        duty.stand_in(circle.cast.convenor, row.pk, circle.other_than(turn.person, first))


def test_a_turn_that_was_handed_on_meanwhile_is_not_handed_on_again_from_an_old_page(circle: Circle, client):
    row, turn = owned(circle)
    first = circle.other_than(turn.person)
    second = circle.other_than(turn.person, first)
    duty.stand_in(circle.cast.convenor, row.pk, first, instead=turn.pk)
    client.force_login(circle.cast.accounts["convenor"])
    address = reverse("studios:stand_in", kwargs={"slug": circle.cast.tenant.slug, "shift_id": row.pk})
    answer = client.post(f"{address}?turn={turn.pk}", {"person": str(second.pk)})
    assert answer.status_code == 409
    assert [one.person_id for one in standing(circle, row)] == [first.pk]


def test_a_shift_does_not_take_place_again_with_somebody_who_is_elsewhere_by_now(circle: Circle):
    row, turn = owned(circle)
    duty.cancel(circle.cast.convenor, row.pk, "停电")
    absences.say_leave(circle.actor(turn.person), turn.person, row.day, row.day)
    with pytest.raises(Refused):
        duty.restore(circle.cast.convenor, row.pk)


def test_a_phone_number_in_a_public_reason_is_pointed_out_first(circle: Circle, client):
    row, _turn = owned(circle)
    client.force_login(circle.cast.accounts["convenor"])
    address = reverse("studios:cancel_shift", kwargs={"slug": circle.cast.tenant.slug, "shift_id": row.pk})
    given = {"why": "有急事请打 13800138000"}
    assert client.post(address, given).status_code == 422
    assert client.post(address, given | {"screened": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.cancelled_why == given["why"]


def test_what_was_asked_of_a_colleague_stands_on_the_own_page_and_can_be_taken_back(circle: Circle, client):
    _row, turn = owned(circle)
    swap = swaps.ask_swap(circle.actor(turn.person), turn.pk, circle.other_than(turn.person))
    client.force_login(circle.cast.accounts[f"receiver{circle.people.index(turn.person)}"])
    slug = circle.cast.tenant.slug
    address = reverse("studios:withdraw_swap", kwargs={"slug": slug, "swap_id": swap.pk})
    assert address in client.get(reverse("studios:mine", kwargs={"slug": slug})).content.decode()
    assert client.post(address).status_code == 302
    assert address not in client.get(reverse("studios:mine", kwargs={"slug": slug})).content.decode()


def test_why_somebody_did_not_come_is_read_by_those_who_run_the_studio_alone(circle: Circle, client):
    row, turn = owned(circle)
    with clock.pretending(clock.start_of(row.day) + dt.timedelta(hours=12)):
        duty.attend(circle.cast.convenor, turn.pk, False, "临时住院")
        address = reverse("studios:duty", kwargs={"slug": circle.cast.tenant.slug, "studio_id": circle.studio.pk})
        seen = {}
        for who in ("convenor", f"receiver{circle.people.index(circle.other_than(turn.person))}"):
            client.force_login(circle.cast.accounts[who])
            seen[who] = "临时住院" in client.get(address, {"month": f"{row.day:%Y-%m}"}).content.decode()
    assert list(seen.values()) == [True, False]


def test_the_convenor_sees_whose_turn_falls_into_leave_and_who_no_longer_receives(circle: Circle, client):
    turns = {turn.person: turn for turn in map(circle.turn, circle.shifts()) if turn.person in circle.people}
    away, gone = list(turns.values())[:2]
    Membership.objects.filter(person=gone.person, body=circle.studio.body_id).update(until=MONDAY.date())
    day = away.shift.day
    absences.say_leave(circle.actor(away.person), away.person, day, day)
    shown = queries.shifts(circle.studio.pk, MONDAY.date(), MONDAY.date() + 8 * WEEK)
    on_leave, left = queries.cannot_come(shown)
    assert on_leave == {away.pk}
    assert gone.pk in left
    assert away.pk not in left
    client.force_login(circle.cast.accounts["convenor"])
    address = reverse("studios:duty", kwargs={"slug": circle.cast.tenant.slug, "studio_id": circle.studio.pk})
    assert "那天请了假" in client.get(address, {"month": f"{day:%Y-%m}"}).content.decode()


# --- odd addresses and dates --------------------------------------------------------------------------


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "2026-13", "x", "", "2026-11"])
def test_any_month_in_the_address_gives_a_page(circle: Circle, client, month: str):
    client.force_login(circle.cast.accounts["convenor"])
    address = reverse("studios:duty", kwargs={"slug": circle.cast.tenant.slug, "studio_id": circle.studio.pk})
    assert client.get(address, {"month": month}).status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "2999-01-01", "0001-01-01", "2026-02-30", "明天", ""])
@pytest.mark.parametrize("page", ["roster", "add_shift", "set_plan"])
def test_any_date_in_a_form_is_answered(circle: Circle, client, page: str, day: str):
    client.force_login(circle.cast.accounts["convenor"])
    address = reverse(f"studios:{page}", kwargs={"slug": circle.cast.tenant.slug, "studio_id": circle.studio.pk})
    given = {
        "roster": {"first": day, "last": day},
        "add_shift": {"day": day, "starts": "09:00", "ends": "10:00", "people": [str(circle.people[0].pk)]},
        "set_plan": {
            "kind": "week",
            "weekdays": ["3"],
            "hours": "9:00-11:00",
            "day_off": "skip",
            "who": "turn",
            "needed": "1",
            "since": day,
            "until": day,
        },
    }[page]
    for extra in ({}, {"look": ""}):
        assert client.post(address, given | extra).status_code in (200, 302, 422)
