"""Documents that come with a reply: Word, Excel and PDF as they are, scans encoded anew."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from shangliang.files.photos import reencode
from shangliang.files.uploads import FILE_BYTES, check, refusal, shown

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc and .xls, and anything with a password
SCAN_LONGEST = 2400  # small print on A4 stays legible


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is kept. Only a scan has a width and a height."""

    content: bytes
    media_type: str
    width: int = 0
    height: int = 0


def accept(upload: UploadedFile[Any]) -> Document:
    """The uploaded .docx, .xlsx or PDF unchanged, or a scan (JPEG, PNG …) encoded anew.

    Recognised by content, never by name. Raises Refused, in words that name the file, for the old
    formats, for macros, and for anything else. Slow for a scan: call it outside a transaction.
    """
    check(upload, FILE_BYTES)
    upload.seek(0)
    start = upload.read(8)
    if start.startswith(b"%PDF-"):
        return Document(_whole(upload), PDF)
    if start == OLD_OFFICE:
        raise refusal(
            upload,
            _("“%(name)s”是旧格式，或者加了密码。请另存为不带密码的 .docx 或 .xlsx 再传。") % {"name": shown(upload)},
        )
    if start.startswith(b"PK\x03\x04"):
        return Document(_whole(upload), _office(upload))
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"BM")):
        scan = reencode(upload, SCAN_LONGEST)
        return Document(scan.content, scan.media_type, scan.width, scan.height)
    raise _unknown(upload)


def _office(upload: UploadedFile[Any]) -> str:
    """The media type of an Office file, told by the names in it; nothing is unpacked."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as parcel:
            names = set(parcel.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _unknown(upload) from error
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refusal(upload, _("“%(name)s”里带有宏，不能收。请另存为 .docx 或 .xlsx 再传。") % {"name": shown(upload)})
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    raise _unknown(upload)


def _whole(upload: UploadedFile[Any]) -> bytes:
    upload.seek(0)
    content: bytes = upload.read()
    return content


def _unknown(upload: UploadedFile[Any]) -> Exception:
    return refusal(
        upload,
        _("“%(name)s”打不开。这里收 Word（.docx）、Excel（.xlsx）、PDF 和扫描图片。") % {"name": shown(upload)},
    )
