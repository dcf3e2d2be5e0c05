"""Access to members: the list, one of them, their enrolment, and who guides which body."""

from __future__ import annotations

from tests import scenes
from tests import scenes_people as people
from tests.access.rows import Row
from tests.scenes import in_days

ROWS = [
    Row("people:members", "just office", post=200),
    Row("people:new_member", "just office", post=302, data=people.SAID | {"key": "019", "on": in_days(0)}),
    Row("people:logins", "just office", post=200),
    Row("people:member_list", "just office", post=302, data=people.list_file),
    Row("people:member_list_template", "just office", post=200),
    Row("people:member_list_check", "just office", post=200, of=people.list_put_aside),
    Row("people:member_list_problems", "just office", post=200, of=people.list_put_aside),
    Row("people:enrolment", "just office", post=302),
    Row("people:settle", "just office", post=302),
    Row("people:suggested", "just office", post=200),
    Row("people:coverage", "just office", post=200),
    Row("people:coverage_sheet", "just office", post=200),
    Row("people:member", "just office", post=200, of=people.member),
    Row("people:member", "who runs it", post=200, of=people.member_of_the_studio),
    Row("people:member_contact", "just office", post=200, of=people.member),
    Row("people:member_contact", "who runs it", post=200, of=people.member_of_the_studio),
    Row("people:change_member", "just office", post=302, of=people.member, data=people.SAID | {"on": in_days(0)}),
    Row("people:leave", "just office", post=302, of=people.member, data={"off": in_days(0)}),
    Row("people:settle_one", "just office", post=302, of=people.member, data={"place": "东门社区"}),
    Row("people:guide", "just office", post=302, of=scenes.body, data=people.a_guide),
    Row("people:end_guidance", "just office", post=302, of=people.guided, data={"off": in_days(0)}),
]
