"""Who receives in a studio, with all that a roster builds on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shangliang.core import clock
from shangliang.people.models import Person
from shangliang.studios.models import DutyShift, DutyTerms, Leave, Studio
from shangliang.studios.queries import duty

AHEAD = dt.timedelta(days=92)  # of turns
LEAVE_AHEAD = dt.timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody of a studio: the first day they receive if it is to come, leave, terms, and shifts to come."""

    person: Person
    since: dt.date | None
    leaves: tuple[Leave, ...]
    terms: DutyTerms | None
    shifts: tuple[DutyShift, ...]


def circle(studio: Studio, now: dt.datetime) -> list[Receiver]:
    """Those who receive in a studio now or will, by name (five queries)."""
    today = clock.day_of(now)
    seats = duty.seats_between([studio.body_id], today, dt.date.max)
    leaves, terms = duty.leaves(seats, today, today + LEAVE_AHEAD), duty.terms(studio.pk)
    shown = duty.shifts(studio.pk, today, today + AHEAD)
    coming = [one for one in shown if not one.cancelled and one.ends_at() > now]
    return [
        Receiver(
            held[0].person,
            held[0].since if held[0].since > today else None,
            tuple(leaves.get(person, ())),
            terms.get(person),
            tuple(one.shift for one in coming for turn in one.turns if turn.person_id == person),
        )
        for person, held in seats.items()
    ]
