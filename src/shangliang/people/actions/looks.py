"""Looks at personal data."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.people.models import Look


def looked(actor: Actor, what: str, subject: UUID, reason: str = "") -> None:
    """Record that a member of staff looked at personal data: an access record, not an entry."""
    looked_at_all(actor, what, [subject], reason)


def looked_at_all(actor: Actor, what: str, subjects: Iterable[UUID], reason: str = "") -> None:
    """Record a look at the data of several at once, one row for each."""
    if actor.person_id is None:
        return
    seen = {"tenant_id": actor.tenant_id, "person_id": actor.person_id, "what": what, "reason": reason}
    Look.objects.bulk_create(Look(subject=subject, at=clock.now(), **seen) for subject in subjects)
