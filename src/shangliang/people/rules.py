"""Who may do what with people, bodies and the calendar of a tenant."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.people.models import Membership

Duty = Membership.Duty

# Those who triage and follow matters of the places they sit over.
CASE_DUTIES = (Duty.DISTRICT_OFFICE, Duty.STREET_STAFF, Duty.COMMUNITY_STAFF, Duty.CONVENOR)


def case_seat(actor: Actor, place_path: str) -> Seat | None:
    """The seat from which `actor` works on matters at `place_path`: the nearest to the place, or None."""
    seats = [seat for seat in actor.seats_with(*CASE_DUTIES) if seat.covers(place_path)]
    return max(seats, key=lambda seat: len(seat.place_path), default=None)


def may_manage(actor: Actor) -> Verdict:
    """District-office staff manage bodies, seats and the calendar."""
    seats = actor.seats_with(Duty.DISTRICT_OFFICE)
    return yes(seats[0]) if seats else no(_("这由区政协办公室来做。"))
