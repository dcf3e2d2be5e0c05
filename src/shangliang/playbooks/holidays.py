"""The State Council's yearly notice as pasted lines: «2027-01-01 放假 元旦», «2027-01-03 上班 元旦调休»."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

LINE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s+(\S+)\s+(.+)")
WORKING = {"放假": False, "休息": False, "休": False, "上班": True, "班": True}
NAME = 40  # characters, as wide as the column
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """What was pasted: each day with whether it works and its name; and what is wrong, by line."""

    days: dict[dt.date, tuple[bool, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def year(self) -> int:
        """The year of its days. Raises ValueError when there is none."""
        return min(self.days).year


def read(text: str) -> Notice:
    """Read pasted lines; empty ones are passed over. All lines are read, so that all faults are told at once."""
    notice = Notice()
    for number, line in enumerate(text.splitlines(), 1):
        plain = " ".join(unicodedata.normalize("NFKC", line).split())
        if plain and (what := _take(notice, plain)):
            notice.problems.append(
                _("第 %(n)d 行“%(line)s”：%(what)s") % {"n": number, "line": plain[:40], "what": what}
            )
    if not notice.days and not notice.problems:
        notice.problems.append(_("一行也没有。"))
    return notice


def _take(notice: Notice, line: str) -> str:
    """Add a line to the notice, or say what is wrong with it."""
    parts = LINE.fullmatch(line)
    if parts is None:
        return _("看不懂。写成“2027-01-01 放假 元旦”这样。")
    year, month, date, what, name = parts.groups()
    try:
        day = dt.date(int(year), int(month), int(date))
    except ValueError:
        return _("没有这一天。")
    if what not in WORKING:
        return _("“%(what)s”不是“放假”也不是“上班”。") % {"what": what}
    if len(name) > NAME:
        return _("节名最多 %(most)d 个字。") % {"most": NAME}
    if day in notice.days:
        return _("这一天前面已经写过了。")
    if notice.days and day.year != notice.year:
        return _("前面写的是 %(year)d 年，一次只录一年。") % {"year": notice.year}
    if WORKING[what] and day.weekday() < SATURDAY:
        return _("这天是周一到周五，本来就上班。年份写错了？")
    notice.days[day] = (WORKING[what], name)
    return ""
