"""Studios: which there are, who sits in them, how they stand against the locality's standard, what they did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import bodies
from shangliang.matters.models import OPEN, Matter
from shangliang.people.models import Body, Member, Membership, Person
from shangliang.people.queries import in_force as seat_in_force
from shangliang.people.queries import receiving_body
from shangliang.people.rules import RUNS_STUDIO
from shangliang.places.models import Place
from shangliang.playbooks.queries import in_force
from shangliang.studios.models import Call, DutyShift, Evidence, Honour, Inspection, PairingTask, PlanItem, Studio
from shangliang.studios.queries import duty

Duty, Status = Membership.Duty, Studio.Status

# Those that receive residents: one that was told to mend something goes on.
RECEIVING = (Status.TRIAL, Status.OPEN, Status.WARNED)
# Who stands first in a studio's list.
FIRST = (Duty.LEAD, Duty.INITIATOR, Duty.CONVENOR, Duty.LIAISON, Duty.AREA_LEAD, Duty.MEMBER, Duty.DELEGATE)


@dataclass(frozen=True, slots=True)
class InStudio:
    """Somebody who sits in a studio, in the locality's words."""

    person: Person
    role: str  # 领衔委员、召集人; all they are in this studio
    sector: str
    specialties: tuple[str, ...]
    duties: tuple[str, ...]  # of people.Membership, the first one first
    level: str  # of people.Member, in words; empty for who is no member
    since: dt.date


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the standard, and what was found of it, the newest first."""

    key: str
    label: str
    ask: str
    evidence: tuple[Evidence, ...]
    is_current: bool  # in the playbook in force; an older one's stays readable

    @property
    def latest(self) -> Evidence | None:
        return self.evidence[0] if self.evidence else None

    @property
    def has(self) -> bool:
        return bool(self.evidence) and self.evidence[0].has

    @property
    def is_late(self) -> bool:
        """Whether it should have been mended by now."""
        latest = self.latest
        return latest is not None and not latest.has and latest.mend_by is not None and latest.mend_by < clock.today()


@dataclass(frozen=True, slots=True)
class Done:
    """One thing a studio did."""

    on: dt.date
    what: str
    kind: str  # opened, plan, honour, pairing, call, visit
    label: str  # the kind in words
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A studio in the list of all."""

    studio: Studio
    kind: str
    status: str
    has: int  # items of the standard
    lacks: int
    inspected: Inspection | None
    next_duty: dt.date | None

    @property
    def receives(self) -> bool:
        return self.studio.status in RECEIVING


# --- one studio --------------------------------------------------------------------------------------


def by_id(studio_id: UUID) -> Studio | None:
    """One studio with its body, that body's place, and the studio it is a station of (one query)."""
    return _whole().filter(pk=studio_id).first()


def without_studio() -> list[Body]:
    """Open bodies of the kind that nobody has proposed as studios yet, at most 200 (one query)."""
    there = Studio.objects.filter(body=OuterRef("pk"))
    rows = Body.objects.filter(~Exists(there), kind=Body.Kind.STUDIO, closed_on=None)
    return list(rows.order_by("name")[:200])


def at(statuses: Sequence[str]) -> list[Studio]:
    """The studios at these steps of their life, by place, at most 500 (one query)."""
    return list(_whole().filter(status__in=statuses).order_by("body__place__path", "body__name")[:500])


def people(studio: Studio, on: dt.date | None = None) -> list[InStudio]:
    """Who sits in a studio on a day, today if None: who runs it first (two queries)."""
    day = on or clock.today()
    seats: dict[UUID, list[Membership]] = {}
    for seat in Membership.objects.filter(seat_in_force(day), body=studio.body_id).select_related("person"):
        seats.setdefault(seat.person_id, []).append(seat)
    facts = _members(seats, day)
    words = in_force(studio.tenant_id, day).studios.roles
    found = []
    for person_id, held in seats.items():
        held.sort(key=_place_of)
        rows = facts.get(person_id, [])
        found.append(
            InStudio(
                person=held[0].person,
                role="、".join(dict.fromkeys(words.get(seat.duty, str(seat.get_duty_display())) for seat in held)),
                sector=next((row.sector for row in rows if row.sector), ""),
                specialties=tuple(dict.fromkeys(one for row in rows for one in row.specialties)),
                duties=tuple(seat.duty for seat in held),
                level=str(rows[0].get_level_display()) if rows else "",
                since=min(seat.since for seat in held),
            )
        )
    return sorted(found, key=lambda one: (_place_of(seats[one.person.pk][0]), one.since, one.person.name))


