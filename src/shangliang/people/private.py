"""What of a member only those with duty may see: sealed with the row, opened one at a time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from shangliang.core.seal import keyed_hash, seal, unseal
from shangliang.people.models import Member


@dataclass(frozen=True, slots=True)
class Private:
    """How to reach a member, and where they live and work."""

    phone: str = ""
    home: str = ""
    unit: str = ""  # where they work, by name
    work: str = ""  # its address

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def sealed(private: Private, tenant_id: UUID, row_id: UUID) -> bytes:
    """`private` for the member row of this id."""
    return seal(json.dumps(asdict(private), ensure_ascii=False).encode(), _context(tenant_id, row_id))


def private_of(member: Member) -> Private:
    """What was sealed with a row; nothing once it is erased."""
    if member.sealed is None:
        return Private()
    return Private(**json.loads(unseal(member.sealed, _context(member.tenant_id, member.pk))))


def address_digest(private: Private, tenant_id: UUID) -> bytes:
    """By which it is known whether the addresses are still those that an enrolment was read from."""
    return keyed_hash("\n".join((private.home, private.unit, private.work)), f"enrolment:{tenant_id}")


def _context(tenant_id: UUID, row_id: UUID) -> str:
    return f"member:{tenant_id}:{row_id}"
