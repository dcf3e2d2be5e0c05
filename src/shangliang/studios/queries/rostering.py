"""What a roster is made from, read from the rows of a studio; and the roster proposed, before anybody writes it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from shangliang.people.models import Person as Member
from shangliang.playbooks.queries import calendar
from shangliang.studios import duty_dates, roster, roster_optimal
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import DutyPlan, DutyShift, DutyTerms, Leave, Studio
from shangliang.studios.queries import duty
from shangliang.studios.queries.duty import Shown

QUARTER = dt.timedelta(days=92)
LEADERS = "leaders"
Key = tuple[dt.date, dt.time]  # of a shift within its studio


@dataclass(frozen=True, slots=True)
class Proposal:
    """A roster for a period: the shifts to make, whom to give which, and what it says of its own fairness."""

    new_shifts: tuple[DutyShift, ...]  # not saved
    there: tuple[Shown, ...]  # arranged before; what they miss is filled
    turns: tuple[tuple[Key, UUID], ...]
    names: Mapping[UUID, str]
    loads: tuple[roster.Load, ...]
    spread: int
    unfilled: int
    sentences: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[DutyShift, list[str]]]:
        """The shifts that get somebody, in order, with who is proposed."""
        given: dict[Key, list[str]] = {}
        for key, person in self.turns:
            given.setdefault(key, []).append(self.names[person])
        filled = [one.shift for one in self.there if (one.shift.day, one.shift.starts) in given]
        rows = sorted((*self.new_shifts, *filled), key=lambda row: (row.day, row.starts))
        return [(row, given.get((row.day, row.starts), [])) for row in rows]


def propose(studio: Studio, first: dt.date, last: dt.date, *, exact: bool = False) -> Proposal:
    """The fairest roster for a period that the studio's rules, leave, wishes and last quarter allow. Writes nothing.

    `exact` takes the slow solver, which proves that nothing is fairer (half a minute at most).

    What was arranged before stays, and counts. A day without a shift, and why, is among the sentences; whatever
    `roster.plan` raises is raised.
    """
    there = tuple(duty.shifts(studio.pk, first, last))
    new, groups, sentences = _dates(studio, first, last, {(one.shift.day, one.shift.starts) for one in there})
    asked = [*(_open(row, groups[row.day, row.starts]) for row in new), *_holes(there)]
    people = {
        person.pk: person for person in duty.receivers(studio, first, [row.group_id for row in new if row.group_id])
    }
    plan = roster_optimal.plan_optimal if exact else roster.plan
    answer = plan(_people(studio, people.values(), there, first, last), _pairs(studio, people), asked)
    return Proposal(
        tuple(new),
        there,
        tuple(
            ((turn.shift.day, turn.shift.starts), person)
            for turn in answer.turns
            for person in turn.people
            if isinstance(person, UUID)
        ),
        {pk: person.name for pk, person in people.items()},
        answer.loads,
        answer.spread,
        answer.missing,
        (*sentences, answer.fairness, *answer.more, *answer.gaps, *answer.wishes, *answer.impossible),
    )


def _dates(
    studio: Studio, first: dt.date, last: dt.date, taken: set[Key]
) -> tuple[list[DutyShift], dict[Key, str], list[str]]:
    """The shifts that the rules give and that are not there yet, the group of each, and what the rules cannot give."""
    days, rows, groups, sentences = calendar(studio.tenant_id), list[DutyShift](), dict[Key, str](), list[str]()
    for plan in duty.plans(studio.pk, first):
        rule, begin, end = DutyRule.parse(plan.rule), max(first, plan.since), min(last, plan.until or last)
        if end < begin:
            continue
        found = duty_dates.shifts(rule, days, begin, end)
        if not found:
            sentences.append(duty_dates.nearest(rule, days, begin, end).sentence)
        for shift in found:
            key = (shift.day, shift.starts)
            if key not in taken:
                taken.add(key)
                groups[key] = _group(plan, rule)
                rows.append(_row(studio, plan, rule, shift))
    return sorted(rows, key=lambda row: (row.day, row.starts)), groups, sentences


def _row(studio: Studio, plan: DutyPlan, rule: DutyRule, shift: duty_dates.Shift) -> DutyShift:
    note = shift.why if shift.moved_from else rule.group
    return DutyShift(
        tenant_id=studio.tenant_id,
        studio=studio,
        plan=plan,
        day=shift.day,
        starts=shift.starts,
        ends=shift.ends,
        where=plan.where,
        needed=shift.needed,
        group=plan.group,
        note=note[:80],
    )


def _group(plan: DutyPlan, rule: DutyRule) -> str:
    """What the solver calls the circle a shift is for: "" for everybody."""
    if rule.who == "leaders":
        return LEADERS
    return str(plan.group_id) if plan.group_id else ""


def _open(row: DutyShift, group: str) -> duty_dates.Shift:
    return duty_dates.Shift(row.day, row.starts, row.ends, row.needed if row.needed or group else 1, group)


def _holes(there: Iterable[Shown]) -> list[duty_dates.Shift]:
    """What shifts that were arranged before still miss."""
    return [
        duty_dates.Shift(
            one.shift.day,
            one.shift.starts,
            one.shift.ends,
            one.missing,
            str(one.shift.group_id) if one.shift.group_id else "",
        )
        for one in there
        if one.missing
    ]


def _people(
    studio: Studio, people: Iterable[Member], there: Iterable[Shown], first: dt.date, last: dt.date
) -> list[roster.Person]:
    people = list(people)
    ids = [person.pk for person in people]
    leaves, terms = duty.leaves(ids, first, last), duty.terms(studio.pk)
    groups, leading = duty.of_groups(_group_ids(studio, first), first), duty.leaders(studio, first)
    before = _beyond_share(duty.turns_done(studio.pk, first - QUARTER, first - dt.timedelta(days=1)), ids)
    busy: dict[UUID, list[dt.date]] = {}
    for one in there:
        for turn in one.turns:
            busy.setdefault(turn.person_id, []).append(one.shift.day)
    return [
        _person(
            person,
            leaves.get(person.pk, []),
            terms.get(person.pk),
            frozenset({*map(str, groups.get(person.pk, ())), *([LEADERS] if person.pk in leading else [])}),
            busy.get(person.pk, []),
            before[person.pk],
        )
        for person in people
    ]


def _person(
    person: Member,
    leaves: Iterable[Leave],
    terms: DutyTerms | None,
    groups: frozenset[str],
    busy: list[dt.date],
    before: int,
) -> roster.Person:
    away = [(leave.since, leave.until) for leave in leaves]
    return replace(
        roster.Person(person.pk, person.name),
        groups=groups,
        cap=terms.a_month if terms else None,
        # A day on which they are arranged already is not one for a second turn; what they do on it counts.
        leave=(*away, *((day, day) for day in busy)),
        wants=frozenset(map(dt.date.fromisoformat, terms.fixed_days)) if terms else frozenset(),
        never=frozenset(terms.never_weekdays) if terms else frozenset(),
        balance=before + len(busy),
    )


def _pairs(studio: Studio, people: Mapping[UUID, Member]) -> list[roster.Pair]:
    pairs = {
        (min(one, other), max(one, other))
        for row in duty.terms(studio.pk).values()
        if (one := row.person_id) in people and (other := row.partner_id) is not None and other in people
    }
    return [roster.Pair(one, other, "rather") for one, other in sorted(pairs)]


def _group_ids(studio: Studio, on: dt.date) -> set[UUID]:
    return {plan.group_id for plan in duty.plans(studio.pk, on) if plan.group_id}


def _beyond_share(done: Mapping[UUID, int], people: list[UUID]) -> Counter[UUID]:
    """How many turns more than the average each did last quarter; nothing for who was not there yet."""
    if not people or not any(done.values()):
        return Counter()
    share = sum(done.get(person, 0) for person in people) / len(people)
    return Counter({person: round(done[person] - share) for person in people if person in done})
