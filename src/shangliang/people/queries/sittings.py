"""Who sits where, and which body answers for a place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django_scopes import scopes_disabled

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.people.models import Account, Body, Membership
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Sitting:
    """A body with those who sit in it on a day."""

    body: Body
    seats: list[Membership]


# Where members come together; nothing is handed to them to be done.
OF_MEMBERS = (Body.Kind.STUDIO, Body.Kind.GROUP, Body.Kind.PARTY_BRANCH, Body.Kind.SQUAD)
# The bodies that take in what is said about a place, the nearest first.
RECEIVING = (Body.Kind.COMMUNITY, Body.Kind.STREET_OFFICE, Body.Kind.DISTRICT_OFFICE)


def actor_of(account: Account, tenant_id: UUID) -> Actor:
    """The account's owner as an actor in the tenant in scope, with the seats in force today (one query)."""
    rows = (
        Membership.objects.filter(in_force(clock.today()), person=account.person_id)
        .select_related("body__place", "person")
        .order_by("since", "id")
    )
    seats, name = [], account.username
    for row in rows:
        name = row.person.name
        seats.append(Seat(row.body_id, row.body.kind, row.body.name, row.duty, row.body.place.path, tuple(row.signs)))
    return Actor("staff", tenant_id, account.person_id, name, tuple(seats))


def workplaces(account: Account) -> list[Tenant]:
    """The tenants in which the account's owner has a seat today."""
    with scopes_disabled():
        seats = Membership.objects.filter(in_force(clock.today()), person=account.person_id)
        ids = set(seats.values_list("tenant", flat=True))
    return list(Tenant.objects.filter(pk__in=ids).order_by("slug"))


def needs_second_factor(account: Account) -> bool:
    """Whether the account's owner sits in the district office of any tenant today."""
    if account.person_id is None:
        return False
    with scopes_disabled():
        seats = Membership.objects.filter(in_force(clock.today()), person=account.person_id)
        return seats.filter(duty=Membership.Duty.DISTRICT_OFFICE).exists()


def in_force(day: dt.date) -> Q:
    """The condition that a seat is held on `day`: begun, not ended, and its body not closed."""
    standing = Q(body__closed_on=None) | Q(body__closed_on__gt=day)
    return Q(since__lte=day) & (Q(until=None) | Q(until__gte=day)) & standing


def receiving_body(place: Place) -> Body | None:
    """The body that takes in what is said about `place`: its community, else its street, else the district office."""
    rows = Body.objects.filter(place__path__in=_paths_over(place), closed_on=None, kind__in=RECEIVING)
    return min(rows, key=lambda body: (RECEIVING.index(Body.Kind(body.kind)), body.name), default=None)


def bodies_over(place: Place) -> list[Body]:
    """The open bodies of the places that `place` lies in, nearest place first (one query)."""
    rows = Body.objects.filter(place__path__in=_paths_over(place), closed_on=None).select_related("place")
    return sorted(rows, key=lambda body: (-len(body.place.path), body.kind, body.name))


def _paths_over(place: Place) -> list[str]:
    labels = place.path.split("/")
    return ["/".join(labels[: depth + 1]) for depth in range(len(labels))]


def level_up(body: Body) -> Body | None:
    """The body one level above: a community's street, a street's district office."""
    above = [other for other in bodies_over(body.place) if len(other.place.path) < len(body.place.path)]
    return next((other for other in above if other.kind in RECEIVING), None)


def levels_down(body: Body) -> list[Body]:
    """The receiving bodies directly below: a district office's streets, a street's communities."""
    rows = Body.objects.filter(place__parent=body.place_id, closed_on=None, kind__in=RECEIVING)
    return list(rows.select_related("place").order_by("place__code"))


def handling_bodies() -> list[Body]:
    """Every open body that something can be handed to, departments first."""
    rows = list(Body.objects.filter(closed_on=None).exclude(kind__in=OF_MEMBERS).select_related("place"))
    order: list[str] = [Body.Kind.DEPARTMENT, Body.Kind.STREET_OFFICE, Body.Kind.DISTRICT_OFFICE, Body.Kind.COMMUNITY]
    return sorted(rows, key=lambda body: (order.index(body.kind) if body.kind in order else 9, body.name))


