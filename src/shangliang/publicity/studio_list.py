"""The list of studios: what the address asks for, and one page of it, those that receive today first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from shangliang.core import clock
from shangliang.people.models import Body, Member, Membership
from shangliang.people.queries import in_force as seat_in_force
from shangliang.places.models import Place
from shangliang.playbooks.queries import in_force
from shangliang.studios.models import Studio
from shangliang.studios.queries import duty
from shangliang.studios.queries.duty import Shown
from shangliang.studios.queries.studios import RECEIVING
from shangliang.tenants.models import Tenant
from shangliang.voices import whereabouts
from shangliang.voices.whereabouts import Whereabouts

SIZE = 20
LISTED = (*RECEIVING, Studio.Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. Whatever is not one of ours counts as not asked."""

    kind: str = ""
    street: str = ""  # a code
    q: str = ""
    near: str = ""  # where somebody is, in their words
    which: str = ""  # the one they chose when the words fit several
    page: int = 1

    def address(self, **change: str | int) -> str:
        """The query of the same list with something else asked; from its first page unless one is given."""
        given = {name: getattr(self, name) for name in self.__slots__} | {"page": 1} | change
        return "?" + urlencode({name: value for name, value in given.items() if value and (name, value) != ("page", 1)})

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.street or self.q)


@dataclass(frozen=True, slots=True)
class Card:
    """A studio in the list."""

    studio: Studio
    kind: str
    street: str
    today: tuple[Shown, ...]  # its shifts of today that are not over, cancelled ones too
    next: Shown | None  # the next one that takes place
    nearness: int = 0  # 2 the same community, 1 the same street, 0 elsewhere


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list."""

    cards: list[Card]
    total: int
    kinds: list[tuple[str, str]]  # those there are
    streets: list[Place]
    here: Whereabouts | None
    more: bool


def asked(get: Mapping[str, str]) -> Asked:
    """What the query of an address asks for."""
    page = get.get("page", "")
    return Asked(
        kind=get.get("kind", "")[:30],
        street=get.get("street", "")[:12],
        q=get.get("q", "").strip()[:60],
        near=get.get("near", "").strip()[:120],
        which=get.get("which", "")[:40],
        page=max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1,
    )


def listed(tenant: Tenant, ask: Asked) -> Listed:
    """The page asked for (five queries; more for a search, and for a place)."""
    rows = list(
        Studio.objects.filter(status__in=LISTED, body__closed_on=None)
        .select_related("body__place__parent")
        .order_by("body__place__path", "body__name", "pk")
    )
    labels = in_force(tenant.pk).studios.kinds
    kinds = [(key, kind.label) for key, kind in labels.items() if any(row.kind == key for row in rows)]
    streets = list({place.pk: place for row in rows if (place := _street(row.body))}.values())
    here = _here(tenant, ask)
    found = [row for row in rows if _fits(row, ask)]
    if ask.q:
        known = _matching(ask.q, found)
        found = [row for row in found if row.pk in known]
    today = _today()
    near = {row.pk: _nearness(row, here.place) if here and here.settled else 0 for row in found}
    found.sort(key=lambda row: (-near[row.pk], not _receives(today.get(row.pk, ())), row.online))
    page = found[(ask.page - 1) * SIZE : ask.page * SIZE]
    coming = duty.coming([row.pk for row in page], clock.today() + dt.timedelta(days=1))
    cards = [
        Card(
            row,
            labels[row.kind].label if row.kind in labels else row.kind,
            place.short_name if (place := _street(row.body)) else "",
            tuple(today.get(row.pk, ())),
            coming.get(row.pk),
            near[row.pk],
        )
        for row in page
    ]
    return Listed(cards, len(found), kinds, streets, here, len(found) > ask.page * SIZE)


def _today() -> dict[UUID, list[Shown]]:
    found: dict[UUID, list[Shown]] = {}
    for one in duty.on_duty(clock.today()):
        if one.ends_at() > clock.now():
            found.setdefault(one.shift.studio_id, []).append(one)
    return found


def _receives(shown: Collection[Shown]) -> bool:
    return any(not one.cancelled for one in shown)


def _street(body: Body) -> Place | None:
    place = body.place
    if place.level == Place.Level.STREET:
        return place
    return place.parent if place.level == Place.Level.COMMUNITY else None


def _fits(row: Studio, ask: Asked) -> bool:
    street = _street(row.body)
    return (not ask.kind or row.kind == ask.kind) and (
        not ask.street or (street is not None and street.code == ask.street)
    )


def _here(tenant: Tenant, ask: Asked) -> Whereabouts | None:
    """Where somebody is who asks for what is near, if their words say it."""
    if not ask.near:
        return None
    within = Place.objects.get(path=tenant.place_path)
    return whereabouts.find(within, typed=ask.near, which=ask.which)


def _nearness(row: Studio, here: Place) -> int:
    """Of the same community, the same street, or elsewhere; what is online is near to nobody."""
    if row.online:
        return 0
    labels = list(zip(row.body.place.path.split("/"), here.path.split("/"), strict=False))
    shared = next((n for n, (one, other) in enumerate(labels) if one != other), len(labels))
    return max(0, shared - Place.Level.DISTRICT)


def _matching(query: str, rows: Collection[Studio]) -> set[UUID]:
    """The studios of which every word of the query is found in the name, theme, place, or in somebody who sits
    there: their name, sector, specialties (two queries)."""
    day = clock.today()
    seats = Membership.objects.filter(seat_in_force(day), body__in=[row.body_id for row in rows])
    sitting = list(seats.values_list("body", "person", "person__name"))
    members: dict[UUID, str] = {}
    facts = Member.objects.filter(person__in={person for _body, person, _name in sitting}, since__lte=day)
    for person, until, sector, specialties in facts.values_list("person", "until", "sector", "specialties"):
        if until is None or until >= day:
            members[person] = " ".join([members.get(person, ""), sector, *specialties])
    texts: dict[UUID, list[str]] = {}
    for body, person, name in sitting:
        texts.setdefault(body, []).append(f"{name} {members.get(person, '')}")
    found = set()
    for row in rows:
        place = row.body.place
        own = [row.body.name, row.theme, row.motto, place.short_name, place.parent.short_name if place.parent else ""]
        whole = " ".join([*own, *texts.get(row.body_id, [])]).lower()
        if all(word in whole for word in query.lower().split()):
            found.add(row.pk)
    return found
