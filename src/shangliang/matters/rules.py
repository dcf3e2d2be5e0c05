"""Who may see a matter and who may work on it."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.matters.models import ENDS, Matter
from shangliang.people.models import Membership
from shangliang.people.rules import CASE_DUTIES, RUNS_STUDIO, case_seat


class Sight(Enum):
    """How much of a matter somebody sees."""

    WHOLE = "whole"  # who works on it, or had it passed to them: everything
    HANDED = "handed"  # a body it was handed to: its public face, points, notes and timeline
    FACE = "face"  # members of its place, once it is accepted: nothing that tells who spoke


def sight(
    actor: Actor, matter: Matter, *, passed_to: Collection[UUID] = (), handed_to: Collection[UUID] = ()
) -> Sight | None:
    """How much of a matter `actor` sees, None for nothing: the page is then a 404.

    `passed_to` are the bodies along its referrals, `handed_to` those of its hand-overs.
    """
    case_bodies = {seat.body_id for seat in actor.seats_with(*CASE_DUTIES, *RUNS_STUDIO)}
    if works_on(actor, matter) or not case_bodies.isdisjoint(passed_to):
        return Sight.WHOLE
    if not actor.bodies.isdisjoint(handed_to):
        return Sight.HANDED
    return Sight.FACE if sees_as_member(actor, matter) else None


def works_on(actor: Actor, matter: Matter) -> Verdict:
    """Staff who sit over the matter's place, or in the body that holds it, work on it; nobody else does."""
    seat = case_seat(actor, matter.place.path) or _holding_seat(actor, matter)
    return yes(seat) if seat else no(_("这件事不在您负责的范围里。"))


def acts_on_open(actor: Actor, matter: Matter) -> Verdict:
    """Works on it, it has not ended, and it does not follow a lead matter."""
    if matter.lead_id is not None:
        return no(_("它已归到另一件事下面，请在那一件上操作，或者先分出来。"))
    if matter.status in ENDS:
        return no(_("这件事已经有了结果。要继续办，请先退回办理。"))
    return works_on(actor, matter)


def sees_as_member(actor: Actor, matter: Matter) -> bool:
    """Members see accepted matters of the places they sit over, without personal data."""
    if matter.status == Matter.Status.RAISED:
        return False
    return any(seat.covers(matter.place.path) for seat in actor.seats_with(Membership.Duty.MEMBER))


def _holding_seat(actor: Actor, matter: Matter) -> Seat | None:
    # A street may pass a matter to a community that is not over its place.
    # And what was said to a studio is worked on by whoever runs it, convenor or not.
    seats = actor.seats_with(*CASE_DUTIES, *RUNS_STUDIO)
    return next((seat for seat in seats if seat.body_id == matter.holder_id), None)
