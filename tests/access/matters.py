"""Access to matters, to the desk, to slips and to the public pages."""

from __future__ import annotations

from tests import scenes
from tests.access.rows import CASE, DEPARTMENTS, SLIP_ACTS, SPOKEN, WHY, WRONG_CODE, Row, act, its_slip
from tests.scenes import in_days

ROWS = [
    # gathering
    act("gathering:accept", scenes.raised, {"title": "楼道灯坏了"}),
    act("gathering:describe", scenes.gathered, {"title": "楼道灯坏了三个月"}),
    act("gathering:decline", scenes.raised, {"reason": "lawsuit", "why": "法院在办。"}),
    act("gathering:join", scenes.gathered, lambda cast, parts: {"lead_number": scenes.gathered(cast)["number"]}),
    act("gathering:take_out", scenes.joined, WHY),
    act(
        "gathering:refer",
        scenes.gathered,
        lambda cast, parts: {"to_body": cast.body("新沟桥街道").pk, "why": "请统一出面。"},
    ),
    act("gathering:take_referral", scenes.referred, refused=("community", "convenor", "office")),
    act("gathering:return_referral", scenes.referred, WHY, refused=("community", "convenor", "office")),
    act(
        "gathering:answer_referral", scenes.referred, {"answer": "谈好了"}, refused=("community", "convenor", "office")
    ),
    # delivery, on matters
    act(
        "delivery:hand_over",
        scenes.gathered,
        lambda cast, parts: {"body": cast.body("区房管局").pk, "points": "换灯\n查线路", "days": 15},
    ),
    act("delivery:supervise", scenes.matter_handed_over, {"words": "请抓紧"}),
    act("delivery:close", scenes.gathered, {"words": "修好了", "outcome": "done"}),
    act("delivery:reopen", scenes.ended, WHY),
    # delivery, on hand-overs and promises
    act("delivery:take_in_hand", scenes.handed_over, door="case, hand", refused=CASE),
    act("delivery:return", scenes.handed_over, WHY, door="case, hand", refused=CASE),
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
    act("delivery:reply", scenes.handed_over, scenes.answers, door="case, hand", refused=CASE),
    act("delivery:sign", scenes.signing, {"words": "同意"}, door="case, house", refused=(*CASE, "handler")),
    act("delivery:send_draft_back", scenes.signing, WHY, door="case, house", refused=(*CASE, "handler")),
    act("delivery:pass_back", scenes.replied, WHY, door="case, hand", refused=("citymanager",)),
    Row("delivery:make_link", "case, hand", get=405, post=200, of=scenes.handed_over),
    act("delivery:settle_promise", scenes.promise, {"kept": "yes", "words": "办到了"}, door="case, hand"),
    act("delivery:move_promise", scenes.promise, {"by_when": in_days(60), "why": "等材料"}, door="case, hand"),
    Row("delivery:by_link", "everybody", post=200, of=scenes.link, data=scenes.answers),
    # the desk
    Row("desk:queue", "staff", post=200),
    Row("desk:matters", "staff", post=200),
    Row("desk:matter", "case", post=200, of=scenes.raised),
    Row("desk:matter", "all but far", post=200, of=scenes.gathered),
    Row("desk:matter", "all at hand", post=200, of=scenes.matter_handed_over),
    Row(
        "desk:enter",
        "staff",
        post=302,
        data=SPOKEN | {"channel": "phone"},
        refused=("member", *DEPARTMENTS),
    ),
    Row("desk:lost_slip", "staff", post=200, data={"number": "420107-2026-000001"}),
    Row("desk:receipt", "nobody", post=404, of=scenes.voice),
    Row("desk:letter", "case", get=405, post=200, of=scenes.voice),
    Row("desk:reissue", "case", get=405, post=302, of=scenes.voice),
    Row("desk:contact", "case", get=405, post=200, of=scenes.voice),
    Row("desk:let_through", "case", get=405, post=302, of=scenes.voice),
    Row("desk:clear_words", "case", get=405, post=302, of=scenes.voice, data={"show": "1"}),
    Row("desk:photo", "case", post=200, of=scenes.private_photo),
    Row("desk:reply_file", "case, hand", post=200, of=scenes.file_of_a_reply),
    Row("desk:hand_overs", "no members", post=200),
    Row(
        "desk:calendar",
        "staff",
        post=302,
        data={"day": in_days(9), "working": "no", "reason": "停电"},
        refused=("community", "neighbour", "convenor", "member", "street", "far_street", *DEPARTMENTS),
    ),
    Row("desk:import", "staff", post=302, data=scenes.message_file, refused=("member", *DEPARTMENTS)),
    Row("desk:import_template", "staff", post=200),
    Row("desk:import_check", "just office", post=200, of=scenes.put_aside),
    Row("desk:import_problems", "just office", post=200, of=scenes.put_aside),
    Row("desk:take_back", "staff", get=405, post=302),
    Row("desk:count_anew", "staff", get=405, post=302),
    # what only the office does
    Row("voices:erase", "just office", post=302, of=scenes.voice, data={"reason": "request"}),
    Row("people:bodies", "just office", post=200),
    Row("people:new_body", "just office", post=302, data={"kind": "department", "name": "区水务局"}),
    Row("people:body", "just office", post=302, of=scenes.body, data={"phone": "027-0000-0099"}),
    Row(
        "people:give_seat",
        "just office",
        post=200,  # with the password of the new log-in
        of=scenes.body,
        data={"username": "newcomer", "name": "方圆", "duty": "handler", "since": in_days(0)},
    ),
    Row("people:end_seat", "just office", post=302, of=scenes.seat, data={"off": in_days(0)}),
    Row("people:account", "just office", post=200, of=scenes.account, asks_elsewhere=True),
    Row("people:reset", "just office", get=405, post=200, of=scenes.account, asks_elsewhere=True),
    Row("people:set_active", "just office", get=405, post=302, of=scenes.account, asks_elsewhere=True),
    Row("delivery:close_body", "just office", post=302, of=scenes.body, data={"on": in_days(0)}),
    # who runs the machine
    Row("playbooks:operate", "operator", post=200),
    Row("playbooks:open_tenant", "operator", post=422),
    Row("playbooks:days", "operator", post=422),
    # the public pages
    Row("publicity:front", "everybody", post=200),
    Row("publicity:home", "everybody", post=200),
    Row("publicity:figures", "everybody", post=200),
    Row("publicity:organisation", "everybody", post=200),
    Row("publicity:about", "everybody", post=200, of=scenes.topic),
    Row("publicity:matters", "everybody", post=200),
    Row("publicity:matter", "everybody", post=200, of=scenes.gathered),
    Row("publicity:matter", "not there", of=scenes.raised),
    Row("publicity:matter", "not there", of=scenes.hidden),
    Row("publicity:photo", "everybody", post=200, of=scenes.public_photo_in_public),
    Row("publicity:photo", "not there", of=scenes.private_photo_in_public),
    Row("publicity:photo_small", "everybody", post=200, of=scenes.public_photo_in_public),
    Row("publicity:photo_small", "not there", of=scenes.private_photo_in_public),
    Row("voices:say", "everybody", post=303, data=SPOKEN | {"hear_by": "page"}),
    Row("voices:receipt", "everybody", get=404),  # only for the browser that has just raised a voice
    Row("voices:support", "everybody", get=405, post=303, of=scenes.gathered),
    Row("voices:support", "everybody", get=405, post=404, of=scenes.hidden),
    # slips: whoever has the code, and nobody else
    Row("slip:lookup", "everybody", post=200, data=its_slip()),
    Row("slip:lookup", "everybody", post=404, data={"code": WRONG_CODE}),
    Row("slip:thread", "everybody", of=scenes.slip),
    Row("slip:thread", "everybody", get=404, of=scenes.wrong_slip),
    Row("slip:add", "everybody", get=405, post=200, data=its_slip(words="还是不亮")),
    Row("slip:withdraw", "everybody", get=405, post=200, data=its_slip()),
    Row("slip:confirm", "everybody", get=405, post=200, data=its_slip(solved="yes")),
    Row("slip:send_back", "everybody", get=405, post=200, data=its_slip(words="没修")),
    Row("slip:support", "everybody", get=405, post=409, data=its_slip()),  # what has ended needs no support
    *(Row(f"slip:{name}", "everybody", get=405, post=404, data={"code": WRONG_CODE}) for name in SLIP_ACTS),
]
