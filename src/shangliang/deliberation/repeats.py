"""Statements that say nearly the same as what somebody is about to say, so that they can agree instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from shangliang.voices.search import index_tokens

ALIKE = 0.5  # part of the signs and pairs of signs that two statements share (Dice)
OFFERED = 3


class Spoken(Protocol):
    """Something that was said."""

    @property
    def text(self) -> str: ...


S = TypeVar("S", bound=Spoken)


def near(text: str, said: Iterable[S]) -> list[S]:
    """Those of `said` that are like `text`, the likest first, at most OFFERED. Only suggests: whoever writes decides."""
    own = set(index_tokens("", text))
    if not own:
        return []
    alike = [(_likeness(own, set(index_tokens("", one.text))), one) for one in said]
    close = sorted(((share, one) for share, one in alike if share >= ALIKE), key=lambda pair: -pair[0])
    return [one for _share, one in close[:OFFERED]]


def _likeness(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if other else 0.0
