"""Plain Excel files to take away: a row of headings, and texts under it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from shangliang.files.documents import XLSX

# Texts stay texts: one that begins with = is shown, never computed.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its headings with their widths, and its rows."""

    title: str
    heads: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[str | int]]


def book(*sheets: Sheet) -> bytes:
    """An Excel file of these sheets."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, _OPTIONS)
    bold, wrap = made.add_format({"bold": True, "bottom": 1}), made.add_format({"text_wrap": True, "valign": "top"})
    for one in sheets:
        page = made.add_worksheet(one.title)
        for column, (words, width) in enumerate(one.heads):
            page.write_string(0, column, words, bold)
            page.set_column(column, column, width)
        for number, row in enumerate(one.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, column, value)
                else:
                    page.write_string(number, column, value, wrap)
        page.freeze_panes(1, 0)
    made.close()
    return out.getvalue()


def answer(content: bytes, name: str) -> HttpResponse:
    """An Excel file to be saved under a name."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return response
