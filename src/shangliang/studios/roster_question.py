"""What a roster is asked: people, pairs, shifts; and the one measure of fairness that every solver uses.

Pure. The order of aims is fixed: as many seats filled as can be, then the days that people asked
for, then the smallest spread, then preferences and rest. What always binds: nobody on leave or on a
weekday they ruled out, nobody above the cap of a month, one turn a day, a group's shift to its
group, pairs. Solvers see *units*: one person, or people who always serve together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.studios.duty_dates import Shift

Month = tuple[int, int]
Span = tuple[dt.date, dt.date]  # the first and the last day
Held = list[set[int]]  # for each shift, the units that serve


@dataclass(frozen=True, slots=True)
class Person:
    """Who may serve. Weekdays count from 1 (Monday) to 7."""

    id: Hashable
    name: str
    groups: frozenset[str] = frozenset()
    cap: int | None = None  # turns in one month at most
    leave: tuple[Span, ...] = ()
    wants: frozenset[dt.date] = frozenset()  # days that were asked for
    prefers: frozenset[int] = frozenset()  # weekdays liked best
    never: frozenset[int] = frozenset()  # weekdays on which they cannot
    balance: int = 0  # turns done last quarter beyond a fair share; less than that is negative

    def on_leave(self, day: dt.date) -> bool:
        """Whether they are away on `day`."""
        return any(first <= day <= last for first, last in self.leave)

    def suits(self, shift: Shift) -> bool:
        """Whether the shift is one for them, leave aside."""
        return shift.day.isoweekday() not in self.never and (not shift.group or shift.group in self.groups)

    def free(self, shift: Shift) -> bool:
        """Whether they could serve, were it their only turn."""
        return self.suits(shift) and not self.on_leave(shift.day)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people (by id) who serve always together, rather together, or never together."""

    one: Hashable
    other: Hashable
    how: Literal["always", "rather", "never"]


