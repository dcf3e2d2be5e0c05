"""The minutes as a PDF in the layout of official documents (GB/T 9704-2012, the special form 纪要).

A4, 天头 37 mm, 订口 28 mm, type area 156 × 225 mm, 3号 仿宋, 22 lines of 28 characters a page. The typefaces that
offices have come first; on a machine without them the nearest free ones stand in.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.deliberation.minutes_text import Minutes, Paragraph, day

TEMPLATE = Path(__file__).parent / "data" / "minutes.typ"
SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC", "SimSun")
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
FACES = {
    "fangsong": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", *SERIF, *SANS),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "STZhongsong", *SERIF, *SANS),
    "hei": ("SimHei", "黑体", "STHeiti", *SANS, *SERIF),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", *SERIF, *SANS),
    "song": ("SimSun", "宋体", "STSong", *SERIF, *SANS),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A line of the page of signatures: who, what they did (empty: room to sign), and what they drew."""

    role: str
    words: str = ""
    drawing: bytes = b""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is printed."""

    minutes: Minutes
    number: str  # 第 2 次, as it stands in brackets under the red line
    signed: tuple[Signed, ...]
    amendments: tuple[Paragraph, ...] = ()
    draft: bool = False  # not read aloud yet: said on every page

    def labels(self) -> dict[str, str]:
        """The few words that the layout itself says."""
        with translation.override(settings.LANGUAGE_CODE):
            return {
                "sign": _("签字"),
                "who": _("谁"),
                "signature": _("签名"),
                "amended": _("更正"),
                "draft": _("草稿，还没宣读"),
                "under": _("以上纪要当场宣读过，没有异议的签字。"),
            }


def pdf(sheet: Sheet) -> bytes:
    """The minutes as PDF (some tenths of a second). Raises Refused on a machine without Chinese typefaces."""
    content = json.dumps(_content(sheet), ensure_ascii=False)
    made = typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"content": content})
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


def faces_among(installed: Collection[str]) -> dict[str, str]:
    """For each kind of type the first face that is installed. Raises Refused where none has our characters."""
    found = {kind: next((face for face in faces if face in installed), "") for kind, faces in FACES.items()}
    if not all(found.values()):
        raise Refused(_("这台服务器上没有中文字体，纪要印不出字。请管理员装上 fonts-noto-cjk 再来。"))
    return found


def _content(sheet: Sheet) -> dict[str, object]:
    minutes = sheet.minutes
    return {
        "mark": minutes.mark,
        "body": minutes.body,
        "number": sheet.number,
        "title": minutes.title,
        "day": day(minutes.day),
        "paragraphs": [{"level": one.level, "text": one.text} for one in minutes.paragraphs],
        "amendments": [one.text for one in sheet.amendments],
        "signed": [{"role": one.role, "words": one.words, "svg": _as_svg(one.drawing)} for one in sheet.signed],
        "draft": sheet.draft,
        "labels": sheet.labels(),
        "faces": faces_among(_installed()),
    }


def _as_svg(drawing: bytes) -> str:
    """A PNG inside an SVG: text, as everything that is handed to the typesetter."""
    if not drawing:
        return ""
    width, height = int.from_bytes(drawing[16:20], "big"), int.from_bytes(drawing[20:24], "big")
    data = base64.b64encode(drawing).decode()
    size = f'width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="data:image/png;base64,{data}"/></svg>'


@cache
def _installed() -> frozenset[str]:
    return frozenset(typst.Fonts(include_system_fonts=True).families())
