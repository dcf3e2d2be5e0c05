"""The address by which a member answers without an account. Nothing is stored: the token carries the key of
what was asked and proves itself, for as long as its owner is a member here; an ended whistle says only that."""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.urls import reverse

from shangliang.core.seal import keyed_hash
from shangliang.gathering.models import Asked

PROOF = 12  # bytes: 96 bits cannot be guessed


def link_for(asked: Asked) -> str:
    """The path of the page on which this one who was asked answers; `asked.tenant` is read. Only for its owner."""
    return reverse("gathering:by_link", kwargs={"slug": asked.tenant.slug, "token": token_of(asked)})


def token_of(asked: Asked) -> str:
    """The token of the link, 38 characters."""
    return base64.urlsafe_b64encode(asked.pk.bytes + _proof(asked.pk, asked.tenant_id)).decode().rstrip("=")


def read_token(token: str, tenant_id: UUID) -> UUID | None:
    """The id of the row a token belongs to in this tenant, None for what is no token."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + PROOF:
        return None
    asked_id = UUID(bytes=raw[:16])
    return asked_id if hmac.compare_digest(raw[16:], _proof(asked_id, tenant_id)) else None


def _proof(asked_id: UUID, tenant_id: UUID) -> bytes:
    return keyed_hash(str(asked_id), f"whistle-link:{tenant_id}")[:PROOF]
