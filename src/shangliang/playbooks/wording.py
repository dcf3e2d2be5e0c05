"""Dates as people write them; the year only when it is not this year."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.utils.translation import gettext as _

from shangliang.core import clock


def date(day: dt.date) -> str:
    """10 月 12 日（周一）"""
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return _("%(day)s（%(weekday)s）") % {"day": _plain(day), "weekday": names[day.weekday()]}


def moment(at: dt.datetime) -> str:
    """10 月 12 日（周一）19:00, in Shanghai's time."""
    local = at.astimezone(clock.SHANGHAI)
    return date(local.date()) + local.strftime("%H:%M")


def ranges(days: list[dt.date]) -> str:
    """Days in order, neighbours merged: 10 月 1–7 日、10 月 9 日（周五）"""
    breaks = [i for i, (a, b) in enumerate(pairwise(days), 1) if (b - a).days > 1]
    runs = [days[a:b] for a, b in pairwise([0, *breaks, len(days)])]
    return "、".join(_range(run[0], run[-1]) for run in runs)


def _plain(day: dt.date) -> str:
    if day.year == clock.today().year:
        return _("%(month)s 月 %(day)s 日") % {"month": day.month, "day": day.day}
    return _("%(year)s 年 %(month)s 月 %(day)s 日") % {"year": day.year, "month": day.month, "day": day.day}


def _range(first: dt.date, last: dt.date) -> str:
    if first == last:
        return date(first)
    if (first.year, first.month) != (last.year, last.month):
        return f"{_plain(first)}–{_plain(last)}"
    whole = {"year": first.year, "month": first.month, "first": first.day, "last": last.day}
    if first.year == clock.today().year:
        return _("%(month)s 月 %(first)s–%(last)s 日") % whole
    return _("%(year)s 年 %(month)s 月 %(first)s–%(last)s 日") % whole
