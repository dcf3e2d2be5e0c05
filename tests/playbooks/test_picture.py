"""The picture of a path: where the steps stand, and lines that run through none of them."""

from __future__ import annotations

import re

from shangliang.playbooks.definition import parse_over
from shangliang.playbooks.picture import Picture, picture

BRANCHED = """name: 岔路
version: "1"
deliberation:
  steps:
    a: {label: 收集, by: 社区}
    b: {label: 调研, by: 委员, after: [a], days: 10}
    c: {label: 问卷, by: 社区, after: [a], optional: yes}
    d: {label: 预备会, by: 召集人, after: [b]}
    e: {label: 一起坐下来商量商量再定, by: 召集人和街道党工委以及有关部门的负责同志和居民代表, after: [a, c, d], approvals: [街道]}
"""


def drawn(text: str) -> Picture:
    return picture(parse_over(text).deliberation.steps)


def test_steps_side_by_side_stand_in_one_column_and_a_join_after_all_it_waits_for() -> None:
    boxes = {box.step.key: box for box in drawn(BRANCHED).boxes}
    assert boxes["b"].x == boxes["c"].x
    assert boxes["b"].y != boxes["c"].y
    assert boxes["a"].x < boxes["b"].x < boxes["d"].x < boxes["e"].x


def test_a_line_runs_through_no_step() -> None:
    found = drawn(BRANCHED)
    for line in found.lines:
        x, y = map(int, re.match(r"M(\d+) (\d+)", line).groups())  # type: ignore[union-attr]
        for to_x, level in [(int(to), y) for to in re.findall(r"H(\d+)", line)]:
            between = [box for box in found.boxes if x < box.x and box.x + box.width < to_x]
            assert [box.step.key for box in between if box.y <= level <= box.y + 68] == []


def test_past_a_step_that_may_be_left_out_there_is_a_line() -> None:
    short = BRANCHED.replace("after: [a, c, d]", "after: [a, c]")
    assert len(drawn(short).lines) == 5
    assert len(drawn(short.replace(", optional: yes", "")).lines) == 4


def test_a_line_past_a_step_that_stands_alone_is_inside_the_picture() -> None:
    alone = BRANCHED[: BRANCHED.index("    c:")] + "    e: {label: 商量, by: 街道, after: [a, b]}\n"
    found = drawn(alone.replace("days: 10", "optional: yes"))
    levels = [int(level) for line in found.lines for level in re.findall(r"C\d+ \d+ \d+ (\d+)", line)]
    assert levels
    assert max(levels) < found.height


def test_what_has_a_gate_says_so_and_long_names_are_cut_into_lines() -> None:
    boxes = {box.step.key: box for box in drawn(BRANCHED).boxes}
    assert [key for key, box in boxes.items() if box.has_gate] == ["e"]
    assert "".join(boxes["e"].label) == "一起坐下来商量商量再定"
    assert len(boxes["e"].label) == 2
    assert boxes["e"].by[-1].endswith("…")


def test_twelve_steps_fit_the_width_of_a_page() -> None:
    steps = "".join(f"    s{n}: {{label: 第几步, by: 社区, after: [s{n - 1}]}}\n" for n in range(1, 12))
    text = f'name: 长\nversion: "1"\ndeliberation:\n  steps:\n    s0: {{label: 开头, by: 社区}}\n{steps}'
    assert drawn(text).width <= 1128