def standing(studio: Studio) -> list[Item]:
    """The items of the locality's standard with their evidence, then those of older standards (one query)."""
    return _items(studio, Evidence.objects.filter(studio=studio).select_related("attachment").order_by("-on", "-pk"))


def recent(studio: Studio, limit: int = 20) -> list[Done]:
    """What a studio has done, the newest first (six queries)."""
    plan = PlanItem.objects.filter(studio=studio).exclude(done_on=None).order_by("-done_on")[:limit]
    honours = Honour.objects.filter(studio=studio).order_by("-on")[:limit]
    calls = Call.objects.filter(studio=studio, withdrawn_at=None).exclude(concluded_at=None)
    found = [Done(one.done_on, one.what, "plan", _("计划里的事"), one.note) for one in plan if one.done_on]
    found += [Done(one.on, one.title, "honour", _("获评")) for one in honours]
    found += [
        Done(one.done_on, one.what, "pairing", _("结对共建"), one.note)
        for one in _tasks_done(studio)[:limit]
        if one.done_on
    ]
    found += [
        Done(clock.day_of(one.concluded_at), one.question, "call", _("征集"), one.outcome)
        for one in calls.order_by("-concluded_at")[:limit]
        if one.concluded_at
    ]
    found += _visits(studio, limit)
    if studio.opened_on:
        found.append(Done(studio.opened_on, _("揭牌开放"), "opened", _("开放")))
    return sorted(found, key=lambda one: one.on, reverse=True)[:limit]


# --- the list of all ----------------------------------------------------------------------------------


def listed(
    tenant_id: UUID, *, words: str = "", kind: str = "", status: str = "", street: UUID | None = None, gaps: str = ""
) -> QuerySet[Studio]:
    """The studios of the tenant, by place; of a kind, a status, a street, or named by `words`. `gaps` "lacks" are
    those that do not have every item of the standard, "late" those that should have mended one by now.
    Those that left stand only where their status is asked for."""
    rows = _whole().filter(status=status) if status else _whole().exclude(status=Status.CLOSED)
    if kind:
        rows = rows.filter(kind=kind)
    if street:
        rows = rows.filter(Q(body__place=street) | Q(body__place__parent=street))
    for word in words.split():
        where = Q(body__place__short_name__icontains=word) | Q(body__place__parent__short_name__icontains=word)
        rows = rows.filter(where | Q(body__name__icontains=word) | Q(theme__icontains=word))
    if gaps:
        rows = _with_gaps(rows, list(in_force(tenant_id).studios.standard.items), late=gaps == "late")
    return rows.order_by("body__place__path", "body__name", "pk")


def as_listed(studios: Sequence[Studio]) -> list[Listed]:
    """These studios with what the list tells of each (three queries)."""
    if not studios:
        return []
    playbook = in_force(studios[0].tenant_id).studios
    keys, ids = list(playbook.standard.items), [studio.pk for studio in studios]
    newest: dict[tuple[UUID, str], bool] = {}
    for studio_id, item, has in (
        Evidence.objects.filter(studio__in=ids, item__in=keys).order_by("on", "pk").values_list("studio", "item", "has")
    ):
        newest[studio_id, item] = has
    inspected = {row.studio_id: row for row in Inspection.objects.filter(studio__in=ids).order_by("on", "pk")}
    shifts = DutyShift.objects.filter(studio__in=ids, day__gte=clock.today(), cancelled_at=None)
    duty = dict(shifts.order_by().values("studio").annotate(next=Min("day")).values_list("studio", "next"))
    found = []
    for studio in studios:
        met = sum(newest.get((studio.pk, key), False) for key in keys)
        found.append(
            Listed(
                studio,
                kind_label(studio),
                status_label(studio),
                met,
                len(keys) - met,
                inspected.get(studio.pk),
                duty.get(studio.pk),
            )
        )
    return found


def kind_label(studio: Studio) -> str:
    """What the locality calls this kind of studio."""
    known = in_force(studio.tenant_id).studios.kinds.get(studio.kind)
    return known.label if known else studio.kind


def status_label(studio: Studio) -> str:
    """What the locality calls the step of its life that a studio is at."""
    return label_of(studio, studio.status)


def label_of(studio: Studio, status: str) -> str:
    """What the locality calls a step of life."""
    step = in_force(studio.tenant_id).studios.life.get(status)
    return step.label if step else str(Status(status).label)


# --- parts --------------------------------------------------------------------------------------------


def _whole() -> QuerySet[Studio]:
    return Studio.objects.select_related("body__place__parent", "body__under")


