"""Lists of members as offices keep them. All the people in them are invented."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from shangliang.core import clock
from shangliang.people import actions, queries
from shangliang.people.member_import import look, read
from shangliang.people.member_plan import Plan
from shangliang.people.models import Member
from tests.cast import Cast

HEADINGS = ("编号", "姓名", "界别", "届次", "特长", "手机", "家庭住址", "街道联络委")
SHEN = ("012", "沈见青", "教育界", "十六届", "法律、调解", "13800000012", "青山区新沟桥街道光明社区3栋", "新沟桥街道")
LU = ("013", "陆时遥", "医药卫生界", "十六届", "儿科", "13800000013", "东门社区8号", "新沟桥街道联络委")


def xlsx(
    rows: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS, above: Sequence[Sequence[Any]] = ()
) -> bytes:
    """A workbook with these rows under these headings; `above` stands over them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [*above, headings, *rows]:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(row: Sequence[Any], **cells: Any) -> tuple[Any, ...]:
    """A row with other cells, by their headings."""
    return tuple(cells.get(heading, cell) for heading, cell in zip(HEADINGS, row, strict=True))


def bring(cast: Cast, rows: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS, **more: Any) -> Plan:
    """Bring in a list with these rows."""
    return actions.import_members(cast.office, cast.tenant, read(xlsx(rows, headings, more.pop("above", ()))), **more)


def seen(cast: Cast, rows: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS, **more: Any) -> Plan:
    """Only look at it."""
    answers: Mapping[int, str] = more.pop("answers", {})
    return look(cast.tenant, read(xlsx(rows, headings, more.pop("above", ()))), clock.today(), answers)


def said(plan: Plan) -> list[str]:
    """What is wrong with it, as it is told."""
    return [str(problem) for problem in plan.problems]


def member(name: str) -> Member:
    """The one member of this name."""
    return queries.members(words=name).get()
