"""Which statement somebody is shown next: drawn by lot, the lot weighted, and the same again on reload.

Statements few have voted on come first, so that each gets its chance; then those on which people are divided, for
they tell groups apart; one that most pass over comes last. The lot of a statement for a voter comes from both their
names, not from a stored state; the highest u^(1/w) is a draw with odds by w (Efraimidis, Spirakis 2006).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

NEW = 8.0  # so much likelier is one on which nobody has voted
FEW = 5.0  # votes after which that is halved


class Countable(Protocol):
    """What must be known of a statement."""

    @property
    def number(self) -> int: ...
    @property
    def agree(self) -> int: ...
    @property
    def disagree(self) -> int: ...
    @property
    def passed(self) -> int: ...


S = TypeVar("S", bound=Countable)


def next_statement(statements: Iterable[S], done: Collection[int], voter: bytes) -> S | None:
    """The one to show now of those whose number is not `done`; None when nothing is left."""
    left = (one for one in statements if one.number not in done)
    return max(left, key=lambda one: math.log(_lot(voter, one.number)) / _weight(one), default=None)


def _lot(voter: bytes, number: int) -> float:
    drawn = hashlib.blake2b(number.to_bytes(8, "big"), key=voter[:64], digest_size=8).digest()
    return (int.from_bytes(drawn, "big") + 1) / (2**64 + 1)


def _weight(one: Countable) -> float:
    # In steps of doubling, so that a neighbour's vote seldom changes what another reload shows.
    votes: int = 2 ** (one.agree + one.disagree + one.passed).bit_length() - 1
    agreeing = (one.agree + 1) / (one.agree + one.disagree + 2)
    divided = 2 * round(agreeing * (1 - agreeing), 1)  # 0 where all are of one mind, one half where halves are
    passed = round(one.passed / (votes + 1), 1)
    return (1 + NEW * 2 ** (-votes / FEW)) * (0.5 + divided) * (1.2 - min(1.0, passed))
