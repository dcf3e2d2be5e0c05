"""What each group holds, and what all groups share: the formulas of Polis.

With A of S votes of a group on a statement agreeing (passes are votes):

- consensus of a statement = Π over groups of (A + 1) / (S + 2): high only where every group agrees, however small;
- a group stands for agreeing when its share of agreement is above one half and above the other groups' share,
  each by a one-sided z-test at 90 %, counts raised by one so that few votes prove little; likewise for disagreeing.
  Strength = ratio of the shares × its z × own share × its z.

Tests of one and of two proportions as in any textbook (Agresti: Categorical Data Analysis, 1.4 and 3.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shangliang.deliberation.opinions.votes import AGREE, DISAGREE, Whole

Figures = NDArray[np.float64]

SURE = 1.2816  # z of 90 %, one-sided
SHOWN = 5  # statements that show what a group holds


def consensus(by_group: Whole) -> Figures:
    """How strongly all groups agree, for each statement, from `by_group[group, statement, choice]`."""
    return np.asarray(_share(by_group[..., AGREE], by_group.sum(axis=2)).prod(axis=0))


def representative(by_group: Whole, used: NDArray[np.bool_]) -> list[list[int]]:
    """For each group the statements that tell it from the others, at most SHOWN, agreement before disagreement.

    Where no statement is sure, the one that tells it best; none when nobody in the group has voted.
    """
    agree, disagree = (_strength(by_group, choice) for choice in (AGREE, DISAGREE))
    return [_of_group(agree, disagree, group, used & (votes > 0)) for group, votes in enumerate(by_group.sum(axis=2))]


def _of_group(
    agree: tuple[Figures, Figures, Figures],
    disagree: tuple[Figures, Figures, Figures],
    group: int,
    open_to_it: NDArray[np.bool_],
) -> list[int]:
    for_it = agree[2][group] >= disagree[2][group]
    own, strength, apart = (
        np.where(for_it, one[group], other[group]) for one, other in zip(agree, disagree, strict=True)
    )
    order = [int(at) for at in np.argsort(-strength, kind="stable") if open_to_it[at]]
    sure = [at for at in order if own[at] > SURE and apart[at] > SURE][:SHOWN]
    if sure:
        return [at for at in sure if for_it[at]] + [at for at in sure if not for_it[at]]
    return sorted(order, key=lambda at: -apart[at])[:1]


def _strength(by_group: Whole, choice: int) -> tuple[Figures, Figures, Figures]:
    """For groups × statements: z of the share being above one half, strength, z of it being above the others'."""
    inside, asked = by_group[..., choice], by_group.sum(axis=2)
    outside, asked_outside = inside.sum(axis=0) - inside, asked.sum(axis=0) - asked
    own, apart = _above_half(inside, asked), _above_others(inside, asked, outside, asked_outside)
    share = _share(inside, asked)
    return own, share / _share(outside, asked_outside) * apart * share * own, apart


def _share(number: Whole, asked: Whole) -> Figures:
    return np.asarray((number + 1) / (asked + 2))


def _above_half(number: Whole, asked: Whole) -> Figures:
    return np.asarray(2 * np.sqrt(asked + 1) * ((number + 1) / (asked + 1) - 0.5))


def _above_others(inside: Whole, asked: Whole, outside: Whole, asked_outside: Whole) -> Figures:
    asked, asked_outside = asked + 1, asked_outside + 1
    pooled = (inside + outside + 2) / (asked + asked_outside)
    # Everybody of one mind, with the ones added even more than everybody: nothing to tell apart.
    variance = np.maximum(pooled * (1 - pooled), 0) * (1 / asked + 1 / asked_outside)
    difference = (inside + 1) / asked - (outside + 1) / asked_outside
    return np.asarray(np.divide(difference, np.sqrt(variance), out=np.zeros_like(difference), where=variance > 0))
