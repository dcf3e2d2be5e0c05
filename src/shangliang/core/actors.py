"""Who acts: seats held by a person today, and the answer to "may they?"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from shangliang.core.errors import NotAllowed

Kind = Literal["resident", "staff", "link", "system"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One membership in force: this person, in this body, for this duty, over this place."""

    body_id: UUID
    body_kind: str
    body_name: str
    duty: str
    place_path: str  # the body's place, as `places.Place.path`
    signs: tuple[str, ...] = ()  # steps of the body's internal sign-off that this seat may sign

    def covers(self, place_path: str) -> bool:
        """Whether `place_path` is the seat's own place or lies within it."""
        return place_path == self.place_path or place_path.startswith(self.place_path + "/")


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts in one tenant: a resident (no account), staff with seats, the holder of a
    one-time link given to a body, or the system itself."""

    kind: Kind
    tenant_id: UUID
    person_id: UUID | None = None
    name: str = ""
    seats: tuple[Seat, ...] = field(default=())

    @property
    def bodies(self) -> set[UUID]:
        return {seat.body_id for seat in self.seats}

    @property
    def duties(self) -> set[str]:
        return {seat.duty for seat in self.seats}

    def seats_with(self, *duties: str) -> tuple[Seat, ...]:
        """The seats whose duty is one of `duties`, in the order they were given."""
        return tuple(seat for duty in duties for seat in self.seats if seat.duty == duty)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes with the seat one acts from, or no with the reason, in words for the one who asks."""

    ok: bool
    why_not: str = ""
    seat: Seat | None = None

    def __bool__(self) -> bool:
        return self.ok

    def grant(self) -> Seat | None:
        """The seat to act from (None for residents). Raises NotAllowed with the reason for a no."""
        if not self.ok:
            raise NotAllowed(self.why_not)
        return self.seat


def yes(seat: Seat | None = None) -> Verdict:
    return Verdict(True, "", seat)


def no(why_not: str) -> Verdict:
    return Verdict(False, why_not)
