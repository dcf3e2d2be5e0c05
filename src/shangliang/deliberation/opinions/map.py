"""The opinion map (意见地图) of a conversation: from votes to groups, what they hold and what they share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangliang.deliberation.opinions.groups import divide
from shangliang.deliberation.opinions.shared import Figures, consensus, representative
from shangliang.deliberation.opinions.space import Points, positions
from shangliang.deliberation.opinions.votes import Id, Votes, Whole, tally

ENOUGH = 7  # votes that place somebody in a group, or all statements where there are fewer: Polis's threshold


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """What came out, in the order of `votes.participants` and `votes.statements`."""

    votes: Votes
    used: NDArray[np.bool_]  # statements: False for those taken out
    points: Points  # participants × 2
    group: NDArray[np.int8]  # of each participant; −1 for who has voted on too little
    totals: Whole  # statements × (disagree, pass, agree), everybody's votes
    by_group: Whole  # groups × statements × the same
    consensus: Figures  # of each statement
    representative: list[list[int]]  # of each group: positions of statements

    def sizes(self) -> list[int]:
        """How many people are in each group."""
        return [int(size) for size in np.bincount(self.group[self.group >= 0], minlength=len(self.by_group))]


def draw(votes: Votes, taken_out: Collection[Id] = (), groups: int | None = None) -> OpinionMap:
    """The map of these votes; the same votes give the same map.

    Votes on statements `taken_out` (by moderation, or because they are about the conversation itself) are counted,
    and play no part in the rest. `groups` asks for that many; left out, it is as many as stand apart best.
    """
    used = np.array([statement not in taken_out for statement in votes.statements], np.bool_)
    everybody = np.zeros(len(votes.participants), np.int8)
    totals = tally(votes, everybody, 1)[0]
    points = positions(votes, totals, used)
    answered = votes.answered()
    placed = answered >= max(1, min(ENOUGH, len(votes.statements)))
    group = everybody - 1
    group[placed] = divide(points[placed], answered[placed], groups)
    by_group = tally(votes, group, int(group.max(initial=-1)) + 1)
    return OpinionMap(
        votes, used, points[:, :2], group, totals, by_group, consensus(by_group), representative(by_group, used)
    )
