"""A stored map as a page shows it: groups with their names and marks, what they share, dots as shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.deliberation.models import Side

WIDTH, LINE = 400, 20  # of the picture; what a line of text needs in it
LEAST = 5  # people in groups, below which there is no map
MARKS = "●■▲◆✚"
NAMES = (
    gettext_lazy("第一组"),
    gettext_lazy("第二组"),
    gettext_lazy("第三组"),
    gettext_lazy("第四组"),
    gettext_lazy("第五组"),
)
# The marks as paths around nought, about as heavy as each other.
SHAPES = (
    "a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "v-3.5h7v7h-7z",
    "l4.5-8 4.5 8z",
    "l4.5-4.5 4.5 4.5-4.5 4.5z",
    "h3v-3h2.6v3h3v2.6h-3v3h-2.6v-3h-3z",
)
LEFT = (4, 3.5, 4.5, 4.5, 4.3)  # how far left of its middle a path begins


@dataclass(frozen=True, slots=True)
class Share:
    """How a group stands to a statement."""

    group: Group
    agree: int
    asked: int

    @property
    def percent(self) -> int:
        return round(100 * self.agree / self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True)
class Stance:
    """A statement, and how each group stands to it."""

    number: int
    text: str
    shares: list[Share]
    agrees: bool = True  # of what a group holds: whether it agrees with it


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the map."""

    number: int
    name: str
    mark: str
    colour: int  # 1 to 5
    size: int
    centre: tuple[int, int]
    spread: tuple[int, int]
    dots: str  # the path of its marks
    holds: list[Stance] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the fragment shows. `why_none` says why there is no map; the rest is then mostly empty."""

    people: int  # who voted
    placed: int  # who voted on enough
    votes: int
    statements: int
    why_none: str = ""
    groups: list[Group] = field(default_factory=list)
    shared: list[Stance] = field(default_factory=list)
    against: list[Stance] = field(default_factory=list)
    apart: list[Stance] = field(default_factory=list)
    each: int = 1  # people a dot stands for
    sides: list[tuple[str, int]] = field(default_factory=list)  # how many said they are of which side

    @property
    def few(self) -> int:
        """Who has voted on too little to be placed."""
        return self.people - self.placed

    @property
    def labels(self) -> list[tuple[Group, int, int]]:
        """Where the name of each group stands: over its outline, not cut off by the edge, not on another name."""
        found: list[tuple[Group, int, int, int]] = []
        for group in sorted(self.groups, key=lambda one: one.centre[1] - one.spread[1]):
            half = 9 * len(f"{group.mark} {group.name} {group.size} 人") + 2
            x = min(max(group.centre[0], half), WIDTH - half)
            y = max(LINE, group.centre[1] - group.spread[1] - 6)
            for _other, at, high, wide in found:
                if abs(at - x) < half + wide and abs(high - y) < LINE:
                    y = high + LINE
            found.append((group, x, y, half))
        return [(group, x, y) for group, x, y, _half in found]

    @property
    def tables(self) -> list[list[Stance]]:
        """What the table lists."""
        return [self.shared, self.against, self.apart]

    @property
    def untold(self) -> int:
        """Who has not said which side they are on."""
        return self.people - sum(number for _label, number in self.sides)

    @property
    def absent(self) -> list[str]:
        """The sides of which nobody said to be; none as long as most have not said."""
        if self.untold * 2 > self.people:
            return []
        return [label for label, number in self.sides if not number]


def shown_numbers(stored: Mapping[str, Any]) -> set[int]:
    """The statements whose texts are needed to draw a stored map."""
    held = {number for group in stored["groups"] for number, _agrees in group["holds"]}
    return held.union(stored["shared"], stored["against"], stored["apart"])


def paint(
    stored: Mapping[str, Any],
    texts: Mapping[int, str],
    names: Mapping[str, str],
    statements: int,
    sides: Iterable[Side],
) -> Picture:
    """The picture of a stored map. `texts` are those of `shown_numbers`; one that is missing is left out. `sides`
    know how many took part (`taking_part`)."""
    told = [(side.label, side.taking_part) for side in sides]  # type: ignore[attr-defined]
    sides_counted = told if any(number for _label, number in told) else []  # nobody said: that tells nothing
    numbers = {"people": stored["people"], "placed": stored["placed"], "votes": stored["votes"]}
    if stored["placed"] < LEAST:
        return Picture(**numbers, statements=statements, why_none=_why(stored["placed"]), sides=sides_counted)
    groups = [_group(one, names, stored["dots"]) for one in stored["groups"]]

    def stance(number: int, agrees: int = 1) -> Stance:
        tallies = stored["counts"].get(str(number), [])
        counted = [(group, counts[0], sum(counts)) for group, counts in zip(groups, tallies, strict=False)]
        shares = [Share(group, agree, asked) for group, agree, asked in counted]
        return Stance(number, texts[number], sorted(shares, key=lambda one: -one.group.size), agrees > 0)

    for group, one in zip(groups, stored["groups"], strict=True):
        group.holds.extend(stance(number, agrees) for number, agrees in one["holds"] if number in texts)
    return Picture(
        **numbers,
        statements=statements,
        groups=sorted(groups, key=lambda one: -one.size),
        shared=[stance(number) for number in stored["shared"] if number in texts],
        against=[stance(number) for number in stored["against"] if number in texts],
        apart=[stance(number) for number in stored["apart"] if number in texts],
        each=stored["each"],
        sides=sides_counted,
    )


def default_name(number: int) -> str:
    """What a group is called as long as nobody has named it."""
    return str(NAMES[number]) if number < len(NAMES) else _("第 %(n)d 组") % {"n": number + 1}


def _group(one: Mapping[str, Any], names: Mapping[str, str], dots: Iterable[list[int]]) -> Group:
    number = one["id"]
    kind = number % len(MARKS)
    here = [(x, y) for x, y, of in dots if of == number]
    path = "".join(f"M{x - LEFT[kind]:g} {y}{SHAPES[kind]}" for x, y in here)
    return Group(
        number,
        names.get(str(number)) or default_name(number),
        MARKS[kind],
        kind + 1,
        one["size"],
        (one["centre"][0], one["centre"][1]),
        (one["spread"][0], one["spread"][1]),
        path,
    )


def _why(placed: int) -> str:
    if not placed:
        return _("还没有人表过足够的态。一个人表过 7 条，才看得出站在哪里。")
    return _("表态够多的才 %(n)d 个人。不到 %(least)d 个人不画图，免得从图里认出谁来。") % {"n": placed, "least": LEAST}
