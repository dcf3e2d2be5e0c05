"""Who receives residents when: the one reading of shifts and turns behind page, poster, calendar file and notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shangliang.core import clock
from shangliang.people.models import Body, Membership, Person
from shangliang.people.queries import in_force
from shangliang.people.rules import RECEIVES, RUNS_STUDIO
from shangliang.studios.models import DutyPlan, DutyShift, DutyTerms, Feed, Leave, Studio, Swap, Turn


@dataclass(frozen=True, slots=True)
class Shown:
    """A shift as everybody sees it: who comes now, and who was to come and does not."""

    shift: DutyShift
    turns: tuple[Turn, ...]  # that stand, in the order they were given
    given_up: tuple[Turn, ...] = ()

    @property
    def cancelled(self) -> bool:
        """Whether nobody receives."""
        return self.shift.cancelled_at is not None

    @property
    def is_free_again(self) -> bool:
        """Whether it fell with the rule that gave it, so that another rule may have its time."""
        plan = self.shift.plan
        ended = plan is not None and plan.until is not None and plan.until < self.shift.day
        return self.cancelled and ended and not self.turns

    @property
    def missing(self) -> int:
        """How many more are needed; a whole group's shift needs one at least."""
        return 0 if self.cancelled else max(0, max(1, self.shift.needed) - len(self.turns))

    @property
    def names(self) -> str:
        """Who comes, for a line of text."""
        return "、".join(turn.person.name for turn in self.turns)

    def starts_at(self) -> dt.datetime:
        """The moment it begins."""
        return dt.datetime.combine(self.shift.day, self.shift.starts, clock.SHANGHAI)

    def ends_at(self) -> dt.datetime:
        """The moment it ends."""
        return dt.datetime.combine(self.shift.day, self.shift.ends, clock.SHANGHAI)


def plans(studio_id: UUID, on: dt.date | None = None) -> list[DutyPlan]:
    """The duty rules of a studio in force on a day, today if None, or to come; the oldest first (one query)."""
    day = on or clock.today()
    rows = DutyPlan.objects.filter(Q(until=None) | Q(until__gte=day), studio=studio_id)
    return list(rows.select_related("group").order_by("since", "id"))


def shifts(studio_id: UUID, first: dt.date, last: dt.date) -> list[Shown]:
    """The shifts of a studio from one day to another, both included, in order (two queries)."""
    return _shown(DutyShift.objects.filter(studio=studio_id, day__range=(first, last)))


def on_duty(day: dt.date, studio_ids: Collection[UUID] | None = None, *, until: dt.date | None = None) -> list[Shown]:
    """All shifts of a day (until another day), of some studios or of all, cancelled ones too (two queries). Each
    shift knows its studio and that its body."""
    rows = DutyShift.objects.filter(day__range=(day, until or day))
    if studio_ids is not None:
        rows = rows.filter(studio__in=studio_ids)
    return _shown(rows)


def coming(studio_ids: Collection[UUID], after: dt.date, days: int = 62) -> dict[UUID, Shown]:
    """The next shift of each studio that takes place, from a day on (two queries)."""
    found: dict[UUID, Shown] = {}
    rows = DutyShift.objects.filter(
        studio__in=studio_ids, day__range=(after, after + dt.timedelta(days=days)), cancelled_at=None
    )
    for one in _shown(rows):
        found.setdefault(one.shift.studio_id, one)
    return found


def on_leave(day: dt.date) -> set[UUID]:
    """Who cannot be on duty on a day (one query)."""
    rows = Leave.objects.filter(withdrawn_at=None, since__lte=day, until__gte=day)
    return set(rows.values_list("person", flat=True))


def turns_of(person_id: UUID, first: dt.date, last: dt.date) -> list[Turn]:
    """Somebody's turns from one day to another, given-up and cancelled ones too, in order (one query)."""
    rows = Turn.objects.filter(person=person_id, shift__day__range=(first, last))
    return list(rows.select_related("shift__studio__body", "stands_in_for").order_by("shift__day", "shift__starts"))


