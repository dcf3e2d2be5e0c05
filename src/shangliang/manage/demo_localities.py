"""`shangliang demo --all`: the organisations that published texts tell of, each in a tenant of its own.

Bodies, studios, pairings and phases are those of `playbooks/localities`; places are the real ones; people are
invented and say so. Everything goes through the acts by which an office does it, on the days it was done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.manage.demo_people import Invented, as_list, invent
from shangliang.people import actions as people
from shangliang.people.member_import import read
from shangliang.people.models import Account, Body, Enrolment, Member, Membership, Person
from shangliang.people.queries import actor_of
from shangliang.places.actions import load
from shangliang.places.models import Place
from shangliang.places.queries import below, children
from shangliang.playbooks.actions import adopt, seed_calendar
from shangliang.playbooks.library import text_of
from shangliang.playbooks.models import Adoption
from shangliang.playbooks.organisations import (
    BodySpec,
    Organisation,
    PairingSpec,
    StudioSpec,
    names,
    organisation,
)
from shangliang.playbooks.queries import in_force
from shangliang.studios.actions import duty, life, pairings, standard
from shangliang.studios.models import Studio
from shangliang.tenants.models import Tenant

HOURS = "工作日 9:00–17:00"
ROSTERED = dt.timedelta(days=90)
PAIRED = dt.timedelta(days=5 * 365)
PAPER = "演示文件"
OpenAccount = Callable[[Tenant, str], tuple[Account, str]]


def tell_all(open_office: OpenAccount) -> list[str]:
    """Load every locality that is not loaded yet. `open_office` opens the log-in of an office where there is none;
    gives its lines for the list of accounts."""
    seed_calendar()
    return [line for name in names() if (line := tell(organisation(name), open_office))]


@transaction.atomic
def tell(told: Organisation, open_office: OpenAccount) -> str:
    """Load one locality, whole or not at all; gives the line of its account, "" when there is nothing new."""
    district = load(told.code)
    with clock.pretending(_morning(told.adopted)):
        tenant = Tenant.objects.filter(slug=told.code).first() or _opened(told, district)
    if not tenant.is_demo:
        print(f"{tenant.name}：这里在真用，没有装演示。")
        return ""
    with scope(tenant=tenant):
        if Adoption.objects.filter(document=told.document).exists():
            return ""
        account, line = open_office(tenant, told.name)
        _Telling(told, tenant, district, actor_of(account, tenant.pk)).tell()
    return line


def _opened(told: Organisation, district: Place) -> Tenant:
    tenant = people.open_tenant(
        district, told.name, slug=told.code, office_phone=told.phone, office_hours=HOURS, is_demo=True
    )
    with scope(tenant=tenant):
        people.open_receiving_bodies(Actor("system", tenant.pk), below(district), phone=told.phone)
    return tenant


@dataclass(frozen=True, slots=True)
class _Opened:
    """One body of a spec, opened."""

    spec: BodySpec
    body: Body
    place: Place


@dataclass(frozen=True, slots=True)
class _Opening:
    """One studio of a spec: with its name and place written out."""

    spec: StudioSpec
    name: str
    place: Place
    sectors: tuple[str, ...]


@dataclass(slots=True)
class _Telling:
    """One locality on its way into the database."""

    told: Organisation
    tenant: Tenant
    district: Place
    office: Actor
    pool: list[tuple[Invented, Person]] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)  # keys of those who have a seat

    def tell(self) -> None:
        with clock.pretending(_morning(self.told.adopted)):
            body = f"{self.told.name}政协（演示）"
            adopt(self.office, text_of(self.told.key), body, self.told.document, self.told.adopted)
            opened = [one for spec in self.told.bodies for one in self._open_bodies(spec)]
            self._take_in_members([one for one in opened if one.spec.enrolled])
            for one in opened:
                self._fill(one.body, one.place, one.spec.seats)
            for phase in self.told.phases:
                standard.set_phase(
                    self.office, name=phase.name, since=phase.since, until=phase.until, target=phase.target
                )
        for spec in sorted(self.told.studios, key=lambda spec: spec.opened):
            self._open_studios(spec)
        for pairing in self.told.pairings:
            self._pair(pairing)

    # --- bodies ---

    def _open_bodies(self, spec: BodySpec) -> Iterator[_Opened]:
        for name, place in self._each(spec.name, spec.place, spec.each):
            body = Body.objects.filter(name=name).first()
            if body is None:
                body = people.open_body(self.office, spec.kind, name, place, phone=self.told.phone)
            if spec.under:
                Body.objects.filter(pk=body.pk).update(under=self._body(spec.under.format(place=place.short_name)))
            if spec.guided_by:
                people.guide(self.office, self._body(spec.guided_by), body, what="统筹协调")
            yield _Opened(spec, body, place)

    def _take_in_members(self, enrolling: Sequence[_Opened]) -> None:
        """By the office's list, as it does: with the body of the street that each lives in; and all enrolled in
        their communities by their addresses."""
        if not self.told.members:
            return
        there = Member.objects.count()  # those of the demo's own studio count as well
        invented = invent(self.told, self.district)[there:]
        by_place = {one.place.path: one.body.name for one in enrolling}
        rows = [(one, by_place.get(one.home.path.rpartition("/")[0], "")) for one in invented]
        plan = people.import_members(self.office, self.tenant, read(as_list(rows)), on=self.told.adopted)
        if plan.problems or plan.questions:
            raise Refused(f"{self.told.key}: {plan.problems[:3]} {plan.questions[:3]}")
        latest = max(Member.objects.values_list("since", flat=True))
        with clock.pretending(_morning(latest)):
            people.enrol(self.office, self.tenant)
        by_key = {row.key: row.person for row in Member.objects.select_related("person")}
        self.pool = [(one, by_key[one.key]) for one in invented]
        self._enrol_those_there(enrolling, {person.pk for _one, person in self.pool})

    def _enrol_those_there(self, enrolling: Sequence[_Opened], seated: set[UUID]) -> None:
        """Those who were members before the list came sit with their street as well."""
        rows = Enrolment.objects.filter(until=None).exclude(person__in=seated).select_related("person", "place__parent")
        for row in rows:
            street = row.place and row.place.parent_id
            for one in enrolling:
                held = Membership.objects.filter(person=row.person_id, body=one.body)
                if one.place.pk == street and not held.exists():
                    people.seat(self.office, row.person, one.body, Membership.Duty.MEMBER)

    def _each(self, name: str, code: str, each: bool) -> Iterator[tuple[str, Place]]:
        place = self._place(code)
        if not each:
            yield name, place
            return
        for street in children(place):
            yield name.format(place=street.short_name), street

    def _fill(self, body: Body, place: Place, seats: Mapping[str, int], sectors: Sequence[str] = ()) -> None:
        """Seat so many for each duty: of these sectors, the nearest first, and first those who sit nowhere yet."""
        here: set[str] = set()
        for which, number in seats.items():
            found = [one for one in self.pool if one[0].key not in here]
            found = [one for one in found if not sectors or one[0].sector in sectors]
            found.sort(key=lambda one: (one[0].key in self.busy, -_shared(one[0].home.path, place.path)))
            self._seat(body, which, found[:number])
            here |= {member.key for member, _person in found[:number]}

    def _seat(self, body: Body, which: str, those: Sequence[tuple[Invented, Person]]) -> None:
        for member, person in those:
            people.seat(self.office, person, body, which, since=clock.today())
            self.busy.add(member.key)

    # --- studios ---

    def _open_studios(self, spec: StudioSpec) -> None:
        openings = [one for one in self._openings(spec) if not Body.objects.filter(name=one.name).exists()]
        with clock.pretending(_morning(spec.opened)):
            studios = [self._propose(one) for one in openings]
            steps = in_force(self.tenant.pk).studios.life
            for to in ("checked", "approved", "open"):
                life.move_together(
                    self.office,
                    [studio.pk for studio in studios],
                    to,
                    on=spec.opened,
                    decided_by=f"{steps[to].by}（演示）",
                    document=PAPER if steps[to].paper else "",
                )
            for studio, one in zip(studios, openings, strict=True):
                self._fill(studio.body, one.place, spec.seats, one.sectors)
                self._keep(studio, spec)
        for studio in studios:
            if spec.duty:
                duty.roster(self.office, studio.pk, clock.today(), clock.today() + ROSTERED)

    def _openings(self, spec: StudioSpec) -> list[_Opening]:
        if not spec.words:
            rows = self._each(spec.name, spec.place, spec.each)
            return [_Opening(spec, name, place, spec.sectors) for name, place in rows]
        streets = list(children(self._place(spec.place)))
        return [
            _Opening(
                spec,
                spec.name.format(word=word),
                streets[number % len(streets)],
                spec.sectors or tuple(sector for sector in self.told.sectors if sector == word),
            )
            for number, word in enumerate(spec.words)
        ]

    def _propose(self, one: _Opening) -> Studio:
        details = dict(one.spec.details)
        way, address = str(details.pop("way", "")), str(details.pop("address", ""))
        studio = life.propose(
            self.office,
            one.spec.kind,
            name=one.name,
            place=one.place,
            under=self._body(one.spec.under) if one.spec.under else None,
            on=one.spec.opened,
            **details,
        )
        Studio.objects.filter(pk=studio.pk).update(way=way)
        Body.objects.filter(pk=studio.body_id).update(address=address, phone=self.told.phone)
        return studio

    def _keep(self, studio: Studio, spec: StudioSpec) -> None:
        """What it is held to: evidence of the locality's standard, and its rules of duty."""
        today = clock.today()
        if not spec.words:
            for item in in_force(self.tenant.pk).studios.standard.items.values():
                standard.record(self.office, studio.pk, item.key, has=True, what=f"{item.label}（演示）", on=today)
        for rule in spec.duty:
            group = Body.objects.filter(name=str(rule.get("group", "")), kind=Body.Kind.GROUP).first()
            duty.set_plan(self.office, studio.pk, rule, since=today, group=group)

    def _pair(self, spec: PairingSpec) -> None:
        one, other = self._body(spec.one), self._body(spec.other)
        until = spec.since + PAIRED
        tasks = [
            pairings.Task(min(spec.since + dt.timedelta(days=180 * number), until), what, kind="activity")
            for number, what in enumerate(spec.tasks)
        ]
        with clock.pretending(_morning(spec.since)):
            row = pairings.draft(
                self.office,
                one,
                other,
                title=spec.title,
                purpose=spec.purpose,
                since=spec.since,
                until=until,
                tasks=tasks,
            )
            for body in (one, other):
                pairings.record_signature(self.office, row.pk, body, on=spec.since, document=PAPER)
            first = row.tasks.order_by("due").first()
            if first:
                pairings.task_done(self.office, first.pk, on=spec.since, note="演示")

    def _place(self, code: str) -> Place:
        return Place.objects.get(code=code)

    def _body(self, name: str) -> Body:
        return Body.objects.get(name=name)


def _shared(one: str, other: str) -> int:
    """How many labels two paths have in common, from the top."""
    return sum(1 for a, b in zip(one.split("/"), other.split("/"), strict=False) if a == b)


def _morning(day: dt.date) -> dt.datetime:
    return clock.start_of(day) + dt.timedelta(hours=10)
