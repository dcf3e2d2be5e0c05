"""A month of duty as weeks of days, for the calendar of a studio's page."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.studios.queries.duty import Shown

BACK, AHEAD = 12, 6  # months that can be turned to


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month with its shifts."""

    date: dt.date
    shifts: tuple[Shown, ...]
    state: str  # classes of `.duty-calendar td`

    @property
    def weekday(self) -> str:
        names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
        return names[self.date.weekday()]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a studio."""

    first: dt.date
    last: dt.date
    weeks: list[list[Day | None]]  # Monday first; None before the first and after the last
    shifts: list[Shown]
    earlier: dt.date | None
    later: dt.date | None

    @property
    def is_this_year(self) -> bool:
        return self.first.year == clock.today().year


def asked(text: str) -> dt.date:
    """The first of the month asked for (2026-12), of this one if that is none or lies too far away."""
    this = clock.today().replace(day=1)
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return first if -BACK <= _apart(this, first) <= AHEAD else this


def last_of(first: dt.date) -> dt.date:
    """The last day of a month that begins on `first`."""
    return first.replace(day=months.monthrange(first.year, first.month)[1])


def month(first: dt.date, shown: Iterable[Shown]) -> Month:
    """The month that begins on `first`, with those of `shown` that fall into it."""
    last, today = last_of(first), clock.today()
    by_day: dict[dt.date, list[Shown]] = {}
    for one in shown:
        if first <= one.shift.day <= last:
            by_day.setdefault(one.shift.day, []).append(one)
    days: list[Day | None] = [None] * first.weekday()
    for n in range(last.day):
        date = first + dt.timedelta(days=n)
        days.append(Day(date, tuple(by_day.get(date, ())), _state(date, by_day.get(date, []), today)))
    days += [None] * (-len(days) % 7)
    this = today.replace(day=1)
    return Month(
        first,
        last,
        [days[at : at + 7] for at in range(0, len(days), 7)],
        [one for date in sorted(by_day) for one in by_day[date]],
        (first - dt.timedelta(days=1)).replace(day=1) if _apart(this, first) > -BACK else None,
        last + dt.timedelta(days=1) if _apart(this, first) < AHEAD else None,
    )


def _state(date: dt.date, shifts: list[Shown], today: dt.date) -> str:
    taking_place = any(not one.cancelled for one in shifts)
    states = {
        "on": taking_place,
        "off": bool(shifts) and not taking_place,
        "past": date < today,
        "today": date == today,
    }
    return " ".join(name for name, holds in states.items() if holds)


def _apart(one: dt.date, other: dt.date) -> int:
    return (other.year - one.year) * 12 + other.month - one.month
