"""Figures as digits, as lengths and as QR codes. Lengths are SVG attributes: the CSP allows no style."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# 好差评, best first
LEVELS = (
    gettext_lazy("非常满意"),
    gettext_lazy("满意"),
    gettext_lazy("基本满意"),
    gettext_lazy("不满意"),
    gettext_lazy("非常不满意"),
)


def number(value: float | str | None) -> str:
    """1286 as 1,286; what is no number (an empty template variable) as nothing."""
    return f"{value:,}" if isinstance(value, int | float) else ""


def meter(share: float, s: int = 4) -> SafeString:
    """A share of a hundred as length, in the colour of stage `s`. Silent: write the share beside it."""
    return format_html(
        '<svg class="share" data-s="{}" aria-hidden="true"><rect class="share-ground" width="100%" height="100%"/>'
        '<rect class="share-part" width="{}%" height="100%"/></svg>',
        s,
        max(0, min(100, round(share, 1))),
    )


def rating_meter(counts: Sequence[int]) -> SafeString:
    """How often each of the five levels was given, best first, as lengths and in words."""
    total = sum(counts) or 1
    pieces, start = [], 0.0
    for level, count in enumerate(counts, 1):
        width = 100 * count / total
        if count:
            pieces.append((level, f"{start:.2f}", f"{width:.2f}"))
        start += width
    words = _("，").join(f"{name} {count}" for name, count in zip(LEVELS, counts, strict=True))
    return format_html(
        '<svg class="share" role="img" aria-label="{}"><rect class="share-ground" width="100%" height="100%"/>{}</svg>',
        words,
        format_html_join("", '<rect class="share-r{}" x="{}%" width="{}%" height="100%"/>', pieces),
    )


def qr(text: str) -> SafeString:
    """`text` as a QR code that survives a crumpled slip."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, svgclass="qr-code", lineclass=None, border=0, omitsize=True
    )
    svg = out.getvalue().decode()
    return mark_safe(svg.replace("<svg ", '<svg role="img" aria-label="' + _("二维码") + '" ', 1))  # noqa: S308
