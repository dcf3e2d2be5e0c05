"""Hours to answer are hours of work: nights, weekends and holidays do not count."""

from __future__ import annotations

import datetime as dt

import pytest

from shangliang.core.clock import SHANGHAI
from shangliang.gathering.working_hours import after, is_open
from shangliang.playbooks.calendar import Calendar, Day

# 2026: 1–7 October are holidays, 20 September and 10 October are worked.
HOLIDAYS = {dt.date(2026, 10, day): Day(dt.date(2026, 10, day), False, "国庆节", "national") for day in range(1, 8)}
MADE_UP = {day: Day(day, True, "国庆节", "national") for day in (dt.date(2026, 9, 20), dt.date(2026, 10, 10))}
CALENDAR = Calendar(HOLIDAYS | MADE_UP, {}, dt.date(2026, 12, 31))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 09:00", 4, "2026-11-23 13:00"),
        ("2026-11-23 13:00", 4, "2026-11-23 17:00"),  # what ends at closing time ends then
        ("2026-11-23 15:00", 4, "2026-11-24 11:00"),
        ("2026-11-23 06:00", 1, "2026-11-23 10:00"),  # before work
        ("2026-11-23 22:30", 1, "2026-11-24 10:00"),  # at night
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),  # over a weekend
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),  # on a Saturday
        ("2026-09-30 16:00", 2, "2026-10-08 10:00"),  # over the whole holiday
        ("2026-10-09 16:00", 2, "2026-10-10 10:00"),  # a Saturday that is worked
        ("2026-11-23 09:00", 24, "2026-11-25 17:00"),
    ],
)
def test_the_hours_run_while_people_work(start: str, hours: int, end: str) -> None:
    assert after(CALENDAR, at(start), hours) == at(end)


def test_the_hours_are_counted_in_shanghai_whatever_zone_the_start_is_given_in() -> None:
    assert after(CALENDAR, at("2026-11-23 09:00").astimezone(dt.UTC), 1) == at("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("moment", "is_at_work"),
    [
        ("2026-11-23 09:00", True),
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-23 08:59", False),
        ("2026-11-28 10:00", False),
        ("2026-10-05 10:00", False),
        ("2026-10-10 10:00", True),
    ],
)
def test_people_are_at_work_from_nine_to_five_on_working_days(moment: str, is_at_work: bool) -> None:
    assert is_open(CALENDAR, at(moment)) is is_at_work
