"""The poster of a studio: one sheet of A4 for the door and the notice board, with its next turns and a QR code."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, Literal

import segno
import typst
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.playbooks import wording
from shangliang.studios.calendar_file import place_of
from shangliang.studios.models import Studio
from shangliang.studios.queries.duty import Shown
from shangliang.web.dates import WEEKDAYS
from shangliang.web.titles import initial

TEMPLATE = Path(__file__).parent / "data" / "poster.typ"
WEEKS = 8
LEAST = dt.timedelta(weeks=4)  # shown however many there are, as far as they fit
MOST = 40  # more than these no sheet holds
# The first of each that is installed. Debian has Noto; the others are what people have on their own machines.
SONG = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC", "SimSun")
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei")


def content(studio: Studio, shown: list[Shown], rule: str, link: str) -> str:
    """What stands on the poster, as text to be typeset. The same text is the same poster.

    Raises Refused on a machine without Chinese fonts."""
    shown = _that_fit(shown)
    body = studio.body
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=0, dark="#14262d", light=None)
    words: dict[str, Any] = {
        "name": body.name,
        "mark": initial(body.name),
        "motto": studio.motto,
        "rule": rule,
        "phone": body.phone,
        "address": "" if studio.online else body.address,
        "way": "" if studio.online else studio.way,
        "online": studio.online,
        "shifts": [_row(one, body.address) for one in shown],
        "qr": out.getvalue().decode(),
        "words": {
            "title": _("委员接待居民"),
            "when": _("哪天、谁来"),
            "none": _("接下来几周还没有排班。扫码看最新的安排。"),
            "cancelled": _("取消"),
            "call": _("电话"),
            "place": _("地址"),
            "way": _("怎么走"),
            "online": _("网上工作室，没有接待室，扫码留言。"),
            "scan": _("扫一扫，看最新的安排、\n给委员留言"),
            "fresh": _("%(day)s打印。临时换人、取消，以网上为准。") % {"day": wording.date(clock.today())},
        },
        "fonts": installed_fonts(),
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def fonts_among(installed: Collection[str]) -> dict[str, str]:
    """The faces of titles and of all else. Raises Refused where none of those installed has our characters."""
    song = next((name for name in SONG if name in installed), "")
    sans = next((name for name in SANS if name in installed), "")
    if not (song or sans):
        raise Refused(_("这台服务器上没有中文字体，海报印不出字。请管理员装上 fonts-noto-cjk 再来。"))
    return {"song": song or sans, "sans": sans or song}


def installed_fonts() -> dict[str, str]:
    """The faces of titles and of all else on this machine. Raises Refused where there is none with our characters."""
    return fonts_among(_installed())


def digest(text: str) -> str:
    """A short name for a content: the same until what stands on the poster changes."""
    return hashlib.sha256(TEMPLATE.read_bytes() + text.encode()).hexdigest()[:32]


def drawn(text: str, kind: Literal["pdf", "png"] = "pdf") -> bytes:
    """The poster of this content, as PDF, or as a picture of its page (some tenths of a second)."""
    page = typst.compile(str(TEMPLATE), format=kind, ppi=96.0 if kind == "png" else None, sys_inputs={"content": text})
    if not isinstance(page, bytes):
        raise TypeError("a poster is one page")
    return page


def _that_fit(shown: list[Shown]) -> list[Shown]:
    """Eight weeks if they fit; of a studio that receives often, the first four, and never more than a sheet holds."""
    if len(shown) > MOST:
        soon = [one for one in shown if one.shift.day < clock.today() + LEAST]
        return soon[:MOST]
    return shown


def _row(one: Shown, address: str) -> dict[str, Any]:
    row = one.shift
    where = place_of(row)
    people = [
        _("%(name)s（替%(other)s）") % {"name": turn.person.name, "other": turn.stands_in_for.name}
        if turn.stands_in_for
        else turn.person.name
        for turn in one.turns or (one.given_up if one.cancelled else ())  # who was to come is struck out
    ]
    return {
        "day": _day(row.day),
        "hours": f"{row.starts:%H:%M}–{row.ends:%H:%M}",
        "who": _("、").join(people) or _("待定"),
        "group": row.group.name if row.group else "",
        "where": where if where != address else "",
        "note": row.note,
        "off": one.cancelled,
        "why": row.cancelled_why,
    }


def _day(day: dt.date) -> str:
    """Without a year: the next weeks need none."""
    return _("%(month)s 月 %(day)s 日（周%(weekday)s）") % {
        "month": day.month,
        "day": day.day,
        "weekday": WEEKDAYS[day.weekday()],
    }


@cache
def _installed() -> frozenset[str]:
    return frozenset(typst.Fonts(include_system_fonts=True).families())
