"""Lists of members as offices keep them. All the people in them are invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

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
