"""Who may do what with studios."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.people.models import Body, Membership, Person
from shangliang.people.rules import RUNS_STUDIO, may_manage, may_run
from shangliang.playbooks.studio_rules import LifeStep
from shangliang.studios.models import Pairing, Studio, Swap, Turn

GONE = (Studio.Status.CLOSED,)

# --- duty ---


def may_plan_duty(actor: Actor, studio: Studio) -> Verdict:
    """Who runs a studio says when it receives and who comes; nobody once it is closed."""
    if studio.status in GONE:
        return no(_("%(name)s已经退出了，不再排班。") % {"name": studio.body.name})
    return may_run(actor, studio.body)


def may_roster(actor: Actor, studio: Studio) -> Verdict:
    """As `may_plan_duty`; and nobody is given a turn in a studio that is suspended."""
    if studio.status == Studio.Status.SUSPENDED:
        return no(_("%(name)s现在停着，恢复以后再排班。") % {"name": studio.body.name})
    return may_plan_duty(actor, studio)


def may_give_up(actor: Actor, turn: Turn) -> Verdict:
    """A member gives up their own turn; who runs the studio does it for them; nobody has to for who has left."""
    if actor.kind == "system":
        return yes()
    if turn.person_id == actor.person_id:
        return yes(_own_seat(actor, turn.shift.studio))
    return may_run(actor, turn.shift.studio.body)


def may_answer_swap(actor: Actor, swap: Swap) -> Verdict:
    """Only whoever was asked agrees."""
    if swap.asked_id == actor.person_id:
        return yes(_own_seat(actor, swap.turn.shift.studio))
    return no(_("这是问别人的，由被问的人来答。"))


def may_say_leave(actor: Actor, person: Person, studios: Sequence[Studio]) -> Verdict:
    """Somebody says it of themselves; who runs a studio of theirs says it for them."""
    if person.pk == actor.person_id:
        return yes(next(iter(actor.seats), None))
    verdicts = [may_run(actor, studio.body) for studio in studios]
    return next(filter(None, verdicts), no(_("请假由本人说，或者由召集人代说。")))


def may_set_terms(actor: Actor, studio: Studio, person: Person) -> Verdict:
    """Somebody says it of themselves where they sit; who runs the studio says it for the others."""
    if person.pk == actor.person_id:
        seat = _own_seat(actor, studio)
        return yes(seat) if seat else no(_("您不在%(name)s接待，不用写。") % {"name": studio.body.name})
    return may_run(actor, studio.body)


def _own_seat(actor: Actor, studio: Studio) -> Seat | None:
    return next((seat for seat in actor.seats if seat.body_id == studio.body_id), None)


# --- reception ---


def may_receive(actor: Actor, studio: Studio, *, on_duty: bool) -> Verdict:
    """The desk of a studio is for those who run it, and for members while they are on duty there."""
    verdict = may_run(actor, studio.body)
    if verdict or not on_duty:
        return verdict or no(_("接待点给%(name)s的召集人和当天值班的人用。") % {"name": studio.body.name})
    return yes(_own_seat(actor, studio) or next(iter(actor.seats), None))


def may_read_note(actor: Actor, studio: Studio, *, on_duty: bool, is_todays: bool) -> Verdict:
    """Who runs the studio reads its notes; a member on duty those of that day, not the sealed ones of before."""
    if is_todays:
        return may_receive(actor, studio, on_duty=on_duty)
    return may_run(actor, studio.body)


# --- a studio's life, standard and pairings ---

Duty, Kind = Membership.Duty, Body.Kind
PROPOSES = (Duty.MEMBER, Duty.LEAD, Duty.INITIATOR, Duty.CONVENOR, Duty.CHAIR)
# Who signs for a body: from its own seat, never from above.
SIGNS_FOR: dict[str, tuple[str, ...]] = {
    Kind.STUDIO: RUNS_STUDIO,
    Kind.COMMUNITY: (Duty.COMMUNITY_STAFF,),
    Kind.STREET_OFFICE: (Duty.STREET_STAFF,),
    Kind.DEPARTMENT: (Duty.HANDLER,),
    Kind.LIAISON_COMMITTEE: (Duty.CHAIR, Duty.CONVENOR),
    Kind.SPECIAL_COMMITTEE: (Duty.CHAIR,),
    Kind.GROUP: (Duty.CONVENOR,),
    Kind.PARTY_BRANCH: (Duty.FIRST_SECRETARY,),
    Kind.SQUAD: (Duty.LEAD,),
    Kind.DISTRICT_OFFICE: (Duty.DISTRICT_OFFICE,),
}


def may_propose(actor: Actor) -> Verdict:
    """A member, a chair of a committee, or the office proposes a studio."""
    seats = actor.seats_with(*PROPOSES, Duty.DISTRICT_OFFICE)
    return yes(seats[0]) if seats else no(_("工作室由委员、专委会或者区政协办公室提出。"))


def may_move(actor: Actor, step: LifeStep) -> Verdict:
    """The office writes down what was decided; so does the chair of the body that the playbook says decides."""
    chairs = [seat for seat in actor.seats_with(Duty.CHAIR) if seat.body_name == step.by]
    if chairs:
        return yes(chairs[0])
    by_office = may_manage(actor)
    return (
        by_office
        if by_office
        else no(_("“%(step)s”由%(by)s定，区政协办公室来记。") % {"step": step.label, "by": step.by})
    )


def may_keep(actor: Actor, studio: Studio) -> Verdict:
    """Who runs a studio describes it and keeps its records; nobody changes them once it has left."""
    if studio.status in GONE:
        return no(_("%(name)s已经退出了，记录留着，不再改。") % {"name": studio.body.name})
    return may_run(actor, studio.body)


def may_inspect(actor: Actor, studio: Studio) -> Verdict:
    """The office inspects and praises: nobody does it for their own studio."""
    if studio.status in GONE:
        return no(_("%(name)s已经退出了。") % {"name": studio.body.name})
    return may_manage(actor)


def signing_seats(actor: Actor) -> tuple[Seat, ...]:
    """The seats from which `actor` may sign for their body."""
    return tuple(seat for seat in actor.seats if seat.duty in SIGNS_FOR.get(seat.body_kind, ()))


def may_draft_pairing(actor: Actor) -> Verdict:
    """Who may sign for a body drafts a pairing of it."""
    seats = signing_seats(actor)
    return yes(seats[0]) if seats else no(_("结对由各单位管事的人来起草。"))


def may_sign(actor: Actor, pairing: Pairing, body: Body) -> Verdict:
    """Each side signs from its own seat."""
    if pairing.status != Pairing.Status.DRAFT:
        return no(_("这份协议不在等签字了。"))
    seat = _signs_for(actor, body)
    return yes(seat) if seat else no(_("由%(body)s自己来签。") % {"body": body.name})


def may_record_signature(actor: Actor, pairing: Pairing) -> Verdict:
    """The office does not sign for others; it records what they signed on paper."""
    if pairing.status != Pairing.Status.DRAFT:
        return no(_("这份协议不在等签字了。"))
    return may_manage(actor)


def may_work_pairing(actor: Actor, pairing: Pairing) -> Verdict:
    """Either side writes down what was done and how it went, and so does the office."""
    if pairing.status == Pairing.Status.ENDED:
        return no(_("这份协议已经结束了，记录留着，不再改。"))
    return may_renew(actor, pairing)


def may_renew(actor: Actor, pairing: Pairing) -> Verdict:
    """Either side drafts how it goes on, also when it has ended."""
    seat = _signs_for(actor, pairing.one) or _signs_for(actor, pairing.other)
    if seat:
        return yes(seat)
    by_office = may_manage(actor)
    return by_office if by_office else no(_("由结对的两家来做。"))


def _signs_for(actor: Actor, body: Body) -> Seat | None:
    return next((seat for seat in signing_seats(actor) if seat.body_id == body.pk), None)


# --- calls ---


def may_call(actor: Actor, studio: Studio) -> Verdict:
    """Who runs a studio puts questions to residents and answers for what becomes of the answers; nobody asks
    anything for one that has left."""
    return may_keep(actor, studio)
