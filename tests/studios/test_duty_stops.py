"""A studio that is suspended is not rostered; what fell with that comes back when it goes on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import override

from shangliang.core import clock
from shangliang.core.errors import NotAllowed
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import lines
from shangliang.studios.actions import absences, duty, life
from shangliang.studios.models import DutyShift, Studio
from shangliang.studios.queries import duty as queries
from tests.cast import Cast
from tests.studios.duty_circle import Circle, rostered

MONDAY = clock.start_of(dt.date(2026, 11, 2)) + dt.timedelta(hours=9)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def circle(cast: Cast):
    with clock.pretending(MONDAY):
        yield rostered(cast, MONDAY.date())


def go(circle: Circle, to: str) -> None:
    """As the office writes it down: with a paper, today."""
    given = {"on": clock.today(), "decided_by": "区政协主席会议", "document": "政协〔2026〕1 号", "why": "一句"}
    life.move(circle.cast.office, circle.studio.pk, to, **given)


def suspend(circle: Circle) -> None:
    go(circle, Studio.Status.SUSPENDED)
    circle.studio.refresh_from_db()


def cancelled(circle: Circle) -> set[dt.date]:
    return set(DutyShift.objects.exclude(cancelled_at=None).values_list("day", flat=True))


def test_a_suspended_studio_is_not_rostered_and_the_page_says_why(circle: Circle):
    suspend(circle)
    first, last = MONDAY.date(), MONDAY.date() + 12 * WEEK
    with pytest.raises(NotAllowed) as refused:
        duty.roster(circle.cast.convenor, circle.studio.pk, first, last)
    assert "停着" in str(refused.value)
    with pytest.raises(NotAllowed):
        duty.stand_in(circle.cast.convenor, circle.shifts()[0].pk, circle.people[0])
    with pytest.raises(NotAllowed):
        duty.restore(circle.cast.convenor, circle.shifts()[0].pk)
    client = circle.cast.client("convenor")
    for page in ("roster", "add_shift", "duty"):
        shown = client.get(circle.cast.url(f"studios:{page}", studio_id=circle.studio.pk)).content.decode()
        assert "恢复以后再排班" in shown


def test_what_fell_with_the_suspension_comes_back_and_nothing_else(circle: Circle):
    by_hand, away = circle.shifts()[:2]
    duty.cancel(circle.cast.convenor, by_hand.pk, "停电")
    suspend(circle)
    assert len(cancelled(circle)) == len(circle.shifts())
    person = circle.turn(away).person
    absences.say_leave(circle.cast.office, person, away.day, away.day)
    with override("en"):  # whoever writes it down reads another language
        go(circle, Studio.Status.OPEN)
    assert cancelled(circle) == {by_hand.day, away.day}


def test_that_a_studio_goes_on_is_one_entry_which_names_who_comes_after_all(circle: Circle):
    suspend(circle)
    before = Entry.objects.count()
    go(circle, Studio.Status.OPEN)
    (line,) = lines(list(Entry.objects.order_by("seq"))[before:])
    assert line.entry.kind == "studio.moved"
    named = {row for kind, row in line.body["subjects"] if kind == "person"}
    assert named == {str(circle.turn(row).person_id) for row in circle.shifts()}


def test_what_a_rule_gave_that_ended_meanwhile_does_not_come_back(circle: Circle):
    suspend(circle)
    (plan,) = queries.plans(circle.studio.pk)
    off = circle.shifts()[4].day
    duty.end_plan(circle.cast.convenor, plan.pk, off)
    go(circle, Studio.Status.OPEN)
    assert cancelled(circle) == {row.day for row in circle.shifts() if row.day >= off}
