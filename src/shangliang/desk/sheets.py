"""A body's list of points as an Excel file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.delivery.models import HandedPoint
from shangliang.delivery.queries import draft


def points_sheet(rows: Iterable[HandedPoint]) -> bytes:
    """One point a row, as .xlsx. Texts stay texts: one that begins with = is shown, never computed."""
    heads = [
        (_("编号"), 22),
        (_("标题"), 36),
        (_("地点"), 14),
        (_("第几点"), 7),
        (_("要办的事"), 46),
        (_("最晚"), 12),
        (_("超期"), 7),
        (_("交办日期"), 12),
        (_("交办单位"), 18),
        (_("承办单位"), 18),
        (_("本单位编号"), 18),
        (_("经办人"), 10),
        (_("状态"), 10),
        (_("答复"), 12),
        (_("承诺日期"), 12),
        (_("答复内容"), 46),
    ]
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(_("交办清单"))
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (words, width) in enumerate(heads):
        sheet.write_string(0, column, words, bold)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    count = 0
    for count, row in enumerate(rows, 1):
        for column, value in enumerate(_cells(row)):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(count, column, value, wrap)
            elif isinstance(value, int):
                sheet.write_number(count, column, value)
            else:
                sheet.write_datetime(count, column, value, day)
    sheet.autofilter(0, 0, max(count, 1), len(heads) - 1)
    book.close()
    return out.getvalue()


def _cells(row: HandedPoint) -> Sequence[object]:
    over, matter = row.hand_over, row.hand_over.matter
    is_out = over.status not in (over.Status.REPLIED, over.Status.RETURNED)
    return (
        matter.number,
        matter.title,
        matter.place.short_name,
        row.point.number,
        row.point.text,
        over.due,
        _("超期") if is_out and over.due < clock.today() else "",
        over.started,
        over.from_body.name if over.from_body else "",
        over.body.name,
        over.own_number,
        over.handler.name if over.handler else "",
        str(over.Status(over.status).label),
        row.get_outcome_label(),
        row.by_when,
        draft(row),
    )