def colleagues(body_id: UUID) -> list[Membership]:
    """Who sits in a body today."""
    rows = Membership.objects.filter(in_force(clock.today()), body=body_id)
    return list(rows.select_related("person").order_by("person__name"))


def names(body_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of bodies by id (one query)."""
    return dict(Body.objects.filter(pk__in=set(body_ids)).values_list("pk", "name"))


# --- for the pages of the district office ----------------------------------------------------------

BY_KIND = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(Body.Kind)), output_field=IntegerField()
)


def bodies(words: str = "", kind: str = "", on: dt.date | None = None) -> QuerySet[Body]:
    """The bodies there are (on a day), by kind and place; of a kind, or named, placed or filled by `words`."""
    day = on or clock.today()
    rows = Body.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day)).select_related("place")
    if kind:
        rows = rows.filter(kind=kind)
    for word in words.split():
        sitting = Membership.objects.filter(in_force(day), person__name__icontains=word)
        where = Q(place__short_name__icontains=word) | Q(place__parent__short_name__icontains=word)
        rows = rows.filter(where | Q(name__icontains=word) | Q(pk__in=sitting.values("body")))
    return rows.order_by(BY_KIND, "place__path", "name")


def sitting_in(rows: Sequence[Body], on: dt.date) -> list[Sitting]:
    """These bodies with those who sit in them on a day (one query)."""
    seats: dict[UUID, list[Membership]] = {}
    found = Membership.objects.filter(in_force(on), body__in=list(rows))
    for seat in found.select_related("person").order_by("duty", "person__name"):
        seats.setdefault(seat.body_id, []).append(seat)
    return [Sitting(body, seats.get(body.pk, [])) for body in rows]


def body(body_id: UUID) -> Body | None:
    """One body with its place."""
    return Body.objects.select_related("place", "under").filter(pk=body_id).first()


def district_office() -> Body:
    """The office of the tenant in scope."""
    return Body.objects.select_related("place").get(kind=Body.Kind.DISTRICT_OFFICE)


def seats_of(body: Body) -> list[Membership]:
    """All seats there are and were in a body, the latest first, with their people and log-ins (one query)."""
    return list(body.memberships.select_related("person__account").order_by("-since", "-pk"))


def seat_by_id(seat_id: UUID) -> Membership | None:
    """One seat with its body and person."""
    return Membership.objects.select_related("body", "person").filter(pk=seat_id).first()


def account_here(account_id: UUID) -> Account | None:
    """The log-in of somebody who has or had a seat in the tenant in scope."""
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    if account is None or not Membership.objects.filter(person=account.person_id).exists():
        return None
    return account


def seats_held(account: Account) -> list[Membership]:
    """All seats somebody has and had in the tenant in scope, the latest first."""
    return list(Membership.objects.filter(person=account.person_id).select_related("body").order_by("-since", "-pk"))


def people_here() -> list[Account]:
    """The log-ins of all who have or had a seat in the tenant in scope, by name (two queries)."""
    ids = set(Membership.objects.values_list("person", flat=True))
    return list(
        Account.objects.filter(person__in=ids, is_active=True).select_related("person").order_by("person__name")
    )


def by_username(username: str) -> Account | None:
    """The log-in of this name, however it is capitalised."""
    return Account.objects.select_related("person").filter(username__iexact=username).first()


def sits_elsewhere(account: Account, tenant_id: UUID) -> bool:
    """Whether somebody holds, or will hold, a seat in another tenant."""
    with scopes_disabled():
        seats = Membership.objects.filter(person=account.person_id).exclude(tenant=tenant_id)
        return seats.filter(Q(until=None) | Q(until__gte=clock.today())).exists()


def nobody_left_without(*, seat_id: UUID | None = None, person_id: UUID | None = None) -> bool:
    """Whether, without this seat or person, nobody is left who manages the tenant in scope for good."""
    seats = Membership.objects.filter(
        in_force(clock.today()), duty=Membership.Duty.DISTRICT_OFFICE, until=None, person__account__is_active=True
    )
    if seat_id:
        seats = seats.exclude(pk=seat_id)
    return not (seats.exclude(person=person_id) if person_id else seats).exists()
