"""Everything a topic's public page shows.

Whatever staff or a meeting do to a topic leaves an entry that names it or its matter. So what was read for one reader
stands for the next one until there is a newer entry, and an ordinary visit asks for little more than that entry's
number. Only what people say online leaves no entries: conversations are read each time, and so is the path worked out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shangliang.core import clock
from shangliang.deliberation import path
from shangliang.deliberation.models import (
    AgendaPart,
    Attendee,
    Conversation,
    Finding,
    Item,
    Meeting,
    PublicRule,
    RuleVersion,
    Topic,
)
from shangliang.deliberation.path import Walked
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.ledger.models import Subject
from shangliang.matters.models import Point, Referral
from shangliang.matters.owed import WAITING
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
class Part:
    """A part of a meeting's agenda, with the time it begins."""

    at: dt.datetime
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known about a topic as of its newest entry."""

    facts: Evidence
    agreed: tuple[Settled, ...]
    open: tuple[Settled, ...]
    public_rules: tuple[PublicRule, ...]
    meetings: tuple[Meeting, ...]  # public ones that were called, the first first, with `said_yes` and `came`
    agendas: dict[UUID, tuple[Part, ...]]  # of those to come

    @property
    def heard(self) -> int:
        return sum(side.people for side in self.facts.sides)

    @property
    def found(self) -> list[Finding]:
        return [one.finding for one in self.facts.found if one.counts]

    def walked(self, talks: Iterable[Conversation]) -> list[Walked]:
        """The path, with the conversations as they are now."""
        return path.walked(replace(self.facts, conversations=tuple(talks)))


def public_topic(topic_id: UUID) -> Topic | None:
    """A topic that everybody may read, with its matter, place, playbook text and body, the number of the newest
    entry about it (`newest`), and whether another level owes an answer (`is_passed`) (one query)."""
    rows = Topic.objects.filter(PUBLIC, pk=topic_id)
    of_either = Q(subject=OuterRef("pk")) | Q(subject=OuterRef("matter"))
    named = Subject.objects.filter(of_either, tenant=OuterRef("tenant"))
    waiting = Referral.objects.filter(matter=OuterRef("matter"), tenant=OuterRef("tenant"), status__in=WAITING)
    rows = rows.annotate(newest=Subquery(named.order_by("-seq").values("seq")[:1]), is_passed=Exists(waiting))
    return rows.select_related("matter__place__parent", "matter__holder", "playbook", "put_by").first()


def seen(topic: Topic) -> Seen:
    """What is known about a topic from `public_topic` (no query; some sixteen when something happened since it was
    last asked)."""
    return _seen(_Key(topic.pk, topic.newest, clock.today(), topic))  # type: ignore[attr-defined]


def talks(topic: Topic) -> list[Conversation]:
    """The conversations about a topic as they are now, the first first (one query)."""
    rows = Conversation.objects.filter(topic=topic).select_related("body__place", "topic__matter", "version__rule")
    return list(rows.order_by("opened_at", "pk"))


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
    items = _settled(Item.objects.filter(topic=key.topic, meeting__status=Status.SIGNED))
    meetings = _meetings(key.topic)
    return Seen(
        facts=evidence(key.topic),
        agreed=tuple(one for one in items if one.item.status in GOOD),
        open=tuple(one for one in items if one.item.status == Item.Status.OPEN),
        public_rules=tuple(_rules(key.topic)),
        meetings=tuple(meetings),
        agendas=_agendas([one for one in meetings if one.status in COMING]),
    )


def _meetings(topic: Topic) -> list[Meeting]:
    rows = Meeting.objects.filter(on_table__topic=topic, is_public=True, status__in=SHOWN)
    # A meeting called off before anybody was asked to come is no news.
    rows = rows.exclude(status=Status.CANCELLED, called_at=None)
    coming = Attendee.objects.filter(meeting=OuterRef("pk"), answer=Attendee.Answer.COMING)
    came = Attendee.objects.filter(meeting=OuterRef("pk"), signed_in_at__isnull=False)
    return list(rows.annotate(said_yes=_number(coming), came=_number(came)).order_by("starts_at", "pk"))


def _agendas(meetings: list[Meeting]) -> dict[UUID, tuple[Part, ...]]:
    at = {one.pk: one.starts_at for one in meetings}
    found: dict[UUID, tuple[Part, ...]] = {}
    for part in AgendaPart.objects.filter(meeting__in=meetings).order_by("position"):
        begins = at[part.meeting_id]
        found[part.meeting_id] = (*found.get(part.meeting_id, ()), Part(begins, part.label, part.note))
        at[part.meeting_id] = begins + dt.timedelta(minutes=part.minutes)
    return found


def _rules(topic: Topic) -> QuerySet[PublicRule]:
    """The rules that came of it and that everybody may read: a draft is nobody's business yet."""
    shown = RuleVersion.objects.exclude(status__in=(RuleVersion.Status.DRAFT, RuleVersion.Status.GIVEN_UP))
    return PublicRule.objects.filter(topic=topic, pk__in=shown.values("rule")).order_by("made_at")


def _settled(rows: QuerySet[Item]) -> list[Settled]:
    found: Iterable[Item] = rows.select_related("owner", "point").order_by("meeting__starts_at", "number")
    return [Settled(item) for item in found]


def _number(rows: QuerySet[Attendee]) -> Coalesce:
    counted = rows.order_by().values("meeting").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
