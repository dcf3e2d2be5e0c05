"""Reading erasures: what was noted at the desk of a voice goes when the voice's words are erased."""

from __future__ import annotations

from uuid import UUID

from shangliang.ledger.models import ERASURE
from shangliang.ledger.queries import Line
from shangliang.ledger.readers import catch_up
from shangliang.studios.models import Reception
from shangliang.tenants.models import Tenant


def forget(tenant: Tenant) -> int:
    """Destroy the notes of receptions whose voice was erased since the last call. Gives how many entries were read."""
    return catch_up("erased receptions", _forget, with_words=False)


def _forget(lines: list[Line]) -> None:
    voices = {
        UUID(row)
        for line in lines
        if line.entry.kind == ERASURE
        for kind, row in line.body["subjects"]
        if kind == "voice"
    }
    if voices:
        Reception.objects.filter(voice__in=voices).update(sealed=None, phone_hash=None)
