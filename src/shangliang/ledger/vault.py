"""How words are kept: salt and text together, sealed, bound to their tenant and row."""

from __future__ import annotations

import os
from uuid import UUID

from shangliang.core.seal import seal, unseal
from shangliang.ledger import canonical

SALT = 32


def put(text: str, tenant_id: UUID, words_id: UUID) -> tuple[bytes, str]:
    """The sealed bytes to store for `text`, and the commitment for the entry."""
    salt = os.urandom(SALT)
    return seal(salt + text.encode(), _context(tenant_id, words_id)), canonical.commitment(salt, text)


def take(sealed: bytes | memoryview[int], tenant_id: UUID, words_id: UUID) -> tuple[str, str]:
    """The text that was put, and its commitment. Raises InvalidTag if a byte differs."""
    plain = unseal(sealed, _context(tenant_id, words_id))
    text = plain[SALT:].decode()
    return text, canonical.commitment(plain[:SALT], text)


def _context(tenant_id: UUID, words_id: UUID) -> str:
    return f"words:{tenant_id}:{words_id}"
