"""Everything a topic's public page shows.

Whatever happens to a topic leaves an entry that names it or its matter. So what was read for one reader stands for
the next one until there is a newer entry, and an ordinary visit asks for little more than that entry's number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shangliang.core import clock
from shangliang.deliberation import path
from shangliang.deliberation.models import AgendaPart, Attendee, Item, Meeting, PublicRule, Topic
from shangliang.deliberation.path import Walked
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.ledger.models import Subject
from shangliang.matters.models import Point
from shangliang.publicity.topic_list import PUBLIC

Status = Meeting.Status
COMING = (Status.CALLED, Status.OPEN)
SHOWN = (*COMING, Status.READ, Status.SIGNED, Status.CANCELLED)
GOOD = (Item.Status.AGREED, Item.Status.RESERVED)
REMEMBERED = 512  # topics


@dataclass(frozen=True, slots=True)
class Settled:
    """A point of signed minutes: how it was settled, who does it by when, and where that stands."""

    item: Item

    @property
    def owner(self) -> str:
        return self.item.owner.name if self.item.owner else self.item.owner_words

    @property
    def stands(self) -> str:
        """Where it stands now, in words; "" while there is nothing to say."""
        if self.item.point:
            return "" if self.item.point.status == Point.Status.OPEN else self.item.point.get_status_display()
        return self.item.get_kept_display() if self.item.kept else ""

    @property
    def is_late(self) -> bool:
        return bool(self.item.due and self.item.due < clock.today()) and not self.stands


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known about a topic as of its newest entry."""

    facts: Evidence
    path: tuple[Walked, ...]
    agreed: tuple[Settled, ...]
    open: tuple[Settled, ...]
    public_rules: tuple[PublicRule, ...]

    @property
    def heard(self) -> int:
        return sum(side.people for side in self.facts.sides)

    @property
    def found(self) -> list[object]:
        return [one.finding for one in self.facts.found if one.counts]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the next meeting's agenda, with the time it begins."""

    at: dt.datetime
    label: str
    note: str


def public_topic(topic_id: UUID) -> Topic | None:
    """A topic that everybody may read, with its matter, place, playbook text and body (one query)."""
    rows = Topic.objects.filter(PUBLIC, pk=topic_id)
    return rows.select_related("matter__place__parent", "matter__holder", "playbook", "put_by").first()


def seen(topic: Topic) -> Seen:
    """What is known about a topic (one query; some fourteen more when something happened since it was last asked)."""
    newest = Subject.objects.filter(subject__in=[topic.pk, topic.matter_id]).aggregate(seq=Max("seq"))["seq"]
    return _seen(_Key(topic.pk, newest, clock.today(), topic))


def meetings(topic: Topic) -> list[Meeting]:
    """The public meetings of a topic that were called, the first first, with `said_yes` and `came` (one query)."""
    rows = Meeting.objects.filter(on_table__topic=topic, is_public=True, status__in=SHOWN)
    coming = Attendee.objects.filter(meeting=OuterRef("pk"), answer=Attendee.Answer.COMING)
    came = Attendee.objects.filter(meeting=OuterRef("pk"), signed_in_at__isnull=False)
    return list(rows.annotate(said_yes=_number(coming), came=_number(came)).order_by("starts_at", "pk"))


def agenda(meeting: Meeting) -> list[Part]:
    """The agenda of a meeting, each part with the time at which it begins (one query)."""
    parts, at = [], meeting.starts_at
    for part in AgendaPart.objects.filter(meeting=meeting).order_by("position"):
        parts.append(Part(at, part.label, part.note))
        at += dt.timedelta(minutes=part.minutes)
    return parts


@dataclass(frozen=True, slots=True)
class _Key:
    """What is remembered is found by; the topic itself rides along."""

    topic_id: UUID
    seq: int | None
    day: dt.date
    topic: Topic

    def __hash__(self) -> int:
        return hash((self.topic_id, self.seq, self.day))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.topic_id, self.seq, self.day) == (
            other.topic_id,
            other.seq,
            other.day,
        )


@lru_cache(maxsize=REMEMBERED)
def _seen(key: _Key) -> Seen:
    facts = evidence(key.topic)
    items = _settled(Item.objects.filter(topic=key.topic, meeting__status=Status.SIGNED))
    return Seen(
        facts=facts,
        path=tuple(path.walked(facts)),
        agreed=tuple(one for one in items if one.item.status in GOOD),
        open=tuple(one for one in items if one.item.status == Item.Status.OPEN),
        public_rules=tuple(PublicRule.objects.filter(topic=key.topic).order_by("made_at")),
    )


def _settled(rows: QuerySet[Item]) -> list[Settled]:
    found: Iterable[Item] = rows.select_related("owner", "point").order_by("meeting__starts_at", "number")
    return [Settled(item) for item in found]


def _number(rows: QuerySet[Attendee]) -> Coalesce:
    counted = rows.order_by().values("meeting").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