def _place_of(seat: Membership) -> tuple[int, dt.date]:
    return (FIRST.index(Duty(seat.duty)) if seat.duty in FIRST else len(FIRST), seat.since)


def _members(person_ids: Iterable[UUID], day: dt.date) -> dict[UUID, list[Member]]:
    """What is so of these people as members on a day; as members of the conference before as delegates."""
    rows = Member.objects.filter(Q(until=None) | Q(until__gte=day), person__in=list(person_ids), since__lte=day)
    found: dict[UUID, list[Member]] = {}
    for row in sorted(rows, key=lambda row: (row.role != Member.Role.MEMBER, row.since)):
        found.setdefault(row.person_id, []).append(row)
    return found


def _items(studio: Studio, rows: Iterable[Evidence]) -> list[Item]:
    by_key: dict[str, list[Evidence]] = {}
    for row in rows:
        by_key.setdefault(row.item, []).append(row)
    standard = in_force(studio.tenant_id).studios.standard
    current = [
        Item(key, item.label, item.ask, tuple(by_key.pop(key, ())), True) for key, item in standard.items.items()
    ]
    return current + [_of_old(studio.tenant_id, key, found) for key, found in by_key.items()]


def _of_old(tenant_id: UUID, key: str, found: list[Evidence]) -> Item:
    """An item that the playbook in force no longer has, in the words of the one that was then."""
    then = in_force(tenant_id, found[0].on).studios.standard.items.get(key)
    return Item(key, then.label if then else key, then.ask if then else "", tuple(found), False)


def _tasks_done(studio: Studio) -> QuerySet[PairingTask]:
    sides = Q(pairing__one=studio.body_id) | Q(pairing__other=studio.body_id)
    return PairingTask.objects.filter(sides).exclude(done_on=None).order_by("-done_on")


def _visits(studio: Studio, limit: int) -> list[Done]:
    """The visits its people made when a community whistled, as the ledger has them: that, and not what they found."""
    seats = Membership.objects.filter(seat_in_force(clock.today()), body=studio.body_id)
    names = {str(person): name for person, name in seats.values_list("person", "person__name")}
    entries = Entry.objects.filter(kind="whistle.visited", subjects__subject__in=list(names)).distinct()
    return [
        Done(dt.date.fromisoformat(body["facts"]["on"]), _("%(name)s应哨走访") % {"name": name}, "visit", _("走访"))
        for body in bodies(entries.order_by("-seq")[:limit])
        if (name := names.get(body["actor"].get("person", "")))
    ]


def _with_gaps(rows: QuerySet[Studio], keys: list[str], *, late: bool) -> QuerySet[Studio]:
    later = Evidence.objects.filter(studio=OuterRef("studio"), item=OuterRef("item")).filter(
        Q(on__gt=OuterRef("on")) | Q(on=OuterRef("on"), pk__gt=OuterRef("pk"))
    )
    newest = Evidence.objects.filter(~Exists(later), studio=OuterRef("pk"), item__in=keys)
    if late:
        return rows.filter(Exists(newest.filter(has=False, mend_by__lt=clock.today())))
    had = newest.filter(has=True).order_by().values("studio").annotate(n=Count("pk")).values("n")
    return rows.annotate(had=Coalesce(Subquery(had, output_field=IntegerField()), 0)).filter(had__lt=len(keys))


def streets(within: str) -> list[Place]:
    """The streets below a place's path, for the filter (one query)."""
    rows = Place.objects.filter(path__startswith=within + "/", level=Place.Level.STREET, succeeded_by=None)
    return list(rows.filter(statistical_only=False).order_by("code"))


def holder(studio: Studio) -> Body | None:
    """The body that holds what is said in a studio: its own; None, whoever receives for the place, while nobody runs
    it (one query)."""
    return studio.body if duty.who_runs(studio) else None


def instead(studio: Studio) -> Body | None:
    """The body that takes in what is said to a studio because nobody runs it; None when somebody does (two queries)."""
    return None if holder(studio) else receiving_body(studio.body.place)


def run_by_nobody(studios: Sequence[Studio]) -> list[Studio]:
    """Those of some studios that nobody runs today (one query)."""
    seats = Membership.objects.filter(seat_in_force(clock.today()), duty__in=RUNS_STUDIO)
    run = set(seats.filter(body__in=[studio.body_id for studio in studios]).values_list("body", flat=True))
    return [studio for studio in studios if studio.body_id not in run]


def in_hand(studio: Studio) -> QuerySet[Matter]:
    """The matters a studio holds that have not ended, the oldest first."""
    return Matter.objects.filter(holder=studio.body, status__in=OPEN, lead=None).order_by("number")
