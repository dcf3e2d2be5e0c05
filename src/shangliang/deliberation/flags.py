"""What staff are pointed to before they let a statement be shown. Only suggests: they decide."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from shangliang.voices.screening import findings

FIGURE = r"[\d一二三四五六七八九十]"
DOOR = re.compile(rf"{FIGURE}+ ?(?:号楼|栋|幢|座) ?{FIGURE}+|{FIGURE}+ ?单元|{FIGURE}{{2,}} ?室")
SOMEBODY = re.compile(r"[老小][\u4e00-\u9fff](?:家|头|两口)|[\u4e00-\u9fff](?:某|先生|女士|师傅|主任|书记|大爷|阿姨)")


def flags(text: str) -> list[str]:
    """What in a text may tell who somebody is, in words, each with the place it was found at."""
    found = [f"{one.label}“{text[one.start : one.end]}”" for one in findings(text)]
    for pattern, label in ((DOOR, _("门牌")), (SOMEBODY, _("某个人"))):
        found += [f"{label}“{match.group()}”" for match in pattern.finditer(text)]
    return found
