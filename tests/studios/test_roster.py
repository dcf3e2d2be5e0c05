"""The roster: within the rules, as fair as the best one, and able to say why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest

from shangliang.core.errors import Refused
from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster import Pair, Person, Roster, plan

Freeze = Callable[[str], dt.datetime]
Date = dt.date
WEDNESDAY = Date(2026, 11, 4)


@pytest.fixture(autouse=True)
def in_2026(freeze: Freeze) -> None:
    freeze("2026-10-20 09:00")


def who(name: str, **about: Any) -> Person:
    return Person(id=name, name=name, **about)


def morning(day: Date, needed: int = 1, group: str = "") -> Shift:
    return Shift(day, dt.time(9), dt.time(11), needed, group)


def wednesdays(count: int, needed: int = 1) -> list[Shift]:
    return [morning(WEDNESDAY + dt.timedelta(7 * n), needed) for n in range(count)]


def daily(count: int, needed: int = 1, first: Date = WEDNESDAY) -> list[Shift]:
    return [morning(first + dt.timedelta(n), needed) for n in range(count)]


def made(people: Iterable[Person], shifts: Iterable[Shift], *pairs: Pair) -> Roster:
    return plan(people, pairs, shifts)


def turns(roster: Roster) -> dict[Hashable, int]:
    return {load.person: load.turns for load in roster.loads}


def served(roster: Roster, name: Hashable) -> list[Date]:
    return [turn.shift.day for turn in roster.turns if name in turn.people]


LIN, ZHOU, SHEN, GU = who("林知夏"), who("周见山"), who("沈明远"), who("顾书禾")


# --- fair ---------------------------------------------------------------------------------------


def test_turns_are_shared_out_evenly() -> None:
    roster = made([LIN, ZHOU, SHEN], daily(9))
    assert turns(roster) == {"林知夏": 3, "周见山": 3, "沈明远": 3}
    assert (roster.spread, roster.missing, roster.more) == (0, 0, ())
    assert roster.fairness == "3 人一共值 9 人次，每人 3 次。算上上季度多做少做的和请假，大家一样多。"


def test_what_was_done_last_quarter_is_evened_out() -> None:
    roster = made([who("林知夏", balance=2), ZHOU, SHEN], daily(10))
    assert turns(roster) == {"林知夏": 2, "周见山": 4, "沈明远": 4}
    assert roster.spread == 0
    assert roster.loads[0].why == "林知夏 2 次，比多数人少 2 次：上季度多做 2 次，这次少做。"


def test_who_is_away_half_of_the_time_owes_half_of_the_turns() -> None:
    away = who("林知夏", leave=((WEDNESDAY, WEDNESDAY + dt.timedelta(9)),))
    roster = made([away, ZHOU, SHEN, GU], daily(20))
    assert turns(roster)["林知夏"] in (2, 3)
    assert max(turns(roster).values()) == 6
    assert roster.spread <= 1


def test_a_chain_of_exchanges_evens_out_what_no_single_exchange_can() -> None:
    """Only Lin can do Mondays and Tuesdays, Zhou Tuesdays and Wednesdays, Shen Wednesdays alone."""
    lin = who("林知夏", never=frozenset({3, 4, 5, 6, 7}))
    zhou = who("周见山", never=frozenset({1, 4, 5, 6, 7}))
    shen = who("沈明远", never=frozenset({1, 2, 4, 5, 6, 7}))
    monday = Date(2026, 11, 2)
    weeks = [morning(monday + dt.timedelta(7 * week + day)) for week in range(4) for day in range(3)]
    assert turns(made([lin, zhou, shen], weeks)) == {"林知夏": 4, "周见山": 4, "沈明远": 4}


def test_who_has_more_is_told_why() -> None:
    away = ((Date(2026, 11, 4), Date(2026, 11, 30)),)
    others = [who(name, leave=away) for name in ("周见山", "沈明远", "顾书禾")]
    roster = made([LIN, *others], [*wednesdays(4), morning(Date(2026, 12, 1))])
    assert turns(roster)["林知夏"] == 4
    assert roster.more[0].startswith(
        "林知夏 4 次，比多数人多 4 次：11 月 4 日（周三）有 3 人请假；11 月 4 日（周三）只有林知夏有空"
    )


def test_turns_keep_apart_where_they_can() -> None:
    roster = made([LIN, ZHOU, SHEN, GU], daily(20))
    gaps = [
        (later - day).days
        for load in roster.loads
        for day, later in zip(served(roster, load.person), served(roster, load.person)[1:], strict=False)
    ]
    assert min(gaps) >= 2


def test_liked_weekdays_are_given_where_that_costs_nobody_a_turn() -> None:
    lin, zhou = who("林知夏", prefers=frozenset({3})), who("周见山", prefers=frozenset({4}))
    shifts = wednesdays(4) + [morning(shift.day + dt.timedelta(1)) for shift in wednesdays(4)]
    roster = made([lin, zhou], shifts)
    assert {day.isoweekday() for day in served(roster, "林知夏")} == {3}
    assert {day.isoweekday() for day in served(roster, "周见山")} == {4}


# --- what was asked for ---------------------------------------------------------------------------


def test_a_day_that_was_asked_for_is_given() -> None:
    wanted = WEDNESDAY + dt.timedelta(3)
    for person in range(4):
        people = [who(f"{n}", wants=frozenset({wanted} if n == person else ())) for n in range(4)]
        roster = made(people, daily(8))
        assert wanted in served(roster, f"{person}")
        assert roster.wishes == ()


def test_a_day_that_two_asked_for_goes_to_one_and_the_other_is_told() -> None:
    wanted = frozenset({WEDNESDAY})
    roster = made([who("林知夏", wants=wanted), who("周见山", wants=wanted)], daily(4))
    (said,) = roster.wishes
    assert "想在 11 月 4 日（周三）值班，没排上：这天的位子给了别人。" in said
    assert "离得最近的是 11 月" in said


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"wants": frozenset({WEDNESDAY + dt.timedelta(1)})}, "这天没有班"),
        ({"wants": frozenset({WEDNESDAY}), "leave": ((WEDNESDAY, WEDNESDAY),)}, "这天在请假"),
        ({"wants": frozenset({WEDNESDAY}), "never": frozenset({3})}, "自己说过周三来不了"),
    ],
)
def test_a_wish_that_cannot_be_is_told_why(about: dict[str, Any], why: str) -> None:
    roster = made([who("林知夏", **about), ZHOU], wednesdays(3))
    assert any(f"没排上：{why}。" in said for said in roster.wishes)


def test_a_seat_is_not_left_empty_for_a_wish() -> None:
    lin = who("林知夏", cap=1, wants=frozenset({WEDNESDAY}))
    zhou = who("周见山", leave=((WEDNESDAY + dt.timedelta(1), Date(2026, 11, 30)),))
    roster = made([lin, zhou], daily(2))
    assert roster.missing == 0
    assert served(roster, "林知夏") == [WEDNESDAY + dt.timedelta(1)]
    assert "这个月到上限了" in roster.wishes[0]


# --- pairs and groups -----------------------------------------------------------------------------


def test_two_who_always_serve_together_do_and_two_who_never_do_do_not() -> None:
    roster = made([LIN, ZHOU, SHEN, GU], daily(8, needed=2), Pair("林知夏", "周见山", "always"))
    assert served(roster, "林知夏") == served(roster, "周见山") != []
    apart = made([LIN, ZHOU, SHEN, GU], daily(8, needed=2), Pair("林知夏", "周见山", "never"))
    assert not set(served(apart, "林知夏")) & set(served(apart, "周见山"))
    assert (roster.missing, roster.spread, apart.missing, apart.spread) == (0, 0, 0, 0)


def test_two_pairs_change_places_where_that_fills_a_seat() -> None:
    """Shen and Gu could do both days, but only one turn; Lin and Zhou only the Wednesday."""
    people = [who("林知夏", never=frozenset({1})), who("周见山", balance=1), SHEN, who("顾书禾", cap=1), who("叶怀瑾")]
    pairs = Pair("林知夏", "周见山", "always"), Pair("沈明远", "顾书禾", "always")
    roster = made(people, [morning(WEDNESDAY, 2), morning(WEDNESDAY + dt.timedelta(5), 2)], *pairs)
    assert [turn.people for turn in roster.turns] == [("林知夏", "周见山"), ("沈明远", "顾书禾")]


def test_two_who_would_rather_serve_together_mostly_do() -> None:
    people = [who(f"{n}") for n in range(6)]
    roster = made(people, daily(12, needed=2), Pair("0", "5", "rather"))
    assert len(set(served(roster, "0")) & set(served(roster, "5"))) >= 3


def test_a_groups_shift_is_for_the_group_and_a_whole_group_comes_as_one() -> None:
    lawyers = [who(name, groups=frozenset({"法制组"})) for name in ("林知夏", "周见山", "沈明远")]
    away = who("叶怀瑾", groups=frozenset({"法制组"}), leave=((WEDNESDAY, WEDNESDAY),))
    roster = made([*lawyers, away, GU], [morning(WEDNESDAY, 0, "法制组"), *daily(4, 1, WEDNESDAY + dt.timedelta(1))])
    assert roster.turns[0].people == ("林知夏", "周见山", "沈明远")
    assert roster.missing == 0
    assert roster.spread <= 1


def test_nobody_has_two_turns_on_one_day() -> None:
    afternoon = [Shift(shift.day, dt.time(15), dt.time(17)) for shift in daily(6)]
    roster = made([LIN, ZHOU, SHEN], daily(6) + afternoon)
    for name in ("林知夏", "周见山", "沈明远"):
        assert max(Counter(served(roster, name)).values()) == 1


# --- what cannot be -------------------------------------------------------------------------------


def test_an_empty_seat_is_told_with_its_reason_and_the_nearest_day() -> None:
    zhou = who("周见山", leave=((Date(2026, 11, 20), Date(2026, 11, 25)),))
    roster = made([zhou], [morning(Date(2026, 11, 18)), morning(Date(2026, 11, 25))])
    assert roster.gaps == (
        "11 月 25 日（周三）没有人有空：周见山请假到 11 月 25 日（周三）。最近的是 11 月 26 日（周四），周见山可以。",
    )
    assert (roster.missing, roster.turns[1].missing) == (1, 1)


def test_a_weekday_that_nobody_can_is_told_with_the_nearest_weekday() -> None:
    roster = made([who("林知夏", never=frozenset({3})), who("周见山", never=frozenset({3, 4}))], daily(9))
    assert roster.impossible == ("周三没有一个人能来，这天的班排不出。最近的是周二，有 2 人能来。",)
    assert roster.gaps == ()
    assert roster.missing == 2


def test_caps_that_are_too_low_are_told_with_the_cap_that_would_do() -> None:
    roster = made([who("林知夏", cap=1), who("周见山", cap=2)], daily(6))
    assert roster.impossible == (
        "11 月要 6 人次，照每人每月的上限和请假，最多 3 人次，差 3 人次。每人每月的上限不低于 3 次，就够了。",
    )
    assert "林知夏、周见山这个月到上限了" in roster.gaps[0]


def test_too_few_people_are_told_when_no_cap_would_do() -> None:
    roster = made([who("林知夏", cap=1)], daily(3, needed=2))
    assert roster.impossible[0].endswith("放宽上限也不够，要添人，或者少开几个班。")


def test_a_pair_with_one_away_all_the_time_is_told_what_the_other_could_do_alone() -> None:
    away = who("周见山", leave=((Date(2026, 10, 1), Date(2026, 12, 31)),))
    roster = made([LIN, away, SHEN], daily(4, needed=2), Pair("林知夏", "周见山", "always"))
    assert roster.impossible[0] == (
        "林知夏、周见山要一起值班，可周见山这段时间一个班也来不了。让林知夏单独值，有 4 个班可排。"
    )
    assert turns(roster)["林知夏"] == 0


def test_a_pair_on_shifts_for_one_is_told_that_two_are_needed() -> None:
    roster = made([LIN, ZHOU, SHEN], daily(3), Pair("林知夏", "周见山", "always"))
    assert roster.impossible == (
        "林知夏、周见山要一起值班，可每次最多 1 人，排不上。每次要 2 人，或者让他们分开值，就能排。",
    )


def test_a_group_without_people_is_told() -> None:
    roster = made([LIN], [morning(WEDNESDAY, 1, "法制组")])
    assert roster.impossible == (
        "法制组有 1 个班，名单里却没有法制组的人。先把人编进组。",
        "林知夏没有一个班能来，没有排。",
    )
    assert roster.gaps == ()


def test_who_is_away_all_the_time_is_told_and_does_not_count_as_unfair() -> None:
    away = who("周见山", leave=((Date(2026, 10, 1), Date(2026, 12, 31)),))
    roster = made([LIN, away, SHEN], daily(4))
    assert (roster.spread, roster.impossible) == (0, ("周见山整段时间都来不了，没有排。",))


@pytest.mark.parametrize(
    ("people", "pairs", "sentence"),
    [
        ([LIN, LIN], [], "写了两次"),
        ([LIN, ZHOU], [Pair("林知夏", "沈明远", "never")], "名单里的两个人"),
        ([LIN], [Pair("林知夏", "林知夏", "always")], "名单里的两个人"),
        (
            [LIN, ZHOU],
            [Pair("林知夏", "周见山", "always"), Pair("周见山", "林知夏", "never")],
            "又要一起、又不能一起",
        ),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(people: list[Person], pairs: list[Pair], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        plan(people, pairs, daily(2))


def test_nobody_or_nothing_to_do_gives_an_empty_roster() -> None:
    assert made([], daily(2)).missing == 2
    assert made([LIN], []).turns == ()
    assert made([], []).fairness == "没有班，或者没有人能来。"
