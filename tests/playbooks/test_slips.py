"""The slips of somebody who writes no YAML otherwise: each is told at its own line, in plain words."""

from __future__ import annotations

import pytest

from shangliang.playbooks import library
from shangliang.playbooks.definition import PlaybookError, parse

SOUND = """\
name: 村民说事
version: "1"
deliberation:
  selection:
    rule: decide
    by: 村两委
  steps:
    say: {label: 说事, by: 村民, does: [gather, choose]}
    talk: {label: 议事, by: 村两委, after: [say], does: [meet, agree], days: 5}
  meetings:
    day: {label: 说事会, how: small, size: [3, 30], lasts: 120}
"""


def mistake_in(text: str) -> PlaybookError:
    with pytest.raises(PlaybookError) as found:
        library.understand(text)
    return found.value


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("    rule: decide", "    rule：decide", 5, "冒号要用英文的"),
        ("    rule: decide", "    怎么选：商量", 5, "冒号要用英文的"),
        ("    rule: decide", "    rule:decide", 5, "冒号后面要空一格"),
        ("    rule: decide", "\trule: decide", 5, "Tab"),
        ("    by: 村两委\n", "　　by: 村两委\n", 6, "全角的空格"),
        ("    by: 村两委\n", "   by: 村两委\n", 6, "没有对齐"),
        ("    by: 村两委\n", "      by: 村两委\n", 6, "没有对齐"),
        ("by: 村两委\n", "by: 村两委: 会商\n", 6, "两个冒号"),
        ("by: 村两委\n", "by: @村两委\n", 6, "要加引号"),
        ("by: 村两委\n", "by: 村\u200b两委\n", 6, "看不见的字符"),
        ("by: 村两委\n", "by: 村\x07两委\n", 6, "看不见的字符"),
        ('"1"', '"1', 2, "引号没有成对"),
        ("choose]}", "choose]", 8, "括号没有成对"),
        ("{label: 说事, by", "｛label: 说事, by", 8, "括号要用英文的"),
        ("{label: 说事, by", "{label: 说事，by", 8, "英文逗号"),
        ("lasts: 120}\n", "lasts: 120}\n---\nname: 又一份\n", 12, "只写一份"),
        ("  meetings:\n", "  season:\n    -{label: 春, from: 03-01, to: 04-01}\n  meetings:\n", 11, "“-”后面空一格"),
        ("by: 村两委\n", "by: &a [*a]\n", 6, "照着再写一遍"),
        ("by: 村两委\n", "by: " + "[" * 30 + "]" * 30 + "\n", 6, "套得太深"),
    ],
)
def test_what_is_not_yaml_is_told_in_plain_words(old: str, new: str, line: int, says: str) -> None:
    assert old in SOUND
    found = mistake_in(SOUND.replace(old, new, 1))
    assert (found.line, says in str(found)) == (line, True), str(found)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{label: 说事, by", "{label：说事, by", 8, "冒号、逗号要用英文的"),
        ("{label: 说事, by", "{label:说事, by", 8, "冒号后面要空一格"),
        ("[gather, choose]", "【gather, choose】", 8, "括号要用英文的"),
        ("[gather, choose]", "[gather、choose]", 8, "英文逗号"),
        ("[gather, choose]", "gather", 8, "写成 [甲, 乙]"),
        ("[gather, choose]", "[收意见]", 8, "是不是 gather（收意见）？"),
        ("[gather, choose]", "[gahter]", 8, "是不是 gather（收意见）？"),
        ("    say: {", "    说事: {", 8, "写在它的 label"),
        ("    say: {", "    - say: {", 8, "不用“- ”"),
        ("days: 5", "days: 3个工作日", 9, "只写数字，不写单位"),
        ("days: 5", "needs: {}", 9, "这里是空的"),
        ("size: [3, 30]", "size: 3-30", 11, "写成 [最少, 最多]"),
        ("size: [3, 30]", "decide: {rule: share, percent: 2/3}", 11, "三分之二写 66.67"),
        ("  steps:\n", "  season: [{label: 春, from: 2026-03-01, to: 04-01}]\n  steps:\n", 7, "06-01 这样"),
        ("name: 村民说事", "open_at_most: 3\nname: 村民说事", 1, "写在 deliberation 里面"),
        ("name: 村民说事", "format: 3\nname: 村民说事", 1, "format 这一行删掉"),
    ],
)
def test_a_slip_in_what_is_yaml_is_told_with_what_was_meant(old: str, new: str, line: int, says: str) -> None:
    text = SOUND.replace(old, new, 1).replace("    talk", "    - talk" if "- say" in new else "    talk")
    found = mistake_in(text)
    assert (found.line, says in str(found)) == (line, True), str(found)


def test_all_that_is_wrong_in_a_step_and_in_a_meeting_is_told_at_once() -> None:
    text = SOUND.replace("days: 5", "days: 五, optional: 是").replace("by: 村民, does", "why: 村民, does")
    text = text.replace("size: [3, 30], lasts: 120", "size: 三, lasts: 久, notice: 两天, agenda: [{label: 说}]")
    assert [(one.line, one.path.removeprefix("deliberation.")) for one in mistake_in(text).every] == [
        (8, "steps.say.why"),
        (9, "steps.talk.days"),
        (9, "steps.talk.optional"),
        (11, "meetings.day.agenda[1]"),
        (11, "meetings.day.lasts"),
        (11, "meetings.day.notice"),
        (11, "meetings.day.size"),
    ]


def test_a_mark_that_a_document_begins_is_no_mistake() -> None:
    assert parse(library.whole("---\n" + SOUND)).name == "村民说事"


def test_on_which_days_and_how_seats_are_filled_is_kept_as_it_was_said() -> None:
    text = SOUND.replace("size: [3, 30]", "when: 每月 10 日、25 日, seats: {drawn: {label: 居民, by: 抽签}}")
    form = parse(library.whole(text)).deliberation.meetings["day"]
    assert (form.when, form.seats["drawn"].by) == ("每月 10 日、25 日", "抽签")


def test_what_is_left_to_the_packages_own_is_known() -> None:
    assert {"steps", "selection", "meetings"}.isdisjoint(library.left_out(SOUND))
    assert "sources" in library.left_out(SOUND)
    assert library.left_out(library.whole(SOUND)) == ()