def plan(plan_id: UUID) -> DutyPlan | None:
    """One rule of duty with its studio."""
    return DutyPlan.objects.select_related("studio__body__place").filter(pk=plan_id).first()


def swap(swap_id: UUID) -> Swap | None:
    """One request to take a turn."""
    rows = Swap.objects.select_related("turn__shift__studio__body__place", "turn__person", "asked", "in_return__shift")
    return rows.filter(pk=swap_id).first()


def leave(leave_id: UUID, person_id: UUID) -> Leave | None:
    """Somebody's own leave that stands."""
    return Leave.objects.select_related("person").filter(pk=leave_id, person=person_id, withdrawn_at=None).first()


def person(person_id: UUID) -> Person:
    """Somebody."""
    return Person.objects.get(pk=person_id)


def feed_of(person_id: UUID) -> Feed | None:
    """The calendar feed somebody has."""
    return Feed.objects.filter(person=person_id, ended_at=None).first()


def groups() -> list[Body]:
    """The groups that may come together to a studio, by name (one query)."""
    kinds = (Body.Kind.GROUP, Body.Kind.SPECIAL_COMMITTEE)
    return list(Body.objects.filter(kind__in=kinds, closed_on=None).order_by("name"))


def turns_to_swap(studio: Studio, people: Collection[UUID]) -> list[Turn]:
    """The coming turns of some people in a studio (one query)."""
    rows = Turn.objects.filter(
        given_up_at=None,
        person__in=people,
        shift__studio=studio.pk,
        shift__cancelled_at=None,
        shift__day__gt=clock.today(),
    )
    return list(rows.select_related("person", "shift").order_by("person__name", "shift__day")[:200])


def shifts_of(person_id: UUID, first: dt.date, last: dt.date) -> list[Shown]:
    """The shifts from one day to another in which somebody has or had a turn, in order (two queries)."""
    theirs = Turn.objects.filter(person=person_id, shift__day__range=(first, last))
    return _shown(DutyShift.objects.filter(pk__in=theirs.values("shift")))


def turn(turn_id: UUID) -> Turn | None:
    """One turn with its shift, studio and person."""
    return Turn.objects.select_related("shift__studio__body__place", "person").filter(pk=turn_id).first()


def shift(shift_id: UUID) -> Shown | None:
    """One shift."""
    return next(iter(_shown(DutyShift.objects.filter(pk=shift_id))), None)


def receivers(studio: Studio, on: dt.date, groups: Collection[UUID] = ()) -> list[Person]:
    """Those who receive residents in a studio in turn, and those of the groups that come there, by name (one query)."""
    seats = Membership.objects.filter(in_force(on), body__in={studio.body_id, *groups}, duty__in=RECEIVES)
    return list(Person.objects.filter(pk__in=seats.values("person")).order_by("name", "pk"))


def receivers_to_come(studio: Studio) -> list[Person]:
    """Those who receive residents in a studio now or will, by name (one query)."""
    seats = seats_between([studio.body_id], clock.today(), dt.date.max)
    return [held[0].person for held in seats.values()]


def seats_between(bodies: Collection[UUID], first: dt.date, last: dt.date) -> dict[UUID, list[Membership]]:
    """The seats from which people receive in some bodies on any day of a period, by person, by name, each one's in
    the order they began (one query)."""
    rows = Membership.objects.filter(Q(until=None) | Q(until__gte=first), since__lte=last)
    rows = rows.filter(body__in=bodies, duty__in=RECEIVES).select_related("person")
    found: dict[UUID, list[Membership]] = {}
    for row in rows.order_by("person__name", "person", "since"):
        found.setdefault(row.person_id, []).append(row)
    return found


