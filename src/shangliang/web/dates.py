"""Dates and moments as people say them, always inside `<time datetime>`. The year only if it is not this one."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shangliang.core import clock

WEEKDAYS = "一二三四五六日"


def day(value: dt.date | dt.datetime | str | None, size: str = "") -> SafeString:
    """「11 月 24 日（周二）」; with `size` "short" 「11月24日」, for tight places. What is no date gives nothing."""
    if not isinstance(value, dt.date):
        return SafeString("")
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return _time(date.isoformat(), _words(date, size == "short"))


def moment(value: dt.datetime | str | None) -> SafeString:
    """「11 月 24 日 19:00」, in Shanghai's time. What is no moment gives nothing."""
    if not isinstance(value, dt.datetime):
        return SafeString("")
    local = value.astimezone(clock.SHANGHAI)
    words = _plain_words(local.date()) + local.strftime(" %H:%M")
    return _time(local.isoformat(timespec="minutes"), words)


def _time(machine: str, words: str) -> SafeString:
    return SafeString(f'<time datetime="{machine}">{words}</time>')


def _words(date: dt.date, short: bool) -> str:
    if short:
        return _plain_words(date).replace(" ", "") if not _is_english() else _plain_words(date)
    if _is_english():
        return f"{date:%a} {_plain_words(date)}"
    return f"{_plain_words(date)}（周{WEEKDAYS[date.weekday()]}）"


def _plain_words(date: dt.date) -> str:
    is_this_year = date.year == clock.today().year
    if _is_english():
        return f"{date.day} {date:%b}" + ("" if is_this_year else f" {date.year}")
    return ("" if is_this_year else f"{date.year} 年 ") + f"{date.month} 月 {date.day} 日"


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
