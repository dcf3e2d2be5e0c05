"""助落实: which acts of delivery are open, and why not."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat, Verdict, no, yes
from shangliang.deliberation.models import Item
from shangliang.delivery.models import HandOver, Promise
from shangliang.matters.models import ENDS, Matter, Point
from shangliang.matters.rules import acts_on_open, works_on

Status = Matter.Status
PROMISED_WITHIN = dt.timedelta(days=3660)  # ten years; a year further off was mistyped, and would never fall due
OPEN = (HandOver.Status.SENT, HandOver.Status.IN_HAND, HandOver.Status.SIGNING)


def is_too_far(by_when: dt.date) -> bool:
    """Whether nobody can mean to promise something by this day."""
    return by_when > clock.today() + PROMISED_WITHIN


def may_hand_over(actor: Actor, matter: Matter) -> Verdict:
    if matter.status == Status.RAISED:
        return no(_("先受理，再交办。"))
    return acts_on_open(actor, matter)


def may_hand_over_consensus(actor: Actor, matter: Matter, items: list[Item]) -> Verdict:
    """Hand over what meetings agreed on, as long as something of it is with nobody."""
    if not items:
        return no(_("没有会上定下来、还没交办的事。"))
    return may_hand_over(actor, matter)


def may_supervise(actor: Actor, matter: Matter, hand_overs: list[HandOver]) -> Verdict:
    if not any(hand_over.status in OPEN for hand_over in hand_overs):
        return no(_("没有正在办的交办可督办。"))
    return acts_on_open(actor, matter)


def may_close(actor: Actor, matter: Matter, points: list[Point], hand_overs: list[HandOver]) -> Verdict:
    """Staff close a matter only with no open point and no hand-over still out."""
    verdict = acts_on_open(actor, matter)
    if not verdict:
        return verdict
    if matter.status == Status.RAISED:
        return no(_("先受理，再办结。"))
    unanswered = [str(point.number) for point in points if point.status == Point.Status.OPEN]
    if unanswered:
        return no(_("第%(numbers)s点未答，不能了结。") % {"numbers": "、".join(unanswered)})
    if any(hand_over.status in OPEN for hand_over in hand_overs):
        return no(_("还有交办没答复，不能了结。"))
    return verdict


def may_reopen(actor: Actor, matter: Matter) -> Verdict:
    if matter.lead_id is not None or matter.status not in ENDS:
        return no(_("这件事还在办，不用退回。"))
    return works_on(actor, matter)


def may_settle_promise(actor: Actor, promise: Promise, matter: Matter) -> Verdict:
    if promise.status != Promise.Status.STANDING:
        return no(_("这个承诺已经有了结果。"))
    seat = _of_body(actor, promise.body_id)
    return yes(seat) if seat else works_on(actor, matter)


def handles(actor: Actor, hand_over: HandOver) -> Verdict:
    """The people of the body it was handed to, or the holder of a link given to that body."""
    if actor.kind == "link" and hand_over.body_id in actor.bodies:
        return yes(_of_body(actor, hand_over.body_id))
    seat = _of_body(actor, hand_over.body_id)
    return yes(seat) if seat else no(_("这是交给%(body)s办的。") % {"body": hand_over.body.name})


def may_take_in_hand(actor: Actor, hand_over: HandOver) -> Verdict:
    if hand_over.status != HandOver.Status.SENT:
        return no(_("已经接办了。"))
    return handles(actor, hand_over)


def may_return(actor: Actor, hand_over: HandOver) -> Verdict:
    if hand_over.status not in (HandOver.Status.SENT, HandOver.Status.IN_HAND):
        return no(_("已经在答复，不能再退。"))
    return handles(actor, hand_over)


def may_work(actor: Actor, hand_over: HandOver) -> Verdict:
    """Report progress, reassign, note one's own number."""
    if hand_over.status not in OPEN:
        return no(_("这次交办已经结束。"))
    return handles(actor, hand_over)


def may_extend(actor: Actor, hand_over: HandOver, at_most: int) -> Verdict:
    """One extension; the deciding body (who handed it over) or the handling body records who approved."""
    if hand_over.extended_days >= at_most:
        return no(_("已经延过一次，不能再延。"))
    return may_work(actor, hand_over)


def may_reply(actor: Actor, hand_over: HandOver) -> Verdict:
    if hand_over.status == HandOver.Status.SIGNING:
        return no(_("答复正在审签，等签完或退改。"))
    return may_work(actor, hand_over)


def may_pass_back(actor: Actor, matter: Matter, hand_over: HandOver) -> Verdict:
    if hand_over.status != HandOver.Status.REPLIED:
        return no(_("还没有答复可退。"))
    return acts_on_open(actor, matter)


def may_sign(actor: Actor, hand_over: HandOver) -> Verdict:
    """Sign the next step of the body's internal sign-off."""
    if hand_over.status != HandOver.Status.SIGNING:
        return no(_("现在没有要签的答复。"))
    step = next_step(hand_over)
    if not step:  # the body gave up its sign-off while this reply waited
        return handles(actor, hand_over)
    seats = [seat for seat in actor.seats if seat.body_id == hand_over.body_id and step in seat.signs]
    return yes(seats[0]) if seats else no(_("这一步由%(step)s来签。") % {"step": step})


def next_step(hand_over: HandOver) -> str:
    """The name of the sign-off step that comes next: the last one, if there are fewer steps than when
    it began; an empty text when the body has none.
    """
    steps = hand_over.body.sign_off
    return steps[min(hand_over.signed, len(steps) - 1)] if steps else ""


def _of_body(actor: Actor, body_id: object) -> Seat | None:
    return next((seat for seat in actor.seats if seat.body_id == body_id), None)
