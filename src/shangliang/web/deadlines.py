"""The light of a deadline: a shape and words, never a colour alone. The rule is the design guide's."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangliang.core import clock
from shangliang.web.assets import icon

Level = Literal["ok", "soon", "late", "idle"]
ICONS: dict[str, str] = {"ok": "check", "soon": "tri", "late": "oct", "idle": "clock"}
CLOSED = frozenset({"done", "explained", "declined"})  # a promised matter still owes its date


def level_of(due: dt.date, started: dt.date | None, today: dt.date) -> Level:
    """`ok` while more than a quarter of the time is left, `soon` after that and on the day, `late` past it.

    Without `started`, the last two days are soon.
    """
    left = (due - today).days
    if left < 0:
        return "late"
    if started is None:
        return "soon" if left <= 2 else "ok"
    return "soon" if left == 0 or left * 4 <= (due - started).days else "ok"


def words_of(due: dt.date, today: dt.date) -> str:
    """「还有 6 天」, 「今天到期」 or 「已超 2 天」."""
    left = (due - today).days
    if left == 0:
        return _("今天到期")
    if left > 0:
        return ngettext("还有 %(days)d 天", "还有 %(days)d 天", left) % {"days": left}
    return ngettext("已超 %(days)d 天", "已超 %(days)d 天", -left) % {"days": -left}


def light(level: Level, words: str) -> SafeString:
    """A light that says `words`."""
    return SafeString(f'<span class="deadline-light" data-l="{level}">{icon(ICONS[level])}{escape(words)}</span>')


def deadline_light(
    due: dt.date | str | None,
    started: dt.date | None = None,
    status: str = "",
    *,
    paused: bool = False,
    provisional: bool = False,
) -> SafeString:
    """The light of a matter that is `due`; nothing when nothing is due or the matter has ended.

    `provisional`: the date lies beyond the working days published so far, and may move.
    """
    if not isinstance(due, dt.date) or status in CLOSED:
        return SafeString("")
    if paused:
        return light("idle", _("先不计时"))
    today = clock.today()
    words = words_of(due, today)
    return light(level_of(due, started, today), _("%(words)s（暂定）") % {"words": words} if provisional else words)
