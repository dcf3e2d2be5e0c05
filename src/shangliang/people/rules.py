"""Who may do what with people, bodies and the calendar of a tenant."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.people.models import Account, Body, Membership

Duty, Kind = Membership.Duty, Body.Kind

# Those who triage and follow matters of the places they sit over.
CASE_DUTIES = (Duty.DISTRICT_OFFICE, Duty.STREET_STAFF, Duty.COMMUNITY_STAFF, Duty.CONVENOR, Duty.LIAISON)
DEPTH_OF_A_STREET = 3  # how many "/" its path has
# Those who run a studio.
RUNS_STUDIO = (Duty.CONVENOR, Duty.LIAISON, Duty.LEAD, Duty.INITIATOR)
# Those who answer for what their body holds.
ANSWERS = (*CASE_DUTIES, Duty.LEAD, Duty.INITIATOR, Duty.HANDLER)
# Those who receive residents in a studio, in turn.
RECEIVES = (Duty.MEMBER, Duty.LEAD, Duty.INITIATOR, Duty.CONVENOR, Duty.DELEGATE, Duty.AREA_LEAD)

# The duties there are in a body, by its kind: nobody manages the tenant from a community's seat.
DUTIES_IN: dict[str, tuple[str, ...]] = {
    Kind.DISTRICT_OFFICE: (Duty.DISTRICT_OFFICE,),
    Kind.STREET_OFFICE: (Duty.STREET_STAFF, Duty.HANDLER),
    Kind.COMMUNITY: (Duty.COMMUNITY_STAFF,),
    Kind.DEPARTMENT: (Duty.HANDLER,),
    Kind.LIAISON_COMMITTEE: (Duty.MEMBER, Duty.CONVENOR, Duty.CHAIR, Duty.AREA_LEAD, Duty.DELEGATE),
    Kind.STUDIO: (Duty.CONVENOR, Duty.MEMBER, Duty.LEAD, Duty.INITIATOR, Duty.LIAISON, Duty.DELEGATE, Duty.AREA_LEAD),
    Kind.SPECIAL_COMMITTEE: (Duty.CHAIR, Duty.MEMBER),
    Kind.GROUP: (Duty.CONVENOR, Duty.MEMBER),
    Kind.PARTY_BRANCH: (Duty.FIRST_SECRETARY, Duty.MEMBER),
    Kind.SQUAD: (Duty.LEAD, Duty.MEMBER),
}


def place_seats(actor: Actor) -> tuple[Seat, ...]:
    """The seats from which `actor` works on all matters of a place. A studio of the whole district (a sector's,
    an online one) works on those it holds, not on those of every street; a group on none of a place."""
    return tuple(
        seat
        for seat in actor.seats_with(*CASE_DUTIES)
        if seat.duty not in (Duty.CONVENOR, Duty.LIAISON)
        or (seat.body_kind != Kind.GROUP and seat.place_path.count("/") >= DEPTH_OF_A_STREET)
    )


def answering_bodies(actor: Actor) -> set[UUID]:
    """The bodies for whose work `actor` answers: what they hold waits for them, and not for every member."""
    return {seat.body_id for seat in actor.seats_with(*ANSWERS)}


def case_seat(actor: Actor, place_path: str) -> Seat | None:
    """The seat from which `actor` works on matters at `place_path`: the nearest to the place, or None."""
    seats = [seat for seat in place_seats(actor) if seat.covers(place_path)]
    return max(seats, key=lambda seat: len(seat.place_path), default=None)


def may_manage(actor: Actor) -> Verdict:
    """District-office staff manage bodies, seats and the calendar."""
    seats = actor.seats_with(Duty.DISTRICT_OFFICE)
    return yes(seats[0]) if seats else no(_("这由区政协办公室来做。"))


def may_run(actor: Actor, body: Body) -> Verdict:
    """Its own convenor, liaison, lead member or initiator runs a studio, and so does the district office."""
    own = next((seat for seat in actor.seats_with(*RUNS_STUDIO) if seat.body_id == body.pk), None)
    if own:
        return yes(own)
    seats = actor.seats_with(Duty.DISTRICT_OFFICE)
    return yes(seats[0]) if seats else no(_("这由%(body)s的召集人来做。") % {"body": body.name})


def may_see_member(actor: Actor, *, runs_a_body: bool) -> Verdict:
    """A member's own page, and how to reach them, are for the district office, and for those who run a body that
    the member sits in (`runs_a_body`)."""
    if actor.seats_with(Duty.DISTRICT_OFFICE):
        return may_manage(actor)
    return yes() if runs_a_body else no(_("委员的联系方式，只给区政协办公室和他所在单位的召集人看。"))


def may_keep_account(actor: Actor, account: Account, *, elsewhere: bool) -> Verdict:
    """The district office resets and closes the log-ins of its people: of those who sit in no other tenant
    (`elsewhere`), since a password reset here would open the doors there; never its own or an operator's."""
    verdict = may_manage(actor)
    if not verdict:
        return verdict
    if account.person_id == actor.person_id:
        return no(_("自己的密码和登录保护，点右上角自己的名字去改。"))
    if account.is_operator:
        return no(_("系统管理员的账号，由系统管理员自己管。"))
    if elsewhere:
        return no(_("这个人在别的地方也有席位，不能由一个地方来重置或停用。可以在这里结束他的席位。"))
    return verdict
