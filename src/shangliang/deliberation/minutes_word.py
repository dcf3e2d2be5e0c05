"""The minutes as a Word file in the same layout as the PDF, so that an office can go on working with it."""

from __future__ import annotations

import io
from functools import partial

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Written
from docx.text.run import Run

from shangliang.deliberation.minutes_paper import Sheet, Signed
from shangliang.deliberation.minutes_text import day

PITCH = 579  # twips: 225 mm in 22 lines
BODY = 16  # pt, 3号
CLOSER = -4  # twips between characters of 16 pt, so that 28 of them stand in 156 mm
FANGSONG, TITLE, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
HEADINGS = {1: HEI, 2: KAI}
RED = RGBColor(0xC3, 0x14, 0x0C)
CENTRE, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


def word(sheet: Sheet) -> bytes:
    """The minutes as .docx."""
    document = docx.Document()
    _set_page(document)
    _set_body_type(document)
    minutes, labels = sheet.minutes, sheet.labels()
    document.core_properties.title, document.core_properties.author = minutes.title, minutes.body
    write = partial(_write, document)
    if sheet.draft:
        write(labels["draft"], face=SONG, size=10.5, align=RIGHT, colour=RED)
    write(minutes.mark, face=TITLE, size=38 if len(minutes.mark) <= 12 else 30, align=CENTRE, colour=RED, exact=False)
    head = write(f"{sheet.number}\t{minutes.body}\t{day(minutes.day)}")
    head.paragraph_format.tab_stops.add_tab_stop(Mm(78), WD_TAB_ALIGNMENT.CENTER)
    head.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    _rule_below(head)
    write("")
    write(minutes.title, face=TITLE, size=22, align=CENTRE, exact=False)
    write("")
    for one in minutes.paragraphs:
        write(one.text, face=HEADINGS.get(one.level, FANGSONG), indent=True, stays=one.level > 0)
    if sheet.amendments:
        write(labels["amended"], face=HEI, indent=True, stays=True)
        for one in sheet.amendments:
            write(one.text, indent=True)
    if sheet.signed:
        document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        write(labels["sign"], face=HEI, align=CENTRE)
        write(labels["under"], indent=True)
        _table(document, sheet.signed, (labels["who"], labels["signature"]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(22)  # 一字线上距版心下边缘 7 mm
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(PITCH))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        line = footer.paragraphs[0]
        line.alignment = align
        side = "right_indent" if align is RIGHT else "left_indent"
        setattr(line.paragraph_format, side, Pt(14))
        _set_face(line.add_run("— "), SONG, 14)
        _page_number(line)
        _set_face(line.add_run(" —"), SONG, 14)


def _set_body_type(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(BODY)
    normal.font.name = FANGSONG
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.widow_control = False  # 22 lines a page, whatever begins or ends there
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)


def _write(
    document: Document,
    text: str,
    *,
    face: str = FANGSONG,
    size: float = BODY,
    align: WD_ALIGN_PARAGRAPH | None = None,
    colour: RGBColor | None = None,
    indent: bool = False,
    exact: bool = True,
    stays: bool = False,
) -> Written:
    """A paragraph; `indent` by two characters, `stays` with the next one, `exact`ly a line of the grid high."""
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    if align is not None:
        paragraph.alignment = align
    if exact:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(PITCH / 20)
    if indent:
        # By characters, as Word's own ruler has it; the length is for programs that know no characters.
        shape.first_line_indent = Pt(32)
        paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
    shape.keep_with_next = stays
    run = paragraph.add_run(text)
    _set_face(run, face, size)
    if colour is not None:
        run.font.color.rgb = colour
    return paragraph


def _set_face(run: Run, face: str, size: float) -> None:
    run.font.name, run.font.size = face, Pt(size)
    properties = run._r.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if size == BODY:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(CLOSER))
        properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")


def _page_number(paragraph: Written) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        _set_face(run, SONG, 14)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _rule_below(paragraph: Written) -> None:
    """The red line as wide as the type area."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "C3140C")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    # Word refuses a file whose properties stand in another order than the schema's.
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def _table(document: Document, signed: tuple[Signed, ...], heads: tuple[str, str]) -> None:
    rows = (len(signed) + 1) // 2
    table = document.add_table(rows=rows + 1, cols=4, style="Table Grid")
    cells = [row.cells for row in table.rows]  # at once: each look-up by number would build the table anew
    for column in range(4):
        _set_face(cells[0][column].paragraphs[0].add_run(heads[column % 2]), HEI, 14)
    for row in list(table.rows)[1:]:
        row.height = Mm(15)
    for number, one in enumerate(signed):
        row, column = number // 2 + 1, number % 2 * 2
        _set_face(cells[row][column].paragraphs[0].add_run(one.role), FANGSONG, 14)
        run = cells[row][column + 1].paragraphs[0].add_run(one.words)
        _set_face(run, FANGSONG, 14)
        if one.drawing:
            run.add_picture(io.BytesIO(one.drawing), height=Mm(11))
