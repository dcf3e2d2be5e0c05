"""Addresses that prove themselves: of somebody at the table, and of a meeting's door. Nothing is stored: the
token carries the key of the row. Made as those of whistles (`gathering.links`), for purposes of their own."""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.urls import reverse

from shangliang.core.seal import keyed_hash
from shangliang.deliberation.models import Attendee, Meeting

PROOF = 12  # bytes: 96 bits cannot be guessed
SEAT, DOOR = "meeting-seat", "meeting-door"


def link_for(attendee: Attendee, slug: str) -> str:
    """The path of the page of somebody at the table. Only for them."""
    return reverse("deliberation:seat", kwargs={"slug": slug, "token": token_of(attendee)})


def token_of(attendee: Attendee) -> str:
    """The token of an attendee's link, 38 characters."""
    return _token(attendee.pk, attendee.tenant_id, SEAT)


def read_token(token: str, tenant_id: UUID) -> UUID | None:
    """The id of the attendee a token belongs to in this tenant, None for what is no token."""
    return _read(token, tenant_id, SEAT)


def door_link(meeting: Meeting, slug: str) -> str:
    """The path of the page on which those in the room sign in, for the screen and the sheet at the door."""
    return reverse("deliberation:door", kwargs={"slug": slug, "token": _token(meeting.pk, meeting.tenant_id, DOOR)})


def read_door(token: str, tenant_id: UUID) -> UUID | None:
    """The id of the meeting whose door a token opens in this tenant, None for what is no token."""
    return _read(token, tenant_id, DOOR)


def _token(row_id: UUID, tenant_id: UUID, purpose: str) -> str:
    return base64.urlsafe_b64encode(row_id.bytes + _proof(row_id, tenant_id, purpose)).decode().rstrip("=")


def _read(token: str, tenant_id: UUID, purpose: str) -> UUID | None:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + PROOF:
        return None
    row_id = UUID(bytes=raw[:16])
    return row_id if hmac.compare_digest(raw[16:], _proof(row_id, tenant_id, purpose)) else None


def _proof(row_id: UUID, tenant_id: UUID, purpose: str) -> bytes:
    return keyed_hash(str(row_id), f"{purpose}:{tenant_id}")[:PROOF]
