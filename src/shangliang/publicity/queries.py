"""Reading what the public pages show: the home page's lists, and one matter with all that came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from shangliang.delivery.models import Confirmation, HandOver, Promise
from shangliang.delivery.telling import Answered, Told, tell
from shangliang.figures.models import Course
from shangliang.files.models import Attachment
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.matters.models import ENDS, Matter, Point, Referral
from shangliang.matters.owed import WAITING
from shangliang.people.models import Body
from shangliang.publicity import story
from shangliang.publicity.topic_list import of_matter
from shangliang.voices.models import Voice, VoicePhoto
from shangliang.voices.queries import CONSENTING

SHOWN, AT_ONCE = 30, 200  # entries of a timeline: at first, and when read from the beginning
VOICES, PHOTOS = 5, 6
RATED_AT_LEAST = 5  # under so many ratings there are only counts


@dataclass(slots=True)
class Opinion:
    """What those who asked say of the result: the last word of each."""

    solved: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Confirmation.Solved.values, 0))
    ratings: list[int] = field(default_factory=lambda: [0] * 5)  # best first

    def add(self, solved: str, rating: int | None, count: int = 1) -> None:
        self.solved[solved] += count
        if rating:
            self.ratings[5 - rating] += count

    @property
    def said(self) -> int:
        return sum(self.solved.values())

    @property
    def rated(self) -> int:
        return sum(self.ratings)

    @property
    def solved_share(self) -> int | None:
        """Solved among those who said, in whole hundredths rounded down; None below the least base."""
        return 100 * self.solved["yes"] // self.said if self.said >= RATED_AT_LEAST else None


@dataclass(slots=True)
class Asked:
    """A point as the public reads it: what was asked, who answers, and what they said."""

    number: int
    text: str
    status: str
    body: UUID | None = None
    due: dt.date | None = None
    answer: Answered | None = None
    promised: dt.date | None = None

    @property
    def label(self) -> str:
        return str(Point.Status(self.status).label)


@dataclass(slots=True)
class Words:
    """A resident's words that may be read, with the photos that came with them."""

    text: str
    photos: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """Everything a matter's page shows beside the matter itself."""

    points: list[Asked]
    told: list[Told]
    bodies: dict[UUID, Body]
    words: list[Words]
    opinion: Opinion
    handed_to: list[UUID]
    next_seq: int | None  # where the timeline goes on


@dataclass(slots=True)
class Result:
    """An ended matter on the home page."""

    number: str
    title: str
    status: str
    ended_on: dt.date
    days: int  # from the day it was raised
    opinion: Opinion


def public_matter(number: str) -> Matter | None:
    """The matter with this number if the public may see it, with its place, its lead, and the days it
    came into its stages (`accepted_on`, …) as far as they are read from the ledger, whether another level owes
    an answer (`is_passed`), and its topic (`topic_list.talked`) (one query).
    """
    rows = Matter.objects.filter(number=number, is_public=True).select_related("place__parent", "lead")
    waiting = Referral.objects.filter(matter=OuterRef("pk"), tenant=OuterRef("tenant"), status__in=WAITING)
    rows = rows.annotate(is_passed=Exists(waiting), **of_matter())
    rows = rows.annotate(
        **{f"{name}_on": F(f"courses__{name}_on") for name in ("accepted", "deliberated", "delivered")}
    )
    return rows.only(
        *("tenant", "number", "title", "summary", "status", "holder", "due", "due_started", "due_rule", "due_days"),
        *("supporters", "raised_at", "ended_at", "place_settled", "lead__tenant", "lead__number", "lead__title"),
        *("lead__is_public", "place__short_name", "place__level", "place__code", "place__path"),
        *("place__parent__short_name", "place__parent__code", "place__parent__level"),
    ).first()


def matter_page(matter: Matter, *, from_seq: int | None = None) -> Page:
    """What the page of a public matter shows (at most seven queries).

    The timeline is the newest entries first, or, with `from_seq`, in order from that entry on.
    """
    points, handed_to = _points(matter)
    entries, next_seq = _entries(matter.pk, from_seq)
    voices = _cleared_voices(matter.pk)
    lines, spoken = story.read(entries, {voice.id: voice.words for voice in voices})
    bodies = _bodies({matter.holder_id, *handed_to, *story.bodies_in(lines)})
    names = {pk: body.name for pk, body in bodies.items()}
    told = tell(lines, bodies=names)
    _answer(matter.pk, points, told)
    return Page(
        points,
        told,
        bodies,
        [Words(spoken[voice.words], voice.photos) for voice in voices if voice.words in spoken],
        opinion_of(matter.pk) if matter.status in ENDS else Opinion(),
        handed_to,
        next_seq,
    )


def opinion_of(matter_id: UUID) -> Opinion:
    """The last word of each voice on this matter (one query)."""
    return _opinions([matter_id]).get(matter_id, Opinion())


def results(limit: int) -> list[Result]:
    """The public matters that ended last, newest first, with what those who asked say (two queries)."""
    rows = Course.objects.filter(ended_on__isnull=False, matter__is_public=True, matter__lead=None)
    columns = ("matter_id", "matter__number", "matter__title", "matter__status", "ended_on", "raised_on")
    found = list(rows.order_by("-ended_on", "-matter_id").values_list(*columns)[:limit])
    opinions = _opinions([row[0] for row in found]) if found else {}
    return [
        Result(number, title, status, ended, (ended - raised).days, opinions.get(pk, Opinion()))
        for pk, number, title, status, ended, raised in found
        if status in ENDS  # reopened a moment ago, and not read from the ledger yet
    ]


