"""Localities that the package was not made for: their published ways, written with nothing but the guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from shangliang.playbooks import library
from shangliang.playbooks.definition import Playbook, parse
from shangliang.playbooks.way import told

TRIED = Path(__file__).parent / "tried"
TABLE = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")


def tried(name: str) -> Playbook:
    return parse(library.whole((TRIED / f"{name}.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", sorted(TRIED.glob("*.yaml")), ids=lambda path: path.stem)
def test_it_can_be_adopted_is_drawn_whole_and_stands_in_the_table(path: Path) -> None:
    way = told(tried(path.stem))
    assert [box.step.label for box in way.picture.boxes] == [one.step.label for one in way.steps]
    assert f"| `{path.stem}` |" in TABLE


def test_the_days_of_a_meeting_and_how_its_seats_are_filled_are_told() -> None:
    (said,) = told(tried("xiangshan")).meetings
    assert said.form.when == "每月 10 日、25 日傍晚"
    assert "随机抽到的居民 23–85 人（从选民库里抽签）" in told(tried("wenling")).meetings[1].seats


def test_a_quorum_of_people_and_of_area_is_told_as_both() -> None:
    (said,) = told(tried("owners")).meetings
    assert said.decided.endswith("人数和面积都要够，来的要够全体人数和面积的 66.67%")
    assert said.people == ""


def test_several_ways_on_of_which_one_is_gone_all_lead_to_the_next_step() -> None:
    way = told(tried("chaoyang"))
    settle = next(one for one in way.steps if one.step.key == "settle")
    assert settle.after == ("灵活议", "定期议", "街乡议")
    assert way.may_skip
