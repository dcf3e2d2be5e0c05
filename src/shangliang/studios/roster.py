"""A fair roster of duty for a period, fast and the same every time.

Turns are first dealt out day by day to whoever is due, then seats are filled and loads evened out by
chains of exchanges (`roster_board`), then those are moved whom chains do not move, and last, turns are
exchanged one for one where that gives people better days. What it is asked is in `roster_question`,
what it answers in `roster_answer`; `roster_optimal` answers the same slowly and exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise

from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster_answer import Load, Roster, Turn, answer
from shangliang.studios.roster_board import Board, bits, mask_of
from shangliang.studios.roster_question import Held, Pair, Person, Question

__all__ = ["Load", "Pair", "Person", "Roster", "Shift", "Turn", "plan"]

Score = tuple[int, int, int, int]

TRIES, DRAFTS = 120, 4  # moves of a unit that chains do not move: in all, and of one kind at a time
EXCHANGES = 40_000  # exchanges of one turn for another that are looked at for better days
DISLIKED, APART = 2, 2  # what a day beside the liked weekdays, or a turn without the friend, costs in days of rest


def plan(people: Iterable[Person], pairs: Iterable[Pair], shifts: Iterable[Shift]) -> Roster:
    """Who serves when, how fair that is and why, and what could not be done.

    Raises Refused if the pairs contradict themselves or name somebody who is not among the people.
    """
    question = Question.ask(people, pairs, shifts)
    return answer(question, solve(question))


def solve(question: Question) -> Held:
    """For each shift, the units that serve."""
    board = Board(question)
    _grant_wishes(board)
    _deal(board)
    board.fill()
    board.even_out()
    board = _move_others(board)
    _better_days(board)
    return board.held


def score(board: Board) -> Score:
    """What counts, in order: empty seats, open wishes, the spread, and unevenness; less is better."""
    held = board.held
    counts = board.q.counts(held)
    loads = [counts[person] + board.q.base[person] for person in board.q.circle]
    uneven = sum(load * load for load in loads)
    return board.q.unfilled(held), len(board.q.unmet(held)), board.q.spread(held), uneven


# --- the first draft ----------------------------------------------------------------------------


def _grant_wishes(board: Board) -> None:
    """Give people the days they asked for; who asked in vain may still move those who have a choice that day."""
    of_day: dict[int, list[int]] = {}
    for shift, ordinal in enumerate(board.days):
        of_day.setdefault(ordinal, []).append(shift)
    for unit, day in board.q.wishes:
        _seat(board, unit, of_day[day.toordinal()], set())


def _seat(board: Board, unit: int, choices: list[int], asked: set[int]) -> bool:
    """Seat the unit at one of `choices`, all of one day, moving others between them if need be."""
    for shift in choices:
        fits = board.welcome(unit, shift) and board.spare(unit, shift)
        if fits and board.left[shift] >= board.size[unit]:
            board.put(unit, shift)
            return True
    for shift in choices:
        if shift in asked or board.size[unit] > 1:
            continue
        asked.add(shift)
        for other in bits(board.holders[shift] & board.singles if shift not in board.settled else 0):
            if not board.welcome(unit, shift, 1 << other) or not board.spare(unit, shift):
                continue
            board.take(other, shift)
            board.put(unit, shift)
            if _seat(board, other, choices, asked):
                return True
            board.take(unit, shift)
            board.put(other, shift)
    return False


def _deal(board: Board) -> None:
    """Day by day, give each shift to those whose turn it is: early in proportion to how many they owe."""
    question = board.q
    circle = max(1, len(question.circle))
    level = (sum(question.seats) + sum(question.base[person] for person in question.circle)) / circle
    owed = [max(level - base, 0.01) for base in board.base]
    done = [0.5] * len(owed)
    last = [-question.rest] * len(owed)

    def due(unit: int, shift: int) -> tuple[bool, float, int]:
        weekday = question.shifts[shift].day.isoweekday()
        liked = sum(_liking(question, person, weekday) for person in question.units[unit])
        met = sum(board.holders[shift] >> friend & 1 for friend in question.friends[unit])
        tired = board.days[shift] - last[unit] < question.rest
        return tired, (done[unit] - 0.4 * liked - 0.4 * met) / owed[unit], unit

    for shift in range(len(board.holders)):
        for unit in bits(board.holders[shift]):
            done[unit], last[unit] = done[unit] + 1, board.days[shift]
        while board.left[shift] > 0:
            ready = [
                unit
                for unit in bits(board.able[shift])
                if board.size[unit] <= board.left[shift] and board.welcome(unit, shift) and board.spare(unit, shift)
            ]
            if not ready:
                break
            unit = min(ready, key=lambda unit: due(unit, shift))
            board.put(unit, shift)
            done[unit], last[unit] = done[unit] + 1, board.days[shift]


def _liking(question: Question, person: int, weekday: int) -> int:
    prefers = question.people[person].prefers
    return 0 if not prefers else 1 if weekday in prefers else -1


# --- units that chains do not move ---------------------------------------------------------------


def _move_others(board: Board) -> Board:
    """Give turns to units of several people and to those with somebody to avoid, or take some, while that helps."""
    movers = [unit for unit in range(len(board.size)) if board.size[unit] > 1 or board.foes[unit]]
    best, tries, improved = score(board), 0, bool(movers)
    while improved and (best[0] or best[2] > 0):
        improved = False
        for unit in movers:
            for draft in _drafts(board, unit, bool(best[0])):
                tries += 1
                if tries > TRIES:
                    return board
                _refill(draft)
                draft.fill()
                draft.even_out()
                if (value := score(draft)) < best:
                    board, best, improved = draft, value, True
                    break
    return board


def _drafts(board: Board, unit: int, empty_seats: bool) -> Iterator[Board]:
    """Boards on which the unit has one turn less, or one more in place of whom it avoids and of the most loaded."""
    loads = [board.load[other] for other in bits(board.able_at_all)]
    if board.load[unit] > min(loads, default=0):
        for shift in board.turns(unit)[:DRAFTS]:
            draft = board.copy()
            draft.take(unit, shift)
            yield draft
    if empty_seats or board.load[unit] < max(loads, default=0):
        rooms = [shift for shift in range(len(board.holders)) if board.able[shift] >> unit & 1]
        rooms = [shift for shift in rooms if not board.holders[shift] >> unit & 1 and board.spare(unit, shift)]
        rooms.sort(key=lambda shift: (-board.left[shift], -_heaviest(board, shift), shift))
        for shift in rooms[: DRAFTS * (6 if empty_seats else 1)]:
            draft = board.copy()
            holders = sorted(
                bits(board.holders[shift]), key=lambda other: (not board.foes[unit] >> other & 1, -board.load[other])
            )
            for other in holders:
                if board.foes[unit] >> other & 1 or draft.left[shift] < board.size[unit]:
                    draft.take(other, shift)
            if draft.left[shift] >= board.size[unit]:
                draft.put(unit, shift)
                yield draft


def _refill(board: Board) -> None:
    """Seat units of several people where seats are empty, in place of single people if need be: chains do not."""
    teams = [unit for unit in range(len(board.size)) if board.size[unit] > 1]
    for shift in range(len(board.holders)):
        for unit in sorted(teams, key=lambda unit: board.load[unit]) if board.left[shift] > 0 else ():
            singles = sorted(bits(board.holders[shift] & board.singles), key=lambda other: -board.load[other])
            over = max(0, board.size[unit] - board.left[shift])
            if (
                board.left[shift] > 0
                and over <= len(singles)
                and board.welcome(unit, shift)
                and board.spare(unit, shift)
            ):
                for other in singles[:over]:
                    board.take(other, shift)
                board.put(unit, shift)


def _heaviest(board: Board, shift: int) -> int:
    return max((board.load[unit] for unit in bits(board.holders[shift] & board.singles)), default=0)


# --- better days --------------------------------------------------------------------------------


def _strain(board: Board, unit: int) -> int:
    """What the unit's days cost it: too little rest between turns, weekdays it does not like, friends missing."""
    question, days = board.q, sorted(board.day[unit])
    cost = sum(max(0, question.rest - (later - day)) for day, later in pairwise(days))
    if any(question.people[person].prefers for person in question.units[unit]):
        weekdays = [dt.date.fromordinal(day).isoweekday() for day in days]
        persons = question.units[unit]
        cost += DISLIKED * sum(_liking(question, one, weekday) < 0 for weekday in weekdays for one in persons)
    if question.friends[unit]:
        friends = mask_of(question.friends[unit])
        cost += APART * sum(not board.holders[shift] & friends for shift in board.day[unit].values())
    return cost


