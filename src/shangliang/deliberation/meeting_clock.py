"""When a meeting can be: notice and papers so many working days before, and the parts of the year for meetings.

A form with a clock is never called later than its clock allows: whoever is late chooses another day. That the
chair might shorten it would make the clock a wish. A form without one (微协商, 现场协商 in an emergency) can be
called the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shangliang.playbooks import wording
from shangliang.playbooks.calendar import Calendar
from shangliang.playbooks.deliberation_rules import MeetingForm, Window


@dataclass(frozen=True, slots=True)
class Dates:
    """The last days for a meeting on `day`: for the notice and for its papers, None where there is no clock."""

    day: dt.date
    notice_days: int
    papers_days: int
    notice_by: dt.date | None
    papers_by: dt.date | None
    earliest: dt.date  # the first day for which a notice sent today is in time

    def late_notice(self, today: dt.date) -> str:
        """Why a notice sent today would be too late, in words; "" when it is in time."""
        if self.notice_by is None or today <= self.notice_by:
            return ""
        return _(
            "%(day)s开会，要提前 %(n)s 个工作日通知：最晚 %(by)s要发；今天 %(today)s，来不及了。"
            "今天发通知，最早 %(earliest)s开。"
        ) % {
            "day": wording.date(self.day),
            "n": self.notice_days,
            "by": wording.date(self.notice_by),
            "today": wording.date(today),
            "earliest": wording.date(self.earliest),
        }

    def late_papers(self, today: dt.date) -> str:
        """Why papers sent today would be too late, in words; "" when they are in time."""
        if self.papers_by is None or today <= self.papers_by:
            return ""
        return _(
            "%(day)s开会，材料要提前 %(n)s 个工作日发：最晚 %(by)s；今天 %(today)s，来不及看了。请换一个开会的日子。"
        ) % {
            "day": wording.date(self.day),
            "n": self.papers_days,
            "by": wording.date(self.papers_by),
            "today": wording.date(today),
        }


def dates(calendar: Calendar, form: MeetingForm, day: dt.date, today: dt.date) -> Dates:
    """The last days for a meeting of this form on `day`, counted on the tenant's calendar."""
    return Dates(
        day,
        form.notice,
        form.papers,
        calendar.back(day, form.notice) if form.notice else None,
        calendar.back(day, form.papers) if form.papers else None,
        calendar.add_working_days(today, form.notice).due if form.notice else today,
    )


def out_of_season(windows: Iterable[Window], day: dt.date) -> str:
    """Why there is no meeting on `day`, naming the parts of the year in which there are; "" when there is one."""
    windows = tuple(windows)
    if not windows or any(_holds(window, f"{day:%m-%d}") for window in windows):
        return ""
    named = _("、").join(f"{one.label}（{_short(one.first)}–{_short(one.last)}）" for one in windows)
    return _("%(day)s不在开会的时段里。这里的工作法只在%(windows)s开会。") % {
        "day": wording.date(day),
        "windows": named,
    }


def _holds(window: Window, day: str) -> bool:
    if window.first <= window.last:
        return window.first <= day <= window.last
    return day >= window.first or day <= window.last  # over New Year


def _short(day: str) -> str:
    month, date = day.split("-")
    return _("%(month)s 月 %(day)s 日") % {"month": int(month), "day": int(date)}
