"""助落实: every write of this room, by subject."""

from shangliang.delivery.actions.bodies import close_body
from shangliang.delivery.actions.clocks import recompute
from shangliang.delivery.actions.consensus import Given, hand_over_consensus
from shangliang.delivery.actions.hand_overs import (
    extend,
    hand_over,
    reassign,
    report_progress,
    return_,
    supervise,
    take_in_hand,
)
from shangliang.delivery.actions.replies import (
    LINK_DAYS,
    Answer,
    is_usable,
    link_actor,
    make_reply_link,
    pass_back,
    reply,
    send_draft_back,
    sign,
    use_reply_link,
)
from shangliang.delivery.actions.results import close, confirm, move_promise, reopen, settle_promise
from shangliang.delivery.actions.silence import say_still_open

__all__ = [
    "LINK_DAYS",
    "Answer",
    "Given",
    "close",
    "close_body",
    "confirm",
    "extend",
    "hand_over",
    "hand_over_consensus",
    "is_usable",
    "link_actor",
    "make_reply_link",
    "move_promise",
    "pass_back",
    "reassign",
    "recompute",
    "reopen",
    "reply",
    "report_progress",
    "return_",
    "say_still_open",
    "send_draft_back",
    "settle_promise",
    "sign",
    "supervise",
    "take_in_hand",
    "use_reply_link",
]
