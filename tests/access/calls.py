"""Access to what the public sees of studios, and to the questions they put to residents."""

from __future__ import annotations

from tests import scenes_calls as calls
from tests.access.rows import Row

PUBLIC = [
    Row("publicity:studios", "everybody", post=200),
    Row("publicity:studio", "everybody", post=200, of=calls.studio),
    Row("publicity:say_to_studio", "everybody", post=303, of=calls.studio, data=calls.message),
    Row("publicity:call", "everybody", post=303, of=calls.public_call, data=calls.answer_given),
    Row("publicity:poster", "everybody", post=200, of=calls.studio),
    Row("publicity:duty_ics", "everybody", post=200, of=calls.studio),
    Row("publicity:member_feed", "everybody", post=200, of=calls.feed),
]
DESK = [
    Row("studios:calls", "who runs it", post=200, of=calls.studio),
    Row("studios:new_call", "who runs it", post=302, of=calls.studio, data=calls.new_call),
    Row("studios:call", "who runs it", post=200, of=calls.call),
    Row("studios:decide_answer", "who runs it", post=302, of=calls.answer, data={"adopted": "yes", "why": "离楼远"}),
    Row("studios:conclude_call", "who runs it", post=302, of=calls.call, data={"outcome": "建在东门。"}),
    Row("studios:withdraw_call", "who runs it", post=302, of=calls.call, data={"why": "问错了地方"}),
    Row("studios:new_feed", "staff", get=405, post=200),
]
ROWS = [*PUBLIC, *DESK]
