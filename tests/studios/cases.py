"""Invented quarters of duty, the same for the same seed: 30–60 members, 60–90 days, everything a roster may be asked."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster_question import Pair, Person

FIRST = dt.date(2026, 7, 1)
MORNING, AFTERNOON = (dt.time(9), dt.time(11)), (dt.time(15), dt.time(17))
GROUPS = ("法制组", "教育组")
SURNAMES, NAMES = "林周沈顾叶方陆程许江", ("知夏", "见山", "明远", "书禾", "怀瑾", "若水", "景行", "清和")


@dataclass(frozen=True, slots=True)
class Case:
    """One question for a roster."""

    seed: int
    people: tuple[Person, ...]
    pairs: tuple[Pair, ...]
    shifts: tuple[Shift, ...]


def case(seed: int) -> Case:
    """The case of this seed."""
    chance = random.Random(seed)
    days = [FIRST + dt.timedelta(n) for n in range(chance.randint(60, 90))]
    people = tuple(_person(chance, n, days) for n in range(chance.randint(30, 60)))
    return Case(seed, people, _pairs(chance, len(people)), _shifts(chance, days))


def _person(chance: random.Random, n: int, days: list[dt.date]) -> Person:
    leave = []
    for _time in range(chance.choice((0, 0, 1, 1, 2))):
        first = chance.choice(days)
        leave.append((first, first + dt.timedelta(chance.randint(2, 25))))
    weekdays = range(1, 8)
    return Person(
        id=n,
        name=SURNAMES[n % len(SURNAMES)] + NAMES[n // len(SURNAMES) % len(NAMES)],
        groups=frozenset(group for group in GROUPS if chance.random() < 0.2),
        cap=chance.choice((None, 2, 3, 3, 4, 5)),
        leave=tuple(leave),
        wants=frozenset(chance.sample(days, chance.choice((0, 0, 0, 1, 2)))),
        prefers=frozenset(chance.sample(weekdays, 2)) if chance.random() < 0.3 else frozenset(),
        never=frozenset(chance.sample(weekdays, chance.choice((0, 1, 2, 4)))),
        balance=chance.choice((-2, -1, -1, 0, 0, 0, 0, 1, 1, 2)),
    )


def _pairs(chance: random.Random, people: int) -> tuple[Pair, ...]:
    """Two always, three never, two rather together: among different people."""
    some = chance.sample(range(people), 14)
    kinds = ("always", "always", "never", "never", "never", "rather", "rather")
    return tuple(Pair(some[2 * n], some[2 * n + 1], how) for n, how in enumerate(kinds))  # type: ignore[arg-type]


def _shifts(chance: random.Random, days: list[dt.date]) -> tuple[Shift, ...]:
    both, needed, weekend = chance.random() < 0.7, chance.choice((1, 2, 2, 3)), chance.random() < 0.7
    shifts = []
    for day in days:
        if day.weekday() >= 5 and not weekend:
            continue
        group = chance.choice(GROUPS) if day.weekday() == 3 and chance.random() < 0.5 else ""
        shifts.append(Shift(day, *MORNING, needed, group))
        if both:
            shifts.append(Shift(day, *AFTERNOON, needed))
    return tuple(shifts)
