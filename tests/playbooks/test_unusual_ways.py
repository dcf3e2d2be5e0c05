"""Ways of working that nobody told us of: whether the format takes them, and tells them again in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from shangliang.playbooks import library
from shangliang.playbooks.definition import PlaybookError, parse, parse_over
from shangliang.playbooks.deliberation_rules import DeliberationRules, earlier, upstream
from shangliang.playbooks.way import told

UNUSUAL = Path(__file__).parent / "unusual"


def text(name: str) -> str:
    return (UNUSUAL / f"{name}.yaml").read_text(encoding="utf-8")


def rules(name: str) -> DeliberationRules:
    return parse(library.whole(text(name))).deliberation


@pytest.mark.parametrize("name", ["village", "lift", "lake"])
def test_what_an_unusual_way_adds_is_laid_over_the_package_and_told_in_words(name: str) -> None:
    playbook = parse(library.whole(text(name)))
    way = told(playbook)
    assert [one.step.label for one in way.steps] == [step.label for step in playbook.deliberation.steps.values()]
    assert all(one.decided for one in way.meetings)


def test_two_assemblies_decide_each_in_its_own_form_and_by_its_own_rule() -> None:
    found = rules("village")
    party, people = (found.meetings[found.steps[key].form] for key in ("examine", "resolve"))
    assert (party.decide.rule, party.decide.quorum) == ("majority", 5001)
    assert (people.decide.rule, people.decide.share, people.decide.quorum) == ("share", 6667, 6667)
    assert found.steps["resolve"].approvals == ("村两委", "党员大会")
    assert [key for key, step in found.steps.items() if "agree" in step.does] == ["examine", "resolve"]


def test_a_way_that_may_be_passed_by_holds_nothing_up() -> None:
    steps = rules("lift").steps
    assert "mediate" in upstream(steps, "sign")
    assert list(earlier(steps, "sign")) == ["ask", "walk", "talk"]


def test_households_and_their_area_must_both_suffice_of_those_who_took_part() -> None:
    decide = rules("lift").meetings["signing"].decide
    assert decide.by == ("household", "area")
    assert (decide.rule, decide.of, decide.quorum) == ("majority", "present", 6667)


def test_three_rounds_come_before_anything_is_signed() -> None:
    assert rules("lift").steps["sign"].needs["meetings"] == 3


def test_topics_are_drawn_by_lot_and_every_studio_has_one_a_quarter() -> None:
    found = rules("lake")
    dock, studio = found.least
    assert found.selection.rule == "lot"
    assert (dock.per, dock.every, dock.least, dock.most, dock.each) == ("month", 2, 1, 2, ())
    assert (studio.per, studio.every, studio.each) == ("quarter", 1, ("studio",))
    assert found.meetings["dock"].where == "码头、集市、村小轮着来"
    assert len(found.season) == 2


@pytest.mark.parametrize(
    ("name", "old", "new", "path"),
    [
        ("lift", "form: stairs, ", "form: stair, ", "deliberation.steps.talk.form"),
        ("lift", "does: [online], ", "does: [online], form: stairs, ", "deliberation.steps.poll.form"),
        ("lift", "optional: yes, days", "optional: 是, days", "deliberation.steps.poll.optional"),
        ("lift", "[household, area]", "[household, floor]", "deliberation.meetings.signing.decide.by[2]"),
        ("lift", "quorum: 66.67", "quorum: 166.67", "deliberation.meetings.signing.decide.quorum"),
        ("lift", "least: 6\n", "least: 16\n", "deliberation.selection.least"),
        ("lake", "every: 2", "every: 0", "deliberation.least.dock.every"),
        ("lake", "each: [studio]", "each: [ship]", "deliberation.least.studio.each[1]"),
        ("lake", "from: 10-15", "from: 05-15", "deliberation.season[2].from"),
        ("lake", "after: [box]", "after: [tell]", "deliberation.steps.draw"),
        ("village", "after: [propose]", "after: [examine]", "deliberation.steps.consult"),
    ],
)
def test_a_mistake_in_what_is_unusual_is_named_by_its_line(name: str, old: str, new: str, path: str) -> None:
    wrong = text(name).replace(old, new, 1)
    assert wrong != text(name)
    with pytest.raises(PlaybookError) as mistake:
        parse_over(wrong)
    assert mistake.value.path == path


def test_rounds_that_nothing_makes_are_refused() -> None:
    wrong = text("lift").replace("does: [meet], form: stairs, ", "", 1)
    with pytest.raises(PlaybookError, match="meetings"):
        parse_over(wrong)
