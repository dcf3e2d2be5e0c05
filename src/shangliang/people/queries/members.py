"""The members and delegates there are on a day, and what is known of them before a list comes in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.people.member_known import Known, Other
from shangliang.people.models import Account, Body, Enrolment, Guidance, Member, Membership, Person
from shangliang.people.queries.sittings import in_force
from shangliang.people.rules import RUNS_STUDIO
from shangliang.tenants.models import Tenant

LEVEL_BY_DEPTH = {0: Member.Level.PROVINCE, 1: Member.Level.CITY}  # how many "/" the tenant's path has


@dataclass(frozen=True, slots=True)
class Listed:
    """A member in a list, with the seats held and the community on that day."""

    member: Member
    seats: list[Membership]
    place: str  # the community they are enrolled in, "" if none


def on_day(day: dt.date) -> Q:
    """The condition that a dated row is in force on `day`."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))


def members(
    on: dt.date | None = None, words: str = "", *, sector: str = "", specialty: str = "", body: str = ""
) -> QuerySet[Member]:
    """The members in force on a day (today), with their person, in the order of their keys.

    `words` are parts of a name or a sector, or how a key begins, all of which must fit; `specialty` is a part of one of the
    specialties or languages, `body` a part of the name of a body they sit in that day.
    """
    day = on or clock.today()
    rows = Member.objects.filter(on_day(day)).select_related("person")
    for word in words.split():
        rows = rows.filter(Q(person__name__icontains=word) | Q(key__istartswith=word) | Q(sector__icontains=word))
    if sector:
        rows = rows.filter(sector=sector)
    if body:
        seats = Membership.objects.filter(in_force(day), body__name__icontains=body)
        rows = rows.filter(person__in=seats.values("person"))
    if specialty:
        # Neither engine looks for a part of a word in a JSON list the same way, and a tenant's members are few.
        known = rows.values_list("pk", "specialties", "languages")
        rows = rows.filter(
            pk__in=[pk for pk, skills, tongues in known if any(specialty in s for s in skills + tongues)]
        )
    return rows.order_by("key", "since")


def member_of(person_id: UUID, on: dt.date | None = None) -> Member | None:
    """What is so of a person as a member on a day (today), with the person; None for who is none that day."""
    rows = Member.objects.filter(on_day(on or clock.today()), person=person_id).select_related("person")
    return rows.order_by("since", "pk").last()


def rows_of(person_id: UUID) -> list[Member]:
    """All that was so of a member, the latest first, with the person."""
    return list(Member.objects.filter(person=person_id).select_related("person").order_by("-since", "-pk"))


def sectors(on: dt.date | None = None) -> list[str]:
    """The sectors there are members of on a day."""
    rows = Member.objects.filter(on_day(on or clock.today())).exclude(sector="")
    return sorted(set(rows.order_by().values_list("sector", flat=True).distinct()))


def listed(rows: Iterable[Member], on: dt.date) -> list[Listed]:
    """These members with their seats and communities on a day (two queries)."""
    found = list(rows)
    ids = [row.person_id for row in found]
    seats: dict[UUID, list[Membership]] = defaultdict(list)
    held = Membership.objects.filter(in_force(on), person__in=ids).select_related("body")
    for seat in held.order_by("body__name", "body", "since", "pk"):
        seats[seat.person_id].append(seat)
    enrolled = Enrolment.objects.filter(on_day(on), person__in=ids, status=Enrolment.Status.ASSIGNED)
    places = dict(enrolled.values_list("person", "place__short_name"))
    return [Listed(row, seats[row.person_id], places.get(row.person_id, "")) for row in found]


def without_login(on: dt.date | None = None) -> QuerySet[Member]:
    """The members of a day (today) who cannot sign in yet."""
    return members(on).filter(person__account=None)


def usernames_like(stems: Iterable[str]) -> set[str]:
    """The log-in names taken that begin like these."""
    begins = Q(pk=None)
    for stem in stems:
        begins |= Q(username__istartswith=stem)
    return {name.lower() for name in Account.objects.filter(begins).values_list("username", flat=True)}


