"""Access to what people say online."""

from __future__ import annotations

from tests import scenes_talk as talks
from tests.access.rows import Row

OPENED = {"question": "收多少合适", "seeds": "账要公开。\n月卡 30 元。", "check": "device"}

ROWS = [
    # the desk
    Row("deliberation:conversations", "staff", post=200),
    Row("deliberation:open_conversation", "case", post=302, of=talks.a_topic, data=OPENED),
    Row("deliberation:open_about", "case", post=302, of=talks.a_draft, data=OPENED),
    Row("deliberation:conversation", "case", post=200, of=talks.conversation),
    Row("deliberation:add_seeds", "case", post=302, of=talks.conversation, data={"seeds": "夜里静音。"}),
    Row("deliberation:name_groups", "case", post=302, of=talks.conversation, data={"seen": ""}),
    Row("deliberation:close_conversation", "case", post=302, of=talks.conversation, data={"seen": ""}),
    Row("deliberation:reopen_conversation", "case", post=302, of=talks.closed, data={"closes_on": ""}),
    Row("deliberation:talk_poster", "case", post=200, of=talks.conversation),
    Row("deliberation:talk_file_of_staff", "case", post=200, of=talks.open_file),
    Row("deliberation:show_statement", "case", get=405, post=302, of=talks.statement),
    Row("deliberation:decline_statement", "case", post=302, of=talks.statement, data={"why": "有人说过了。"}),
    Row("deliberation:erase_statement", "just office", post=302, of=talks.statement, data={"reason": "request"}),
    # residents
    Row("deliberation:talks", "everybody", post=200),
    Row("deliberation:talk_how", "everybody", post=200),
    Row("deliberation:talk", "everybody", post=200, of=talks.conversation),
    # Without a cookie of an earlier page nobody is counted: 409 says so.
    Row("deliberation:opine", "everybody", get=405, post=409, of=talks.seed, data={"vote": "1"}),
    Row(
        "deliberation:write_statement", "everybody", get=405, post=422, of=talks.conversation, data={"words": "静音。"}
    ),
    Row("deliberation:say_side", "everybody", get=405, post=409, of=talks.conversation, data={"side": ""}),
    Row("deliberation:talk_by_slip", "everybody", get=405, post=422, of=talks.conversation, data={"code": "000"}),
    Row("deliberation:talk_all", "everybody", post=200, of=talks.conversation),
    Row("deliberation:talk_map", "everybody", post=200, of=talks.conversation),
    Row("deliberation:talk_file", "everybody", post=200, of=talks.file),
]
