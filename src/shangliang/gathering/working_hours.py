"""When people are at work: counting hours to answer over nights, weekends and holidays. Pure."""

from __future__ import annotations

import datetime as dt

from shangliang.core.clock import SHANGHAI
from shangliang.playbooks.calendar import ONE_DAY, Calendar

OPENS, CLOSES = dt.time(9), dt.time(17)


def is_open(calendar: Calendar, moment: dt.datetime) -> bool:
    """Whether people are at work at `moment`."""
    local = moment.astimezone(SHANGHAI)
    return calendar.is_working(local.date()) and OPENS <= local.time() < CLOSES


def after(calendar: Calendar, start: dt.datetime, hours: int) -> dt.datetime:
    """The moment when `hours` hours of work have passed since `start`: nights, weekends and holidays do not
    count, make-up working days do. What would end at closing time ends then, not the next morning."""
    at, left = _at_work(calendar, start), dt.timedelta(hours=hours)
    while left > (today := _on(at.date(), CLOSES) - at):
        left -= today
        at = _at_work(calendar, _on(at.date() + ONE_DAY, OPENS))
    return at + left


def _at_work(calendar: Calendar, moment: dt.datetime) -> dt.datetime:
    """The first moment at work that is not before `moment`."""
    local = moment.astimezone(SHANGHAI)
    if local.time() >= CLOSES:
        local = _on(local.date() + ONE_DAY, OPENS)
    while not calendar.is_working(local.date()):
        local = _on(local.date() + ONE_DAY, OPENS)
    return max(local, _on(local.date(), OPENS))


def _on(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, SHANGHAI)
