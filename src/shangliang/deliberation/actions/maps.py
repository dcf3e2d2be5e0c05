"""Keeping the map of a conversation."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shangliang.core import clock
from shangliang.deliberation.models import Conversation, StoredMap


@transaction.atomic
def store(conversation: Conversation, drawn: dict[str, Any]) -> None:
    """Put `drawn`, made of the votes up to `conversation.votes` as it was read, in place of the map before.

    No entry: it can be computed again from the votes at any time.
    """
    StoredMap.objects.update_or_create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        defaults={"votes": conversation.votes, "map": drawn, "made_at": clock.now()},
    )
    Conversation.objects.filter(pk=conversation.pk).update(mapped=conversation.votes)
