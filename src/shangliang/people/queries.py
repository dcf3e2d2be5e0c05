"""Who sits where, and which body answers for a place."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django_scopes import scopes_disabled

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.people.models import Account, Body, Membership
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant

# The bodies that take in what is said about a place, the nearest first.
RECEIVING = (Body.Kind.COMMUNITY, Body.Kind.STREET_OFFICE, Body.Kind.DISTRICT_OFFICE)


def actor_of(account: Account, tenant_id: UUID) -> Actor:
    """The account's owner as an actor in the tenant in scope, with the seats in force today (one query)."""
    today = clock.today()
    rows = (
        Membership.objects.filter(person=account.person_id, since__lte=today)
        .filter(Q(until=None) | Q(until__gte=today))
        .filter(body__closed_on=None)
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
    today = clock.today()
    with scopes_disabled():
        seats = Membership.objects.filter(person=account.person_id, since__lte=today)
        ids = set(seats.filter(Q(until=None) | Q(until__gte=today)).values_list("tenant", flat=True))
    return list(Tenant.objects.filter(pk__in=ids).order_by("slug"))


def receiving_body(place: Place) -> Body | None:
    """The body that takes in what is said about `place`: its community, else its street, else the district office."""
    bodies = [body for body in bodies_over(place) if body.kind in RECEIVING]
    return bodies[0] if bodies else None


def bodies_over(place: Place) -> list[Body]:
    """The open bodies of the places that `place` lies in, nearest place first (one query)."""
    labels = place.path.split("/")
    paths = ["/".join(labels[: depth + 1]) for depth in range(len(labels))]
    rows = Body.objects.filter(place__path__in=paths, closed_on=None).select_related("place")
    return sorted(rows, key=lambda body: (-len(body.place.path), body.kind, body.name))


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
    rows = list(Body.objects.filter(closed_on=None).exclude(kind=Body.Kind.STUDIO).select_related("place"))
    order: list[str] = [Body.Kind.DEPARTMENT, Body.Kind.STREET_OFFICE, Body.Kind.DISTRICT_OFFICE, Body.Kind.COMMUNITY]
    return sorted(rows, key=lambda body: (order.index(body.kind) if body.kind in order else 9, body.name))


def colleagues(body_id: UUID) -> list[Membership]:
    """Who sits in a body today."""
    today = clock.today()
    rows = Membership.objects.filter(body=body_id, since__lte=today).filter(Q(until=None) | Q(until__gte=today))
    return list(rows.select_related("person").order_by("person__name"))


def names(body_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of bodies by id (one query)."""
    return dict(Body.objects.filter(pk__in=set(body_ids)).values_list("pk", "name"))
