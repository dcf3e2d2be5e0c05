"""Telephone numbers as they are written: a member's own, to be rung, and a body's, to be read."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

# Of a number that several people may read: digits, and what is written between them.
PUBLIC = re.compile(r"(?=(?:\D*\d){3})[\d+()转 -]+")
MOBILE_DIGITS = 11
_SEVERAL = re.compile(r"[、,，;；/]+")
_SHORTENED = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
# A mobile; a landline with its area code; one without, as it is dialled in the town.
_NUMBER = re.compile(r"(?:\+?86)?(1\d{10}|0(?:10|2\d|[3-9]\d{2})\d{7,8}|[2-9]\d{6,7})")


class NoNumber(ValueError):
    """What is written is no telephone number, and why, in words."""


def numbers(text: str) -> str:
    """The numbers in `text` as digits, several with a blank between them. Raises NoNumber."""
    found = []
    for part in _SEVERAL.split(unicodedata.normalize("NFKC", text)):
        together = _dialled("".join(part.split()))
        apart = [_dialled(one) for one in part.split()] if " " in part.strip() else []
        if len(apart) > 1 and not _NUMBER.fullmatch(together) and all(map(_NUMBER.fullmatch, apart)):
            found += apart
        elif together:
            found.append(_checked(together, part))
    return " ".join(match[1] for match in map(_NUMBER.fullmatch, found) if match)


def _checked(digits: str, written: str) -> str:
    if _NUMBER.fullmatch(digits):
        return digits
    if digits.isdigit() and digits.startswith("1"):
        counts = {"now": len(digits), "most": MOBILE_DIGITS}
        raise NoNumber(_("手机号应当是 %(most)d 位，这里是 %(now)d 位，再看一眼。") % counts)
    if digits.isdigit() and digits.startswith("0"):
        raise NoNumber(_("“%(text)s”不像座机号：区号后面应当有 7 到 8 位，再看一眼。") % {"text": written.strip()[:20]})
    raise NoNumber(_("“%(text)s”不像电话号码。没有就空着。") % {"text": written.strip()[:20]})


def _dialled(part: str) -> str:
    """The digits of a number, without what is written between them."""
    if _SHORTENED.fullmatch(part):
        return _written_out(part)
    return re.sub(r"[-()+]|\.0+$", "", part)


def _written_out(part: str) -> str:
    """1.3800000000E10 in full; a number that Excel has shortened has lost its end."""
    try:
        number = Decimal(part)
    except InvalidOperation:
        return part
    if len(number.as_tuple().digits) >= MOBILE_DIGITS and number == number.to_integral_value():
        return str(int(number))
    raise NoNumber(_("“%(text)s”是 Excel 缩写了的号码，后几位已经丢了。请把这一列改成文本，重新填。") % {"text": part})
