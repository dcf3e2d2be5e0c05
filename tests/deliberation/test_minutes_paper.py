"""The printed minutes: the layout of official documents, measured on the PDF's picture and its text; and the Word file."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import time
import zipfile
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from PIL import Image

from shangliang.core.errors import Refused
from shangliang.deliberation.minutes_paper import Sheet, Signed, faces_among, pdf
from shangliang.deliberation.minutes_text import Minutes, Paragraph
from shangliang.deliberation.minutes_word import word
from tests.scenes_minutes import drawing

LONG = "我三班倒，一个月充二十几回，没有月卡划不来，夜里回来还要找得到位子，这件事拖了两年，今天要定下来才好。"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DPI = 100
MM = 25.4 / DPI


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """Four pages of minutes and one to sign."""
    said = [Paragraph(f"居民代表 {number % 5 + 1}：{LONG}") for number in range(36)]
    paragraphs = [
        Paragraph("时间：2026年11月24日19:00至20:28。"),
        Paragraph("一、会上发言", 1),
        *said,
        Paragraph("二、定下来的事", 1),
        Paragraph("（一）大家同意的", 2),
        Paragraph("1. 烟感联动断电。由区房管局办，2026年12月15日前。交部门办。"),
    ]
    minutes = Minutes(
        "协商议事会纪要",
        "光明社区",
        "“充电棚收费怎么定”协商议事会纪要",
        dt.date(2026, 11, 24),
        tuple(paragraphs),
    )
    signed = (Signed("居民代表 1", "", drawing()), Signed("区房管局", "签在纸上"), Signed("居民代表 2"))
    amended = (Paragraph("更正1（2026年11月25日）：原文“五块”，更正为“六块”。因为：记错了。"),)
    return Sheet(minutes, "第2次", signed, amended)


@pytest.fixture(scope="module")
def printed(sheet: Sheet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("minutes") / "minutes.pdf"
    path.write_bytes(pdf(sheet))
    return path


def told_by(*command: str | Path) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def lines_of(printed: Path, page: int) -> list[tuple[float, float, float, float]]:
    """The lines of a page in points: left, top, right, bottom; the page's number is the last."""
    found = told_by("pdftotext", "-bbox-layout", "-f", str(page), "-l", str(page), printed, "-")
    sides = re.findall(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', found)
    return sorted(((float(a), float(b), float(c), float(d)) for a, b, c, d in sides), key=lambda line: line[1])


def ink_of(printed: Path, page: int) -> tuple[float, float, float, float]:
    """The box of the ink above the page number, in millimetres from the edges: left, top, right, bottom."""
    picture = printed.with_name(f"page-{page}")
    told_by("pdftoppm", "-r", str(DPI), "-f", str(page), "-l", str(page), "-gray", "-singlefile", printed, picture)
    with Image.open(picture.with_suffix(".pgm")) as image:
        body = image.crop((0, 0, image.width, int((297 - 34) / MM)))
        box = body.point(lambda value: 255 if value < 160 else 0).getbbox()
        assert box is not None
        return box[0] * MM, box[1] * MM, (image.width - box[2]) * MM, (image.height - box[3]) * MM


def test_a_full_page_has_22_lines_of_28_characters_on_the_type_area_of_the_standard(printed: Path) -> None:
    *body, number = lines_of(printed, 2)
    assert len(body) == 22
    pitches = [below[1] - above[1] for above, below in pairwise(body)]
    assert all(pitch == pytest.approx(225 / 25.4 * 72 / 22, abs=0.1) for pitch in pitches)
    assert {round(bottom - top) for _left, top, _right, bottom in body} == {16}, "3号"
    full = max(right - left for left, _top, right, _bottom in body)
    assert full == pytest.approx(156 / 25.4 * 72, abs=16), "28 characters of 3号"
    assert round(number[3] - number[1]) == 14, "4号"


def test_the_margins_are_those_of_the_standard(printed: Path) -> None:
    left, top, right, bottom = ink_of(printed, 2)
    assert left == pytest.approx(28, abs=1.5)
    assert top == pytest.approx(37, abs=2)
    assert right == pytest.approx(26, abs=3)
    assert bottom == pytest.approx(35, abs=5)


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones(printed: Path) -> None:
    pages = {page: lines_of(printed, page)[-1] for page in (1, 2, 3)}
    assert pages[1][0] > 400
    assert pages[2][0] < 120
    assert pages[3][0] > 400
    assert "—2—" in told_by("pdftotext", "-f", "2", "-l", "2", printed, "-").replace(" ", "")


def test_the_text_of_the_pdf_is_the_text_that_was_read(printed: Path, sheet: Sheet) -> None:
    text = told_by("pdftotext", "-raw", printed, "-")
    plain = re.sub(r"—\s*\d+\s*—|\s", "", text)
    wanted = "".join(re.sub(r"\s", "", one.text) for one in sheet.minutes.paragraphs)
    assert wanted in plain
    assert re.sub(r"\s", "", sheet.amendments[0].text) in plain
    assert plain.startswith("协商议事会纪要")
    for one in sheet.signed:
        assert re.sub(r"\s", "", one.role) in plain


def test_the_mark_on_top_is_red_and_the_signature_is_drawn(printed: Path) -> None:
    pictures = printed.with_name("colour")
    told_by("pdftoppm", "-r", "50", printed, pictures)
    first, *_middle, last = sorted(printed.parent.glob("colour-*.ppm"))
    with Image.open(first) as image:
        red = sum(1 for r, g, b in image.get_flattened_data() if r > 150 and g < 90 and b < 90)
    assert red > 200
    with Image.open(last) as image:
        assert image.convert("L").crop((0, 0, image.width, image.height // 2)).histogram()[0:100] != [0] * 100
    assert "签字" in told_by("pdftotext", "-f", "5", printed, "-")


def test_a_pdf_takes_less_than_two_seconds(sheet: Sheet) -> None:
    start = time.process_time()
    pdf(sheet)
    assert time.process_time() - start < 2


def test_the_faces_of_offices_come_first_and_a_machine_without_any_says_so() -> None:
    assert faces_among({"仿宋_GB2312", "黑体", "Noto Serif CJK SC", "Noto Sans CJK SC"}) == {
        "fangsong": "仿宋_GB2312",
        "title": "Noto Serif CJK SC",
        "hei": "黑体",
        "kai": "Noto Serif CJK SC",
        "song": "Noto Serif CJK SC",
    }
    with pytest.raises(Refused, match="fonts-noto-cjk"):
        faces_among({"DejaVu Sans"})


# --- Word ----------------------------------------------------------------------------------------------

# The order that the schema of Word gives to the properties it finds here; Word repairs a file with another.
PARAGRAPH = "pStyle keepNext widowControl pBdr tabs spacing ind jc rPr".split()
RUN = "rStyle rFonts b color spacing w sz szCs lang".split()
SECTION = "headerReference footerReference pgSz pgMar cols docGrid".split()


def in_order(element: ElementTree.Element, order: list[str]) -> bool:
    names = [child.tag.removeprefix(WORD) for child in element]
    assert set(names) <= set(order), names
    return [order.index(name) for name in names] == sorted(order.index(name) for name in names)


def test_the_word_file_has_the_page_and_the_text_of_the_pdf(sheet: Sheet) -> None:
    document = docx.Document(io.BytesIO(word(sheet)))
    section = document.sections[0]
    sizes = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes if size is not None] == [37, 35, 28, 26]
    texts = [one.text.strip() for one in document.paragraphs]
    for one in (*sheet.minutes.paragraphs, *sheet.amendments):
        assert one.text in texts
    body = next(one for one in document.paragraphs if one.text == sheet.minutes.paragraphs[2].text)
    assert body.runs[0].font.size is not None
    assert body.runs[0].font.size.pt == 16
    assert body.runs[0].font.name == "仿宋_GB2312"
    assert body.paragraph_format.line_spacing == pytest.approx(docx.shared.Pt(28.95), abs=1000)
    assert document.tables[0].cell(1, 0).text == "居民代表 1"
    assert len(document.inline_shapes) == 1, "the signature"


def test_the_word_file_is_as_word_wants_it(sheet: Sheet) -> None:
    with zipfile.ZipFile(io.BytesIO(word(sheet))) as parcel:
        assert parcel.testzip() is None
        trees = {name: ElementTree.fromstring(parcel.read(name)) for name in parcel.namelist() if name.endswith(".xml")}
    main = trees["word/document.xml"]
    assert all(in_order(one, PARAGRAPH) for one in main.iter(f"{WORD}pPr"))
    assert all(in_order(one, RUN) for one in main.iter(f"{WORD}rPr"))
    assert all(in_order(one, SECTION) for one in main.iter(f"{WORD}sectPr"))
    (grid,) = main.iter(f"{WORD}docGrid")
    assert grid.get(f"{WORD}linePitch") == "579", "225 mm in 22 lines, in twentieths of a point"
    footers = [tree for name, tree in trees.items() if name.startswith("word/footer")]
    assert len(footers) == 2, "odd and even pages"
    assert all("PAGE" in [one.text for one in tree.iter(f"{WORD}instrText")] for tree in footers)
    assert trees["word/settings.xml"].find(f"{WORD}evenAndOddHeaders") is not None


def test_minutes_not_read_aloud_yet_say_so_on_paper(sheet: Sheet, tmp_path: Path) -> None:
    draft = Sheet(sheet.minutes, sheet.number, sheet.signed, draft=True)
    (tmp_path / "draft.pdf").write_bytes(pdf(draft))
    assert "草稿，还没宣读" in told_by("pdftotext", tmp_path / "draft.pdf", "-")
    assert docx.Document(io.BytesIO(word(draft))).paragraphs[0].text == "草稿，还没宣读"
