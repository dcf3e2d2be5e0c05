"""Reading topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from shangliang.core.actors import Actor
from shangliang.deliberation.models import Meeting, Topic
from shangliang.deliberation.rules import SITS_AS_MEMBER
from shangliang.matters.models import Matter
from shangliang.people.models import Body
from shangliang.people.rules import CASE_DUTIES, RUNS_STUDIO, place_seats
from shangliang.playbooks.definition import Playbook
from shangliang.playbooks.queries import kept

OPEN = (Topic.Status.PUT_FORWARD, Topic.Status.CHOSEN)
MEETING = (Meeting.Status.PLANNED, Meeting.Status.CALLED, Meeting.Status.OPEN, Meeting.Status.READ)

# What the list shows under each heading, and in which order.
TABS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "waiting": ((Topic.Status.PUT_FORWARD,), "put_at"),
    "talking": ((Topic.Status.CHOSEN,), "chosen_on"),
    "agreed": ((Topic.Status.AGREED,), "-ended_at"),
    "not": ((Topic.Status.TURNED_DOWN, Topic.Status.ENDED), "-ended_at"),
}


def seen_by(actor: Actor) -> Q:
    """The condition that `actor` sees a topic: the same as `rules.sees_topic`."""
    bodies = {seat.body_id for seat in actor.seats_with(*CASE_DUTIES, *RUNS_STUDIO)}
    seen = Q(put_by__in=actor.bodies) | Q(claimed_by__in=actor.bodies) | Q(matter__holder__in=bodies)
    if actor.person_id is not None:
        seen |= Q(chair=actor.person_id)
    squads = (seat for seat in actor.seats if seat.body_kind == Body.Kind.SQUAD)
    paths = {seat.place_path for seat in (*place_seats(actor), *actor.seats_with(*SITS_AS_MEMBER), *squads)}
    for path in paths:
        if not any(path.startswith(other + "/") for other in paths):
            seen |= Q(matter__place__path=path) | Q(matter__place__path__startswith=path + "/")
    return seen


def listed(seen: Q, tab: str, body: UUID | None = None) -> QuerySet[Topic, UUID]:
    """The ids of the topics under one of TABS: those that wait longest in front, of what is over the latest."""
    statuses, order = TABS[tab]
    rows = Topic.objects.filter(seen, status__in=statuses)
    rows = rows.filter(put_by=body) if body else rows
    return rows.order_by(order, "pk").values_list("pk", flat=True)


def whole(ids: Iterable[UUID]) -> list[Topic]:
    """These topics with all that a list shows of them, in this order (one query)."""
    wanted = list(ids)
    rows = Topic.objects.filter(pk__in=wanted)
    rows = rows.select_related("matter__place", "matter__lead", "playbook", "put_by", "chair", "claimed_by", "plan")
    found = {topic.pk: topic for topic in rows}
    return [found[pk] for pk in wanted if pk in found]


def counts(seen: Q, body: UUID | None = None) -> dict[str, int]:
    """How many there are under each of TABS (one query)."""
    rows = Topic.objects.filter(seen)
    rows = rows.filter(put_by=body) if body else rows
    by_status = {row["status"]: row["n"] for row in rows.values("status").annotate(n=Count("pk"))}
    return {tab: sum(by_status.get(status, 0) for status in statuses) for tab, (statuses, _order) in TABS.items()}


def topic(topic_id: UUID) -> Topic | None:
    """A topic with its matter, place, playbook text and body (one query)."""
    rows = Topic.objects.select_related("matter__place", "matter__holder", "playbook", "put_by__place")
    return rows.select_related("chair", "claimed_by", "plan").filter(pk=topic_id).first()


def behind(matter: Matter) -> list[Topic]:
    """The topic that a matter is talked about as, or was agreed on; where it is none, those that were joined to it
    while they were talked about (at most two queries)."""
    rows = Topic.objects.select_related("playbook", "matter").order_by("-put_at", "-pk")
    own = rows.filter(matter=matter, status__in=[Topic.Status.CHOSEN, Topic.Status.AGREED]).first()
    return [own] if own else list(rows.filter(matter__lead=matter, status=Topic.Status.CHOSEN))


def open_topic(matter: Matter) -> Topic | None:
    """The topic that a matter is now, if any."""
    return Topic.objects.filter(matter=matter, status__in=OPEN).first()


def of_matter(matter: Matter) -> list[Topic]:
    """The topics that a matter is and was, the latest first (one query)."""
    return list(Topic.objects.filter(matter=matter).order_by("-put_at", "pk")[:10])


def open_topics_of(body_id: UUID) -> int:
    """How many topics of a body are being deliberated."""
    # What was joined to another matter is talked about there.
    return Topic.objects.filter(put_by=body_id, status=Topic.Status.CHOSEN, matter__lead=None).count()


def has_open_meeting(topic: Topic) -> bool:
    """Whether a meeting with this topic on its table is not over."""
    return Meeting.objects.filter(on_table__topic=topic, status__in=MEETING).exists()


def playbook_of(topic: Topic) -> Playbook:
    """The way of working a topic began with."""
    return kept(topic.tenant_id, topic.playbook.digest)
