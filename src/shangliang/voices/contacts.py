"""Contacts as they are kept: sealed, and found again by a keyed hash of the phone number."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from shangliang.core.seal import keyed_hash, seal, unseal


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach somebody, in the clear."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)


def sealed(reach: Reach, tenant_id: UUID, contact_id: UUID) -> bytes:
    return seal(json.dumps(asdict(reach), ensure_ascii=False).encode(), f"contact:{tenant_id}:{contact_id}")


def opened(blob: bytes, tenant_id: UUID, contact_id: UUID) -> Reach:
    return Reach(**json.loads(unseal(blob, f"contact:{tenant_id}:{contact_id}")))


def phone_hash(phone: str, tenant_id: UUID) -> bytes | None:
    """For finding a returning visitor; None without a phone."""
    digits = "".join(character for character in phone if character.isdigit())
    return keyed_hash(digits[-11:], f"phone:{tenant_id}") if digits else None