def goes_on(person_id: UUID) -> bool:
    """Whether somebody is a member today, or will be."""
    rows = Member.objects.filter(person=person_id).filter(Q(until=None) | Q(until__gte=clock.today()))
    return rows.filter(Q(until=None) | Q(until__gte=F("since"))).exists()


def seats_of_person(person_id: UUID) -> list[Membership]:
    """The seats somebody has or had here, the latest first, with their bodies."""
    rows = Membership.objects.filter(person=person_id).select_related("body__place")
    return list(rows.order_by("-since", "-pk"))


def person_here(person_id: UUID) -> Person | None:
    """Somebody who is or was a member here, or sits or sat in a body here."""
    here = Member.objects.filter(person=person_id).exists() or Membership.objects.filter(person=person_id).exists()
    return Person.objects.filter(pk=person_id).first() if here else None


def meant(text: str) -> list[Member]:
    """The members today whom somebody means by a name or a key."""
    rows = Member.objects.filter(on_day(clock.today())).select_related("person")
    return list(rows.filter(Q(person__name=text) | Q(key=text)).order_by("key")[:5])


def runs_a_body_of(actor: Actor, person_id: UUID) -> bool:
    """Whether `actor` runs a body that this person sits in today."""
    bodies = [seat.body_id for seat in actor.seats_with(*RUNS_STUDIO, Membership.Duty.CHAIR)]
    return (
        bool(bodies) and Membership.objects.filter(in_force(clock.today()), person=person_id, body__in=bodies).exists()
    )


def level_of(tenant: Tenant) -> str:
    """The level of those who are members of this tenant's own committee."""
    return str(LEVEL_BY_DEPTH.get(tenant.place_path.count("/"), Member.Level.DISTRICT))


def known_before(tenant: Tenant, on: dt.date) -> Known:
    """All that a list of members is compared with (three queries)."""
    known = Known(level_of(tenant))
    for row in Member.objects.select_related("person").order_by("key", "since"):
        known.members.setdefault(row.key, []).append(row)
    members_here = {row.person_id for rows in known.members.values() for row in rows}
    others: dict[UUID, list[Membership]] = {}
    seats = Membership.objects.filter(Q(until=None) | Q(until__gte=on), body__closed_on=None)
    for seat in seats.select_related("body", "person").order_by("since", "pk"):
        known.seats.setdefault(seat.person_id, []).append(seat)
        if seat.person_id not in members_here:
            others.setdefault(seat.person_id, []).append(seat)
    for person_id, held in others.items():
        words = "、".join(f"{seat.body.name} {seat.get_duty_display()}" for seat in held)
        name = held[0].person.name
        known.others.setdefault(name, []).append(Other(person_id, name, words))
    known.bodies = list(Body.objects.filter(closed_on=None).select_related("place").order_by("name"))
    return known


def stations_of(body: Body) -> list[Body]:
    """The open bodies that are part of this one."""
    return list(Body.objects.filter(under=body, closed_on=None).order_by("name"))


def guidance_of(body: Body) -> tuple[list[Guidance], list[Guidance]]:
    """Who guides a body, and whom it guides, today and from now on (two queries)."""
    rows = Guidance.objects.filter(Q(until=None) | Q(until__gte=clock.today())).order_by("since", "pk")
    guides = list(rows.filter(body=body).select_related("guide"))
    return guides, list(rows.filter(guide=body).select_related("body"))


def guidance(guidance_id: UUID) -> Guidance | None:
    """One guidance with its two bodies."""
    return Guidance.objects.select_related("guide", "body").filter(pk=guidance_id).first()


def open_body_named(name: str) -> Body | None:
    """The open body of this very name."""
    return Body.objects.filter(name=name, closed_on=None).select_related("place").first()


def names_of_open_bodies() -> list[str]:
    """For picking one by its name."""
    return list(Body.objects.filter(closed_on=None).order_by("name").values_list("name", flat=True))
