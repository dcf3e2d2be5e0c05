"""我收集: which acts of triage and on whistles are open, and why not."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.gathering.models import Asked, Whistle
from shangliang.matters.models import Matter, Referral
from shangliang.matters.rules import acts_on_open, works_on
from shangliang.people.rules import CASE_DUTIES, case_seat
from shangliang.playbooks.queries import in_force

Status = Matter.Status


def may_accept(actor: Actor, matter: Matter) -> Verdict:
    if matter.status != Status.RAISED:
        return no(_("已经受理过了。"))
    return acts_on_open(actor, matter)


def may_decline(actor: Actor, matter: Matter) -> Verdict:
    if matter.status not in (Status.RAISED, Status.GATHERED):
        return no(_("已经交办的事不能再说不受理，请办完答复。"))
    return acts_on_open(actor, matter)


def may_describe(actor: Actor, matter: Matter) -> Verdict:
    if matter.status == Status.RAISED:
        return no(_("先受理，再改标题、地点和分类。"))
    return works_on(actor, matter)


def may_join(actor: Actor, matter: Matter) -> Verdict:
    return acts_on_open(actor, matter)


def may_take_out(actor: Actor, matter: Matter) -> Verdict:
    if matter.lead_id is None:
        return no(_("它没有归到别的事下面。"))
    return works_on(actor, matter)


def may_refer(actor: Actor, matter: Matter, referral: Referral | None) -> Verdict:
    """Pass to the level above or below. Only the body that holds it passes it on."""
    if referral is not None and referral.to_body_id not in actor.bodies:
        return no(_("它已转到%(body)s，等那边回话。") % {"body": referral.to_body.name})
    if referral is not None and referral.status == Referral.Status.SENT:
        return no(_("先接下来，再往上或往下转。"))
    return acts_on_open(actor, matter)


def may_take_referral(actor: Actor, matter: Matter, referral: Referral | None) -> Verdict:
    """Accept what another level passed to one's own body."""
    if referral is None or referral.status != Referral.Status.SENT:
        return no(_("没有等着接的转报。"))
    return _of_receiver(actor, referral)


def may_return_referral(actor: Actor, matter: Matter, referral: Referral | None) -> Verdict:
    if referral is None:
        return no(_("没有转来的事可退。"))
    return _of_receiver(actor, referral)


def may_answer_referral(actor: Actor, matter: Matter, referral: Referral | None) -> Verdict:
    if referral is None:
        return no(_("没有转来的事要回话。"))
    return _of_receiver(actor, referral)


def _of_receiver(actor: Actor, referral: Referral) -> Verdict:
    seat = next((seat for seat in actor.seats if seat.body_id == referral.to_body_id), None)
    return yes(seat) if seat else no(_("这是转给%(body)s的。") % {"body": referral.to_body.name})


# --- whistles ---------------------------------------------------------------------------------------

GOING_ON = (Whistle.Status.OPEN, Whistle.Status.ANSWERED)


def may_blow(actor: Actor, place_path: str) -> Verdict:
    """Staff of the community, its street, its studio and the district office blow a whistle for a place."""
    seat = case_seat(actor, place_path)
    return yes(seat) if seat else no(_("这个地方不在您负责的范围里。"))


def may_whistle(actor: Actor, matter: Matter) -> Verdict:
    """Blow a whistle about a matter."""
    return acts_on_open(actor, matter)


def follows(actor: Actor, whistle: Whistle) -> Verdict:
    """Staff over the place of a whistle, and of the body that blew it, see all of it."""
    seat = case_seat(actor, whistle.place.path) or _staff_of(actor, whistle.body_id)
    return yes(seat) if seat else no(_("这一次吹哨不在您负责的范围里。"))


def may_steer(actor: Actor, whistle: Whistle) -> Verdict:
    """Say who leads, end it."""
    if whistle.status not in GOING_ON:
        return no(_("这一次吹哨已经结束了。"))
    return follows(actor, whistle)


def may_ask_more(actor: Actor, whistle: Whistle, asked: int) -> Verdict:
    """Ask further members, `asked` having been asked: not more in all than the playbook says."""
    verdict, most = may_steer(actor, whistle), in_force(whistle.tenant_id).whistle.at_most
    if verdict and asked >= most:
        return no(_("一次吹哨一共最多请 %(most)s 位，已经请满了。可以收回，换个时间再吹。") % {"most": most})
    return verdict


def may_answer(actor: Actor, asked: Asked) -> Verdict:
    """Only who was asked answers: signed in, or by their own link."""
    if asked.whistle.status not in GOING_ON:
        return no(_("这一次已经结束了，谢谢您。"))
    return _is_asked(actor, asked)


def may_visit(actor: Actor, whistle: Whistle, coming: set[UUID]) -> Verdict:
    """Those who come write down what they found; staff may write it for them."""
    if whistle.status == Whistle.Status.WITHDRAWN:
        return no(_("这一次已经收回了。"))
    if actor.person_id in coming:
        return yes()
    return follows(actor, whistle)


def may_see_phone(actor: Actor, asked: Asked) -> Verdict:
    """The community sees the number of those who come, and of nobody else."""
    if asked.answer != Asked.Answer.COME:
        return no(_("答应来的委员，才看得到电话。"))
    return follows(actor, asked.whistle)


def may_recuse(actor: Actor, matter: Matter, person_id: UUID | None) -> Verdict:
    """Anybody says it of themselves; of others, whoever works on the matter."""
    return yes() if person_id and actor.person_id == person_id else works_on(actor, matter)


def _is_asked(actor: Actor, asked: Asked) -> Verdict:
    return yes() if actor.person_id == asked.person_id else no(_("这是请另一位委员的。"))


def _staff_of(actor: Actor, body_id: UUID) -> Seat | None:
    return next((seat for seat in actor.seats_with(*CASE_DUTIES) if seat.body_id == body_id), None)
