"""Stage marks: the shape of a garden window with a hanzi in it (on English pages, a number)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shangliang.web.assets import shape
from shangliang.web.dates import day
from shangliang.web.stages import ALL, ENDS, HANZI, STAGES


def stage_mark(status: str, size: str = "") -> SafeString:
    """The mark of the stage a matter is in, or ended in; `size` is "", "sm" or "lg"."""
    number, _words = ALL[status]
    return _mark(number, size, status == "declined", _is_english())


def stage_tag(status: str) -> SafeString:
    """The status in words, behind its small mark."""
    return _tag(str(status), get_language() or "")


def stage_track(status: str, dates: Mapping[str, dt.date] | None = None, now: str = "") -> SafeString:
    """The four stages of one matter and where it stands.

    `dates` tells when each stage was entered; a stage not in it that lies behind was skipped and
    stays empty. `now` are words for the current stage instead of its date (正在走访).
    """
    reached = ALL[status][0]
    steps = []
    for key, (number, words) in STAGES.items():
        is_current = key == status
        done = is_current or (number <= reached and (dates is None or key in dates))
        note = now if is_current and now else day(dates[key], "short") if dates and key in dates else ""
        steps.append(
            (
                number,
                SafeString(' aria-current="step"' if is_current else "" if done else " data-todo"),
                _mark(number, "lg", not done, _is_english()),
                words,
                format_html("<small>{}</small>", note) if note else "",
            )
        )
    return format_html(
        '<ol class="stage-track">{}</ol>',
        format_html_join("", '<li data-s="{}"{}>{}<b class="label">{}</b>{}</li>', steps),
    )


@cache
def _mark(number: int, size: str, hollow: bool, english: bool) -> SafeString:
    return format_html(
        '<span class="stage-mark{}" data-s="{}"{} aria-hidden="true">{}<b>{}</b></span>',
        f" stage-mark-{size}" if size else "",
        number,
        SafeString(" data-todo" if hollow else ""),
        shape(f"s{number}"),
        str(number) if english else HANZI[number - 1],
    )


@cache
def _tag(status: str, language: str) -> SafeString:
    number, words = ALL[status]
    end = SafeString(" data-end" if status in ENDS else "")
    return format_html(
        '<span class="stage-tag" data-s="{}"{}>{}{}</span>', number, end, stage_mark(status, "sm"), words
    )


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
