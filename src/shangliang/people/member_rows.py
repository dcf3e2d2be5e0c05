"""From a row of an office's list to what it says of a member, or to what is wrong with it, cell by cell."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.files import tables
from shangliang.files.cell_dates import EARLIEST, moment
from shangliang.files.tables import Problem, Row, Table, tidy
from shangliang.people import member_columns, phones
from shangliang.people.member_columns import BODY_COLUMNS, COLUMNS, DUTIES, LEVELS, PRIVATE, ROLES, SEVERAL

NAME_AT_MOST, KEY_AT_MOST, LINE_AT_MOST = 40, 40, 120
MOST_OF = {"name": NAME_AT_MOST, "key": KEY_AT_MOST, "term": 20, "sector": 30, "phone": 60}
ROWS_AT_MOST = 20_000
_LIST = re.compile(r"[、,，;；\n]+")
_WORDS = re.compile(r"[、,，;；/\s]+")
_NOTED = re.compile(r"(.+)[（(:：]([^（()）:：]+)[)）]?")  # 同光委员工作室（演示）（召集人）: the last bracket
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_COUNT = r"[\d一二两三四五六七八九十百千〇零]"
_TOTAL = re.compile(rf"(?:合计|小计|总计|共[计有]?(?=:?{_COUNT})):?{_COUNT}*(?:[人名位](?:委员)?)?(?:\(.*\))?。?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A body that a row names, by the column it stands in, and the duty there if one is written."""

    column: str
    name: str
    duty: str = ""


@dataclass(slots=True)
class Line:
    """What a good row says. `given` has only what is written: an empty cell changes nothing."""

    row: int
    key: str
    name: str
    given: dict[str, Any] = field(default_factory=dict)
    since: dt.date | None = None
    until: dt.date | None = None
    bodies: list[Wanted] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)  # field → how the list calls it

    def problem(self, name: str, why: str) -> Problem:
        return Problem(self.row, self.headings.get(name) or COLUMNS.label(name), why)


def open_list(content: bytes) -> Table:
    """The table of members in a file. Raises Refused, in words, for everything else."""
    table = tables.open_table(content, member_columns.understand, _("至少有“姓名”，再加编号、界别、手机、住址里的一样"))
    return _with_second_headings(table)


def _with_second_headings(table: Table) -> Table:
    """A row of headings may have another below it: 联系方式 over 手机 and 家庭住址."""
    first = next(table.rows, None)
    if first is None:
        return table
    below = COLUMNS.understand(first.cells)
    named = tidy(first.cell(table.columns["name"]))
    if len(below) > 1 and (not named or "name" in below):
        taken = set(below.values())
        table.columns = {name: at for name, at in table.columns.items() if at not in taken} | below
        table.headings += [""] * (max(taken) + 1 - len(table.headings))
        for position in taken:
            table.headings[position] = tidy(first.cell(position))
        return table
    table.rows = _chained(first, table.rows)
    return table


def _chained(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def is_total(row: Row) -> bool:
    """Whether a row adds up those above it (合计, 小计, 共 12 人), and names nobody."""
    first = next((text for text in map(tidy, row.cells) if text), "")
    return _TOTAL.fullmatch("".join(unicodedata.normalize("NFKC", first).split())) is not None


def read_row(table: Table, row: Row) -> Line | list[Problem]:
    """What a row says of a member, or everything that is wrong with it."""
    return _Reader(table, row).read()


class _Reader:
    """The cells of one row by field, and what is wrong with them."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table, self.row = table, row
        headings = {name: table.headings[at] for name, at in table.columns.items()}
        self.line = Line(row.number, "", "", headings=headings)
        self.problems = [
            Problem(row.number, table.headings[position], why)
            for position, why in row.flaws.items()
            if position in table.columns.values()
        ]

    def note(self, name: str, why: str) -> None:
        self.problems.append(self.line.problem(name, why))

    def text(self, name: str) -> str:
        found = tidy(self.row.cell(self.table.columns.get(name)))
        most = MOST_OF.get(name, LINE_AT_MOST)
        if len(found) > most:
            self.note(name, _("太长了：%(now)d 字，最多 %(most)d 字。") % {"now": len(found), "most": most})
            return ""
        return found

    def read(self) -> Line | list[Problem]:
        line = self.line
        name = self.text("name")
        line.name = name if name.isascii() else "".join(name.split())
        if not line.name and not self.problems:
            self.note("name", _("没有写姓名。"))
        line.key = self.text("key").removesuffix(".0")
        self._facts()
        line.since, line.until = self._day("since"), self._day("until", last=True)
        if line.since and line.until and line.until < line.since:
            self.note("until", _("任期结束（%(until)s）在开始的前面。") % {"until": line.until.isoformat()})
        self._bodies()
        return self.problems or line

    def _facts(self) -> None:
        given = self.line.given
        for name in ("sector", *PRIVATE):
            if text := self.text(name):
                given[name] = " ".join(text.split())
        if "phone" in given:
            given["phone"] = self._phone(given["phone"])
        if term := self.text("term"):
            given["term"] = f"{term}届" if term.isdigit() else term.removeprefix("第")
        for name in SEVERAL:
            if text := self.text(name):
                given[name] = list(dict.fromkeys(word for word in _WORDS.split(text) if word))
        for name, meant in (("role", ROLES), ("level", LEVELS)):
            if text := self.text(name):
                if text in meant:
                    given[name] = str(meant[text])
                else:
                    known = "、".join(meant)
                    self.note(name, _("“%(text)s”不认识。可以写：%(known)s。") % {"text": text[:30], "known": known})

    def _phone(self, text: str) -> str:
        try:
            return phones.numbers(text)
        except phones.NoNumber as wrong:
            self.note("phone", str(wrong))
            return ""

    def _day(self, name: str, *, last: bool = False) -> dt.date | None:
        value = self.row.cell(self.table.columns.get(name))
        if value is None or not tidy(value):
            return None
        if found := moment(value, self.table.epoch):
            return clock.day_of(found)
        month = _MONTH.fullmatch(unicodedata.normalize("NFKC", tidy(value)))
        if month and int(month[1]) >= EARLIEST and 1 <= int(month[2]) <= 12:
            year, number = int(month[1]), int(month[2])
            return dt.date(year, number, calendar.monthrange(year, number)[1] if last else 1)
        self.note(name, _("“%(text)s”不像日期。写成 2026-04-02。") % {"text": str(value)[:30]})
        return None

    def _bodies(self) -> None:
        for column in BODY_COLUMNS:
            for part in _LIST.split(self.text(column)):
                name, duty = _noted(part.strip())
                if name:
                    self.line.bodies.append(Wanted(column, name, duty))
        jobs = []
        for part in _LIST.split(self.text("duty")):
            if part.strip() in DUTIES:
                self.line.duties.append(str(DUTIES[part.strip()]))
            elif part.strip():
                jobs.append(part.strip())
        if jobs:  # 职务 of an office's list is as often what somebody is at work
            unit = " ".join([self.line.given.get("unit", ""), *jobs]).strip()
            self.line.given["unit"] = unit[:LINE_AT_MOST]


def _noted(part: str) -> tuple[str, str]:
    """A body, and the duty written behind it. A bracket that holds no duty belongs to the name."""
    if (match := _NOTED.fullmatch(part)) and match[2].strip() in DUTIES:
        return match[1].strip(), str(DUTIES[match[2].strip()])
    return part, ""
