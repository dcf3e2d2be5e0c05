"""Invented tables of messages, as people send them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

HEADINGS = ("留言编号", "留言主题", "留言时间", "留言详情", "点赞数", "社区", "承办单位", "答复意见", "答复时间")


def row(number: object = "1", **given: Any) -> list[Any]:
    """A good row without a reply; `given` changes cells by heading."""
    cells: dict[str, Any] = {
        "留言编号": number,
        "留言主题": "楼道灯坏了",
        "留言时间": "2025/3/3 9:15:00",
        "留言详情": f"第 {number} 户门口的灯坏了三个月。",
        "点赞数": 3,
        "社区": "光明社区",
    }
    return [(cells | given).get(heading) for heading in HEADINGS]


def answered(number: object = "1", **given: Any) -> list[Any]:
    """A good row with a reply."""
    reply = {"承办单位": "区城管执法局", "答复意见": "已经换好，谢谢反映。", "答复时间": "2025/3/12 16:00:00"}
    return row(number, **(reply | given))


def xlsx(
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str] = HEADINGS,
    above: Sequence[Sequence[Any]] = (),
    merged: Sequence[str] = (),
) -> bytes:
    """An Excel file; `above` are rows over the headings, `merged` ranges such as B2:B4."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in [*above, headings, *rows]:
        sheet.append(list(cells))
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(
    rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8-sig", by: str = ","
) -> bytes:
    """A CSV file, every cell in quotes."""
    lines = [
        by.join('"' + str("" if cell is None else cell).replace('"', '""') + '"' for cell in cells)
        for cells in [headings, *rows]
    ]
    return "\r\n".join(lines).encode(encoding)
