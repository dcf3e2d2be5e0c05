"""From the bytes of somebody's Excel or CSV file to rows under headings. Told by content, never by name."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.files.uploads import FILE_BYTES, MEGABYTE

WINDOWS_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - as openpyxl has it: day 0 of the dates in a sheet
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = "EncryptedPackage".encode("utf-16-le")
UNPACKED = 300 * MEGABYTE
ROWS = 50_000
HEADINGS_WITHIN = 20  # rows above the headings: titles, notes
MERGED_CELLS = 100_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"')
NULS_IN_TEXT = 8  # some systems leave one behind; a picture or a program has hundreds
_ENCODINGS = ("utf-8-sig", "gb18030")
# What is no character at all, and the mark by which Excel writes a carriage return into XML.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|_x000D_")
_EDGES = "\ufeff\u200b\u2060"
Hidden = dict[int, set[int]]  # row number → positions of cells that a merged range hides
# Tells the position of each field among headings, or gives None when they are not those of such a table.
Understand = Callable[[Sequence[object]], dict[str, int] | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: in which column, if in any one, and why it was left out."""

    row: int
    column: str
    why: str

    def __str__(self) -> str:
        where = _("第 %(row)d 行") % {"row": self.row}
        return f"{where}「{self.column}」：{self.why}" if self.column else f"{where}：{self.why}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: its number there, its cells, and what is wrong with some of them."""

    number: int
    cells: Sequence[Any]
    flaws: dict[int, str]

    def cell(self, position: int | None) -> Any:
        """The cell in this column, None where there is none."""
        return self.cells[position] if position is not None and position < len(self.cells) else None


@dataclass(slots=True)
class Table:
    """The rows below the headings, to be walked once."""

    headings: list[str]
    columns: dict[str, int]
    rows: Iterator[Row]
    epoch: dt.datetime = WINDOWS_EPOCH
    sheets_left: list[str] = field(default_factory=list)


