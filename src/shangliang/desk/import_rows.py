"""From a row of somebody's table to a message that can be taken in, or to what is wrong with it, in words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.seal import keyed_hash
from shangliang.desk import import_columns
from shangliang.desk.import_columns import PLACE_FIELDS
from shangliang.files.cell_dates import moment
from shangliang.files.tables import Problem, Row, Table, tidy
from shangliang.voices.contacts import Reach

WORDS_AT_MOST = 20_000
LINE_AT_MOST = 500  # of what belongs on one line: a title, a name of a body, an address
NUMBER_AT_MOST = 40
LIKES_AT_MOST = 10_000_000
DAYS_AT_MOST = 10_000
DIGITS = 32  # of a key, in hex
YES = frozenset({"1", "是", "y", "yes", "true", "匿名", "√"})
NO = frozenset({"", "0", "否", "n", "no", "false", "不匿名", "实名", "×"})


@dataclass(slots=True)
class Message:
    """What a good row says."""

    row: int
    key: str  # of the row: its number, else the words and whoever said them
    said: str  # of what was said under that key
    numbered: bool
    title: str
    words: str
    at: dt.datetime
    likes: int = 0
    reply: str = ""
    replied_at: dt.datetime | None = None
    department: str = ""
    place_words: str = ""
    category: str = ""
    reach: Reach = field(default_factory=Reach)
    anonymous: bool = False
    original: dict[str, str] = field(default_factory=dict)
    remark: Problem | None = None  # what of a good row could not be used; it stays in the original


def read_row(table: Table, row: Row, tenant_id: UUID) -> Message | list[Problem]:
    """The message that a row is, or everything that is wrong with it."""
    cells = _Cells(table, row)
    problems = [
        Problem(row.number, table.headings[position], why)
        for position, why in row.flaws.items()
        if position in table.columns.values()
    ]
    if problems:
        return problems
    texts = cells.texts()
    if not texts["words"] and not texts["title"]:
        cells.note("words", _("没有写内容。"))
    at = cells.date("at")
    replied_at = cells.replied_at(at) if texts["reply"] else None
    likes = cells.whole("likes", LIKES_AT_MOST) or 0
    if texts["anonymous"].lower() not in YES | NO:  # a guess could keep the name of somebody who wanted none kept
        cells.note("anonymous", _("“%(words)s”看不出匿名不匿名，写“是”或者“否”。") % {"words": texts["anonymous"][:30]})
    if cells.problems or at is None:
        return cells.problems
    remark = None
    if texts["reply"] and replied_at is None:
        why = _("留言导入了；答复没写是哪天的，只留在原表里。")
        remark = Problem(row.number, import_columns.label("reply"), why)
    anonymous = texts["anonymous"].lower() in YES
    reach = Reach() if anonymous else Reach(name=texts["name"][:40], phone=texts["phone"][:40])
    place_words = "".join(texts[name] for name in PLACE_FIELDS)
    who = [texts["name"], texts["phone"], place_words]
    key, said = _keys(tenant_id, table, texts, [clock.day_of(at).isoformat(), *who])
    return Message(
        row=row.number,
        key=key,
        said=said,
        numbered=bool(texts["number"]),
        title=texts["title"],
        words=texts["words"],
        at=at,
        likes=likes,
        reply=texts["reply"] if replied_at else "",
        replied_at=replied_at,
        department=texts["department"],
        place_words=place_words,
        category=texts["category"],
        reach=reach,
        anonymous=anonymous,
        original=_original(table, row, without_person=anonymous),
        remark=remark,
    )


class _Cells:
    """The cells of one row by field, and what is wrong with them."""

    def __init__(self, table: Table, row: Row) -> None:
        self.table = table
        self.row = row
        self.problems: list[Problem] = []

    def value(self, name: str) -> Any:
        return self.row.cell(self.table.columns.get(name))

    def note(self, name: str, why: str) -> None:
        position = self.table.columns.get(name)
        column = self.table.headings[position] if position is not None else import_columns.label(name)
        self.problems.append(Problem(self.row.number, column, why))

    def texts(self) -> dict[str, str]:
        """Every text of the row, tidied; what is too long is noted."""
        found: dict[str, str] = defaultdict(str)
        for name in self.table.columns:
            found[name] = text = tidy(self.value(name))
            limit = WORDS_AT_MOST if name in ("words", "reply") else LINE_AT_MOST
            if name == "number":
                limit = NUMBER_AT_MOST
            if len(text) > limit:
                self.note(name, _("太长了：%(now)d 字，最多 %(most)d 字。") % {"now": len(text), "most": limit})
        return found

    def date(self, name: str) -> dt.datetime | None:
        """The moment in a column that must have one."""
        value = self.value(name)
        if value is None or value == "":
            self.note(name, _("没有写时间。"))
            return None
        found = moment(value, self.table.epoch)
        if found is None:
            self.note(name, _("“%(text)s”不像日期。写成 2026-04-02 或 2026-04-02 15:30。") % {"text": str(value)[:30]})
        elif found > clock.now():
            self.note(name, _("%(day)s 还没到。") % {"day": clock.day_of(found).isoformat()})
            return None
        return found

    def replied_at(self, at: dt.datetime | None) -> dt.datetime | None:
        """When the reply came: its own date, else so many days after the message."""
        if "replied_at" in self.table.columns:
            found, name = self.date("replied_at"), "replied_at"
        elif "reply_days" in self.table.columns:
            days, name = self.whole("reply_days", DAYS_AT_MOST), "reply_days"
            found = at + dt.timedelta(days=days) if at and days is not None else None
            if found and found > clock.now():
                self.note(name, _("%(day)s 还没到。") % {"day": clock.day_of(found).isoformat()})
        else:
            self.note("reply", _("有答复，却没有答复时间。请加一列“答复时间”。"))
            return None
        if at is None or found is None:
            return None
        if found < at and clock.day_of(found) == clock.day_of(at) and found == clock.start_of(clock.day_of(found)):
            return at  # only the day was written down, and it is the same
        if found < at:
            self.note(name, _("答复（%(then)s）比提出还早。") % {"then": clock.day_of(found).isoformat()})
        return found

    def whole(self, name: str, at_most: int) -> int | None:
        """The whole number in a column, None for an empty cell."""
        text = tidy(self.value(name)).replace(",", "")
        if not text:
            return None
        if not re.fullmatch(r"[+-]?\d{1,12}(?:\.0+)?", text):
            self.note(name, _("“%(text)s”不是整数。") % {"text": text[:30]})
            return None
        number = int(float(text))
        if not 0 <= number <= at_most:
            self.note(name, _("%(number)d 不对，应当在 0 到 %(most)d 之间。") % {"number": number, "most": at_most})
            return None
        return number


def _keys(tenant_id: UUID, table: Table, texts: Mapping[str, str], who: list[str]) -> tuple[str, str]:
    """The key of the row, and the one of what was said under it: the same number with other words is no repetition.

    A number belongs to a kind of source, which its heading names: 留言编号 12 is another than 工单编号 12. Without
    a number, the same words on the same day from the same person are the same row. What comes later, such as likes
    or a reply, makes no other row of it.
    """
    number = texts["number"].removesuffix(".0")
    if number:
        kind = table.headings[table.columns["number"]][: 70 - NUMBER_AT_MOST]
        return f"{kind}:{number}", _digest(tenant_id, [kind, number, texts["title"], texts["words"]])
    key = _digest(tenant_id, [*who, texts["title"], texts["words"]])
    return key, key


def _digest(tenant_id: UUID, parts: list[str]) -> str:
    # With our key: a plain hash of a short text could be guessed, and would outlive its lawful erasure.
    whole = json.dumps(parts, ensure_ascii=False)
    return "row:" + keyed_hash(whole, f"import:{tenant_id}").hex()[:DIGITS]


def _original(table: Table, row: Row, *, without_person: bool) -> dict[str, str]:
    """The row as it came, by heading. Who asked to stay unnamed is left out of it."""
    hidden = {table.columns.get("name"), table.columns.get("phone")} if without_person else set()
    return {
        heading: value if isinstance(value, str) else tidy(value)
        for position, heading in enumerate(table.headings)
        if position not in hidden and (value := row.cell(position)) is not None and value != ""
    }
