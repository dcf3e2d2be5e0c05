"""What a roster is made from, read from the rows of a studio; and the roster proposed, before anybody writes it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.people.models import Membership
from shangliang.people.models import Person as Member
from shangliang.playbooks import wording
from shangliang.playbooks.queries import calendar
from shangliang.studios import duty_dates, roster, roster_optimal, roster_question
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import DutyPlan, DutyShift, DutyTerms, Studio
from shangliang.studios.queries import duty
from shangliang.studios.queries.duty import Shown

QUARTER = dt.timedelta(days=92)
Key = tuple[dt.date, dt.time]  # of a shift within its studio
Seen = frozenset[tuple[object, ...]]


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
    seen: Seen  # `seen` when it was made

    @property
    def rows(self) -> list[tuple[DutyShift, list[str]]]:
        """The shifts that get somebody, in order, with who is proposed."""
        given: dict[Key, list[str]] = {}
        for key, person in self.turns:
            given.setdefault(key, []).append(self.names[person])
        filled = [one.shift for one in self.there if (one.shift.day, one.shift.starts) in given]
        rows = sorted((*self.new_shifts, *filled), key=lambda row: (row.day, row.starts))
        return [(row, given.get((row.day, row.starts), [])) for row in rows]


def seen(studio: Studio, first: dt.date, last: dt.date) -> Seen:
    """The rules, shifts and turns that a roster builds on: other ones mean that somebody changed them meanwhile."""
    plans = {(plan.pk, plan.until) for plan in duty.plans(studio.pk, first)}
    shown = duty.shifts(studio.pk, first, last)
    return frozenset(plans | {(one.shift.pk, one.cancelled, *(turn.pk for turn in one.turns)) for one in shown})


def propose(studio: Studio, first: dt.date, last: dt.date, *, exact: bool = False) -> Proposal:
    """The fairest roster for a period that the studio's rules, leave, wishes and last quarter allow. Writes nothing.

    `exact` takes the slow solver, which proves that nothing is fairer (half a minute at most).

    What was arranged before stays, and counts. A day without a shift, and why, is among the sentences; whatever
    `roster.plan` raises is raised.
    """
    before = seen(studio, first, last)
    shown = duty.shifts(studio.pk, first, last)
    there = tuple(one for one in shown if not one.is_free_again)
    again = {(one.shift.day, one.shift.starts): one.shift for one in shown if one.is_free_again}
    new, sentences = _dates(studio, first, last, {(one.shift.day, one.shift.starts) for one in there}, again)
    if last > (published := calendar(studio.tenant_id).published_until):
        sentences.append(
            _("国务院还没有公布 %(year)s 年的放假安排，先按周一到周五算。公布以后，请再看一遍过年过节的那几天。")
            % {"year": max(published.year + 1, first.year)}
        )
    groups = {row.group.pk: row.group.name for row in (*new, *(one.shift for one in there)) if row.group}
    seats = duty.seats_between({studio.body_id, *groups}, first, last)
    people = {person: held[0].person for person, held in seats.items()}
    # Who is here with a group alone comes on its days; without such guests, anybody's turn is everybody's.
    guests = any(all(one.body_id != studio.body_id for one in held) for held in seats.values())
    anybody = studio.body.name if guests else ""
    asked = [*(_open(row, _group(row) or anybody) for row in new), *_holes(there, anybody)]
    plan = roster_optimal.plan_optimal if exact else roster.plan
    answer = plan(_people(studio, seats, groups, there, first, last), _pairs(studio, people), asked)
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
        before,
    )


def _dates(
    studio: Studio, first: dt.date, last: dt.date, taken: set[Key], again: Mapping[Key, DutyShift]
) -> tuple[list[DutyShift], list[str]]:
    """The shifts that the rules give and that are not there yet, and what the rules cannot give."""
    days, rows, sentences = calendar(studio.tenant_id), list[DutyShift](), list[str]()
    given: list[tuple[DutyRule, list[duty_dates.Shift]]] = []
    for plan in duty.plans(studio.pk, first):
        rule, begin, end = DutyRule.parse(plan.rule), max(first, plan.since), min(last, plan.until or last)
        if end < begin:
            continue
        # What fell on a holiday before the rule began is not moved into its time.
        held = replace(rule, since=max(plan.since, rule.since or plan.since))
        found = duty_dates.shifts(held, days, begin, end)
        given.append((rule, found))
        if not found:
            sentences.append(duty_dates.nearest(rule, days, begin, end).sentence)
        for shift in found:
            key = (shift.day, shift.starts)
            is_over = dt.datetime.combine(shift.day, shift.ends, clock.SHANGHAI) <= clock.now()
            if key not in taken and not is_over:
                taken.add(key)
                row = again.get(key) or DutyShift(tenant_id=studio.tenant_id, studio=studio, day=key[0], starts=key[1])
                rows.append(_filled(row, plan, rule, shift))
    return sorted(rows, key=lambda row: (row.day, row.starts)), [*sentences, *_collisions(given)]


def _collisions(given: Sequence[tuple[DutyRule, Sequence[duty_dates.Shift]]]) -> Iterator[str]:
    """For each two rules that want one time, or hours that overlap on a day, a sentence that names both."""
    for (one, here), (other, there) in combinations(given, 2):
        by_day: dict[dt.date, list[duty_dates.Shift]] = {}
        for shift in there:
            by_day.setdefault(shift.day, []).append(shift)
        pairs = [(mine, its) for mine in here for its in by_day.get(mine.day, ()) if mine.overlaps(its)]
        if not pairs:
            continue
        same = [(mine, its) for mine, its in pairs if mine.starts == its.starts]
        said = (
            _("“%(one)s”和“%(other)s”在同一时间开始（%(day)s），这样的只排前一条的一班。请停用一条，或者改时间。")
            if same
            else _("“%(one)s”和“%(other)s”的时间有重叠（%(day)s），两班都排了。请看看是不是要这样。")
        )
        yield said % {"one": one, "other": other, "day": wording.date((same or pairs)[0][0].day)}


def _filled(row: DutyShift, plan: DutyPlan, rule: DutyRule, shift: duty_dates.Shift) -> DutyShift:
    """A row as the rule wants it: a new one, or one whose own rule ended before."""
    row.plan, row.group, row.where = plan, plan.group, plan.where
    row.ends, row.needed = shift.ends, shift.needed
    row.note = (shift.why if shift.moved_from else rule.group)[:80]
    row.cancelled_at, row.cancelled_why = None, ""
    return row


def _leaders() -> str:
    return _("政协领导")


def _group(row: DutyShift) -> str:
    """The circle a shift is for, by its name, which the sentences say: "" for anybody's turn."""
    if row.group:
        return str(row.group.name)
    leaders = row.plan is not None and row.plan.rule.get("who") == "leaders"
    return _leaders() if leaders else ""


