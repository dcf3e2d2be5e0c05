"""Which community each member is enrolled in, who is still to be settled, and which communities have nobody."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from shangliang.core import clock
from shangliang.people.models import Body, Enrolment, Member, Membership
from shangliang.people.private import Private, private_of
from shangliang.people.queries.members import members, on_day
from shangliang.people.queries.sittings import in_force
from shangliang.places import queries as places
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant

Status = Enrolment.Status


@dataclass(frozen=True, slots=True)
class Counts:
    """How far enrolment has come today."""

    members: int
    assigned: int
    by_hand: int
    ambiguous: int
    not_found: int

    @property
    def unsettled(self) -> int:
        return self.ambiguous + self.not_found

    @property
    def untouched(self) -> int:
        return max(self.members - self.assigned - self.unsettled, 0)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A member whose community somebody has to say, with what there is to go by."""

    enrolment: Enrolment
    member: Member
    private: Private
    candidates: list[Place]


@dataclass(slots=True)
class Community:
    """A community, and who is enrolled in it."""

    place: Place
    members: list[tuple[UUID, str]] = field(default_factory=list)


@dataclass(slots=True)
class Street:
    """A street with its communities and its liaison committee."""

    place: Place
    communities: list[Community] = field(default_factory=list)
    own: list[tuple[UUID, str]] = field(default_factory=list)  # enrolled in the street itself
    committee: Body | None = None
    seats: int = 0  # in the committee

    @property
    def count(self) -> int:
        return len(self.own) + sum(len(one.members) for one in self.communities)

    @property
    def empty(self) -> int:
        return sum(not one.members for one in self.communities)


@dataclass(slots=True)
class District:
    """A district with its streets: one in a district's tenant, several in a city's."""

    place: Place
    streets: list[Street] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(street.count for street in self.streets)

    @property
    def communities(self) -> int:
        return sum(len(street.communities) for street in self.streets)

    @property
    def empty(self) -> int:
        return sum(street.empty for street in self.streets)


def enrolment_of(person_id: UUID, on: dt.date | None = None) -> Enrolment | None:
    """Where somebody is enrolled on a day (today), or what is known of it."""
    rows = Enrolment.objects.filter(on_day(on or clock.today()), person=person_id).select_related("place__parent")
    return rows.order_by("since", "pk").last()


def current_enrolments() -> dict[UUID, Enrolment]:
    """What is so until further notice, by person (one query)."""
    return {row.person_id: row for row in Enrolment.objects.filter(until=None)}


def enrolment_counts() -> Counts:
    """The counts for today (two queries)."""
    rows = Enrolment.objects.filter(on_day(clock.today()))
    found = rows.aggregate(
        assigned=Count("pk", filter=Q(status=Status.ASSIGNED)),
        by_hand=Count("pk", filter=Q(status=Status.ASSIGNED, by_hand=True)),
        ambiguous=Count("pk", filter=Q(status=Status.AMBIGUOUS)),
        not_found=Count("pk", filter=Q(status=Status.NOT_FOUND)),
    )
    return Counts(members=members().order_by().values("person").distinct().count(), **found)


def unsettled() -> QuerySet[Enrolment]:
    """The enrolments that somebody has to settle, those with candidates first."""
    rows = Enrolment.objects.filter(until=None).exclude(status=Status.ASSIGNED)
    return rows.select_related("person").order_by("status", "person__name", "pk")


def to_settle(rows: Iterable[Enrolment]) -> list[Unsettled]:
    """These enrolments with addresses and candidates (two queries). Whoever shows them records the look."""
    found = list(rows)
    known = {row.person_id: row for row in members().filter(person__in=[row.person_id for row in found])}
    ids = {UUID(pk) for row in found for pk in row.candidates}
    by_id = {place.pk: place for place in Place.objects.filter(pk__in=ids).select_related("parent")}
    return [
        Unsettled(
            row,
            known[row.person_id],
            private_of(known[row.person_id]),
            [by_id[UUID(pk)] for pk in row.candidates if UUID(pk) in by_id],
        )
        for row in found
        if row.person_id in known
    ]


def with_streets(found: Iterable[Place]) -> list[str]:
    """The names of places with the street before that of a community, as `resolve` reads them (one query)."""
    ids = [place.pk for place in found]
    by_id = {place.pk: place for place in Place.objects.filter(pk__in=ids).select_related("parent")}
    named = []
    for place in (by_id[pk] for pk in ids if pk in by_id):
        above = place.parent if place.level == Place.Level.COMMUNITY else None
        named.append(f"{above.short_name}{place.short_name}" if above else place.short_name)
    return named


def coverage(tenant: Tenant, on: dt.date | None = None) -> list[District]:
    """Every street and community of the tenant with who is enrolled there on a day, and the street's liaison
    committee (five queries, however many there are)."""
    day = on or clock.today()
    within = places.by_path(tenant.place_path)
    if within is None:
        return []
    districts, streets, communities = _tree(within)
    rows = Enrolment.objects.filter(on_day(day), status=Status.ASSIGNED)
    here: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for place_id, person_id, name in rows.order_by("person__name").values_list("place", "person", "person__name"):
        if place_id is not None:
            here[place_id].append((person_id, name))
    for community in communities.values():
        community.members = here[community.place.pk]
    committees = Body.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day), kind=Body.Kind.LIAISON_COMMITTEE)
    seats = Membership.objects.filter(in_force(day), body__kind=Body.Kind.LIAISON_COMMITTEE)
    counted = dict(seats.values("body").annotate(n=Count("person", distinct=True)).values_list("body", "n"))
    for committee in committees.order_by("name"):
        street = streets.get(committee.place_id)
        if street is not None and street.committee is None:
            street.committee, street.seats = committee, counted.get(committee.pk, 0)
    for street in streets.values():
        street.own = here[street.place.pk]
    return districts


def _tree(within: Place) -> tuple[list[District], dict[UUID, Street], dict[UUID, Community]]:
    """What is governed below a place, as districts, streets and communities (one query)."""
    below = [place for place in places.below(within) if not place.statistical_only]
    districts = {place.pk: District(place) for place in below if place.level == Place.Level.DISTRICT}
    if not districts:
        districts = {within.pk: District(within)}
    streets = {place.pk: Street(place) for place in below if place.level == Place.Level.STREET}
    communities = {place.pk: Community(place) for place in below if place.level == Place.Level.COMMUNITY}
    for street in streets.values():
        above = street.place.parent_id
        if above in districts:
            districts[above].streets.append(street)
    for community in communities.values():
        above = community.place.parent_id
        if above in streets:
            streets[above].communities.append(community)
    return list(districts.values()), streets, communities
