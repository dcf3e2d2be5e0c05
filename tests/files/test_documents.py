from __future__ import annotations

import pytest

from shangliang.core.errors import Refused
from shangliang.files.documents import DOCX, PDF, XLSX, accept
from tests.files.pictures import encoded, halves, opened, parcel, phone_photo, upload

TYPES = "[Content_Types].xml"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (parcel(TYPES, "word/document.xml"), DOCX),
        (parcel(TYPES, "xl/workbook.xml"), XLSX),
        (b"%PDF-1.7\n1 0 obj\n", PDF),
    ],
    ids=["Word", "Excel", "PDF"],
)
def test_a_document_is_kept_as_it_is(content: bytes, media_type: str) -> None:
    document = accept(upload(content, "无名"))
    assert (document.content, document.media_type) == (content, media_type)


def test_a_scan_is_encoded_anew_large_enough_for_small_print() -> None:
    document = accept(upload(phone_photo(3508, 2480, orientation=6), "盖章件.jpg"))
    assert (document.media_type, document.width, document.height) == ("image/jpeg", 1697, 2400)
    assert opened(document.content).size == (1697, 2400)
    assert b"Secret" not in document.content
    assert accept(upload(encoded(halves(30, 20), "PNG"), "盖章件.png")).media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (parcel(TYPES, "word/document.xml", "word/vbaProject.bin"), "带有宏"),
        (parcel(TYPES, "xl/workbook.xml", "xl/VbaProject.bin"), "带有宏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为不带密码的 .docx"),
        (parcel("readme.txt"), "打不开"),
        (parcel("word/document.xml"), "打不开"),
        (parcel(TYPES, "word/document.xml")[:60], "打不开"),
        (b"\xff\xd8\xff\xe0nothing", "打不开"),
        (b"<!doctype html>", "打不开"),
        (b"MZ\x90\0", "打不开"),
        (b"", "是空的"),
    ],
    ids=["docm", "xlsm", "doc", "zip", "no types", "half a zip", "half a scan", "html", "program", "empty"],
)
def test_anything_else_is_refused_with_what_to_do(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=r"“答复\.docx”.*" + why):
        accept(upload(content, "答复.docx"))