def _open(row: DutyShift, group: str) -> duty_dates.Shift:
    return duty_dates.Shift(row.day, row.starts, row.ends, row.needed if row.needed or group else 1, group)


def _holes(there: Iterable[Shown], anybody: str) -> list[duty_dates.Shift]:
    """What shifts that were arranged before, and are not over, still miss."""
    return [
        duty_dates.Shift(
            one.shift.day,
            one.shift.starts,
            one.shift.ends,
            one.missing,
            _group(one.shift) or anybody,
        )
        for one in there
        if one.missing and one.ends_at() > clock.now()
    ]


def _people(
    studio: Studio,
    seats: Mapping[UUID, Sequence[Membership]],
    groups: Mapping[UUID, str],
    there: Iterable[Shown],
    first: dt.date,
    last: dt.date,
) -> list[roster.Person]:
    ids = list(seats)
    leaves, terms = duty.leaves(ids, first, last), duty.terms(studio.pk)
    sits_in, leading = duty.of_groups(groups, first), duty.leaders(studio, first)
    elsewhere = duty.days_elsewhere(studio.pk, ids, first, last)
    before = _beyond_share(duty.turns_done(studio.pk, first - QUARTER, first - dt.timedelta(days=1)), ids)
    busy: dict[UUID, list[dt.date]] = {}
    for one in there:
        for turn in () if one.cancelled else one.turns:
            busy.setdefault(turn.person_id, []).append(one.shift.day)
    return [
        _person(
            held[0].person,
            [
                *((leave.since, leave.until) for leave in leaves.get(person, ())),
                *_without_seat(held, first, last),
                *((day, day) for day in elsewhere.get(person, ())),
            ],
            terms.get(person),
            frozenset(
                {
                    *(groups[body] for body in sits_in.get(person, ())),
                    *(studio.body.name for one in held if one.body_id == studio.body_id),
                    *([_leaders()] if person in leading else []),
                }
            ),
            busy.get(person, []),
            before[person],
        )
        for person, held in seats.items()
    ]


def _without_seat(held: Sequence[Membership], first: dt.date, last: dt.date) -> list[roster_question.Span]:
    """The days of a period on which somebody has none of these seats (in the order they began)."""
    spans, at, a_day = list[roster_question.Span](), first, dt.timedelta(days=1)
    for seat in held:
        if seat.since > at:
            spans.append((at, seat.since - a_day))
        at = max(at, min(seat.until or last, last) + a_day)
    return [*spans, (at, last)] if at <= last else spans


def _person(
    person: Member,
    away: Sequence[roster_question.Span],
    terms: DutyTerms | None,
    groups: frozenset[str],
    busy: list[dt.date],
    before: int,
) -> roster.Person:
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


def _beyond_share(done: Mapping[UUID, int], people: list[UUID]) -> Counter[UUID]:
    """How many turns more than the average each did last quarter; nothing for who was not there yet."""
    if not people or not any(done.values()):
        return Counter()
    share = sum(done.get(person, 0) for person in people) / len(people)
    return Counter({person: round(done[person] - share) for person in people if person in done})
