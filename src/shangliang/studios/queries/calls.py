"""What residents said to studios: messages, and answers to the questions that studios put to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from shangliang.core import clock
from shangliang.ledger.queries import read
from shangliang.places.models import Place
from shangliang.studios.models import Call, StudioVoice

STANDING = Q(withdrawn_at=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answered a call, and what became of their answers. Those held as automatic are not counted."""

    answers: int = 0
    adopted: int = 0
    not_adopted: int = 0

    @property
    def undecided(self) -> int:
        return self.answers - self.adopted - self.not_adopted


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a call with its words, for who runs the studio."""

    row: StudioVoice
    words: str


def call(call_id: UUID) -> Call | None:
    """One call with its studio, body and place (one query)."""
    return _whole().filter(pk=call_id).first()


def of_studio(studio_id: UUID) -> list[Call]:
    """The calls of a studio, withdrawn ones too, the newest first (one query)."""
    return list(Call.objects.filter(studio=studio_id).order_by("-since", "-pk"))


def running(studio_id: UUID | None = None, limit: int = 20) -> list[Call]:
    """The calls of a studio, or of all, that take answers today, those that end first in front (one query)."""
    today = clock.today()
    rows = _whole().filter(STANDING, concluded_at=None, since__lte=today, until__gte=today)
    if studio_id is not None:
        rows = rows.filter(studio=studio_id)
    return list(rows.order_by("until", "pk")[:limit])


def takes_answers(row: Call) -> bool:
    """Whether a call may be answered today."""
    return row.withdrawn_at is None and row.concluded_at is None and row.since <= clock.today() <= row.until


def is_public(row: Call) -> bool:
    """Whether there is a public page of a call: once it began, and also after it was withdrawn, which it says."""
    return row.since <= clock.today()


def tally(call_ids: Collection[UUID]) -> dict[UUID, Tally]:
    """What became of the answers to some calls, by call (one query)."""
    rows = StudioVoice.objects.filter(call__in=call_ids, voice__held=False).order_by().values("call")
    counted = rows.annotate(
        n=Count("pk"), yes=Count("pk", filter=Q(adopted=True)), no=Count("pk", filter=Q(adopted=False))
    )
    return {row["call"]: Tally(row["n"], row["yes"], row["no"]) for row in counted}


def answers(row: Call) -> list[Answer]:
    """The answers to a call with their words, undecided ones first, then the newest (one query)."""
    rows = row.answers.select_related("voice__words", "voice__matter__place").order_by("-pk")
    found = [Answer(one, read(one.voice.words)) for one in rows]
    return sorted(found, key=lambda answer: answer.row.adopted is not None)


def answer(answer_id: UUID) -> StudioVoice | None:
    """One answer with its call and its matter."""
    rows = StudioVoice.objects.select_related(
        "call__studio__body__place", "studio__body", "voice__matter", "voice__words"
    )
    return rows.filter(pk=answer_id).exclude(call=None).first()


def reasons(row: Call) -> list[tuple[bool, str, int]]:
    """What was said of the answers of a call, without anybody's words or name: adopted or not, why, how often."""
    rows = StudioVoice.objects.filter(call=row, voice__held=False).exclude(adopted=None).order_by()
    counted = rows.values("adopted", "why").annotate(n=Count("pk")).order_by("-adopted", "-n", "why")
    return [(bool(one["adopted"]), one["why"], one["n"]) for one in counted]


def places_of(row: Call) -> list[Place]:
    """The places a call is about, in order; the studio's own if none was named (one query)."""
    if not row.places:
        return [row.studio.body.place]
    return list(Place.objects.filter(pk__in=row.places).select_related("parent").order_by("path"))


def said_to(voice_ids: Iterable[UUID]) -> dict[UUID, StudioVoice]:
    """Which of these voices were said to a studio, a member of it or a call, by voice (one query)."""
    rows = StudioVoice.objects.filter(voice__in=list(voice_ids)).select_related("studio__body", "call", "person")
    return {row.voice_id: row for row in rows}


def _whole() -> QuerySet[Call]:
    return Call.objects.select_related("studio__body__place__parent")
