"""The roster, whatever it is asked: no rule is broken, and the best there is is never far."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shangliang.studios import roster_optimal
from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster import Pair, Person, Roster, plan
from shangliang.studios.roster_question import Question
from tests.studios.cases import case

FIRST = dt.date(2026, 11, 4)
NAMES = ["甲", "乙", "丙", "丁", "戊", "己"]
offsets = some.integers(0, 20)
leaves = some.lists(
    some.tuples(offsets, some.integers(0, 8)).map(
        lambda span: (FIRST + dt.timedelta(span[0]), FIRST + dt.timedelta(span[0] + span[1]))
    ),
    max_size=2,
).map(tuple)
weekdays = some.frozensets(some.integers(1, 7), max_size=3)
peoples = some.integers(1, len(NAMES)).flatmap(
    lambda count: some.tuples(
        *(
            some.builds(
                Person,
                id=some.just(name),
                name=some.just(name),
                groups=some.sampled_from([frozenset(), frozenset({"法制组"})]),
                cap=some.sampled_from([None, 1, 2, 4]),
                leave=leaves,
                wants=some.frozensets(offsets.map(lambda n: FIRST + dt.timedelta(n)), max_size=2),
                prefers=weekdays,
                never=weekdays,
                balance=some.integers(-2, 2),
            )
            for name in NAMES[:count]
        )
    )
)
some_shifts = some.lists(
    some.builds(
        lambda n, hour, needed, group: Shift(
            FIRST + dt.timedelta(n),
            dt.time(hour),
            dt.time(hour + 2),
            needed if group else max(needed, 1),
            group,
        ),
        offsets,
        some.sampled_from([9, 10, 15]),
        some.integers(0, 3),
        some.sampled_from(["", "", "法制组"]),
    ),
    max_size=16,
    unique_by=lambda shift: (shift.day, shift.starts),
)
kinds = some.lists(some.sampled_from(["always", "never", "rather"]), max_size=3)


def paired(people: Sequence[Person], kinds: Sequence[Any]) -> list[Pair]:
    """The first with the second, the third with the fourth, and so on."""
    return [Pair(one.id, other.id, how) for how, one, other in zip(kinds, people[::2], people[1::2], strict=False)]


@settings(max_examples=150, deadline=None)
@given(peoples, some_shifts, kinds)
def test_no_rule_is_ever_broken(people: tuple[Person, ...], shifts: list[Shift], kinds: list[str]) -> None:
    pairs = paired(people, kinds)
    roster = plan(people, pairs, shifts)
    assert_within_the_rules(roster, people, pairs)
    assert plan(people, pairs, shifts) == roster
    assert [turn.shift for turn in roster.turns] == sorted(shifts, key=lambda s: (s.day, s.starts, s.ends, s.group))


def assert_within_the_rules(roster: Roster, people: Sequence[Person], pairs: Sequence[Pair]) -> None:
    by_id = {person.id: person for person in people}
    months: Counter[tuple[Hashable, int]] = Counter()
    for turn in roster.turns:
        assert len(set(turn.people)) == len(turn.people)
        assert all(by_id[one].free(turn.shift) for one in turn.people)
        if turn.shift.needed:
            assert len(turn.people) + turn.missing == turn.shift.needed
        months.update((one, turn.shift.day.month) for one in turn.people)
        for pair in pairs:
            both = {pair.one, pair.other} & set(turn.people)
            assert pair.how == "rather" or len(both) in ({0, 2} if pair.how == "always" else {0, 1})
    served = {person.id: sum(person.id in turn.people for turn in roster.turns) for person in people}
    for (one, _month), count in months.items():
        assert count <= (by_id[one].cap or count)
    for a, b in combinations(roster.turns, 2):
        if a.shift.overlaps(b.shift):
            assert not set(a.people) & set(b.people)
    assert {load.person: load.turns for load in roster.loads} == served
    assert roster.missing == sum(turn.missing for turn in roster.turns)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(peoples, some_shifts, kinds)
def test_small_rosters_are_as_good_as_the_best(
    people: tuple[Person, ...], shifts: list[Shift], kinds: list[str]
) -> None:
    pairs = paired(people, kinds)
    roster, best = plan(people, pairs, shifts), roster_optimal.plan_optimal(people, pairs, shifts)
    assert_within_the_rules(best, people, pairs)
    assert roster.missing == best.missing
    if len(roster.wishes) == len(best.wishes):
        assert roster.spread <= best.spread + 1


@settings(max_examples=50, deadline=None)
@given(some.integers(2, 12), some.integers(1, 40), some.integers(1, 2))
def test_where_everybody_can_always_come_all_seats_are_filled_and_loads_differ_by_one_at_most(
    count: int, days: int, needed: int
) -> None:
    people = [Person(n, f"{n}") for n in range(count)]
    hours = dt.time(9), dt.time(11)
    roster = plan(people, [], [Shift(FIRST + dt.timedelta(n), *hours, needed) for n in range(days)])
    assert (roster.missing, sum(load.turns for load in roster.loads)) == (0, days * needed)
    assert roster.spread == (1 if days * needed % count else 0)


# --- beside the best ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(1, 21))
def test_whole_quarters_keep_the_rules(seed: int) -> None:
    one = case(seed)
    assert_within_the_rules(plan(one.people, one.pairs, one.shifts), one.people, one.pairs)


@pytest.mark.parametrize("seed", [4, 10, 14, 18, 19])
def test_a_whole_quarter_is_within_one_of_the_best(seed: int) -> None:
    one = case(seed)
    question = Question.ask(one.people, one.pairs, one.shifts)
    best, proved = roster_optimal.solve(question)
    roster = plan(one.people, one.pairs, one.shifts)
    assert proved
    assert roster.missing <= question.unfilled(best)
    assert roster.spread <= question.spread(best) + 1