def whom_to_call() -> list[Body]:
    """The district office and the streets that have a public number (one query)."""
    kinds = (Body.Kind.DISTRICT_OFFICE, Body.Kind.STREET_OFFICE)
    rows = Body.objects.filter(kind__in=kinds, closed_on=None).exclude(phone="")
    return list(rows.only("tenant", "kind", "name", "phone", "hours", "address").order_by("kind", "name"))


def public_photo(attachment_id: UUID) -> Attachment | None:
    """A photo the public may see now: cleared, its voice consenting and cleared, its matter public (one query)."""
    voices = Voice.objects.filter(CONSENTING, matter__is_public=True).exclude(cleared_at=None)
    shown = VoicePhoto.objects.filter(attachment=attachment_id, voice__in=voices)
    rows = Attachment.objects.filter(pk=attachment_id, pk__in=shown.values("attachment"))
    return rows.exclude(cleared_at=None).first()


def _points(matter: Matter) -> tuple[list[Asked], list[UUID]]:
    """The points with who last was to answer each and any promise standing, and the bodies in order."""
    rows = Point.objects.filter(matter=matter, moved_to=None).order_by("number", "handed__hand_over__sent_at")
    points: dict[int, Asked] = {}
    handed: dict[UUID, None] = {}
    for row in rows.values_list(
        *("number", "text", "status", "handed__hand_over__body", "handed__hand_over__status"),
        *("handed__hand_over__due", "promises__status", "promises__by_when"),
    ):
        number, text, status, body, body_status, due, promise, by_when = row
        point = points.setdefault(number, Asked(number, text, status))
        if body and body_status != HandOver.Status.RETURNED:
            point.body, point.due = body, due
            handed[body] = None
        if promise == Promise.Status.STANDING:
            point.promised = by_when
    return list(points.values()), list(handed)


def _entries(matter_id: UUID, from_seq: int | None) -> tuple[list[Entry], int | None]:
    if from_seq is None:
        rows = Entry.objects.filter(subjects__subject=matter_id, kind__in=story.KINDS)
        found = list(rows.order_by("-subjects__seq")[: SHOWN + 1])
        return found[:SHOWN], 0 if len(found) > SHOWN else None
    # Both conditions in one call, so that they mean the same subject and no entry comes twice.
    rows = Entry.objects.filter(subjects__subject=matter_id, subjects__seq__gte=from_seq, kind__in=story.KINDS)
    found = list(rows.order_by("subjects__seq")[: AT_ONCE + 1])
    return found[:AT_ONCE], found[AT_ONCE].seq if len(found) > AT_ONCE else None


@dataclass(slots=True)
class _Cleared:
    id: UUID
    words: UUID
    photos: list[UUID] = field(default_factory=list)


def _cleared_voices(matter_id: UUID) -> list[_Cleared]:
    """The first voices behind the matter and those joined to it whose words the public may read."""
    # Two lists rather than one condition with “or”, for which SQLite would read the whole table.
    group = Matter.objects.filter(pk=matter_id).values("pk").union(Matter.objects.filter(lead=matter_id).values("pk"))
    rows = Voice.objects.filter(CONSENTING, matter__in=group).exclude(cleared_at=None).order_by("happened_at", "id")
    found: dict[UUID, _Cleared] = {}
    columns = ("id", "words_id", "photos__attachment_id", "photos__attachment__cleared_at")
    for voice, words, photo, cleared in rows.values_list(*columns)[: VOICES * PHOTOS]:
        if voice in found or len(found) < VOICES:
            one = found.setdefault(voice, _Cleared(voice, words))
            if photo and cleared:
                one.photos.append(photo)
    return list(found.values())


def _bodies(ids: Iterable[UUID | None]) -> dict[UUID, Body]:
    rows = Body.objects.filter(pk__in={pk for pk in ids if pk}).only("tenant", "name", "phone", "hours", "kind")
    return {body.pk: body for body in rows}


def _answer(matter_id: UUID, points: list[Asked], told: list[Told]) -> None:
    """Put the latest answer beside each point; an answer older than the entries shown is fetched."""
    told = sorted(told, key=lambda one: one.at, reverse=True)
    answers = _latest(told)
    if any(point.status != Point.Status.OPEN and point.number not in answers for point in points):
        answers = _latest(tell(timeline(matter_id, kinds=["handover.replied"], limit=AT_ONCE))) | answers
    for point in points:
        if point.status != Point.Status.OPEN:
            point.answer = answers.get(point.number)


def _latest(told: Iterable[Told]) -> dict[int, Answered]:
    found: dict[int, Answered] = {}
    for one in told:
        for answer in one.answers:
            found.setdefault(answer.number, answer)
    return found


def _opinions(matter_ids: list[UUID]) -> dict[UUID, Opinion]:
    rows = Confirmation.objects.filter(matter__in=matter_ids).order_by("happened_at")
    last = {(matter, voice): (solved, rating) for matter, voice, solved, rating in rows.values_list(
        "matter_id", "voice_id", "solved", "rating"
    )}  # fmt: skip
    found: dict[UUID, Opinion] = {}
    for (matter, _voice), (solved, rating) in last.items():
        found.setdefault(matter, Opinion()).add(solved, rating)
    return found
