"""我收集: which acts of triage are open, and why not."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shangliang.core.actors import Actor, Verdict, no, yes
from shangliang.matters.models import Matter, Referral
from shangliang.matters.rules import acts_on_open, works_on

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
