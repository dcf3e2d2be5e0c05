"""What a published text says of a locality's organisation, beside what stands here: counted, with the difference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.people.models import Body, Enrolment, Membership
from shangliang.people.queries import in_force as seat_in_force
from shangliang.places.models import Place
from shangliang.playbooks.definition import Playbook
from shangliang.playbooks.models import Adoption
from shangliang.playbooks.organisations import Claim, Organisation, organisation_of
from shangliang.playbooks.queries import in_force
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import DutyPlan, Pairing, Studio
from shangliang.tenants.models import Tenant

Level, Status = Place.Level, Studio.Status
STANDING = (Status.TRIAL, Status.OPEN, Status.WARNED)
RECEIVING = (Body.Kind.STREET_OFFICE, Body.Kind.COMMUNITY, Body.Kind.DISTRICT_OFFICE, Body.Kind.DEPARTMENT)


@dataclass(slots=True)
class Branch:
    """A place directly below the tenant's own, with what lies in it."""

    place: Place
    streets: int = 0
    communities: int = 0
    studios: int = 0
    members: int = 0
    below: list[Branch] = field(default_factory=list)  # the streets of a city's district


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the text, and the same counted here."""

    claim: Claim
    here: int

    @property
    def fits(self) -> bool:
        return self.here == self.claim.says or (self.claim.at_least and self.here > self.claim.says)

    @property
    def difference(self) -> str:
        """By how much it differs, in words; empty if it does not."""
        if self.fits:
            return ""
        if self.here < self.claim.says:
            return _("这里少 %(n)s") % {"n": self.claim.says - self.here}
        return _("这里多 %(n)s") % {"n": self.here - self.claim.says}


@dataclass(frozen=True, slots=True)
class Receiving:
    """A rule of duty in words, and how many studios follow it."""

    sentence: str
    studios: int


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of an organisation shows."""

    told: Organisation | None
    compared: list[Compared]
    branches: list[Branch]
    total: Branch
    statistical: list[Place]  # areas that only statistics know
    kinds: list[tuple[str, int]]  # of studios, in the locality's words
    bodies: list[tuple[str, int]]  # of other kinds
    duty: list[Receiving]
    playbook: Playbook
    adoption: Adoption | None


@dataclass(slots=True)
class _Standing:
    """What stands here, read once."""

    places: dict[str, Place]  # by path
    studios: list[Studio]
    bodies: list[Body]
    seats: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))  # body → people
    enrolled: Counter[str] = field(default_factory=Counter)  # path → people
    pairings: int = 0


def page(tenant: Tenant) -> Page:
    """The page of the tenant in scope (eight queries, the playbook in force aside)."""
    here, playbook = _standing(tenant), in_force(tenant.pk)
    told = organisation_of(tenant.slug) if tenant.is_demo else None
    labels = {key: kind.label for key, kind in playbook.studios.kinds.items()}
    kinds = Counter(labels.get(studio.kind, studio.kind) for studio in here.studios if studio.status in STANDING)
    others = Counter(str(body.get_kind_display()) for body in here.bodies if body.kind != Body.Kind.STUDIO)
    branches = _tree(tenant, here)
    return Page(
        told=told,
        compared=[Compared(claim, _count(claim, here, playbook)) for claim in told.claims] if told else [],
        branches=branches,
        total=_sum(here.places[tenant.place_path], branches, here),
        statistical=[place for place in here.places.values() if _is_unreal(place)],
        kinds=kinds.most_common(),
        bodies=others.most_common(),
        duty=_duty(here),
        playbook=playbook,
        adoption=_adoption(),
    )


def _standing(tenant: Tenant) -> _Standing:
    today = clock.today()
    inside = Q(path=tenant.place_path) | Q(path__startswith=tenant.place_path + "/")
    places = Place.objects.filter(inside, succeeded_by=None).order_by("code")
    here = _Standing(
        places={place.path: place for place in places},
        studios=list(Studio.objects.exclude(status=Status.CLOSED).select_related("body__place")),
        bodies=list(Body.objects.filter(closed_on=None).exclude(kind__in=RECEIVING)),
        pairings=Pairing.objects.filter(status=Pairing.Status.SIGNED).count(),
    )
    # An area lead comes from elsewhere, and is counted there.
    seats = Membership.objects.filter(seat_in_force(today)).exclude(duty=Membership.Duty.AREA_LEAD)
    seats = seats.exclude(body__kind__in=RECEIVING)
    for body, person in seats.values_list("body", "person"):
        here.seats[body].add(person)
    enrolled = Enrolment.objects.filter(until=None, status=Enrolment.Status.ASSIGNED)
    for path, number in enrolled.values_list("place__path").annotate(number=Count("person", distinct=True)):
        here.enrolled[path] += number
    return here


