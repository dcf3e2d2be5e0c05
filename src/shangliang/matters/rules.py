"""Who may see a matter and who may work on it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Verdict, no, yes
from shangliang.matters.models import ENDS, Matter
from shangliang.people.models import Membership
from shangliang.people.rules import case_seat


def works_on(actor: Actor, matter: Matter) -> Verdict:
    """Staff who sit over the matter's place work on it; nobody else does."""
    seat = case_seat(actor, matter.place.path)
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
