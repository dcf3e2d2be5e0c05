"""Several things with their days, typed as lines of text: «3月15日 走访 3 号院», «2027-05-10 义诊»."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

LINE = re.compile(r"(?:(\d{4})\s*[-年./]\s*)?(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?\s*[:：,，、]?\s*(\S.*)")
LONGEST = 120


class NotDated(ValueError):
    """A line that does not begin with a day; `str(error)` says which, in words for whoever typed it."""


@dataclass(frozen=True, slots=True)
class DatedLine:
    """One line: its day, the year perhaps left out, and what is to be done."""

    year: int | None
    month: int
    day: int
    what: str

    def on(self, year: int) -> dt.date:
        """Its day; in `year` if it names none. Raises NotDated for a day there is not."""
        try:
            return dt.date(self.year or year, self.month, self.day)
        except ValueError as error:
            raise NotDated(_("没有这一天：“%(line)s”。") % {"line": f"{self.month}月{self.day}日"}) from error

    def from_on(self, since: dt.date) -> dt.date:
        """Its day; if it names no year, the first such day from `since` on. Raises NotDated."""
        day = self.on(since.year)
        return self.on(since.year + 1) if self.year is None and day < since else day


def read(text: str) -> list[DatedLine]:
    """The lines of a text, empty ones left out. Raises NotDated at the first that has no day or says nothing."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            raise NotDated(_("第 %(n)d 行没看懂：先写日子，再写事情，比如“11月30日 走访 3 号院”。") % {"n": number})
        year, month, day, what = match.groups()
        if len(what) > LONGEST:
            raise NotDated(_("第 %(n)d 行太长，最多 %(most)d 字。") % {"n": number, "most": LONGEST})
        found.append(DatedLine(int(year) if year else None, int(month), int(day), what))
    return found
