"""The board on which a roster is tried out: who holds which shift, and the chains by which turns change hands.

Filling seats and evening out loads are one problem of flow: a turn passes from one person to a
second, who gives up another to a third, and so on, until it ends with somebody who can take one
more. Where no chain is left from a high load to one lower by two, the loads of single people are as
even as they can be. Units of several people are moved by `roster.py`. Sets of units are bit masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from shangliang.studios.roster_question import Held, Month, Question

Chain = list[tuple[int, int]]  # (unit, shift): each takes the shift that the one after it gives up


def bits(mask: int) -> Iterator[int]:
    """The members of a mask, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(members: Iterable[int]) -> int:
    """The mask with these members."""
    return sum(1 << member for member in members)


class Board:
    """Turns as they stand, always within the rules of the question."""

    def __init__(self, question: Question) -> None:
        self.q = question
        units = range(len(question.units))
        self.size, self.caps = question.size, question.caps
        self.months, self.days = question.months, [shift.day.toordinal() for shift in question.shifts]
        self.able = [mask_of(units) for units in question.able]
        self.foes = [mask_of(foes) for foes in question.foes]
        self.able_at_all = 0
        for mask in self.able:
            self.able_at_all |= mask
        self.singles = mask_of(unit for unit in units if question.size[unit] == 1)
        self.base = [max(question.base[person] for person in members) for members in question.units]
        self.wishers: dict[int, int] = {}
        for unit, day in question.wishes:
            self.wishers[day.toordinal()] = self.wishers.get(day.toordinal(), 0) | 1 << unit
        self.holders = [0] * len(question.shifts)
        self.left = list(question.seats)
        self.day: list[dict[int, int]] = [{} for _unit in units]  # ordinal of the day → shift
        self.in_month: list[dict[Month, int]] = [{} for _unit in units]
        self.load = list(self.base)
        for shift, given in question.whole.items():
            for unit in given:
                self.put(unit, shift)
        self.settled = set(question.whole)

    def copy(self) -> Board:
        """The same board, to be tried on."""
        twin = object.__new__(Board)
        twin.__dict__.update(self.__dict__)
        twin.holders, twin.left, twin.load = self.holders[:], self.left[:], self.load[:]
        twin.day = [turns.copy() for turns in self.day]
        twin.in_month = [counts.copy() for counts in self.in_month]
        return twin

    @property
    def held(self) -> Held:
        """For each shift, the units that serve."""
        return [set(bits(mask)) for mask in self.holders]

    def put(self, unit: int, shift: int) -> None:
        """Give the shift to the unit."""
        month = self.months[shift]
        self.holders[shift] |= 1 << unit
        self.left[shift] -= self.size[unit]
        self.day[unit][self.days[shift]] = shift
        self.in_month[unit][month] = self.in_month[unit].get(month, 0) + 1
        self.load[unit] += 1

    def take(self, unit: int, shift: int) -> None:
        """Take the shift from the unit."""
        self.holders[shift] ^= 1 << unit
        self.left[shift] += self.size[unit]
        if self.day[unit].get(self.days[shift]) == shift:
            del self.day[unit][self.days[shift]]
        self.in_month[unit][self.months[shift]] -= 1
        self.load[unit] -= 1

    def spare(self, unit: int, shift: int) -> bool:
        """Whether the unit has its day and its month free for the shift."""
        return self.days[shift] not in self.day[unit] and (
            self.in_month[unit].get(self.months[shift], 0) < self.caps[unit]
        )

    def welcome(self, unit: int, shift: int, without: int = 0) -> bool:
        """Whether the shift is one for the unit, beside those who hold it (but for `without`, a mask)."""
        there = self.holders[shift] & ~without
        return bool(self.able[shift] >> unit & 1) and not (there >> unit & 1) and not (self.foes[unit] & there)

    def turns(self, unit: int) -> list[int]:
        """What the unit could give up: all but shifts of a whole group, and days it asked for."""
        return [shift for shift in self._given(unit, True) if not self._asked(unit, self.days[shift])]

    def _given(self, unit: int, locked: bool) -> list[int]:
        """What the unit could give up in a chain; if `locked`, a day it asked for only if another waits for it."""
        return [
            shift
            for day, shift in self.day[unit].items()
            if shift not in self.settled and not (locked and self._asked(unit, day) and not self._waiting(day))
        ]

    def _asked(self, unit: int, day: int) -> int:
        return self.wishers.get(day, 0) >> unit & 1

    def _waiting(self, day: int) -> int:
        """Units that asked for the day and have no turn on it."""
        return mask_of(unit for unit in bits(self.wishers.get(day, 0)) if day not in self.day[unit])

    # --- chains ---

    def chain(self, starts: list[tuple[int, int]], goals: int, passed: int = 0, locked: bool = True) -> Chain | None:
        """The shortest chain from one of `starts` to a unit of `goals`, or None.

        A start is (-1, a shift with a seat left), or (a unit, a turn of its own that it would give up).
        A unit that takes a shift must give up one of the same day if it has one, else one of the
        same month if that is full; else it may end the chain. Each unit, day and month of a
        unit and shift is passed once, so that a chain never breaks a rule; `passed` are left out.
        """
        came: dict[int, tuple[int, int]] = {shift: (unit, -1) for unit, shift in starts}
        queue = [shift for _unit, shift in starts]
        days: set[tuple[int, int]] = set()
        full: dict[Month, int] = {}
        for shift in queue:
            (giver, before), day, month = came[shift], self.days[shift], self.months[shift]
            there = self.holders[shift] & ~(1 << giver if giver >= 0 else 0)
            takers = self.able[shift] & self.singles & ~self.holders[shift] & ~passed & ~full.get(month, 0)
            leaves_day = giver >= 0 and (before < 0 or self.days[before] != day)
            if locked and leaves_day and self._asked(giver, day):
                takers &= self._waiting(day)
            for unit in bits(takers):
                if self.foes[unit] & there or (unit, day) in days:
                    continue
                clash = self.day[unit].get(day)
                if clash is not None:
                    days.add((unit, day))
                    gives = [clash] if clash not in self.settled else []
                elif self.in_month[unit].get(month, 0) >= self.caps[unit]:
                    full[month] = full.get(month, 0) | 1 << unit
                    gives = [turn for turn in self._given(unit, locked) if self.months[turn] == month]
                elif goals >> unit & 1:
                    return self._traced(came, unit, shift)
                else:
                    passed |= 1 << unit
                    gives = self._given(unit, locked)
                for turn in gives:
                    if turn not in came:
                        came[turn] = (unit, shift)
                        queue.append(turn)
        return None

    @staticmethod
    def _traced(came: dict[int, tuple[int, int]], unit: int, shift: int) -> Chain:
        links = [(unit, shift)]
        while shift >= 0 and came[shift][0] >= 0:
            giver, before = came[shift]
            links.append((giver, before))
            shift = before
        return links

    def follow(self, chain: Chain) -> None:
        """Pass the turns on: each unit of the chain takes its shift from the next, and the last only gives."""
        for (_unit, shift), (giver, _before) in pairwise(chain):
            self.take(giver, shift)
        for unit, shift in chain:
            if shift >= 0:
                self.put(unit, shift)

    def fill(self) -> None:
        """Fill seats by chains; days that were asked for are given up only where a seat stays empty otherwise."""
        for locked in (True, False):
            for shift in range(len(self.holders)):
                while self.left[shift] > 0 and (chain := self.chain([(-1, shift)], self.singles, locked=locked)):
                    self.follow(chain)

    def even_out(self) -> None:
        """Lead turns from high loads to loads lower by at least two until no chain is left."""
        changed = True
        while changed:
            changed = False
            loads = sorted({self.load[unit] for unit in bits(self.singles & self.able_at_all)})
            for high in reversed(loads):
                while (chain := self._downhill(high)) is not None:
                    self.follow(chain)
                    changed = True

    def _downhill(self, high: int) -> Chain | None:
        givers = [unit for unit in bits(self.singles) if self.load[unit] == high]
        goals = mask_of(unit for unit in bits(self.singles) if self.load[unit] <= high - 2)
        if not goals:
            return None
        starts = {shift: unit for unit in givers for shift in self._given(unit, True)}
        return self.chain([(unit, shift) for shift, unit in starts.items()], goals, mask_of(givers))
