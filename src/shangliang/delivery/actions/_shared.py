"""Writing down delivery: what hand-overs, replies and results share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shangliang.delivery import queries
from shangliang.delivery.models import HandOver
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter


def holder_after(matter: Matter, row: HandOver) -> dict[str, Any]:
    """Who holds the matter, until when, once `row` is no longer out: the next body, else whoever handed it over."""
    others = [other for other in queries.open_hand_overs(matter.pk) if other.pk != row.pk]
    if others:
        return due_of(others[0]) | {"holder_id": others[0].body_id}
    return matters.clock_fields(matter.tenant_id, "first_answer") | {"holder_id": row.from_body_id}


def next_due(matter: Matter) -> dict[str, Any]:
    return due_of(queries.open_hand_overs(matter.pk)[0])


def due_of(row: HandOver) -> dict[str, Any]:
    return {"due": row.due, "due_started": row.started, "due_rule": "hand_over", "due_days": row.days}


def named(matter: Matter, row: HandOver) -> list[tuple[str, UUID]]:
    return [("matter", matter.pk), ("hand_over", row.pk)]


def body_facts(row: HandOver) -> dict[str, Any]:
    return {"body": str(row.body_id), "body_name": row.body.name, "own_number": row.own_number}
