"""Reading for the workbench: the matters somebody may see, and all that one matter's page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.deliberation.models import Item
from shangliang.deliberation.queries.agreements import waiting_points
from shangliang.delivery import queries as delivery
from shangliang.delivery.models import Confirmation, HandedPoint, HandOver, HandOverFile, Promise
from shangliang.delivery.rules import OPEN
from shangliang.ledger.queries import Line, read, timeline
from shangliang.matters import queries as matters
from shangliang.matters.models import Matter, Point, Referral
from shangliang.matters.rules import Sight, sight
from shangliang.people.models import Look, Membership, Person
from shangliang.people.rules import CASE_DUTIES, RUNS_STUDIO, place_seats
from shangliang.places.models import Place
from shangliang.playbooks.calendar import Deadline
from shangliang.tenants.models import Tenant
from shangliang.voices.contacts import phone_hash
from shangliang.voices.models import Voice, VoicePhoto
from shangliang.voices.queries import Said, ids_matching
from shangliang.voices.screening import masked
from shangliang.voices.search import query_tokens

LINES_AT_MOST = 200  # of a timeline on one page
VOICES_AT_ONCE = 20
OPENING = 30  # characters that stand for a title


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over with the names of what its body brought in."""

    row: HandOver
    files: list[HandOverFile]


@dataclass(frozen=True, slots=True)
class Case:
    """One matter as its page shows it, to somebody who sees this much of it."""

    matter: Matter
    sight: Sight
    points: list[Point]
    hand_overs: list[Handed]
    referrals: list[Referral] = field(default_factory=list)
    joined: list[Matter] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    consensus: list[Item] = field(default_factory=list)  # what meetings agreed on, with nobody yet

    @property
    def rows(self) -> list[HandOver]:
        return [handed.row for handed in self.hand_overs]

    @property
    def referral(self) -> Referral | None:
        """The referral that still owes an answer."""
        waiting = (Referral.Status.SENT, Referral.Status.ACCEPTED)
        return next((row for row in reversed(self.referrals) if row.status in waiting), None)

    @property
    def clock(self) -> Deadline | None:
        return matters.clock_of(self.matter)


def case(actor: Actor, number: str) -> Case | None:
    """All that the page of a matter shows, None when `actor` may not see it or there is none."""
    matter = matters.by_number(number)
    if matter is None:
        return None
    referrals, hand_overs = matters.referrals(matter), delivery.hand_overs(matter)
    seen = sight(
        actor,
        matter,
        passed_to={row.to_body_id for row in referrals},
        handed_to={row.body_id for row in hand_overs},
    )
    if seen is None:
        return None
    if seen is Sight.HANDED:
        hand_overs = [row for row in hand_overs if row.body_id in actor.bodies]
    mine = {item.point_id for row in hand_overs for item in row.points.all()}
    points = [point for point in matters.points(matter) if seen is not Sight.HANDED or point.pk in mine]
    return Case(
        matter,
        seen,
        points,
        _with_files(hand_overs) if seen is not Sight.FACE else [Handed(row, []) for row in hand_overs],
        referrals if seen is Sight.WHOLE else [],
        _joined(matter) if seen is Sight.WHOLE else [],
        [row for row in delivery.promises(matter) if seen is not Sight.HANDED or row.point_id in mine],
        list(Confirmation.objects.filter(matter=matter).order_by("-happened_at")[:20]),
        timeline(matter.pk, limit=LINES_AT_MOST),
        _consensus(matter, points, hand_overs) if seen is Sight.WHOLE else [],
    )


def _consensus(matter: Matter, points: list[Point], hand_overs: list[HandOver]) -> list[Item]:
    """What meetings agreed on and nobody was given yet; no query while no point waits."""
    out = {item.point_id for row in hand_overs if row.status in OPEN for item in row.points.all()}
    waiting = [point for point in points if point.status == Point.Status.OPEN and point.pk not in out]
    return waiting_points(matter, waiting) if waiting else []


def voices_of(matter: Matter, start: int = 0) -> tuple[list[Said], int]:
    """Some of the voices behind a matter and those joined to it, from number `start` on, and how many there are."""
    rows = Voice.objects.filter(matter__in=matters.joined_ids(matter)).order_by("happened_at", "id")
    some = rows.select_related("words", "contact", "matter")[start : start + VOICES_AT_ONCE]
    return [Said(voice, read(voice.words)) for voice in some], rows.count()


def openings(rows: Iterable[Matter]) -> dict[UUID, str]:
    """The first words said behind matters that have no title yet, numbers masked (one query, none if all have one)."""
    untitled = [matter.pk for matter in rows if not matter.title]
    if not untitled:
        return {}
    said = Voice.objects.filter(matter__in=untitled, follows=None).select_related("words").order_by("happened_at", "id")
    first: dict[UUID, str] = {}
    for voice in said:
        if voice.matter_id not in first:
            first[voice.matter_id] = masked(read(voice.words)).replace("\n", " ")[:OPENING]
    return first


def voice(voice_id: UUID) -> Voice | None:
    """One voice with words, contact, and matter with place and holder."""
    rows = Voice.objects.select_related(
        "words", "contact", "follows", "matter__place", "matter__holder", "matter__lead"
    )
    return rows.filter(pk=voice_id).first()


