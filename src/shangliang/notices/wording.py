"""The text of a digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.delivery.queries import Waiting
from shangliang.delivery.telling import Told

KINDS = {
    "matter": gettext_lazy("待处理"),
    "hand_over": gettext_lazy("待答复"),
    "sign": gettext_lazy("待签"),
    "send_back": gettext_lazy("不认可退回"),
    "promise": gettext_lazy("承诺快到期"),
}


def digest_text(must_do: Sequence[Waiting], news: Sequence[tuple[str, Told]], today: dt.date) -> str:
    """What must be done, the due first; then what is new (with the matter's number), the newest first."""
    parts = []
    if must_do:
        parts.append(_("等您办的："))
        parts += [f"· {_item(item, today)}" for item in must_do]
    if news:
        parts += ["", _("新动静：")] if parts else [_("新动静：")]
        parts += [f"· {number} {told.one_line}" for number, told in news]
    return "\n".join(parts) + "\n"


def _item(item: Waiting, today: dt.date) -> str:
    text = f"{KINDS[item.kind]} {item.matter.number} {item.matter.title}".rstrip()
    if item.due is None:
        return text
    left = (item.due - today).days
    if left < 0:
        return text + _("，已超 %(days)s 天") % {"days": -left}
    return text + (_("，今天到期") if left == 0 else _("，还有 %(days)s 天") % {"days": left})
