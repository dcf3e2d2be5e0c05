"""Access to minutes, to what came of a meeting, and to rules."""

from __future__ import annotations

from typing import Any

from tests import scenes_meetings as meetings
from tests import scenes_minutes as minutes
from tests.access.rows import Row, act
from tests.cast import Cast
from tests.scenes import Parts, in_days

# Who works on the matter, and who sat at the table with a name.
TABLE = "all at hand"
NOT_RUNNING = ("member", "citymanager")
NOT_CHAIR = (*NOT_RUNNING, "community", "street", "office")
NOT_CASE = ("neighbour", "member", "far_street", "handler", "section", "citymanager")
DRAWN = {"drawing": minutes.drawn_address(), "agreed": "on"}


def on_paper(cast: Cast, parts: Parts) -> dict[str, Any]:
    """Somebody who signed the printed sheet, and its scan."""
    row = minutes.at_table(minutes.Meeting.objects.get(pk=parts["meeting_id"]))[0]
    return {"attendees": [str(row.pk)], "sheet": minutes.scan()}


def body(cast: Cast, parts: Parts) -> dict[str, Any]:
    return {"body": cast.body("光明社区").pk, "title": "充电公约", "text": "夜里十点以后不充电。"}


ROWS = [
    Row("deliberation:minutes", TABLE, post=200, of=minutes.read_aloud),
    Row("deliberation:minutes", "nobody", of=meetings.planned),
    Row("deliberation:close", TABLE, post=302, of=minutes.being_held, data={"seen": ""}, refused=NOT_CHAIR),
    Row("deliberation:open_again", TABLE, post=302, of=minutes.read_aloud, data={"why": "念错了"}, refused=NOT_CHAIR),
    Row("deliberation:finish", TABLE, post=302, of=minutes.all_signed, data={"seen": ""}, refused=NOT_CHAIR),
    Row("deliberation:sign", TABLE, post=302, of=minutes.who_signs, data=DRAWN, refused=NOT_RUNNING),
    Row("deliberation:decline", TABLE, post=302, of=minutes.who_signs, data={"why": "再想想"}, refused=NOT_RUNNING),
    Row("deliberation:paper", TABLE, post=302, of=minutes.read_aloud, data=on_paper, refused=NOT_RUNNING),
    Row("deliberation:signed_sheet", "case", post=200, of=minutes.a_sheet),
    Row(
        "deliberation:amend",
        TABLE,
        post=302,
        of=minutes.finished,
        data={"text": "周五看样品", "why": "漏了"},
        refused=NOT_RUNNING,
    ),
    Row("deliberation:erase_said", "case", post=302, of=minutes.something_said, data={"reason": "request"}),
    Row("deliberation:minutes_pdf", TABLE, post=200, of=minutes.read_aloud),
    Row("deliberation:minutes_docx", TABLE, post=200, of=minutes.read_aloud),
    Row("deliberation:sign_by_link", "everybody", post=200, of=minutes.own_link, data=DRAWN),
    # what came of it
    Row("deliberation:agreements", "case", post=200, of=minutes.agreed_topic),
    act("deliberation:settle_undertaking", minutes.undertaken, {"kept": "yes"}),
    act("delivery:consensus", minutes.agreed_matter, minutes.consensus),
    # rules
    Row("deliberation:public_rules", "staff", post=200),
    Row("deliberation:draft_rule", "staff", post=302, data=body, refused=NOT_CASE),
    Row("deliberation:public_rule", "case", post=200, of=minutes.rule),
    act("deliberation:draft_next_rule", minutes.rule_in_force, {"text": "新的一版。"}),
    act("deliberation:redraft_rule", minutes.rule_draft, {"text": "改过的。", "was": minutes.DRAFT}),
    act("deliberation:open_rule", minutes.rule_draft, lambda cast, parts: {"until": in_days(8)}),
    act(
        "deliberation:adopt_rule",
        minutes.rule_commented,
        lambda cast, parts: {"by": "居民会议", "on": in_days(0), "in_force_from": in_days(0)},
    ),
    act("deliberation:give_up_rule", minutes.rule_draft, {"why": "大家不同意"}),
    act(
        "deliberation:end_rule",
        minutes.version_in_force,
        lambda cast, parts: {"on": in_days(3), "why": "不用了"},
    ),
]
