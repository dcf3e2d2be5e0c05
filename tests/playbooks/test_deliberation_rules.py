"""What a playbook says of deliberation: the default, and every mistake by its line, in plain words."""

from __future__ import annotations

import pytest

from shangliang.playbooks import queries
from shangliang.playbooks.definition import PlaybookError, parse, parse_over
from shangliang.playbooks.deliberation_rules import earlier, upstream

DEFAULT = queries.DEFAULT.read_text(encoding="utf-8")
OWN = 'name: 试试\nversion: "1"\ndeliberation:\n'
SEASON = "  season:\n    - {label: 上半年, from: 03-01, to: 06-30}\n"


def steps(*lines: str) -> str:
    return OWN + "  steps:\n" + "".join(f"    {line}\n" for line in lines)


def mistake_in(text: str) -> PlaybookError:
    with pytest.raises(PlaybookError) as found:
        parse_over(text)
    return found.value


def test_the_default_goes_the_way_of_the_motto_and_has_its_gate_before_the_meeting() -> None:
    rules = queries.default().deliberation
    assert [step.label for step in rules.steps.values()][:2] == ["你来提", "我收集"]
    meeting = rules.step_that("meet")
    assert meeting is not None
    assert {"sides", "heard", "facts", "cost", "authority"} <= set(meeting.needs)
    assert list(earlier(rules.steps, "deliberate")) == ["raise", "collect", "investigate"]


def test_a_step_that_may_be_passed_by_is_not_waited_for() -> None:
    rules = parse_over(
        steps(
            "a: {label: 甲, by: 群众}",
            "b: {label: 乙, by: 群众, after: [a], optional: yes}",
            "c: {label: 丙, by: 群众, after: [b]}",
        )
    ).deliberation
    assert list(earlier(rules.steps, "c")) == ["a"]
    assert list(upstream(rules.steps, "c")) == ["a", "b"]


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("after: [raise], does", "after: [deliver], does", "steps.collect", "绕成了一圈"),
        ("after: [raise], does", "after: [collect], does", "steps.collect", "绕成了一圈"),
        ("after: [raise], does", "after: [rise], does", "steps.collect.after[1]", "没有“rise”"),
        (", after: [raise], does", ", does", "steps.collect", "只能有一个开头，raise"),
        ("does: [choose]", "does: [chose]", "steps.collect.does[1]", "没有“chose”"),
        ("needs: {sides: 2", "needs: {side: 2", "steps.deliberate.needs.side", "是不是 sides"),
        ("needs: {sides: 2", "needs: {sides: 0", "steps.deliberate.needs.sides", "1 到 30"),
        ("needs: {sides: 2", "needs: {posted: 5, sides: 2", "steps.deliberate", "永远等不到"),
        ("does: [meet, agree]", "does: [agree]", "steps.deliberate", "先要有一步开会"),
        ("label: 先调研", "label: 先调研一遍再说别的什么事情", "steps.investigate.label", "最多"),
        ("rule: decide", "rule: decree", "selection.rule", "没有“decree”"),
        ("rule: decide", "rule: score", "selection", "criteria"),
        ("rule: decide", "rule: vote", "selection", "voters"),
        ("    call: 公开征题", "    Call: 公开征题", "sources.Call", "小写字母"),
        ("how: room", "how: rooms", "meetings.council.how", "没有“rooms”"),
        ("size: [5, 40]", "size: [40, 5]", "meetings.council.size", "不能比最少的还少"),
        ("size: [5, 40]", "size: [2, 2]", "meetings.council.seats", "还多"),
        ("lasts: 90\n      decide", "lasts: 60\n      decide", "meetings.council.agenda", "90 分钟"),
        ("{rule: consensus, how: hands}", "{rule: share, how: hands}", "meetings.council.decide", "percent"),
        (
            "{rule: consensus, how: hands}",
            "{rule: share, percent: 101}",
            "meetings.council.decide.percent",
            "100 以内",
        ),
        ("{rule: consensus, how: hands}", "{rule: share, percent: 0}", "meetings.council.decide.percent", "100 以内"),
        ("{rule: consensus, how: hands}", "{rule: majority, percent: 60}", "meetings.council.decide.percent", "share"),
        ("to: undertaking", "to: understanding", "outcomes.undertaking.to", "没有“understanding”"),
        ("to: brief}", "to: letter}", "routes.brief.to", "没有“letter”"),
        ("levels: {accept: 5", "levels: {accept: 0", "levels.accept", "1 到 60"),
        ("check: device", "check: face", "statements.check", "没有“face”"),
    ],
)
def test_a_mistake_about_deliberation_is_named_by_its_line_and_path(old: str, new: str, path: str, says: str) -> None:
    whole, _mark, section = DEFAULT.partition("# --- 协商 ---")
    text = whole + "# --- 协商 ---" + section.replace(old, new, 1)
    assert text != DEFAULT
    with pytest.raises(PlaybookError) as found:
        parse(text)
    assert found.value.path == f"deliberation.{path}"
    assert says in str(found.value)
    assert str(found.value).startswith(f"第 {found.value.line} 行，deliberation.{path}：")


@pytest.mark.parametrize(
    ("windows", "path", "says"),
    [
        (SEASON + "    - {label: 夏天, from: 06-30, to: 08-31}\n", "season[2].from", "重叠"),
        (SEASON + "    - {label: 跨年, from: 12-01, to: 02-10}\n", "season[2].to", "分成两段"),
        (SEASON + "    - {label: 二月底, from: 02-30, to: 02-30}\n", "season[2].from", "月和日"),
    ],
)
def test_dates_of_the_season_are_days_that_do_not_overlap(windows: str, path: str, says: str) -> None:
    found = mistake_in(OWN + windows)
    assert (found.path, says in str(found), found.line) == (f"deliberation.{path}", True, 6)


def test_a_quota_of_a_form_of_meeting_that_there_is_not_is_refused() -> None:
    found = mistake_in(OWN + "  least:\n    x: {label: 周微协商, of: meetings, form: smal, per: week, least: 1}\n")
    assert found.path == "deliberation.least.x.form"


def test_only_those_steps_are_said_to_be_in_a_circle_that_are() -> None:
    found = mistake_in(
        steps(
            "a: {label: 甲, by: 群众}",
            "b: {label: 乙, by: 群众, after: [a, c]}",
            "c: {label: 丙, by: 群众, after: [b]}",
            "d: {label: 丁, by: 群众, after: [c]}",
        )
    )
    assert "b、c。" in str(found)


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    text = OWN.replace("deliberation:", "levls: {community: 社区}\nclocks: {first_answer: 三天}\ndeliberation:")
    text += "  sources: {Q: 群众}\n  steps:\n    a: {label: 甲}\n    b: {label: 乙, by: 群众, days: 很久}\n"
    every = mistake_in(text).every
    assert [(one.line, one.path) for one in every] == [
        (3, "levls"),
        (4, "clocks"),
        (6, "deliberation.sources.Q"),
        (8, "deliberation.steps.a"),
        (9, "deliberation.steps.b.days"),
    ]
