"""Reading topics."""

from __future__ import annotations

from uuid import UUID

from shangliang.deliberation.models import Meeting, Topic
from shangliang.matters.models import Matter
from shangliang.playbooks.definition import Playbook
from shangliang.playbooks.queries import kept

OPEN = (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN)
MEETING = (Meeting.Status.PLANNED, Meeting.Status.CALLED, Meeting.Status.OPEN, Meeting.Status.READ)


def topic(topic_id: UUID) -> Topic | None:
    """A topic with its matter, place, playbook text and body (one query)."""
    rows = Topic.objects.select_related("matter__place", "matter__holder", "playbook", "put_by", "chair", "claimed_by")
    return rows.filter(pk=topic_id).first()


def open_topic(matter: Matter) -> Topic | None:
    """The topic that a matter is now, if any."""
    return Topic.objects.filter(matter=matter, status__in=OPEN).first()


def open_topics_of(body_id: UUID) -> int:
    """How many topics of a body are being deliberated."""
    return Topic.objects.filter(put_by=body_id, status=Topic.Status.CHOSEN).count()


def has_open_meeting(topic: Topic) -> bool:
    """Whether a meeting with this topic on its table is not over."""
    return Meeting.objects.filter(on_table__topic=topic, status__in=MEETING).exists()


def playbook_of(topic: Topic) -> Playbook:
    """The way of working a topic began with."""
    return kept(topic.tenant_id, topic.playbook.digest)
