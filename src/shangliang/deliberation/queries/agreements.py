"""Reading what came of meetings: what was agreed, what residents undertook, what waits to be handed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from shangliang.core.actors import Actor
from shangliang.deliberation.models import Item, Meeting, PublicRule, Topic
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.matters.models import Matter, Point
from shangliang.people.rules import place_seats
from shangliang.playbooks.deliberation_rules import Outcome
from shangliang.playbooks.queries import kept

PASSED = (Item.Status.AGREED, Item.Status.RESERVED)


@dataclass(frozen=True, slots=True)
class Agreed:
    """Something agreed in a meeting whose minutes are signed, and what became of it."""

    item: Item
    outcome: Outcome | None
    rules: list[PublicRule]

    @property
    def to(self) -> str:
        return self.outcome.to if self.outcome else ""

    @property
    def owner(self) -> str:
        return self.item.owner.name if self.item.owner else self.item.owner_words


def agreed(topic: Topic) -> list[Agreed]:
    """What was agreed about a topic in meetings whose minutes are signed, in order (two queries)."""
    outcomes = playbook_of(topic).deliberation.outcomes
    rows = list(_signed().filter(topic=topic).order_by("meeting__starts_at", "number"))
    found: dict[UUID, list[PublicRule]] = {}
    for rule in PublicRule.objects.filter(item__in=rows):
        if rule.item_id:
            found.setdefault(rule.item_id, []).append(rule)
    return [Agreed(one, outcomes.get(one.outcome), found.get(one.pk, [])) for one in rows]


def item(item_id: UUID) -> Item | None:
    """An item with its topic, matter and meeting (one query)."""
    return _all().filter(pk=item_id).first()


def locked(item_id: UUID) -> Item:
    """The same, locked."""
    return _all().select_for_update(of=("self",)).get(pk=item_id)


def is_undertaking(item: Item) -> bool:
    """Whether it was agreed as something people do themselves."""
    return item.status in PASSED and _to(item) == "undertaking"


def due_undertakings(actor: Actor, until: dt.date, limit: int = 50) -> list[Item]:
    """What residents undertook by a day up to `until`, with nobody having said whether they did, at the places that
    `actor` works for; the longest overdue first (one query)."""
    near = Q(topic__matter__holder__in=[seat.body_id for seat in actor.seats])
    for seat in place_seats(actor):
        near |= Q(topic__matter__place__path=seat.place_path)
        near |= Q(topic__matter__place__path__startswith=f"{seat.place_path}/")
    rows = _signed().filter(near, kept="", due__lte=until, point=None).order_by("due", "id")
    return [one for one in rows[: limit * 4] if _to(one) == "undertaking"][:limit]


def waiting_points(matter: Matter, points: Iterable[Point]) -> list[Item]:
    """The items that became these points of a matter, in order (one query)."""
    rows = _signed().filter(topic__matter=matter, point__in=list(points))
    return list(rows.order_by("point__number"))


def _to(item: Item) -> str:
    outcome = kept(item.tenant_id, item.topic.playbook.digest).deliberation.outcomes.get(item.outcome)
    return outcome.to if outcome else ""


def _all() -> QuerySet[Item]:
    return Item.objects.select_related(
        "topic__matter__place", "topic__matter__holder", "topic__playbook", "meeting__body__place", "owner", "point"
    )


def _signed() -> QuerySet[Item]:
    return _all().filter(status__in=PASSED, meeting__status=Meeting.Status.SIGNED)