def check_size(size: int) -> None:
    """Refuse a file by its size alone, before reading it."""
    if size > FILE_BYTES:
        limit = {"size": size // MEGABYTE, "limit": FILE_BYTES // MEGABYTE}
        raise Refused(_("这个文件有 %(size)d MB，一次最多 %(limit)d MB。请分成几份再导入。") % limit, "file")
    if not size:
        raise Refused(_("这个文件是空的，请重新选一次。"), "file")


def open_table(content: bytes, understand: Understand, wanted: str) -> Table:
    """The table in an .xlsx or a CSV file whose headings `understand` knows. Raises Refused, in words, for
    everything else; `wanted` is what it says must stand in the row of headings."""
    check_size(len(content))
    if content.startswith(OLD_OFFICE):
        if LOCKED in content:
            raise Refused(_("这个文件加了密码，打不开。请去掉密码，另存以后再导入。"), "file")
        raise Refused(_("这是旧格式的 Excel（.xls）。请另存为 .xlsx 或 CSV 再导入。"), "file")
    if content.startswith(b"PK"):
        return _workbook(content, understand, wanted)
    return _csv(content, understand, wanted)


# --- Excel ------------------------------------------------------------------------------------------


def _workbook(content: bytes, understand: Understand, wanted: str) -> Table:
    import openpyxl  # takes a while to load, and a CSV file needs none of it

    file = io.BytesIO(content)
    try:
        with zipfile.ZipFile(file) as parcel:
            names = {info.filename for info in parcel.infolist()}
            unpacked = sum(info.file_size for info in parcel.infolist())
    except zipfile.BadZipFile as error:
        raise Refused(_("这个文件打不开，可能没有传完整。请重新导出一份再试。"), "file") from error
    if "xl/workbook.xml" not in names:
        raise Refused(_("这个文件不是 Excel 表格。这里收 .xlsx 和 CSV。"), "file")
    if unpacked > UNPACKED:
        raise Refused(_("这个表格展开以后太大了，请分成几份再导入。"), "file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that we do not read anyway
            book = openpyxl.load_workbook(file, read_only=True)
        return _sheet_with_headings(book, understand, wanted)
    except Refused:
        raise
    except Exception as error:  # a broken file raises anything at all
        raise Refused(_("这个表格打不开，可能已经损坏。请在 Excel 里打开、另存一份再试。"), "file") from error


def _sheet_with_headings(book: Any, understand: Understand, wanted: str) -> Table:
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write a wrong size, and cells beyond it would be lost
        numbered = _cells(sheet)
        headings, columns = _find_headings(numbered, understand)
        if headings is None:
            continue
        merged = _merged(book, sheet, set(columns.values()), headings.number)
        others = [other.title for other in book.worksheets if other is not sheet]
        rows = _readable(_below(numbered, headings, merged))
        return Table(_texts(headings), columns, rows, book.epoch, others)
    raise _no_headings(wanted)


def _cells(sheet: Any) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        flaws = {}
        for position, cell in enumerate(row):
            if cell.data_type == "f":
                flaws[position] = _("这一格是公式，看不到算出来的字。请复制后“选择性粘贴—数值”再导入。")
            elif cell.data_type == "e":
                flaws[position] = _("这一格是 Excel 的错误值 %(value)s。") % {"value": cell.value}
        yield Row(number, [cell.value for cell in row], flaws)


def _merged(book: Any, sheet: Any, columns: set[int], headings_at: int) -> Hidden:
    """The cells below the headings that only look filled, because they are merged with the one above or beside."""
    from openpyxl.utils.cell import range_boundaries

    # Reading row by row, openpyxl leaves merged ranges out: they stand in the XML behind the rows.
    xml = book._archive.read(sheet._worksheet_path)
    hidden: Hidden = defaultdict(set)
    cells = 0
    for match in _MERGED.finditer(xml, max(xml.rfind(b"sheetData>"), 0)):
        left, top, right, bottom = range_boundaries(match[1].decode())
        if left is None or top is None or right is None or bottom is None or bottom <= headings_at:
            continue
        touched = [column for column in columns if left <= column + 1 <= right]
        cells += len(touched) * (bottom - top + 1)
        if cells > MERGED_CELLS:
            raise Refused(_("表里合并的单元格太多。请全选、取消合并，填好每一格再导入。"), "file")
        for row in range(top, bottom + 1):
            hidden[row].update(touched)
        hidden[top].discard(left - 1)
    return hidden


def _readable(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows; a sheet that breaks off in the middle is said so in words."""
    try:
        yield from rows
    except Refused:
        raise
    except Exception as error:  # a broken file raises anything at all
        raise Refused(_("这个表格读到一半就坏了。请在 Excel 里打开、另存一份再试。"), "file") from error


# --- CSV --------------------------------------------------------------------------------------------


def _csv(content: bytes, understand: Understand, wanted: str) -> Table:
    text = _decoded(content)
    first = text[:4000].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    numbered = _records(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    headings, columns = _find_headings(numbered, understand)
    if headings is None:
        raise _no_headings(wanted)
    return Table(_texts(headings), columns, _below(numbered, headings, {}))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif content.count(b"\0", 0, 4096) > NULS_IN_TEXT:
        encodings = ()
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("这个文件打不开。这里收 .xlsx 和 CSV（UTF-8 或 GB18030 编码）。"), "file")


def _records(reader: Iterator[list[str]]) -> Iterator[Row]:
    number = 0
    try:
        for number, record in enumerate(reader, 1):
            yield Row(number, record, {})
    except csv.Error as error:
        raise Refused(
            _("第 %(row)d 行附近的引号没有配对，读不下去了。请用 Excel 打开、另存为 .xlsx 再导入。")
            % {"row": number + 1},
            "file",
        ) from error


# --- both -------------------------------------------------------------------------------------------


def _find_headings(rows: Iterator[Row], understand: Understand) -> tuple[Row | None, dict[str, int]]:
    """The first row that is understood, and where its fields stand; titles and notes may stand above it."""
    for row in rows:
        columns = understand(row.cells)
        if columns is not None:
            return row, columns
        if row.number >= HEADINGS_WITHIN:
            break
    return None, {}


def _below(rows: Iterator[Row], headings: Row, hidden: Hidden) -> Iterator[Row]:
    """The rows under the headings, without blank ones and headings repeated on each printed page."""
    count = 0
    for row in rows:
        for position in hidden.get(row.number, ()):
            row.flaws[position] = _("这一格和别的格合并了，不知道写的是什么。请取消合并，每格填好。")
        if row.flaws or (not _is_blank(row) and list(row.cells) != list(headings.cells)):
            count += 1
            if count > ROWS:
                raise Refused(_("表里超过 %(rows)d 行，请分成几份再导入。") % {"rows": ROWS}, "file")
            yield row


def _is_blank(row: Row) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row.cells)


def _texts(headings: Row) -> list[str]:
    """Each heading as it stands, numbered where two are the same."""
    names: list[str] = []
    for position, cell in enumerate(headings.cells, 1):
        name = str(cell).strip() if cell is not None and str(cell).strip() else _("第%(n)d列") % {"n": position}
        names.append(name if name not in names else f"{name}#{position}")
    return names


def _no_headings(wanted: str) -> Refused:
    return Refused(
        _("没找到表头。前 %(rows)d 行里要有一行写着每列是什么，%(wanted)s。可以下载模板，照着改列名。")
        % {"rows": HEADINGS_WITHIN, "wanted": wanted},
        "file",
    )


def tidy(value: object) -> str:
    """The words of a cell as they are, without white space around them and without control characters."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return text.strip().strip(_EDGES).strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    return str(value)
