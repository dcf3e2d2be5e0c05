"""Writing down delivery: what hand-overs, replies and results share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shangliang.delivery import queries
from shangliang.delivery.models import HandOver
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter

NOW = ("status", "started", "days", "extended_days", "due", "own_number", "handler", "signed")


def lock(row: HandOver, seen: int | None) -> Matter:
    """The matter of a hand-over, locked, and the row as it is now: another act on it may have come first."""
    matter = matters.lock(row.matter_id, seen)
    row.refresh_from_db(fields=NOW)
    return matter


def holder_after(matter: Matter, row: HandOver) -> dict[str, Any]:
    """Who holds the matter, until when, once `row` is no longer out: the next body, else whoever handed it over."""
    others = [other for other in queries.open_hand_overs(matter.pk) if other.pk != row.pk]
    if others:
        return _held_for(others[0])
    return matters.clock_fields(matter.tenant_id, "first_answer") | matters.held_by(matter, row.from_body)


def due_first(matter: Matter) -> dict[str, Any]:
    """Who holds a matter that is out, and until when: the body of the hand-over that is due first."""
    return _held_for(queries.open_hand_overs(matter.pk)[0])


def _held_for(row: HandOver) -> dict[str, Any]:
    clock = {"due": row.due, "due_started": row.started, "due_rule": "hand_over", "due_days": row.days}
    return clock | {"holder": row.body}


def named(matter: Matter, row: HandOver) -> list[tuple[str, UUID]]:
    return [("matter", matter.pk), ("hand_over", row.pk)]


def body_facts(row: HandOver) -> dict[str, Any]:
    return {"body": str(row.body_id), "body_name": row.body.name, "own_number": row.own_number}
