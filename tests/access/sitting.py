"""Access to the one screen of a meeting, its table, and the ways in from outside."""

from __future__ import annotations

from tests import scenes_sitting as scenes
from tests.access.rows import Row

PRESS = {"get": 405, "post": 302}

ROWS = [
    Row("deliberation:open_meeting", "case", post=302, of=scenes.to_open),
    Row("deliberation:sitting", "case", of=scenes.on),
    Row("deliberation:sitting_worker", "case", of=scenes.on),
    Row("deliberation:changes", "case", of=scenes.on),
    Row("deliberation:table", "case", of=scenes.on),
    Row("deliberation:lines", "case", of=scenes.on, data=scenes.a_line, **PRESS),
    Row("deliberation:strike_line", "case", of=scenes.on, data=scenes.its_last_line, **PRESS),
    Row("deliberation:begin_part", "case", of=scenes.part, **PRESS),
    Row("deliberation:put_item", "case", post=302, of=scenes.on, data=scenes.an_item),
    Row("deliberation:edit_item", "case", post=302, of=scenes.item, data=scenes.an_item),
    Row("deliberation:settle_item", "case", of=scenes.to_settle, **PRESS),
    Row("deliberation:reserve_item", "case", post=302, of=scenes.item, data=scenes.somebody),
    Row("deliberation:take_back_reservation", "case", of=scenes.reservation, **PRESS),
    Row("deliberation:count_hands", "case", post=302, of=scenes.item, data={"yes": "10"}),
    Row("deliberation:collect", "case", post=302, of=scenes.item, data={"signed": "9", "entitled": "10"}),
    Row("deliberation:open_ballot", "case", of=scenes.item, **PRESS),
    Row("deliberation:close_ballot", "case", of=scenes.ballot, **PRESS),
    Row("deliberation:take_question", "case", of=scenes.question, **PRESS),
    Row("deliberation:leave_out_question", "case", of=scenes.question, **PRESS),
    Row("deliberation:ask", "everybody", post=302, of=scenes.on, data={"words": "下雨天漏不漏？"}),
    Row("deliberation:cast", "everybody", of=scenes.vote, data={"choice": "1"}, **PRESS),
    Row("deliberation:speak_up", "everybody", of=scenes.hand, data={"words": "我同意"}, **PRESS),
]