# --- counting what a text says ----------------------------------------------------------------------


def _count(claim: Claim, here: _Standing, playbook: Playbook) -> int:
    return COUNTS[claim.what](claim, here, playbook)


def _streets(_claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    return _real(here, Level.STREET)


def _communities(_claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    return _real(here, Level.COMMUNITY)


def _enrolled(_claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    return here.enrolled.total()


def _bodies(claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    return sum(1 for body in here.bodies if body.kind == claim.kind)


def _seats(claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    """The people who sit in a body, or in any of a kind: each counted once."""
    meant = [body.pk for body in here.bodies if (body.name == claim.body if claim.body else body.kind == claim.kind)]
    return len(set[UUID]().union(*(here.seats[pk] for pk in meant)))


def _studios(claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    return sum(
        1
        for studio in here.studios
        if studio.status in STANDING
        and claim.kind in ("", studio.kind)
        and (not claim.within or claim.within in studio.body.place.path.split("/"))
        and (claim.by is None or (studio.opened_on is not None and studio.opened_on <= claim.by))
    )


def _pairings(_claim: Claim, here: _Standing, _playbook: Playbook) -> int:
    return here.pairings


def _standard(_claim: Claim, _here: _Standing, playbook: Playbook) -> int:
    return len(playbook.studios.standard.items)


COUNTS: Mapping[str, Callable[[Claim, _Standing, Playbook], int]] = {
    "streets": _streets,
    "communities": _communities,
    "enrolled": _enrolled,
    "bodies": _bodies,
    "seats": _seats,
    "studios": _studios,
    "pairings": _pairings,
    "standard": _standard,
}


# --- the tree, and what is agreed -------------------------------------------------------------------


def _is_unreal(place: Place) -> bool:
    return place.statistical_only and place.level == Level.STREET


def _governed(here: _Standing) -> list[Place]:
    """The places that somebody governs: not what only statistics know, nor what lies in it."""
    return [
        place
        for path, place in here.places.items()
        if not place.statistical_only
        and not ((above := here.places.get(path.rpartition("/")[0])) and above.statistical_only)
    ]


def _real(here: _Standing, level: int) -> int:
    return sum(1 for place in _governed(here) if place.level == level)


def _tree(tenant: Tenant, here: _Standing) -> list[Branch]:
    branches = _branches(tenant.place_path, here)
    for branch in branches:
        if branch.place.level < Level.STREET:
            branch.below = _branches(branch.place.path, here)
    return branches


def _branches(above: str, here: _Standing) -> list[Branch]:
    """What lies directly below the place of this path."""
    depth = above.count("/") + 1
    found: dict[str, Branch] = {}
    for place in _governed(here):
        if place.path.count("/") == depth and place.path.startswith(above + "/"):
            found[place.path] = Branch(place)

    def branch_of(path: str) -> Branch | None:
        return found.get("/".join(path.split("/")[: depth + 1]))

    for place in _governed(here):
        if branch := branch_of(place.path):
            branch.streets += place.level == Level.STREET and place != branch.place
            branch.communities += place.level == Level.COMMUNITY
    for studio in here.studios:
        if studio.status in STANDING and (branch := branch_of(studio.body.place.path)):
            branch.studios += 1
    for path, number in here.enrolled.items():
        if branch := branch_of(path):
            branch.members += number
    return list(found.values())


def _sum(place: Place, branches: list[Branch], here: _Standing) -> Branch:
    return Branch(
        place,
        streets=_real(here, Level.STREET),
        communities=sum(branch.communities for branch in branches),
        studios=sum(1 for studio in here.studios if studio.status in STANDING),
        members=here.enrolled.total(),
    )


def _duty(here: _Standing) -> list[Receiving]:
    """The rules that hold today, in words, each with the number of studios that follow it (one query)."""
    today = clock.today()
    holding = Q(since__lte=today) & (Q(until=None) | Q(until__gte=today))
    standing = [studio.pk for studio in here.studios if studio.status in STANDING]
    rules = DutyPlan.objects.filter(holding, studio__in=standing).values_list("studio", "rule")
    following: dict[str, set[UUID]] = defaultdict(set)
    for studio, rule in rules:
        following[str(DutyRule.parse(rule))].add(studio)
    return [
        Receiving(sentence, len(studios)) for sentence, studios in sorted(following.items(), key=lambda x: -len(x[1]))
    ]


def _adoption() -> Adoption | None:
    """By which document the playbook of today is in force (one query)."""
    return Adoption.objects.filter(in_force_from__lte=clock.today()).order_by("-in_force_from").first()