@dataclass(frozen=True)
class Question:
    """People and shifts, compiled: indexes instead of ids, and units instead of people.

    Raises Refused if it contradicts itself.
    """

    people: Sequence[Person]
    pairs: Sequence[Pair]
    shifts: Sequence[Shift]  # in the order of their days

    @classmethod
    def ask(cls, people: Iterable[Person], pairs: Iterable[Pair], shifts: Iterable[Shift]) -> Question:
        """The question, checked."""
        ordered = sorted(shifts, key=lambda shift: (shift.day, shift.starts, shift.ends, shift.group))
        question = cls(tuple(people), tuple(pairs), tuple(ordered))
        question._check()
        return question

    def _check(self) -> None:
        if len(self.index) < len(self.people):
            raise Refused(_("名单里有人写了两次。"), "people")
        for pair in self.pairs:
            if pair.one not in self.index or pair.other not in self.index or pair.one == pair.other:
                raise Refused(_("搭档要写名单里的两个人。"), "pairs")
        for one, other in self.of_kind("never"):
            if self.unit_of[one] == self.unit_of[other]:
                names = {"one": self.people[one].name, "other": self.people[other].name}
                raise Refused(_("%(one)s和%(other)s又要一起、又不能一起，只能选一样。") % names, "pairs")
        if any(not shift.needed and not shift.group for shift in self.shifts):
            raise Refused(_("每次至少要 1 名委员。"), "shifts")

    # --- people and units ---

    @cached_property
    def index(self) -> dict[Hashable, int]:
        """Where in `people` an id stands."""
        return {person.id: n for n, person in enumerate(self.people)}

    def of_kind(self, how: str) -> list[tuple[int, int]]:
        """The pairs of one kind, by index of the people."""
        return [(self.index[pair.one], self.index[pair.other]) for pair in self.pairs if pair.how == how]

    @cached_property
    def units(self) -> list[tuple[int, ...]]:
        """Those who always serve together, each as one; everybody else alone. In the order of the people."""
        leader = list(range(len(self.people)))
        for one, other in self.of_kind("always"):
            kept, gone = sorted((leader[one], leader[other]))
            leader = [kept if who == gone else who for who in leader]
        together: dict[int, list[int]] = {}
        for person, first in enumerate(leader):
            together.setdefault(first, []).append(person)
        return [tuple(members) for members in together.values()]

    @cached_property
    def unit_of(self) -> dict[int, int]:
        """The unit of each person."""
        return {person: unit for unit, members in enumerate(self.units) for person in members}

    @cached_property
    def size(self) -> list[int]:
        """How many seats a unit takes."""
        return [len(members) for members in self.units]

    @cached_property
    def caps(self) -> list[int]:
        """Turns that a unit can do in a month: its lowest cap."""
        caps = [[cap for person in unit if (cap := self.people[person].cap) is not None] for unit in self.units]
        return [min(some, default=len(self.shifts)) for some in caps]

    def _units_of_pairs(self, how: str) -> list[set[int]]:
        found: list[set[int]] = [set() for _unit in self.units]
        for one, other in self.of_kind(how):
            a, b = self.unit_of[one], self.unit_of[other]
            found[a].add(b)
            found[b].add(a)
        return found

    @cached_property
    def foes(self) -> list[set[int]]:
        """For each unit, those with whom it never serves."""
        return self._units_of_pairs("never")

    @cached_property
    def friends(self) -> list[set[int]]:
        """For each unit, those with whom it would rather serve."""
        return [others - {unit} for unit, others in enumerate(self._units_of_pairs("rather"))]

    # --- shifts ---

    @cached_property
    def months(self) -> list[Month]:
        """The month of each shift."""
        return [(shift.day.year, shift.day.month) for shift in self.shifts]

    def can(self, unit: int, shift: int) -> bool:
        """Whether all of a unit are free for a shift, were it the only one."""
        return all(self.people[person].free(self.shifts[shift]) for person in self.units[unit])

    @cached_property
    def whole(self) -> dict[int, set[int]]:
        """Shifts of a whole group, and the units that take them: settled before anything else."""
        given: dict[int, set[int]] = {}
        done: Counter[tuple[int, Month]] = Counter()
        for shift in (n for n, shift in enumerate(self.shifts) if not shift.needed):
            given[shift] = set()
            busy = {unit for n, units in given.items() if self.shifts[n].overlaps(self.shifts[shift]) for unit in units}
            for unit in range(len(self.units)):
                key = (unit, self.months[shift])
                met = unit in busy or self.foes[unit] & given[shift]
                if not met and self.can(unit, shift) and done[key] < self.caps[unit]:
                    given[shift].add(unit)
                    done[key] += 1
        return given

    @cached_property
    def seats(self) -> list[int]:
        """How many people each shift needs; for a whole group, as many as can come, and at least one."""
        sizes = {shift: sum(self.size[unit] for unit in units) for shift, units in self.whole.items()}
        return [shift.needed or max(sizes[n], 1) for n, shift in enumerate(self.shifts)]

    @cached_property
    def able(self) -> list[list[int]]:
        """For each shift, the units that could take it; none for a whole group's, which is settled."""
        settled = {(unit, self.shifts[n].day) for n, units in self.whole.items() for unit in units}
        return [
            []
            if shift in self.whole
            else [
                unit
                for unit in range(len(self.units))
                if self.size[unit] <= self.seats[shift]
                and (unit, self.shifts[shift].day) not in settled
                and self.can(unit, shift)
            ]
            for shift in range(len(self.shifts))
        ]

    @cached_property
    def wishes(self) -> list[tuple[int, dt.date]]:
        """Days asked for, by unit: met if the unit has a turn that day."""
        days = {shift.day for shift in self.shifts}
        asked = {(self.unit_of[n], day) for n, person in enumerate(self.people) for day in person.wants if day in days}
        return sorted(asked)

    # --- the measure ---

    @cached_property
    def most(self) -> list[int]:
        """How many turns each person could do at most, were there nobody else."""
        days: list[dict[Month, set[dt.date]]] = [{} for _unit in self.units]
        for shift, units in enumerate(self.able):
            for unit in units:
                days[unit].setdefault(self.months[shift], set()).add(self.shifts[shift].day)
        settled = Counter((unit, self.months[shift]) for shift, units in self.whole.items() for unit in units)
        best = [
            sum(
                min(cap, len(days[unit].get(month, ())) + settled[unit, month])
                for month in {*days[unit], *(month for who, month in settled if who == unit)}
            )
            for unit, cap in enumerate(self.caps)
        ]
        return [best[self.unit_of[person]] for person in range(len(self.people))]

    @cached_property
    def excused(self) -> list[int]:
        """Turns that do not count against a person: for leave, and for what cap, weekdays and group leave out.

        Leave counts in proportion: who is away for half of the shifts owes half the turns. Who
        cannot reach the common level in any roster is lifted to it.
        """
        if not self.circle:
            return [0 for _person in self.people]
        turns = min(sum(self.seats), sum(self.most[person] for person in self.circle))
        away = [self._away(person) for person in self.people]
        present = sum(1 - away[person] for person in self.circle)
        leave = [round(turns / present * share) for share in away]
        total = turns + sum(self.people[person].balance + leave[person] for person in self.circle)
        level = total // len(self.circle)
        return [
            leave[n] + max(0, level - person.balance - leave[n] - self.most[n]) for n, person in enumerate(self.people)
        ]

    def _away(self, person: Person) -> float:
        """The share of the shifts for them that fall into their leave."""
        suited = [shift for shift in self.shifts if person.suits(shift)]
        return sum(person.on_leave(shift.day) for shift in suited) / len(suited) if suited else 0.0

    @cached_property
    def base(self) -> list[int]:
        """What each person's load is before the first turn: last quarter's balance, and what is excused."""
        return [person.balance + self.excused[n] for n, person in enumerate(self.people)]

    @cached_property
    def circle(self) -> list[int]:
        """The people among whom fairness is measured: those who could do a turn at all."""
        return [person for person, most in enumerate(self.most) if most]

    def counts(self, held: Held) -> list[int]:
        """Turns of each person."""
        of_units = Counter(unit for units in held for unit in units)
        return [of_units[self.unit_of[person]] for person in range(len(self.people))]

    def spread(self, held: Held) -> int:
        """The measure: load of the most loaded person less that of the least; load = turns + `base`."""
        counts = self.counts(held)
        loads = [counts[person] + self.base[person] for person in self.circle]
        return max(loads, default=0) - min(loads, default=0)

    def unfilled(self, held: Held) -> int:
        """Seats that stay empty."""
        return sum(need - sum(self.size[unit] for unit in units) for need, units in zip(self.seats, held, strict=True))

    def unmet(self, held: Held) -> list[tuple[int, dt.date]]:
        """Wishes that stay open."""
        served = {(unit, self.shifts[shift].day) for shift, units in enumerate(held) for unit in units}
        return [wish for wish in self.wishes if wish not in served]

    @cached_property
    def rest(self) -> int:
        """Days that should lie between two turns: half of what an even distribution would give, a week at most."""
        if not self.circle or not self.shifts:
            return 1
        span = (self.shifts[-1].day - self.shifts[0].day).days + 1
        return max(1, min(7, span * len(self.circle) // (2 * max(1, sum(self.seats)))))
