"""Duty rules as data: what they are read from, how they say themselves, and which days they give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from shangliang.core.errors import Refused
from shangliang.playbooks.calendar import Calendar, Day
from shangliang.studios.duty_dates import DutyRule, Shift, describe, nearest, shifts

Freeze = Callable[[str], dt.datetime]
Date = dt.date

HOLIDAY = {Date(2026, 10, n): Day(Date(2026, 10, n), False, "国庆节", "national") for n in range(1, 8)}
MADE_UP = {Date(2026, 10, 10): Day(Date(2026, 10, 10), True, "国庆节", "national")}
CALENDAR = Calendar(HOLIDAY | MADE_UP, {}, Date(2026, 12, 31))
MORNING = "9:00-11:00"


@pytest.fixture(autouse=True)
def in_2026(freeze: Freeze) -> None:
    freeze("2026-09-01 09:00")


def rule(**data: Any) -> DutyRule:
    return DutyRule.parse({"hours": MORNING, **data})


def days(rule: DutyRule, first: Date, last: Date) -> list[Date]:
    return [shift.day for shift in shifts(rule, CALENDAR, first, last)]


def october(*numbers: int) -> list[Date]:
    return [Date(2026, 10, n) for n in numbers]


def in_october(**data: Any) -> list[Date]:
    return days(rule(**data), Date(2026, 10, 1), Date(2026, 10, 31))


# --- what a rule says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"weekdays": 3, "hours": "15:00-17:00"}, "每周三 15:00–17:00，每次 1 名委员，节假日停一次"),
        (
            {"weekdays": [1, 3, 5], "hours": [MORNING, "15:00-17:00"], "needed": 2, "day_off": "next_working_day"},
            "每周一、周三、周五 9:00–11:00、15:00–17:00，每次 2 名委员，遇节假日顺延到下一个工作日",
        ),
        (
            {"weekdays": 6, "nth": [1, 3, 4], "day_off": "keep"},
            "每月第一、第三、第四个周六 9:00–11:00，每次 1 名委员，节假日照常",
        ),
        ({"weekdays": 6, "nth": [1, -1]}, "每月第一个和最后一个周六 9:00–11:00，每次 1 名委员，节假日停一次"),
        (
            {"days": [10, 20], "needed": 2},
            "每月 10 日、20 日 9:00–11:00，每次 2 名委员，遇周末、节假日顺延到下一个工作日",
        ),
        (
            {"days": 15, "every": 3},
            "每季度第 1 个月 15 日 9:00–11:00，每次 1 名委员，遇周末、节假日顺延到下一个工作日",
        ),
        ({"working_days": 1}, "每月第一个工作日 9:00–11:00，每次 1 名委员"),
        ({"working_days": -1, "every": 2, "month": 2}, "双月最后一个工作日 9:00–11:00，每次 1 名委员"),
        (
            {"weekdays": 2, "nth": 1, "who": "leaders"},
            "每月第一个周二 9:00–11:00，政协领导接待委员，每次 1 人，节假日停一次",
        ),
        (
            {"weekdays": 4, "who": "group", "group": "法制组", "since": "2026-09-03"},
            "每周四 9:00–11:00，法制组值班，全组一起，节假日停一次，9 月 3 日（周四）起",
        ),
        ({"weekdays": [1, 2, 3, 4, 5]}, "每周一到周五 9:00–11:00，每次 1 名委员，节假日停一次"),
    ],
)
def test_a_rule_says_itself_in_a_sentence(data: dict[str, Any], sentence: str) -> None:
    assert str(rule(**data)) == sentence


def test_several_rules_stand_in_one_line() -> None:
    said = describe([rule(weekdays=3), rule(working_days=1)])
    assert said == "每周三 9:00–11:00，每次 1 名委员，节假日停一次；每月第一个工作日 9:00–11:00，每次 1 名委员"


# --- which days it gives --------------------------------------------------------------------------


def test_a_weekly_rule_leaves_out_the_holiday() -> None:
    assert in_october(weekdays=3) == october(14, 21, 28)


def test_a_weekly_rule_can_move_the_holiday_to_the_next_working_day() -> None:
    assert in_october(weekdays=3, day_off="next_working_day") == october(8, 14, 21, 28)


def test_a_weekly_rule_can_be_kept_on_holidays() -> None:
    assert in_october(weekdays=3, day_off="keep") == october(7, 14, 21, 28)


def test_days_moved_onto_one_day_become_one_shift_that_names_them_all() -> None:
    found = shifts(rule(weekdays=[1, 3], day_off="next_working_day"), CALENDAR, Date(2026, 10, 1), Date(2026, 10, 11))
    assert found == [
        Shift(
            Date(2026, 10, 8),
            dt.time(9),
            dt.time(11),
            moved_from=Date(2026, 10, 5),
            why="10 月 5 日（周一）国庆节放假，顺延到这天；10 月 7 日（周三）国庆节放假，也并到这天",
        )
    ]


def test_a_day_moved_onto_a_day_of_the_rule_joins_it() -> None:
    both = rule(weekdays=[3, 4], day_off="next_working_day", since="2026-10-02")
    (found,) = shifts(both, CALENDAR, Date(2026, 10, 6), Date(2026, 10, 8))
    assert found.moved_from is None
    assert found.why == "每周三、周四；10 月 7 日（周三）国庆节放假，也并到这天"


def test_what_is_moved_into_the_period_from_before_it_is_there() -> None:
    assert days(rule(weekdays=2, day_off="next_working_day"), Date(2026, 10, 8), Date(2026, 10, 12)) == october(8)


def test_what_is_moved_out_of_the_period_is_not_there() -> None:
    assert days(rule(weekdays=2, day_off="next_working_day"), Date(2026, 10, 1), Date(2026, 10, 7)) == []


def test_a_rule_for_saturdays_means_saturdays_but_not_on_holidays() -> None:
    assert in_october(weekdays=6, nth=[1, 3, 4]) == october(17, 24)


def test_the_second_week_wednesday_is_the_second_wednesday() -> None:
    assert in_october(weekdays=3, nth=2) == october(14)


def test_the_last_friday_and_a_fifth_one_where_there_is_one() -> None:
    assert in_october(weekdays=5, nth=[5, -1]) == october(30)
    assert days(rule(weekdays=5, nth=5), Date(2026, 9, 1), Date(2026, 9, 30)) == []


def test_fixed_days_move_off_the_weekend_but_a_made_up_saturday_is_a_working_day() -> None:
    assert in_october(days=[10, 25]) == october(10, 26)


def test_the_last_day_of_the_month_is_always_there_and_the_31st_is_not() -> None:
    spring = Date(2026, 2, 1), Date(2026, 4, 30)
    assert days(rule(days=-1, day_off="keep"), *spring) == [Date(2026, 2, 28), Date(2026, 3, 31), Date(2026, 4, 30)]
    assert days(rule(days=31, day_off="keep"), *spring) == [Date(2026, 3, 31)]


def test_a_quarter_has_one_day_in_its_first_month() -> None:
    year = Date(2026, 1, 1), Date(2026, 12, 31)
    assert [day.month for day in days(rule(days=15, every=3), *year)] == [1, 4, 7, 10]
    assert [day.month for day in days(rule(weekdays=3, nth=2, every=2, month=2), *year)] == [2, 4, 6, 8, 10, 12]


def test_the_first_working_day_comes_after_the_holiday() -> None:
    assert in_october(working_days=[1, -1]) == october(8, 30)


def test_a_tenants_own_day_off_counts_too() -> None:
    closed = Day(Date(2026, 10, 14), False, "街道搬家", "local")
    calendar = Calendar(CALENDAR.national, {closed.date: closed}, CALENDAR.published_until)
    found = shifts(rule(weekdays=3, day_off="next_working_day"), calendar, Date(2026, 10, 14), Date(2026, 10, 20))
    assert [(shift.day, shift.why) for shift in found] == [
        (Date(2026, 10, 15), "10 月 14 日（周三）街道搬家，顺延到这天")
    ]


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    assert in_october(weekdays=3, since="2026-10-20", until=Date(2026, 10, 27)) == october(21)


def test_each_day_has_all_its_hours_and_who_is_needed() -> None:
    found = shifts(
        rule(weekdays=4, hours=["15:00–17:00", MORNING], who="group", group="法制组"),
        CALENDAR,
        Date(2026, 10, 8),
        Date(2026, 10, 8),
    )
    assert [(shift.starts.hour, shift.ends.hour, shift.needed, shift.group) for shift in found] == [
        (9, 11, 0, "法制组"),
        (15, 17, 0, "法制组"),
    ]


# --- nothing in the period ------------------------------------------------------------------------


def test_a_period_without_a_shift_names_the_nearest_before_and_after() -> None:
    near = nearest(rule(weekdays=3), CALENDAR, Date(2026, 10, 1), Date(2026, 10, 8))
    assert (near.before and near.before.day, near.after and near.after.day) == (Date(2026, 9, 30), Date(2026, 10, 14))
    assert near.sentence == (
        "10 月 1 日（周四）到 10 月 8 日（周四）之间没有“每周三”的班。10 月 7 日（周三）国庆节放假。"
        "往前最近的一次是 9 月 30 日（周三）。往后最近的一次是 10 月 14 日（周三）。"
    )


def test_a_rule_that_has_ended_has_only_a_nearest_before() -> None:
    near = nearest(rule(weekdays=3, until="2026-08-31"), CALENDAR, Date(2026, 10, 8), Date(2026, 10, 31))
    assert (near.before and near.before.day, near.after) == (Date(2026, 8, 26), None)


def test_a_rule_that_never_gives_a_day_says_that_it_must_change() -> None:
    near = nearest(
        rule(weekdays=3, since="2026-10-07", until="2026-10-07"), CALENDAR, Date(2026, 10, 1), Date(2026, 10, 8)
    )
    assert near.sentence.endswith("10 月 7 日（周三）国庆节放假。前后几年里也一次都没有，规则要改。")


def test_the_29th_of_february_is_found_years_ahead() -> None:
    leap = rule(days=29, every=12, month=2, day_off="keep")
    near = nearest(leap, CALENDAR, Date(2026, 1, 1), Date(2026, 12, 31))
    assert (near.before and near.before.day, near.after and near.after.day) == (Date(2024, 2, 29), Date(2028, 2, 29))


# --- reading it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "weekdays", "写明哪几天值班"),
        ({"weekdays": 3, "days": 10}, "weekdays", "三样里选一样"),
        ({"weekdays": 8}, "weekdays", "“8”不行，可以写 1、2、3、4、5、6、7。"),
        ({"weekdays": True}, "weekdays", "“True”不行"),
        ({"days": [10, "十"]}, "days", "“十”不行，可以写 1–31。"),
        ({"days": 10, "nth": 2}, "nth", "要和星期几一起写"),
        ({"days": 10, "every": 5}, "every", "“5”不行，可以写 1、2、3、4、6、12。"),
        ({"weekdays": 3, "every": 2}, "every", "当月第几个星期几"),
        ({"days": 10, "every": 3, "month": 4}, "month", "没有第 4 个月"),
        ({"days": 30, "every": 12, "month": 2}, "days", "这个月份没有这一天"),
        ({"weekdays": 3, "hours": "上午"}, "hours", "“上午”不是时间"),
        ({"weekdays": 3, "hours": None}, "hours", "不是时间"),
        ({"weekdays": 3, "hours": "11:00-9:00"}, "hours", "结束要晚于开始"),
        ({"weekdays": 3, "hours": [MORNING, "10:00-12:00"]}, "hours", "时间重叠"),
        ({"weekdays": 3, "needed": 0}, "needed", "至少要 1 名"),
        ({"weekdays": 3, "who": "group"}, "group", "写明是哪个组"),
        ({"weekdays": 3, "group": "法制组"}, "group", "不用写组"),
        ({"weekdays": 3, "day_off": "move"}, "day_off", "可以写 keep、next_working_day、skip"),
        ({"weekdays": 3, "since": "下周"}, "since", "不是日期"),
        ({"weekdays": 3, "since": "2026-10-02", "until": "2026-10-01"}, "until", "在开始之前"),
        ({"weekday": 3}, "weekday", "没有“weekday”这一项"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_field(data: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        DutyRule.parse({"hours": MORNING, **data})
    assert refusal.value.field == field


KINDS = some.one_of(
    some.fixed_dictionaries({"weekdays": some.lists(some.integers(1, 7), min_size=1)}),
    some.fixed_dictionaries(
        {
            "weekdays": some.lists(some.integers(1, 7), min_size=1),
            "nth": some.lists(some.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1),
            "every": some.sampled_from([1, 2, 3, 6]),
        }
    ),
    some.fixed_dictionaries({"days": some.lists(some.sampled_from([*range(1, 29), -1]), min_size=1)}),
    some.fixed_dictionaries({"working_days": some.lists(some.sampled_from([1, 2, 10, -1]), min_size=1)}),
)
DAYS_OFF = some.sampled_from(["keep", "skip", "next_working_day"])


@given(KINDS, DAYS_OFF, some.integers(1, 3))
def test_a_rule_is_read_back_from_its_mapping(kind: dict[str, Any], day_off: str, needed: int) -> None:
    one = rule(**kind, day_off=day_off, needed=needed, since="2026-01-01")
    assert DutyRule.parse(one.as_mapping()) == one


@given(KINDS, DAYS_OFF, some.dates(Date(2026, 9, 15), Date(2026, 10, 20)), some.integers(0, 20), some.integers(1, 30))
def test_a_period_cut_in_two_gives_the_same_days(
    kind: dict[str, Any], day_off: str, first: Date, cut: int, rest: int
) -> None:
    one = rule(**kind, day_off=day_off)
    middle, last = first + dt.timedelta(cut), first + dt.timedelta(cut + rest)
    parts = days(one, first, middle) + days(one, middle + dt.timedelta(1), last)
    assert parts == days(one, first, last)


@given(KINDS, some.dates(Date(2026, 9, 1), Date(2026, 11, 1)))
def test_moved_days_fall_on_working_days_after_the_day_they_come_from(kind: dict[str, Any], first: Date) -> None:
    found = shifts(rule(**kind, day_off="next_working_day"), CALENDAR, first, first + dt.timedelta(60))
    moved = [shift for shift in found if shift.moved_from]
    assert all(shift.moved_from < shift.day and CALENDAR.is_working(shift.day) for shift in moved if shift.moved_from)


@given(KINDS, DAYS_OFF, some.dates(Date(2026, 9, 1), Date(2026, 11, 1)), some.integers(0, 10))
def test_the_nearest_shifts_are_outside_a_period_without_any(
    kind: dict[str, Any], day_off: str, first: Date, length: int
) -> None:
    one, last = rule(**kind, day_off=day_off), first + dt.timedelta(length)
    assume(not days(one, first, last))
    near = nearest(one, CALENDAR, first, last)
    assert near.before is not None
    assert near.after is not None
    assert near.before.day < first <= last < near.after.day
    assert days(one, near.before.day, near.after.day) == [near.before.day, near.after.day]
