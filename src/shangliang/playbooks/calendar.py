"""The working-day calendar: which days count, when a deadline falls, and the sum behind it in plain words.

Pure: a `Calendar` is a value, and nothing here touches the database. Working days are those of
the State Council's yearly holiday notice, changed by a tenant's own exceptions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from shangliang.playbooks import wording

ONE_DAY = dt.timedelta(days=1)
Pause = tuple[dt.date, dt.date]  # the first and the last day that do not count


@dataclass(frozen=True, slots=True)
class Day:
    """One day: whether it counts, and by which calendar."""

    date: dt.date
    working: bool
    name: str = ""  # of the holiday, or the tenant's reason
    source: Literal["week", "national", "local"] = "week"

    @property
    def why(self) -> str:
        """Why it counts or not; "" for an ordinary working day."""
        # Worded when it is read: the day itself is kept between readers of different languages.
        if self.source == "local":
            return self.name
        if self.source == "national":
            return (_("%(name)s调休上班") if self.working else _("%(name)s放假")) % {"name": self.name}
        return "" if self.working else _("周末")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date with everything it was counted from."""

    start: dt.date
    days: int
    due: dt.date
    provisional: bool  # the due date lies beyond the published national calendar
    skipped: tuple[tuple[dt.date, str], ...]  # days passed over, each with its reason
    pauses: tuple[Pause, ...]
    worked: tuple[tuple[dt.date, str], ...]  # days counted for a reason of their own, such as 调休上班
    unpublished: tuple[int, ...]  # years counted without national days

    def arithmetic(self) -> tuple[str, ...]:
        """How the date came about: short sentences, to be shown one after another or as a list."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        start = wording.date(self.start)
        if self.days:
            yield _("%(day)s当天不算，从第二天起数 %(n)s 个工作日。") % {"day": start, "n": self.days}
        elif self.skipped:
            yield _("%(day)s当天就该办，可这天不算工作日，往后顺延。") % {"day": start}
        for why, days in _by_reason(self.skipped).items():
            if why == _("周末"):
                yield _("周末不算。")
            else:
                yield _("%(days)s%(why)s，不算。") % {"days": wording.ranges(days), "why": why}
        for why, days in _by_reason(self.worked).items():
            yield _("%(days)s%(why)s，照常算。") % {"days": "、".join(map(wording.date, days)), "why": why}
        yield _("最晚 %(day)s。") % {"day": wording.date(self.due)}
        if self.provisional:
            yield _("日历里还没有 %(years)s 年的国务院放假安排，先按周一到周五算，这个日期是暂定的。") % {
                "years": "、".join(map(str, self.unpublished))
            }


@dataclass(frozen=True, slots=True)
class Calendar:
    """National days, a tenant's exceptions (which win), and the last day of the last published year."""

    national: Mapping[dt.date, Day] = field(default_factory=dict)
    local: Mapping[dt.date, Day] = field(default_factory=dict)
    published_until: dt.date = dt.date.min

    def day(self, date: dt.date) -> Day:
        """What `date` is."""
        return self.local.get(date) or self.national.get(date) or Day(date, date.weekday() < 5)

    def is_working(self, date: dt.date) -> bool:
        """Whether `date` counts."""
        return self.day(date).working

    def add_working_days(self, start: dt.date, n: int, pauses: Iterable[Pause] = ()) -> Deadline:
        """The deadline `n` working days after `start`, which is itself day 0 and does not count.

        Days inside `pauses` (both ends included) do not count. With `n` = 0 it is due on `start`;
        if that day does not count, on the next that does, as a period that ends on a holiday ends
        on the day after it (Civil Code, art. 203). Raises ValueError for a negative `n`.
        """
        if n < 0:
            raise ValueError("a deadline cannot lie before its start")
        pauses = tuple(pauses)
        skipped: list[tuple[dt.date, str]] = []
        worked: list[tuple[dt.date, str]] = []
        left, date = max(n, 1), start + ONE_DAY if n else start
        while True:
            day = self.day(date)
            if any(first <= date <= last for first, last in pauses):
                skipped.append((date, _("暂停")))
            elif not day.working:
                skipped.append((date, day.why))
            else:
                left -= 1
                if day.why:
                    worked.append((date, day.why))
                if not left:
                    break
            date += ONE_DAY
        unpublished = tuple(range(max(start.year, self.published_until.year + 1), date.year + 1))
        return Deadline(start, n, date, date > self.published_until, tuple(skipped), pauses, tuple(worked), unpublished)

    def back(self, day: dt.date, n: int) -> dt.date:
        """The day from which `n` working days lead up to `day`."""
        while n > 0:
            day -= ONE_DAY
            n -= self.is_working(day)
        return day

    def working_days_between(self, a: dt.date, b: dt.date) -> int:
        """How many working days come after `a`, up to and with `b`; negative if `b` lies before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(a + ONE_DAY * step) for step in range(1, (b - a).days + 1))


def _by_reason(days: Iterable[tuple[dt.date, str]]) -> dict[str, list[dt.date]]:
    found: dict[str, list[dt.date]] = {}
    for day, why in days:
        found.setdefault(why, []).append(day)
    return found
