"""Setting titles: headings break at punctuation and blanks only, so a blank beside a figure must not break."""

from __future__ import annotations

import re

_BESIDE_FIGURES = re.compile(r"(?<=\d) (?=\S)|(?<=\S) (?=\d)")


def unbroken(title: str) -> str:
    """The title with its figures held to the words beside them: 光明社区 3 号院 stays on one line."""
    return _BESIDE_FIGURES.sub("\u00a0", title)


def initial(name: str) -> str:
    """The sign that stands for somebody in a small square: the first of the name. What marks invented people,
    演示·, is passed over, or they would all look the same."""
    return name.removeprefix("演示·")[:1]
