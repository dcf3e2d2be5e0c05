"""Finding phone, identity, bank-card and plate numbers in a text, before anybody publishes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B)}
_GAP = r"[ \-－—]?"
PATTERNS = (
    (
        "id",
        _("身份证号"),
        re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"),
    ),
    ("bank", _("银行卡号"), re.compile(rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)")),
    ("phone", _("手机号"), re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")),
    ("phone", _("电话号码"), re.compile(r"(?<!\d)0\d{2,3}[ \-－—]\d{7,8}(?!\d)")),
    (
        "plate",
        _("车牌号"),
        re.compile(rf"[{PROVINCES}][A-HJ-NP-Z][ ·•.]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]"),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A number found in a text, from `start` to `end`."""

    kind: str
    label: str
    start: int
    end: int


def findings(text: str) -> list[Finding]:
    """What looks like personal data in `text`, in order, without overlaps. Only suggests: people decide."""
    plain = text.translate(_FULL_WIDTH)  # same length, so positions hold
    found: list[Finding] = []
    for kind, label, pattern in PATTERNS:
        for match in pattern.finditer(plain):
            if kind == "bank" and not _luhn(match.group()):
                continue
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(Finding(kind, str(label), match.start(), match.end()))
    return sorted(found, key=lambda finding: finding.start)


def masked(text: str) -> str:
    """`text` with what was found replaced by ●, one for each character."""
    for finding in findings(text):
        text = text[: finding.start] + "●" * (finding.end - finding.start) + text[finding.end :]
    return text


def _luhn(number: str) -> bool:
    digits = [int(character) for character in number if character.isdigit()]
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(odd) + sum(sum(divmod(2 * digit, 10)) for digit in even)) % 10 == 0
