"""Duty: rules, rosters, and turns that change hands."""

from __future__ import annotations

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.studios.actions import absences, duty, swaps
from shangliang.studios.models import DutyShift, Swap, Turn
from shangliang.studios.queries import duty as queries
from tests.cast import Cast
from tests.studios.duty_circle import WEDNESDAYS, Circle, open_circle, rostered

# A Monday without a holiday near, so that every Wednesday is one on which somebody receives.
MONDAY = clock.start_of(dt.date(2026, 11, 2)) + dt.timedelta(hours=9)


@pytest.fixture
def circle(cast: Cast):
    with clock.pretending(MONDAY):
        yield rostered(cast, MONDAY.date())


def last_kind() -> str:
    return Entry.objects.order_by("-seq")[0].kind


def test_a_rule_gives_shifts_and_the_turns_are_shared_out_evenly(circle: Circle):
    shifts = circle.shifts()
    assert [row.day.isoweekday() for row in shifts] == [3] * 8
    done = queries.turns_done(circle.studio.pk, shifts[0].day, shifts[-1].day)
    assert sorted(done.values()) in ([1, 1, 2, 2, 2], [1, 2, 2, 3], [2, 2, 2, 2])  # the convenor receives too
    assert last_kind() == "duty.rostered"


def test_rostering_again_changes_nothing_that_was_arranged(circle: Circle):
    before = set(Turn.objects.values_list("shift", "person"))
    duty.roster(circle.cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + dt.timedelta(weeks=8))
    assert set(Turn.objects.values_list("shift", "person")) == before


def test_nobody_gets_a_turn_while_on_leave(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        away = circle.people[0]
        absences.say_leave(circle.actors[0], away, MONDAY.date(), MONDAY.date() + dt.timedelta(weeks=4))
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date())
        duty.roster(cast.convenor, circle.studio.pk, MONDAY.date(), MONDAY.date() + dt.timedelta(weeks=4))
        assert not Turn.objects.filter(person=away).exists()


def test_what_is_no_rule_is_refused_beside_its_field(cast: Cast):
    circle = open_circle(cast)
    with pytest.raises(Refused) as refused:
        duty.set_plan(cast.convenor, circle.studio.pk, {"weekdays": [3], "hours": ["11-9"]}, since=clock.today())
    assert refused.value.field == "hours"


def test_a_member_does_not_plan_the_duty_of_the_studio(cast: Cast):
    circle = open_circle(cast)
    with pytest.raises(NotAllowed):
        duty.set_plan(circle.actors[0], circle.studio.pk, WEDNESDAYS, since=clock.today())


def test_the_only_one_on_a_shift_who_gives_up_leaves_it_cancelled_until_somebody_stands_in(circle: Circle):
    shift = circle.shifts()[0]
    turn = circle.turn(shift)
    actor = circle.actor(turn.person) if turn.person in circle.people else circle.cast.convenor
    assert duty.give_up(actor, turn.pk, "临时出差")
    shown = queries.shift(shift.pk)
    assert shown is not None
    assert shown.cancelled
    assert shown.shift.cancelled_why == "临时出差"
    other = circle.other_than(turn.person)
    duty.stand_in(circle.cast.convenor, shift.pk, other)
    shown = queries.shift(shift.pk)
    assert shown is not None
    assert not shown.cancelled
    assert [(one.person, one.stands_in_for) for one in shown.turns] == [(other, turn.person)]
    assert [one.person for one in shown.given_up] == [turn.person]


def test_a_turn_is_given_up_once(circle: Circle):
    turn = circle.turn(circle.shifts()[0])
    duty.give_up(circle.cast.convenor, turn.pk, "病了")
    with pytest.raises(Changed):
        duty.give_up(circle.cast.convenor, turn.pk, "病了")


def test_nobody_gives_up_the_turn_of_another(circle: Circle):
    turn = next(turn for shift in circle.shifts() if (turn := circle.turn(shift)).person in circle.people)
    with pytest.raises(NotAllowed):
        duty.give_up(circle.actor(circle.other_than(turn.person)), turn.pk, "替他说")


def test_a_cancelled_shift_keeps_who_was_to_come(circle: Circle):
    shift = circle.shifts()[1]
    who = circle.turn(shift).person
    duty.cancel(circle.cast.convenor, shift.pk, "会议室在装修")
    shown = queries.shift(shift.pk)
    assert shown is not None
    assert shown.cancelled
    assert [turn.person for turn in shown.turns] == [who]
    with pytest.raises(Changed):
        duty.cancel(circle.cast.convenor, shift.pk, "再取消一次")


def test_what_is_over_is_not_changed(circle: Circle):
    shift = circle.shifts()[0]
    with clock.pretending(MONDAY + dt.timedelta(days=3)), pytest.raises(Refused):
        duty.cancel(circle.cast.convenor, shift.pk, "昨天的")


def member_turns(circle: Circle) -> tuple[Turn, Turn]:
    """Two turns of two of the four."""
    turns = [turn for shift in circle.shifts() if (turn := circle.turn(shift)).person in circle.people]
    first = turns[0]
    return first, next(turn for turn in turns if turn.person != first.person)


def test_a_swap_holds_once_the_other_agrees_and_then_both_turns_change_hands(circle: Circle):
    mine, theirs = member_turns(circle)
    swap = swaps.ask_swap(circle.actor(mine.person), mine.pk, theirs.person, in_return=theirs.pk)
    assert circle.turn(mine.shift).person == mine.person
    swaps.answer_swap(circle.actor(theirs.person), swap.pk, True)
    assert circle.turn(mine.shift).person == theirs.person
    assert circle.turn(theirs.shift).person == mine.person
    assert Swap.objects.get(pk=swap.pk).status == Swap.Status.AGREED