def days_elsewhere(studio_id: UUID, people: Iterable[UUID], first: dt.date, last: dt.date) -> dict[UUID, list[dt.date]]:
    """The days of a period on which some people have a turn in another studio, by person (one query)."""
    rows = Turn.objects.filter(
        person__in=list(people), given_up_at=None, shift__cancelled_at=None, shift__day__range=(first, last)
    )
    found: dict[UUID, list[dt.date]] = {}
    for person, day in rows.exclude(shift__studio=studio_id).values_list("person", "shift__day"):
        found.setdefault(person, []).append(day)
    return found


def who_runs(studio: Studio) -> set[UUID]:
    """Who runs a studio today (one query)."""
    seats = Membership.objects.filter(in_force(clock.today()), body=studio.body_id, duty__in=RUNS_STUDIO)
    return set(seats.values_list("person", flat=True))


def studios_of(person_id: UUID) -> list[Studio]:
    """The studios in which somebody sits today, or will (one query)."""
    today = clock.today()
    standing = Q(body__closed_on=None) | Q(body__closed_on__gt=today)
    seats = Membership.objects.filter(Q(until=None) | Q(until__gte=today), standing, person=person_id)
    return list(Studio.objects.filter(body__in=seats.values("body")).select_related("body__place"))


def of_groups(group_ids: Iterable[UUID], on: dt.date) -> dict[UUID, set[UUID]]:
    """Who sits in which of these groups, by person (one query)."""
    found: dict[UUID, set[UUID]] = {}
    rows = Membership.objects.filter(in_force(on), body__in=set(group_ids))
    for person, body in rows.values_list("person", "body"):
        found.setdefault(person, set()).add(body)
    return found


def leaders(studio: Studio, on: dt.date) -> set[UUID]:
    """The leading members who sit in a studio or lead its area (one query)."""
    leading = (Membership.Duty.AREA_LEAD, Membership.Duty.CHAIR, Membership.Duty.LEAD)
    rows = Membership.objects.filter(in_force(on), body=studio.body_id, duty__in=leading)
    return set(rows.values_list("person", flat=True))


def leaves(people: Iterable[UUID], first: dt.date, last: dt.date) -> dict[UUID, list[Leave]]:
    """Leave of some people that touches a period, by person (one query)."""
    found: dict[UUID, list[Leave]] = {}
    rows = Leave.objects.filter(withdrawn_at=None, person__in=list(people), since__lte=last, until__gte=first)
    for row in rows.order_by("since"):
        found.setdefault(row.person_id, []).append(row)
    return found


def terms(studio_id: UUID) -> dict[UUID, DutyTerms]:
    """What people said about their turns in a studio, by person (one query)."""
    return {row.person_id: row for row in DutyTerms.objects.filter(studio=studio_id)}


def turns_done(studio_id: UUID, first: dt.date, last: dt.date) -> dict[UUID, int]:
    """How many turns each had in a period, given-up and cancelled ones apart (one query)."""
    counts: dict[UUID, int] = {}
    rows = Turn.objects.filter(
        given_up_at=None, shift__studio=studio_id, shift__day__range=(first, last), shift__cancelled_at=None
    )
    for person in rows.values_list("person", flat=True):
        counts[person] = counts.get(person, 0) + 1
    return counts


def cannot_come(shown: Sequence[Shown]) -> tuple[set[UUID], set[UUID]]:
    """Of shifts in order, the turns that stand though their people said leave for that day, and those whose people
    no longer receive there then (two queries)."""
    standing = [(one.shift, turn) for one in shown if not one.cancelled for turn in one.turns]
    if not standing:
        return set(), set()
    first, last = standing[0][0].day, standing[-1][0].day
    said = leaves({turn.person_id for _row, turn in standing}, first, last)
    bodies = {body for row, _turn in standing for body in (row.studio.body_id, row.group_id) if body}
    seats = seats_between(bodies, first, last)
    away, gone = set[UUID](), set[UUID]()
    for row, turn in standing:
        if any(leave.since <= row.day <= leave.until for leave in said.get(turn.person_id, ())):
            away.add(turn.pk)
        here = (row.studio.body_id, row.group_id)
        held = [seat for seat in seats.get(turn.person_id, ()) if seat.body_id in here]
        if not any(seat.since <= row.day <= (seat.until or row.day) for seat in held):
            gone.add(turn.pk)
    return away, gone


