"""The pure calendar: which days count and how a deadline explains itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shangliang.playbooks.calendar import Calendar, Day

Freeze = Callable[[str], dt.datetime]
Date = dt.date


def national(days: dict[Date, tuple[bool, str]]) -> dict[Date, Day]:
    return {date: Day(date, working, name, "national") for date, (working, name) in days.items()}


OCTOBER = {Date(2026, 10, n): (False, "国庆节") for n in range(1, 8)} | {Date(2026, 10, 10): (True, "国庆节")}
SPRING = {Date(2026, 2, n): (False, "春节") for n in range(15, 24)} | {
    Date(2026, 2, 14): (True, "春节"),
    Date(2026, 2, 28): (True, "春节"),
}
CALENDAR = Calendar(national(OCTOBER | SPRING), {}, Date(2026, 12, 31))


def local(date: Date, working: bool, reason: str) -> Calendar:
    return Calendar(CALENDAR.national, {date: Day(date, working, reason, "local")}, CALENDAR.published_until)


def test_the_day_of_receipt_does_not_count() -> None:
    assert CALENDAR.add_working_days(Date(2026, 11, 23), 3).due == Date(2026, 11, 26)


def test_the_national_day_week_is_passed_over_and_its_make_up_saturday_counts() -> None:
    assert CALENDAR.add_working_days(Date(2026, 9, 29), 3).due == Date(2026, 10, 9)
    assert CALENDAR.add_working_days(Date(2026, 9, 29), 4).due == Date(2026, 10, 10)
    assert CALENDAR.add_working_days(Date(2026, 9, 29), 5).due == Date(2026, 10, 12)


def test_spring_festival_is_passed_over_with_working_saturdays_on_both_sides() -> None:
    deadline = CALENDAR.add_working_days(Date(2026, 2, 13), 6)
    assert deadline.due == Date(2026, 2, 28)
    assert [day for day, _why in deadline.skipped] == [Date(2026, 2, n) for n in range(15, 24)]
    assert [day for day, _why in deadline.worked] == [Date(2026, 2, 14), Date(2026, 2, 28)]


def test_the_arithmetic_names_every_holiday_and_make_up_day_it_passed(freeze: Freeze) -> None:
    freeze("2026-09-29 10:00")
    assert CALENDAR.add_working_days(Date(2026, 9, 29), 5).arithmetic() == (
        "9 月 29 日（周二）当天不算，从第二天起数 5 个工作日。",
        "10 月 1–7 日国庆节放假，不算。",
        "周末不算。",
        "10 月 10 日（周六）国庆节调休上班，照常算。",
        "最晚 10 月 12 日（周一）。",
    )


def test_the_arithmetic_gives_the_year_of_a_date_that_is_not_in_this_one(freeze: Freeze) -> None:
    freeze("2027-03-01 10:00")
    first, skipped, *_rest = CALENDAR.add_working_days(Date(2026, 9, 30), 1).arithmetic()
    assert first == "2026 年 9 月 30 日（周三）当天不算，从第二天起数 1 个工作日。"
    assert skipped == "2026 年 10 月 1–7 日国庆节放假，不算。"


def test_a_plain_stretch_says_nothing_but_start_and_end(freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    assert len(CALENDAR.add_working_days(Date(2026, 11, 23), 3).arithmetic()) == 2


def test_a_local_day_off_wins_over_the_week_and_gives_its_reason(freeze: Freeze) -> None:
    freeze("2026-07-01 10:00")
    deadline = local(Date(2026, 7, 2), False, "防汛一级响应停工").add_working_days(Date(2026, 7, 1), 1)
    assert deadline.due == Date(2026, 7, 3)
    assert "7 月 2 日（周四）防汛一级响应停工，不算。" in deadline.arithmetic()


def test_a_local_working_day_wins_over_a_national_holiday() -> None:
    deadline = local(Date(2026, 10, 1), True, "值守办公").add_working_days(Date(2026, 9, 30), 1)
    assert deadline.due == Date(2026, 10, 1)
    assert deadline.worked == ((Date(2026, 10, 1), "值守办公"),)


def test_days_in_a_pause_do_not_count_and_both_its_ends_belong_to_it(freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    deadline = CALENDAR.add_working_days(Date(2026, 11, 23), 3, [(Date(2026, 11, 25), Date(2026, 11, 29))])
    assert deadline.due == Date(2026, 12, 1)
    assert "11 月 25–29 日暂停，不算。" in deadline.arithmetic()
    assert deadline.pauses == ((Date(2026, 11, 25), Date(2026, 11, 29)),)


def test_a_pause_across_two_months_is_written_as_one_range(freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    deadline = CALENDAR.add_working_days(Date(2026, 11, 26), 1, [(Date(2026, 11, 27), Date(2026, 12, 2))])
    assert "11 月 27 日–12 月 2 日暂停，不算。" in deadline.arithmetic()


def test_zero_days_on_a_working_day_are_due_the_same_day(freeze: Freeze) -> None:
    freeze("2026-11-23 10:00")
    deadline = CALENDAR.add_working_days(Date(2026, 11, 23), 0)
    assert deadline.due == Date(2026, 11, 23)
    assert deadline.arithmetic() == ("最晚 11 月 23 日（周一）。",)


def test_zero_days_on_a_day_off_are_due_on_the_next_working_day(freeze: Freeze) -> None:
    freeze("2026-10-03 10:00")
    deadline = CALENDAR.add_working_days(Date(2026, 10, 3), 0)
    assert deadline.due == Date(2026, 10, 8)
    assert deadline.arithmetic()[0] == "10 月 3 日（周六）当天就该办，可这天不算工作日，往后顺延。"


def test_negative_days_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="before its start"):
        CALENDAR.add_working_days(Date(2026, 11, 23), -1)


def test_a_deadline_in_a_year_without_national_days_is_provisional_and_says_so(freeze: Freeze) -> None:
    freeze("2026-12-30 10:00")
    deadline = CALENDAR.add_working_days(Date(2026, 12, 30), 2)
    assert (deadline.due, deadline.provisional) == (Date(2027, 1, 1), True)
    assert deadline.arithmetic()[-2:] == (
        "最晚 2027 年 1 月 1 日（周五）。",
        "日历里还没有 2027 年的国务院放假安排，先按周一到周五算，这个日期是暂定的。",
    )


def test_a_deadline_on_the_last_published_day_is_final() -> None:
    assert not CALENDAR.add_working_days(Date(2026, 12, 30), 1).provisional


def test_without_any_national_days_every_deadline_is_provisional() -> None:
    deadline = Calendar().add_working_days(Date(2026, 12, 31), 1)
    assert deadline.provisional
    assert deadline.unpublished == (2026, 2027)


def test_days_left_are_negative_once_the_date_has_passed() -> None:
    assert CALENDAR.working_days_between(Date(2026, 9, 30), Date(2026, 10, 8)) == 1
    assert CALENDAR.working_days_between(Date(2026, 10, 8), Date(2026, 9, 30)) == -1
    assert CALENDAR.working_days_between(Date(2026, 10, 8), Date(2026, 10, 8)) == 0


dates = some.dates(Date(2025, 12, 1), Date(2027, 2, 1))
calendars = some.builds(
    lambda days: Calendar(
        CALENDAR.national, {date: Day(date, on, "理由", "local") for date, on in days.items()}, Date(2026, 12, 31)
    ),
    some.dictionaries(dates, some.booleans(), max_size=30),
)
pauses = some.lists(
    some.tuples(dates, some.integers(0, 20)).map(lambda pause: (pause[0], pause[0] + dt.timedelta(pause[1]))),
    max_size=3,
)
counts = some.integers(0, 60)
unhurried = settings(deadline=None)  # a busy machine is no fault of the calendar


@unhurried
@given(calendars, dates, counts, pauses)
def test_every_due_day_is_a_working_day_outside_every_pause(
    calendar: Calendar, start: Date, n: int, stops: list[tuple[Date, Date]]
) -> None:
    due = calendar.add_working_days(start, n, stops).due
    assert calendar.is_working(due)
    assert not any(first <= due <= last for first, last in stops)


@unhurried
@given(calendars, dates, counts, pauses)
def test_one_more_day_never_brings_the_date_nearer(
    calendar: Calendar, start: Date, n: int, stops: list[tuple[Date, Date]]
) -> None:
    assert calendar.add_working_days(start, n, stops).due <= calendar.add_working_days(start, n + 1, stops).due


@unhurried
@given(calendars, dates, counts, pauses)
def test_starting_a_day_later_never_brings_the_date_nearer(
    calendar: Calendar, start: Date, n: int, stops: list[tuple[Date, Date]]
) -> None:
    later = calendar.add_working_days(start + dt.timedelta(1), n, stops).due
    assert calendar.add_working_days(start, n, stops).due <= later


@unhurried
@given(calendars, dates, some.integers(1, 60))
def test_counting_back_gives_the_number_that_was_added(calendar: Calendar, start: Date, n: int) -> None:
    assert calendar.working_days_between(start, calendar.add_working_days(start, n).due) == n


@unhurried
@given(calendars, dates, counts, pauses)
def test_every_day_after_the_start_is_either_counted_or_named_with_a_reason(
    calendar: Calendar, start: Date, n: int, stops: list[tuple[Date, Date]]
) -> None:
    deadline = calendar.add_working_days(start, n, stops)
    if n:
        assert (deadline.due - start).days == n + len(deadline.skipped)
    assert all(why for _day, why in deadline.skipped)


@unhurried
@given(some.dates(Date(2004, 1, 1), Date(2026, 12, 31)))
def test_the_published_days_of_all_years_agree_with_the_source(date: Date) -> None:
    constants = chinese_calendar.constants
    table = dict.fromkeys(constants.holidays, (False, "节")) | dict.fromkeys(constants.workdays, (True, "节"))
    assert Calendar(national(table)).is_working(date) == chinese_calendar.is_workday(date)
