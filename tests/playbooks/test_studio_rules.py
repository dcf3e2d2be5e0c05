"""What a playbook says of studios and whistles: the default, older texts, and every mistake by its line."""

from __future__ import annotations

import pytest

from shangliang.people.models import Body
from shangliang.people.rules import DUTIES_IN
from shangliang.playbooks import library, queries
from shangliang.playbooks.definition import PlaybookError, parse
from shangliang.playbooks.studio_rules import NEEDED, WAYS
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import Studio

DEFAULT = queries.DEFAULT.read_text(encoding="utf-8")
SECOND = DEFAULT.split("# --- 协商 ---")[0].replace("format: 3", "format: 2")
OLD = DEFAULT.split("# --- 委员工作室 ---")[0].replace("format: 3", "format: 1")


def test_the_default_knows_every_kind_of_studio_that_localities_have() -> None:
    kinds = queries.default().studios.kinds
    assert kinds["member_studio"].label == "委员工作室"
    assert [key for key, kind in kinds.items() if kind.online] == ["online_studio"]
    assert [key for key, kind in kinds.items() if kind.under] == ["station"]
    assert [key for key, kind in kinds.items() if kind.ends] == ["theme_studio"]


def test_the_default_standard_is_the_six_haves_of_dezhou() -> None:
    standard = queries.default().studios.standard
    assert standard.name == "六有"
    assert [item.label for item in standard.items.values()] == [
        "有场地",
        "有标识",
        "有制度",
        "有活动",
        "有档案",
        "有评价",
    ]


def test_the_steps_of_a_playbook_are_those_of_a_studio() -> None:
    ways = {str(status): {str(to) for to in after} for status, after in Studio.TRANSITIONS.items()}
    assert {status: set(after) for status, after in WAYS.items()} == ways
    assert set(NEEDED) <= set(queries.default().studios.life)


def test_a_studio_that_was_proposed_can_reach_every_step_of_the_default() -> None:
    life = queries.default().studios.life
    reached = {"proposed"}
    while found := {status for status, step in life.items() if set(step.after) & reached} - reached:
        reached |= found
    assert reached == set(life)


def test_roles_are_duties_that_a_studio_has() -> None:
    assert set(queries.default().studios.roles) <= set(DUTIES_IN[Body.Kind.STUDIO])


def test_whistles_ask_a_few_and_then_the_next() -> None:
    whistle = queries.default().whistle
    assert (whistle.hours, whistle.at_once, whistle.at_most) == (4, 3, 9)


@pytest.mark.parametrize("text", [DEFAULT, *map(library.text_of, library.names())])
def test_every_rule_of_duty_that_ships_is_one(text: str) -> None:
    for rule in parse(text).studios.duty:
        assert str(DutyRule.parse(rule))


def test_a_text_of_the_first_format_is_still_read_and_takes_studios_from_the_package() -> None:
    old = parse(OLD)
    assert old.clocks == queries.default().clocks
    assert old.studios == queries.default().studios
    assert old.whistle == queries.default().whistle


def test_a_text_of_the_first_format_has_no_studios_of_its_own() -> None:
    with pytest.raises(PlaybookError) as mistake:
        parse(SECOND.replace("format: 2", "format: 1"))
    assert mistake.value.path == "studios"


def test_a_text_of_the_second_format_takes_deliberation_from_the_package() -> None:
    second = parse(SECOND.replace("  at_once: 3 ", "  at_once: 2 "))
    assert second.whistle.at_once == 2
    assert second.deliberation == queries.default().deliberation


def test_a_text_of_the_second_format_must_have_them() -> None:
    with pytest.raises(PlaybookError, match="还少 studios"):
        parse(OLD.replace("format: 1", "format: 2"))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (
            "    online_studio: {label: 网上工作室, online: yes}",
            "    online_studio: {online: yes}",
            "kinds.online_studio",
        ),
        ("label: 网上工作室, online: yes}", "label: 网上工作室, online: 是}", "kinds.online_studio.online"),
        ("label: 网上工作室, online: yes}", "label: 网上工作室, room: no}", "kinds.online_studio.room"),
        ("    trial: {label: 试运行", "    trying: {label: 试运行", "life.trying"),
        ("    closed: {label: 退出", "    # closed: {label: 退出", "life"),
        ("after: [approved], least_days: 30", "after: [open], least_days: 30", "life.trial.after[1]"),
        ("least_days: 30", "least_days: 一个月", "life.trial.least_days"),
        ("proposed: {label: 提出, by:", "proposed: {label: 提出, after: [open], by:", "life.proposed.after"),
        ("    name: 六有\n", "", "standard"),
        ("venue: {label: 有场地, ask:", "venue: {label: 有场地, question:", "standard.items.venue.question"),
        ("    lead: 领衔委员", "    handler: 经办", "roles.handler"),
        ("  post: [工作职责, 值班接待制度", "  post: [工作职责, " + "长" * 41, "post[2]"),
        ("per: month, least: 1", "per: day, least: 1", "activity.reception.per"),
        ("per: month, least: 1", "per: month, least: 0", "activity.reception.least"),
        ("    misuse: 借工作室的名义办私事", "    misuse:", "exit_reasons.misuse"),
        ("  stars: no", "  stars: 五星", "stars"),
        ('    - {weekdays: [3], hours: "9:00-11:30"}', "    - {weekdays: [3]}", "duty[1]"),
        (
            '    - {weekdays: [3], hours: "9:00-11:30"}',
            '    - {days: [1], weekdays: [3], hours: "9:00-10:00"}',
            "duty[1]",
        ),
    ],
)
def test_a_mistake_about_studios_is_named_by_its_line_and_field(old: str, new: str, path: str) -> None:
    text = DEFAULT.replace(old, new, 1)
    assert text != DEFAULT
    with pytest.raises(PlaybookError) as mistake:
        parse(text)
    assert mistake.value.path == f"studios.{path}"
    assert str(mistake.value).startswith(f"第 {mistake.value.line} 行，studios.{path}：")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("  hours: 4 ", "  hours: 一天 ", "whistle.hours"),
        ("  at_most: 9 ", "  at_most: 2 ", "whistle.at_most"),
        ("  at_once: 3 ", "  at_one: 3 ", "whistle.at_one"),
    ],
)
def test_a_mistake_about_whistles_is_named_by_its_line_and_field(old: str, new: str, path: str) -> None:
    text = DEFAULT.replace(old, new, 1)
    with pytest.raises(PlaybookError) as mistake:
        parse(text)
    assert mistake.value.path == path
    assert new.strip() in text.splitlines()[mistake.value.line - 1]