def left_behind() -> list[UUID]:
    """The coming turns whose people will have no seat in the studio, or in the group that comes, on that day (one
    query)."""
    here = Q(body=OuterRef("shift__studio__body")) | Q(body=OuterRef("shift__group"))
    seats = Membership.objects.filter(
        here,
        Q(until=None) | Q(until__gte=OuterRef("shift__day")),
        person=OuterRef("person"),
        since__lte=OuterRef("shift__day"),
        duty__in=RECEIVES,
    )
    rows = Turn.objects.filter(given_up_at=None, shift__day__gte=clock.today(), shift__cancelled_at=None)
    return list(rows.exclude(Exists(seats)).order_by("shift__day", "pk").values_list("pk", flat=True))


def free_for(one: Shown) -> list[Person]:
    """Who of a studio could stand in on a shift: not on it, not on leave, not on another one at that hour (three
    queries)."""
    day, row = one.shift.day, one.shift
    busy = Turn.objects.filter(
        given_up_at=None,
        shift__day=day,
        shift__cancelled_at=None,
        shift__starts__lt=row.ends,
        shift__ends__gt=row.starts,
    ).values_list("person", flat=True)
    out = {*busy, *on_leave(day), *(turn.person_id for turn in one.turns)}
    groups = [row.group_id] if row.group_id else []
    return [person for person in receivers(row.studio, day, groups) if person.pk not in out]


def swaps_asked(person_id: UUID) -> list[Swap]:
    """What others ask of somebody and waits for an answer, for shifts that are still to come (one query)."""
    rows = Swap.objects.filter(
        asked=person_id,
        status=Swap.Status.ASKED,
        turn__given_up_at=None,
        turn__shift__cancelled_at=None,
        turn__shift__day__gte=clock.today(),
    )
    return list(
        rows.select_related("turn__shift__studio__body", "turn__person", "in_return__shift").order_by("asked_at")
    )


def swaps_asked_by(person_id: UUID) -> list[Swap]:
    """What somebody asked of others for turns of their own that are still to come, unanswered (one query)."""
    rows = Swap.objects.filter(
        turn__person=person_id,
        status=Swap.Status.ASKED,
        turn__given_up_at=None,
        turn__shift__day__gte=clock.today(),
    )
    return list(rows.select_related("turn__shift", "turn__person", "asked").order_by("asked_at"))


def swaps_open(studio_ids: Collection[UUID]) -> list[Swap]:
    """Swaps in some studios that wait for an answer (one query)."""
    rows = Swap.objects.filter(
        turn__shift__studio__in=studio_ids,
        status=Swap.Status.ASKED,
        turn__given_up_at=None,
        turn__shift__day__gte=clock.today(),
    )
    return list(rows.select_related("turn__shift__studio__body", "turn__person", "asked").order_by("asked_at"))


def _shown(rows: QuerySet[DutyShift]) -> list[Shown]:
    found = list(rows.select_related("studio__body", "group", "plan").order_by("day", "starts", "id"))
    standing: dict[UUID, list[Turn]] = {}
    gone: dict[UUID, list[Turn]] = {}
    turns = Turn.objects.filter(shift__in=found).select_related("person", "stands_in_for").order_by("id")
    for turn in turns:
        (standing if turn.given_up_at is None else gone).setdefault(turn.shift_id, []).append(turn)
    return [Shown(row, tuple(standing.get(row.pk, ())), tuple(gone.get(row.pk, ()))) for row in found]