def _better_days(board: Board) -> None:
    """Exchange turns one for one, so that loads stay as they are, where both together are better off."""
    looked = 0
    units = [unit for unit in range(len(board.size)) if board.able_at_all >> unit & 1]
    for unit in sorted(units, key=lambda unit: -_strain(board, unit)):
        for shift in board.turns(unit):
            strain = _strain(board, unit)
            if not strain or board.day[unit].get(board.days[shift]) != shift:
                continue
            for other in units:
                if other == unit or board.size[other] != board.size[unit] or looked > EXCHANGES:
                    continue
                if not board.welcome(other, shift, 1 << unit):
                    continue
                looked += 1
                if _exchanged(board, unit, shift, other, strain):
                    break


def _exchanged(board: Board, unit: int, shift: int, other: int, strain: int) -> bool:
    """Exchange `shift` for the first turn of `other` that makes both together better off, if there is one."""
    before = strain + _strain(board, other)
    for turn in board.turns(other):
        if not board.welcome(unit, turn, 1 << other):
            continue
        board.take(unit, shift)
        board.take(other, turn)
        if board.spare(unit, turn) and board.spare(other, shift):
            board.put(unit, turn)
            board.put(other, shift)
            if _strain(board, unit) + _strain(board, other) < before:
                return True
            board.take(unit, turn)
            board.take(other, shift)
        board.put(unit, shift)
        board.put(other, turn)
    return False