def test_a_swap_that_is_refused_changes_nothing(circle: Circle):
    mine, theirs = member_turns(circle)
    swap = swaps.ask_swap(circle.actor(mine.person), mine.pk, theirs.person)
    swaps.answer_swap(circle.actor(theirs.person), swap.pk, False)
    assert circle.turn(mine.shift).pk == mine.pk


def test_only_who_was_asked_answers_a_swap(circle: Circle):
    mine, theirs = member_turns(circle)
    swap = swaps.ask_swap(circle.actor(mine.person), mine.pk, theirs.person)
    with pytest.raises(NotAllowed):
        swaps.answer_swap(circle.actor(mine.person), swap.pk, True)


def test_a_swap_cannot_be_agreed_after_the_turn_was_given_up(circle: Circle):
    mine, theirs = member_turns(circle)
    swap = swaps.ask_swap(circle.actor(mine.person), mine.pk, theirs.person)
    duty.give_up(circle.actor(mine.person), mine.pk, "不用换了，来不了")
    with pytest.raises(Changed):
        swaps.answer_swap(circle.actor(theirs.person), swap.pk, True)


def test_somebody_on_leave_is_not_asked_and_does_not_stand_in(circle: Circle):
    mine, theirs = member_turns(circle)
    absences.say_leave(circle.actor(theirs.person), theirs.person, mine.shift.day, mine.shift.day)
    with pytest.raises(Refused):
        swaps.ask_swap(circle.actor(mine.person), mine.pk, theirs.person)
    with pytest.raises(Refused):
        duty.stand_in(circle.cast.convenor, mine.shift_id, theirs.person, instead=mine.pk)


def test_leave_names_the_turns_that_fall_into_it(circle: Circle):
    mine, _theirs = member_turns(circle)
    turns = absences.say_leave(circle.actor(mine.person), mine.person, mine.shift.day, mine.shift.day)
    assert [turn.pk for turn in turns] == [mine.pk]


def test_attendance_is_written_down_once_the_shift_has_begun(circle: Circle):
    shift = circle.shifts()[0]
    turn = circle.turn(shift)
    with pytest.raises(Refused):
        duty.attend(circle.cast.convenor, turn.pk, True)
    with clock.pretending(MONDAY + dt.timedelta(days=2, hours=2)):
        duty.attend(circle.cast.convenor, turn.pk, False, "临时住院")
    turn = Turn.objects.get(pk=turn.pk)
    assert (turn.came, turn.note) == (False, "临时住院")


def test_an_extra_shift_is_added_and_not_twice_at_one_time(circle: Circle):
    day = MONDAY.date() + dt.timedelta(days=4)
    given = {"day": day, "starts": dt.time(15), "ends": dt.time(17), "people": circle.people[:2]}
    row = duty.add_shift(circle.cast.convenor, circle.studio.pk, **given)
    assert Turn.objects.filter(shift=row).count() == 2
    with pytest.raises(Refused) as refused:
        duty.add_shift(circle.cast.convenor, circle.studio.pk, **given)
    assert refused.value.field == "starts"


def test_ending_a_rule_cancels_what_it_gave_from_then_on(circle: Circle):
    (plan,) = queries.plans(circle.studio.pk)
    off = circle.shifts()[3].day
    duty.end_plan(circle.cast.convenor, plan.pk, off)
    standing = DutyShift.objects.filter(cancelled_at=None)
    assert [row.day for row in standing.order_by("day")] == [row.day for row in circle.shifts()[:3]]


def test_rules_that_give_no_shift_in_the_period_say_so_with_the_nearest(cast: Cast):
    from shangliang.studios.queries.rostering import propose

    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date())
        proposal = propose(circle.studio, MONDAY.date(), MONDAY.date() + dt.timedelta(days=1))
    assert not proposal.turns
    assert "没有" in proposal.sentences[0]


def test_terms_count_for_the_next_roster(cast: Cast):
    with clock.pretending(MONDAY):
        circle = open_circle(cast)
        for person, actor in zip(circle.people[1:], circle.actors[1:], strict=True):
            absences.set_terms(actor, circle.studio.pk, person, a_month=1)
        duty.set_plan(cast.convenor, circle.studio.pk, WEDNESDAYS, since=MONDAY.date())
        duty.roster(cast.convenor, circle.studio.pk, MONDAY.date(), dt.date(2026, 11, 30))
    for person in circle.people[1:]:
        assert Turn.objects.filter(person=person).count() <= 1


def test_a_cancelled_shift_takes_place_after_all_with_those_who_stand(circle: Circle):
    shift = circle.shifts()[1]
    who = circle.turn(shift).person
    duty.cancel(circle.cast.convenor, shift.pk, "停电")
    duty.restore(circle.cast.convenor, shift.pk)
    shown = queries.shift(shift.pk)
    assert shown is not None
    assert not shown.cancelled
    assert [turn.person for turn in shown.turns] == [who]
    with pytest.raises(Refused):
        duty.restore(circle.cast.convenor, shift.pk)


def test_a_studio_without_rules_starts_with_those_of_the_playbook_and_no_second_time(cast: Cast):
    circle = open_circle(cast)
    assert duty.set_usual_plans(cast.convenor, circle.studio.pk) == len(queries.plans(circle.studio.pk))
    with pytest.raises(Refused):
        duty.set_usual_plans(cast.convenor, circle.studio.pk)
