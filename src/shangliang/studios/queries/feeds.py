"""Finding whose calendar a secret address is."""

from __future__ import annotations

from uuid import UUID

from shangliang.core import clock
from shangliang.core.seal import keyed_hash
from shangliang.people.models import Membership, Person
from shangliang.people.queries import in_force
from shangliang.studios.models import Feed


def feed_digest(token: str, tenant_id: UUID) -> bytes:
    """What is kept of the secret in an address: of no use without the key."""
    return keyed_hash(token, f"feed:{tenant_id}")


def person_of_feed(token: str, tenant_id: UUID) -> Person | None:
    """Whose calendar it is, None for a secret that is wrong or over (one query)."""
    rows = Feed.objects.filter(digest=feed_digest(token, tenant_id), ended_at=None).select_related("person")
    feed = rows.first()
    if feed is None or not Membership.objects.filter(in_force(clock.today()), person=feed.person_id).exists():
        return None  # who left takes no calendar along
    return feed.person
