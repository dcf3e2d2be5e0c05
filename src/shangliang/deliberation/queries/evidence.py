"""Everything there is about a topic that its path and its gates are judged by, read at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, Q

from shangliang.core import clock
from shangliang.deliberation.models import (
    Approval,
    Conversation,
    Finding,
    FindingPhoto,
    GatePass,
    Hearing,
    Item,
    Meeting,
    Side,
    StepRecord,
    Topic,
)
from shangliang.deliberation.queries.conversations import of_topic
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.models import Entry
from shangliang.matters.models import Matter, Point
from shangliang.playbooks.deliberation_rules import DeliberationRules

DATED = ("matter.accepted", "matter.supervised", "matter.confirmed", "matter.sent_back")


@dataclass(frozen=True, slots=True)
class Heard:
    """A side, and how it was heard; what was withdrawn is shown and counts no more."""

    side: Side
    hearings: tuple[Hearing, ...]

    @property
    def people(self) -> int:
        """How many people of the side were heard."""
        return sum(one.people for one in self.hearings if one.withdrawn_at is None)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with its photos."""

    finding: Finding
    photos: tuple[FindingPhoto, ...]

    @property
    def counts(self) -> bool:
        return self.finding.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Handed:
    """A point that delivery answers for: when it was last handed over, and answered."""

    is_open: bool
    handed_at: dt.datetime | None
    replied_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A topic, the rules it goes by, and all the facts."""

    topic: Topic
    rules: DeliberationRules
    sides: tuple[Heard, ...]
    dropped: tuple[Heard, ...]
    found: tuple[Found, ...]
    records: dict[str, StepRecord]
    approvals: tuple[Approval, ...]
    passes: tuple[GatePass, ...]
    meetings: tuple[Meeting, ...]  # by when they are held
    conversations: tuple[Conversation, ...]
    items: tuple[Item, ...]  # agreed, of signed minutes
    points: tuple[Handed, ...]
    first: dict[str, dt.date]  # kind of entry → the day of the first one about the matter

    @property
    def standing(self) -> list[GatePass]:
        """What a chair let pass in the round that goes on: another round asks for another signature."""
        began = self.topic.again_at
        return [one for one in self.passes if began is None or one.at >= began]

    def of_kind(self, kind: Finding.Kind) -> Iterator[Found]:
        """The findings of a kind that count."""
        return (one for one in self.found if one.counts and one.finding.kind == kind)


def evidence(topic: Topic) -> Evidence:
    """All the facts about a topic that was read with its matter and playbook (twelve queries, however many rows)."""
    rules = playbook_of(topic).deliberation
    sides = list(_sides(topic))
    items = tuple(
        Item.objects.filter(
            topic=topic,
            status__in=[Item.Status.AGREED, Item.Status.RESERVED],
            meeting__status=Meeting.Status.SIGNED,
        )
    )
    meetings = Meeting.objects.filter(on_table__topic=topic).order_by("starts_at", "pk")
    return Evidence(
        topic=topic,
        rules=rules,
        sides=tuple(one for one in sides if one.side.dropped_at is None),
        dropped=tuple(one for one in sides if one.side.dropped_at is not None),
        found=tuple(_found(topic)),
        records={one.step: one for one in StepRecord.objects.filter(topic=topic).select_related("by")},
        approvals=tuple(Approval.objects.filter(topic=topic).order_by("on", "pk")),
        passes=tuple(GatePass.objects.filter(topic=topic).select_related("person").order_by("at", "pk")),
        meetings=tuple(meetings),
        conversations=tuple(of_topic(topic)),
        items=items,
        points=tuple(_points(topic, rules, items)),
        first=_first(topic.matter_id),
    )


def _sides(topic: Topic) -> Iterator[Heard]:
    hearings: dict[UUID, list[Hearing]] = {}
    for row in Hearing.objects.filter(side__topic=topic).select_related("by").order_by("on", "pk"):
        hearings.setdefault(row.side_id, []).append(row)
    for side in Side.objects.filter(topic=topic).order_by("position", "pk"):
        yield Heard(side, tuple(hearings.get(side.pk, ())))


def _found(topic: Topic) -> Iterator[Found]:
    photos: dict[UUID, list[FindingPhoto]] = {}
    for row in FindingPhoto.objects.filter(finding__topic=topic).order_by("pk"):
        photos.setdefault(row.finding_id, []).append(row)
    for one in Finding.objects.filter(topic=topic).select_related("by", "squad").order_by("on", "pk"):
        yield Found(one, tuple(photos.get(one.pk, ())))


def _points(topic: Topic, rules: DeliberationRules, items: tuple[Item, ...]) -> Iterator[Handed]:
    """The points of what was agreed to be handed over; where nothing was agreed at a table, the matter's own."""
    tasks = [key for key, outcome in rules.outcomes.items() if outcome.to == "task"]
    rows = Point.objects.filter(matter=topic.matter_id, moved_to=None)
    if items:
        rows = rows.filter(items__in=[one.pk for one in items if one.outcome in tasks])
    kept = ~Q(handed__hand_over__status="returned")  # delivery's own word: that room stands above this one
    rows = rows.annotate(
        handed_at=Max("handed__hand_over__sent_at", filter=kept),
        replied_at=Max("handed__hand_over__replied_at", filter=kept),
    )
    for status, handed_at, replied_at in rows.values_list("status", "handed_at", "replied_at"):
        yield Handed(status == Point.Status.OPEN, handed_at, replied_at)


def _first(matter_id: UUID) -> dict[str, dt.date]:
    rows = Entry.objects.filter(subjects__subject=matter_id, kind__in=DATED).order_by("-seq")
    return {kind: clock.day_of(at) for kind, at in rows.values_list("kind", "happened_at")}


def is_accepted(topic: Topic) -> bool:
    """Whether the topic's matter was taken on."""
    return topic.matter.status not in (Matter.Status.RAISED, Matter.Status.DECLINED)
