"""A member's own calendar: its secret address."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed
from shangliang.ledger.actions import append
from shangliang.studios.models import Feed
from shangliang.studios.queries.feeds import feed_digest

TOKEN_BYTES = 20  # 160 bits


@transaction.atomic
def new_feed(actor: Actor) -> str:
    """A new secret for the address of somebody's own calendar, told this once; the one before is over.

    Entry: feed.made. Raises NotAllowed for who is nobody here.
    """
    if actor.person_id is None or not actor.seats:
        raise NotAllowed(_("这是给值班的人用的。"))
    now = clock.now()
    Feed.objects.filter(person=actor.person_id, ended_at=None).update(ended_at=now)
    token = secrets.token_hex(TOKEN_BYTES)
    feed = Feed.objects.create(
        tenant_id=actor.tenant_id, person_id=actor.person_id, digest=feed_digest(token, actor.tenant_id), made_at=now
    )
    append(actor, "feed.made", [("feed", feed.pk)])
    return token
