"""What is known of members, bodies and seats before a list of members comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shangliang.people.models import Body, Member, Membership


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who sits here and is in no list of members yet."""

    person_id: UUID
    name: str
    seats: str  # in words


@dataclass(slots=True)
class Known:
    """What is known before a list comes in."""

    level: str  # of those of whom the list does not say it: the tenant's own
    members: dict[str, list[Member]] = field(default_factory=dict)  # by key, oldest first, with their person
    seats: dict[UUID, list[Membership]] = field(default_factory=dict)  # by person, held now or later, with their body
    bodies: list[Body] = field(default_factory=list)  # the open ones, with their place
    others: dict[str, list[Other]] = field(default_factory=dict)  # by name

    def by_name(self) -> dict[str, list[tuple[str, Member]]]:
        """Key and latest row of the members of each name."""
        found: dict[str, list[tuple[str, Member]]] = {}
        for key, rows in self.members.items():
            found.setdefault(rows[-1].person.name, []).append((key, rows[-1]))
        return found
