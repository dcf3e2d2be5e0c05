"""Who gets what from every address: each URL × each role × the own tenant's object and a foreign one.

A page of a matter one may not see is not there (404), never forbidden. Somebody who sees a matter but
may not do an act is told why (403). A row stands for one URL in one situation; a URL without a row fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests import scenes
from tests.cast import Cast, open_cast
from tests.guard import Watch
from tests.scenes import Parts, answers, in_days

LOGIN, SECOND_FACTOR = "/accounts/login/", "/accounts/2fa/totp/activate/"
FOREIGNER = "foreigner"  # staff of the same duty over the same kind of place, in another tenant

# Which roles pass to a page (+), are asked to sign in (L) or to set up their second factor (F), or find no page (.)
ROLES = """resident community next_community convenor member street next_street
           handler section citymanager office new_office operator foreigner""".split()
#                   res com n_c con mem str n_s han sec cit off new ope for
DOORS = {
    "everybody":   " +   +   +   +   +   +   +   +   +   +   +   +   +   + ",
    "signed in":   " L   +   +   +   +   +   +   +   +   +   +   +   +   + ",
    "staff":       " L   +   +   +   +   +   +   +   +   +   +   F   .   . ",
    "no members":  " L   +   +   +   .   +   +   +   +   +   +   F   .   . ",
    "case":        " L   +   .   +   .   +   .   .   .   .   +   F   .   . ",
    "case, hand":  " L   +   .   +   .   +   .   .   .   +   +   F   .   . ",
    "case, house": " L   +   .   +   .   +   .   +   +   .   +   F   .   . ",
    "all but far": " L   +   .   +   +   +   .   .   .   .   +   F   .   . ",
    "all at hand": " L   +   .   +   +   +   .   .   .   +   +   F   .   . ",
    "nobody":      " L   .   .   .   .   .   .   .   .   .   .   F   .   . ",
    "not there":   " .   .   .   .   .   .   .   .   .   .   .   .   .   . ",
}  # fmt: skip
CASE = ("community", "convenor", "street", "office")


@dataclass(frozen=True)
class Row:
    """One URL: who passes, what they get for a GET and for a POST with `data`, and who is refused the act."""

    name: str
    door: str
    get: int = 200
    post: int = 405
    of: Callable[[Cast], Parts] = scenes.nothing
    data: dict[str, Any] | Callable[[Cast, Parts], dict[str, Any]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()  # roles that see the page, and get 403 for the POST
    only: str = ""  # another door, for the POST

    def __str__(self) -> str:
        return f"{self.name} of {self.of.__name__}"


def act(name: str, of: Callable[[Cast], Parts], data: Any = None, door: str = "case", **more: Any) -> Row:
    """The page of an act: GET asks, POST does and goes back to the matter."""
    return Row(name, door, post=302, of=of, data=data or {}, **more)


def why(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"why": "说明一句"}


ROWS = [
    # gathering
    act("gathering:accept", scenes.raised, {"title": "楼道灯坏了"}),
    act("gathering:describe", scenes.gathered, {"title": "楼道灯坏了三个月"}),
    act("gathering:decline", scenes.raised, {"reason": "lawsuit", "why": "法院在办。"}),
    act("gathering:join", scenes.gathered, lambda cast, parts: {"lead_number": scenes.gathered(cast)["number"]}),
    act("gathering:take_out", scenes.joined, why),
    act(
        "gathering:refer",
        scenes.gathered,
        lambda cast, parts: {"to_body": cast.bodies["新沟桥街道"].pk, "why": "请统一出面。"},
    ),
    act("gathering:take_referral", scenes.referred, refused=("community", "convenor", "office")),
    act("gathering:return_referral", scenes.referred, why, refused=("community", "convenor", "office")),
    act("gathering:answer_referral", scenes.referred, {"answer": "谈好了"}, refused=("community", "convenor", "office")),
    # delivery, on matters
    act(
        "delivery:hand_over",
        scenes.gathered,
        lambda cast, parts: {"body": cast.bodies["区房管局"].pk, "points": "换灯\n查线路", "days": 15},
    ),
    act("delivery:supervise", scenes.handed_over, {"words": "请抓紧"}),
    act("delivery:close", scenes.gathered, {"words": "修好了", "outcome": "done"}),
    act("delivery:reopen", scenes.ended, why),
    # delivery, on hand-overs and promises
    act("delivery:take_in_hand", scenes.handed_over, door="case, hand", refused=CASE),
    act("delivery:return", scenes.handed_over, why, door="case, hand", refused=CASE),
    act("delivery:progress", scenes.handed_over, {"words": "量好了尺寸"}, door="case, hand", refused=CASE),
    act(
        "delivery:extend",
        scenes.handed_over,
        {"days": 5, "approved_by": "分管领导", "why": "等配件"},
        door="case, hand",
        refused=CASE,
    ),
    act(
        "delivery:reassign",
        scenes.handed_over,
        lambda cast, parts: {"person": cast.accounts["citymanager"].person_id},
        door="case, hand",
        refused=CASE,
    ),
    act("delivery:reply", scenes.handed_over, answers, door="case, hand", refused=CASE),
    act("delivery:sign", scenes.signing, {"words": "同意"}, door="case, house", refused=(*CASE, "handler")),
    act("delivery:send_draft_back", scenes.signing, why, door="case, house", refused=(*CASE, "handler")),
    act("delivery:pass_back", scenes.replied, why, door="case, hand", refused=("citymanager",)),
    Row("delivery:make_link", "case, hand", get=405, post=200, of=scenes.handed_over),
    act("delivery:settle_promise", scenes.promise, {"kept": "yes", "words": "办到了"}, door="case, hand"),
    act("delivery:move_promise", scenes.promise, {"by_when": in_days(60), "why": "等材料"}, door="case, hand"),
    Row("delivery:by_link", "everybody", post=200, of=scenes.link, data=answers),
    # the desk
    Row("desk:queue", "staff", post=200),
    Row("desk:matters", "staff", post=200),
    Row("desk:matter", "case", post=200, of=scenes.raised),
    Row("desk:matter", "all but far", post=200, of=scenes.gathered),
    Row("desk:matter", "all at hand", post=200, of=scenes.handed_over),
    Row(
        "desk:enter",
        "staff",
        post=302,
        data={"words": "路灯不亮", "channel": "phone", "openness": "public", "speaks_for": "self"},
        refused=("member", "handler", "section", "citymanager"),
    ),
    Row("desk:lost_slip", "staff", post=200, data={"number": "420107-2026-000001"}),
    Row("desk:receipt", "nobody", post=404, of=scenes.voice),
    Row("desk:letter", "case", get=405, post=200, of=scenes.voice),
    Row("desk:reissue", "case", get=405, post=302, of=scenes.voice),
    Row("desk:contact", "case", get=405, post=200, of=scenes.voice),
    Row("desk:let_through", "case", get=405, post=302, of=scenes.voice),
    Row("desk:clear_words", "case", get=405, post=302, of=scenes.voice, data={"show": "1"}),
    Row("desk:photo", "case", post=200, of=scenes.private_photo),
    Row("desk:reply_file", "case, hand", post=200, of=scenes.replied_with_a_file),
    Row("desk:hand_overs", "no members", post=200),
    Row("desk:calendar", "staff", post=302, data={"day": in_days(9), "working": "no", "reason": "停电"}),
    Row("desk:take_back", "staff", get=405, post=302),
    Row("desk:count_anew", "staff", get=405, post=302),
    # the public pages
    Row("publicity:front", "everybody", post=200),
    Row("publicity:home", "everybody", post=200),
    Row("publicity:figures", "everybody", post=200),
    Row("publicity:about", "everybody", post=200, of=scenes.topic),
    Row("publicity:matters", "everybody", post=200),
    Row("publicity:matter", "everybody", post=200, of=scenes.gathered),
    Row("publicity:matter", "not there", of=scenes.raised),
    Row("publicity:matter", "not there", of=scenes.hidden),
    Row("publicity:photo", "everybody", post=200, of=scenes.attachment_of(scenes.public_photo)),
    Row("publicity:photo", "not there", of=scenes.attachment_of(scenes.private_photo)),
    Row("publicity:photo_small", "everybody", post=200, of=scenes.attachment_of(scenes.public_photo)),
    Row("publicity:photo_small", "not there", of=scenes.attachment_of(scenes.private_photo)),
    Row("voices:say", "everybody", post=303, data={"words": "路灯不亮", "openness": "public", "speaks_for": "self"}),
    Row("voices:receipt", "not there"),  # only for the browser that has just raised a voice
    Row("voices:support", "everybody", get=405, post=303, of=scenes.gathered),
    Row("voices:support", "not there", of=scenes.hidden),
    # slips: whoever has the code, and nobody else
    Row("slip:lookup", "everybody", post=200, data=scenes.slip),
    Row("slip:lookup", "everybody", post=404, data={"code": WRONG_CODE}),
    Row("slip:thread", "everybody", of=scenes.slip),
    Row("slip:thread", "not there", of=scenes.wrong_slip),
    Row("slip:add", "everybody", get=405, post=200, data=lambda *_: scenes.slip(*_) | {"words": "还是不亮"}),
]