def photos_of(voices: Iterable[Voice]) -> dict[UUID, list[VoicePhoto]]:
    """The photos of voices, by voice (one query)."""
    found: dict[UUID, list[VoicePhoto]] = {}
    for row in VoicePhoto.objects.filter(voice__in=list(voices), attachment__erased_at=None).order_by("pk"):
        found.setdefault(row.voice_id, []).append(row)
    return found


def photo(photo_id: UUID) -> VoicePhoto | None:
    """One photo with its file, and the matter it came to."""
    rows = VoicePhoto.objects.select_related("attachment", "voice__matter__place", "voice__matter__holder")
    return rows.filter(pk=photo_id).first()


def reply_file(file_id: UUID) -> HandOverFile | None:
    """One file of a reply, with its hand-over and matter."""
    rows = HandOverFile.objects.select_related("attachment", "hand_over__matter__place", "hand_over__matter__holder")
    return rows.filter(pk=file_id).first()


def looks_at(subjects: Iterable[UUID]) -> list[Look]:
    """Who looked at the personal data of these subjects, the latest first (one query)."""
    return list(Look.objects.filter(subject__in=list(subjects)).select_related("person").order_by("-at")[:50])


def people(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of persons by id (one query, none without ids)."""
    wanted = set(ids)
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


# --- lists ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list of matters, as the address gives them."""

    words: str = ""
    places: frozenset[UUID] | None = None
    category: str = ""
    status: str = ""
    late_on: dt.date | None = None  # due before this day
    holder_in: frozenset[UUID] | None = None


def visible(actor: Actor, tenant: Tenant) -> Q:
    """The condition that `rules.sight` puts on a list: the matters of which `actor` sees anything.

    The places that seats cover are read first (at most two queries): the list itself then asks by an index.
    """
    case = actor.seats_with(*CASE_DUTIES)
    over = place_seats(actor)
    if any(seat.covers(tenant.place_path) for seat in over):
        return Q()
    bodies = {seat.body_id for seat in (*case, *actor.seats_with(*RUNS_STUDIO))}
    seen = Q(place__in=_places_under(seat.place_path for seat in over))
    seen |= Q(holder__in=bodies) | Q(pk__in=Referral.objects.filter(to_body__in=bodies).values("matter"))
    seen |= Q(pk__in=HandOver.objects.filter(body__in=actor.bodies).values("matter"))
    if members := actor.seats_with(Membership.Duty.MEMBER):
        seen |= Q(place__in=_places_under(seat.place_path for seat in members)) & ~Q(status=Matter.Status.RAISED)
    return seen


def listed(seen: Q, tenant: Tenant, wanted: Wanted, *, after: UUID | None, limit: int) -> list[Matter]:
    """Matters, the newest first, from the one with id `after` on (one query)."""
    rows = Matter.objects.filter(seen)
    if wanted.words:
        rows = rows.filter(_found(tenant, wanted.words))
    if wanted.places is not None:
        rows = rows.filter(place__in=wanted.places)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.late_on is not None:
        rows = rows.filter(due__lt=wanted.late_on, lead=None)
    if wanted.holder_in is not None:
        rows = rows.filter(holder__in=wanted.holder_in)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.select_related("place", "holder", "lead").order_by("-pk")[:limit])


def _found(tenant: Tenant, words: str) -> Q:
    if words.isdecimal() and len(words) <= 9:  # the last figures of a number, as people read them out
        this_year = clock.today().year
        return Q(number__in=[f"{tenant.slug}-{year}-{int(words):06d}" for year in range(this_year - 4, this_year + 1)])
    tokens = query_tokens(tenant.mark, words)
    by_words = Q(pk__in=ids_matching(tenant.pk, tokens)) if tokens else Q(pk__in=[])
    return by_words | Q(number=words.strip())


def _places_under(paths: Iterable[str]) -> list[UUID]:
    under = Q(pk__in=[])
    for path in set(paths):
        under |= Q(path=path) | Q(path__startswith=path + "/")
    return list(Place.objects.filter(under).values_list("pk", flat=True))


def list_of(bodies: Iterable[UUID], limit: int) -> list[HandedPoint]:
    """The points that bodies have in hand or handed to others, answered ones too, the one due first in front."""
    ids = list(bodies)
    rows = HandedPoint.objects.filter(Q(hand_over__body__in=ids) | Q(hand_over__from_body__in=ids))
    rows = rows.exclude(hand_over__status=HandOver.Status.RETURNED)
    rows = rows.select_related("point", "hand_over__matter__place", "hand_over__body", "hand_over__from_body")
    return list(
        rows.select_related("hand_over__handler").order_by("hand_over__due", "hand_over", "point__number")[:limit]
    )


def by_phone(phone: str, tenant_id: UUID) -> list[Voice]:
    """The voices of whoever has this phone number, newest first, with their matters (one query)."""
    rows = Voice.objects.filter(contact__phone_hash=phone_hash(phone, tenant_id), follows=None)
    return list(rows.select_related("matter__place", "matter__holder").order_by("-happened_at")[:50])


def _joined(matter: Matter) -> list[Matter]:
    return list(Matter.objects.filter(lead=matter).select_related("place").order_by("number")[:50])


def _with_files(rows: list[HandOver]) -> list[Handed]:
    files: dict[UUID, list[HandOverFile]] = {}
    for file in HandOverFile.objects.filter(hand_over__in=rows).select_related("attachment").order_by("pk"):
        files.setdefault(file.hand_over_id, []).append(file)
    return [Handed(row, files.get(row.pk, [])) for row in rows]
