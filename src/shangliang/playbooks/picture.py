"""The path of a playbook as a picture: which step stands where, and the lines between them.

Columns are how far a step is from the start, rows are paths that go side by side. A line over several columns
keeps a place of its own in each of them, so that it never runs through a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from shangliang.playbooks.deliberation_rules import Step, upstream

WIDE, NARROW, WIDTH = 176, 94, 1128  # of a column at most and at least, of the whole
HIGH, TOP, BOX, GAP = 148, 16, 68, 26  # of a row, above it, of a box, between boxes
LETTER, LEADING = 17, 20  # width of a letter of a label, height of its line
LATIN = 0x2E7F  # letters up to here are narrow


@dataclass(frozen=True, slots=True)
class Box:
    """A step in the picture: where it stands, and what is written in and under it."""

    step: Step
    number: int
    x: int
    y: int
    width: int
    label: tuple[str, ...]  # lines
    by: tuple[str, ...]  # lines below the box

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def has_gate(self) -> bool:
        return bool(self.step.needs or self.step.approvals)

    @property
    def gate_y(self) -> int:
        return self.y + 5

    @property
    def days_y(self) -> int:
        """Under who does it."""
        return self.y + BOX + 20 + 18 * len(self.by)

    @property
    def label_lines(self) -> list[tuple[int, str]]:
        """The lines of the label with their heights."""
        first = self.y + BOX // 2 + 6 - LEADING * (len(self.label) - 1) // 2
        return [(first + LEADING * index, line) for index, line in enumerate(self.label)]

    @property
    def by_lines(self) -> list[tuple[int, str]]:
        """The lines of who does it with their heights."""
        return [(self.y + BOX + 20 + 18 * index, line) for index, line in enumerate(self.by)]


@dataclass(frozen=True, slots=True)
class Picture:
    """All boxes, and the lines between them as SVG paths."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def picture(steps: Mapping[str, Step]) -> Picture:
    """The picture of a sound path (one start, no circle)."""
    before = _directly_before(steps)
    columns = _columns(before)
    rows, through = _rows(before, columns)
    count = max(columns.values()) + 1
    high = max([*rows.values(), *(row for passed in through.values() for row in passed)]) + 1
    width = max(NARROW, min(WIDE, WIDTH // count))
    boxes = {
        key: _box(step, number, columns[key] * width, TOP + rows[key] * HIGH, width)
        for number, (key, step) in enumerate(steps.items(), 1)
    }
    lines = [
        _line(boxes[one], boxes[key], [TOP + row * HIGH + BOX // 2 for row in through.get((one, key), ())], width)
        for key, ones in before.items()
        for one in ones
    ]
    return Picture(count * width, TOP + high * HIGH, tuple(boxes.values()), tuple(lines))


def _directly_before(steps: Mapping[str, Step]) -> dict[str, list[str]]:
    """For each step those it waits for, without those that another of them waits for already."""
    found: dict[str, list[str]] = {}
    for key, step in steps.items():
        # Past a step that may be left out there is a line of its own.
        further = {one for other in step.after if not steps[other].optional for one in upstream(steps, other)}
        found[key] = [one for one in dict.fromkeys(step.after) if one not in further]
    return found


def _columns(before: Mapping[str, list[str]]) -> dict[str, int]:
    found: dict[str, int] = {}

    def column(key: str) -> int:
        if key not in found:
            found[key] = max((column(one) + 1 for one in before[key]), default=0)
        return found[key]

    for key in before:
        column(key)
    return found


def _rows(
    before: Mapping[str, list[str]], columns: Mapping[str, int]
) -> tuple[dict[str, int], dict[tuple[str, str], list[int]]]:
    """The row of each step; and for each line over several columns its row in each of those between."""
    rows: dict[str, int] = {}
    through: dict[tuple[str, str], list[int]] = {}
    for column in range(max(columns.values()) + 1):
        taken: set[int] = set()
        for key in (key for key in before if columns[key] == column):
            ones = before[key]
            wanted = min((rows[one] for one in ones), default=0)
            rows[key] = _free(wanted, taken)
        for key, ones in before.items():
            for one in ones:
                if columns[one] < column < columns[key]:
                    passed = through.setdefault((one, key), [])
                    passed.append(_free(passed[-1] if passed else rows[one], taken))
    return rows, through


def _free(wanted: int, taken: set[int]) -> int:
    while wanted in taken:
        wanted += 1
    taken.add(wanted)
    return wanted


def _box(step: Step, number: int, x: int, y: int, width: int) -> Box:
    inner = width - GAP
    wide = sum(LETTER if ord(letter) > LATIN else LETTER * 0.6 for letter in step.label)
    lines = ceil(wide / max(inner - 8, LETTER))
    label = _cut(step.label, ceil(len(step.label) / lines), lines)
    return Box(step, number, x + GAP // 2, y, inner, label, _cut(step.by, (width - 10) // 14, 2))


def _cut(text: str, longest: int, lines: int) -> tuple[str, ...]:
    """The text in lines; what does not fit ends in an ellipsis."""
    parts = [text[start : start + longest] for start in range(0, len(text), longest)]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], parts[lines - 1][:-1] + "…"]
    return tuple(parts)


def _line(one: Box, other: Box, between: list[int], width: int) -> str:
    """From the right edge of one box to the left edge of another, level through the columns between."""
    x, y = one.x + one.width, one.y + BOX // 2
    path = [f"M{x} {y}"]
    for index, level in enumerate(between, 1):
        path.append(_bend(x, y, left := one.x + index * width, level))
        x, y = left + one.width, level
        path.append(f"H{x}")
    path.append(_bend(x, y, other.x, other.y + BOX // 2))
    return "".join(path)


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"H{to_x}" if y == to_y else f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"
