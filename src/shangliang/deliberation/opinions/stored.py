"""What is kept of a map: small enough to be read for every page, and steady from one drawing to the next.

A group keeps its number (and so its shape, colour and name) as long as it says much the same, though it may have
become larger than another; left and right are not exchanged. Dots are a sample where there are many people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shangliang.deliberation.opinions.map import OpinionMap
from shangliang.deliberation.opinions.votes import AGREE, DISAGREE, PASS

Figures = NDArray[np.float64]
WIDTH, HEIGHT, MARGIN = 400, 300, 34  # of the picture
DOTS = 400  # at most, each for so many people as it takes
SHOWN, APART, AGAINST = 10, 5, 3  # statements that all groups share, that divide them most, that none of them wants
ASKED = 3  # votes of a group on a statement, below which nothing is said of the group
SAME = 0.25  # groups whose shares of agreement differ by more, on average, are not the same
SPREAD = 1.9  # standard deviations within which a group's outline lies
SLIGHT = 5  # places by which dots of people who vote alike are set apart


def keep(drawn: OpinionMap, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The map as JSON takes it: counts by statement and group, dots, what is shared. `before` is the last one."""
    shares = _shares(drawn)
    ids = _steady(drawn, shares, before)
    order = np.argsort(ids)  # the groups, by their lasting numbers
    placed = np.flatnonzero(drawn.group >= 0)
    spots = _spots(drawn, placed)
    lasting = np.array(ids)[drawn.group[placed]] if len(placed) else np.zeros(0, np.int64)
    spots = _turned(spots, lasting, before)
    numbers = [int(number) for number in drawn.votes.statements]
    some = _sample(lasting)
    return {
        "people": int(np.count_nonzero(drawn.votes.answered())),
        "placed": len(placed),
        "votes": int(drawn.votes.matrix.nnz),
        "groups": [_group(drawn, int(at), int(ids[at]), spots[lasting == ids[at]], numbers) for at in order],
        "counts": {
            str(number): [[int(tally[at, choice]) for choice in (AGREE, DISAGREE, PASS)] for at in order]
            for number, tally, used in zip(numbers, drawn.by_group.transpose(1, 0, 2), drawn.used, strict=True)
            if used and tally.any()
        },
        **_telling(drawn, shares, numbers),
        "dots": [[int(x), int(y), int(one)] for (x, y), one in zip(spots[some], lasting[some], strict=True)],
        "each": max(1, round(len(placed) / max(1, len(some)))),
    }


def _shares(drawn: OpinionMap) -> Figures:
    """groups × statements × (disagree, pass, agree), NaN where a group was hardly asked."""
    asked = drawn.by_group.sum(axis=2, keepdims=True)
    return np.where(asked >= ASKED, drawn.by_group / np.maximum(asked, 1), np.nan)


def _telling(drawn: OpinionMap, shares: Figures, numbers: Sequence[int]) -> dict[str, list[int]]:
    """Which statements all groups agree with (each more than half), which none wants, which divide them most."""
    if not len(shares):
        return {"shared": [], "against": [], "apart": []}
    with np.errstate(invalid="ignore"):
        agreed, refused = ((shares[..., choice] > 0.5).all(axis=0) & drawn.used for choice in (AGREE, DISAGREE))
    gap = np.where(drawn.used, shares[..., AGREE].max(axis=0) - shares[..., AGREE].min(axis=0), np.nan)
    against = shares[..., DISAGREE].min(axis=0)
    by_gap = [at for at in np.argsort(-np.nan_to_num(gap), kind="stable") if gap[at] > 0 and not agreed[at]]
    strongest = np.argsort(-drawn.consensus, kind="stable")
    weakest = np.argsort(-np.nan_to_num(against), kind="stable")
    return {
        "shared": [numbers[at] for at in strongest if agreed[at]][:SHOWN],
        "against": [numbers[at] for at in weakest if refused[at]][:AGAINST],
        "apart": [numbers[at] for at in by_gap if not refused[at]][:APART],
    }


def _group(drawn: OpinionMap, at: int, lasting: int, spots: Figures, numbers: Sequence[int]) -> dict[str, Any]:
    centre, spread = spots.mean(axis=0), spots.std(axis=0) * SPREAD
    tally = drawn.by_group[at]
    return {
        "id": lasting,
        "size": len(spots),
        "centre": [round(float(one)) for one in centre],
        "spread": [max(22, round(float(one))) for one in spread],
        "holds": [
            [numbers[which], 1 if tally[which, AGREE] >= tally[which, DISAGREE] else -1]
            for which in drawn.representative[at]
        ],
    }


def _steady(drawn: OpinionMap, shares: Figures, before: Mapping[str, Any] | None) -> list[int]:
    """The lasting number of each group: that of the group before which it is most like, or a free one."""
    count = len(shares)
    old = _shares_before(drawn, before)
    if not old:
        return list(range(count))
    with np.errstate(invalid="ignore"):
        apart = {
            (at, number): float(np.nan_to_num(np.nanmean(np.abs(shares[at, :, AGREE] - one)), nan=1.0))
            if np.isfinite(shares[at, :, AGREE] - one).any()
            else 1.0
            for at in range(count)
            for number, one in old.items()
        }
    names = [*old, *(-1 for _ in range(count))]  # −1: like none of them

    def cost(choice: Sequence[int]) -> float:
        return sum(SAME if number < 0 else min(apart[at, number], 2 * SAME) for at, number in enumerate(choice))

    ways: set[tuple[int, ...]] = set(permutations(names, count))
    best: list[int] = [*min((cost(choice), choice) for choice in ways)[1]]
    free = iter(number for number in range(count + len(old)) if number not in best)
    return [number if number >= 0 else next(free) for number in best]


def _shares_before(drawn: OpinionMap, before: Mapping[str, Any] | None) -> dict[int, Figures]:
    """Agreement of the groups before, by their numbers, in the order of today's statements."""
    found: dict[int, Figures] = {}
    for at, group in enumerate((before or {}).get("groups", [])):
        counts = [before["counts"].get(str(name)) for name in drawn.votes.statements]  # type: ignore[index]
        tallies = [one[at] if one else [0, 0, 0] for one in counts]
        found[group["id"]] = np.array([one[0] / sum(one) if sum(one) >= ASKED else np.nan for one in tallies])
    return found


def _spots(drawn: OpinionMap, placed: NDArray[np.int64]) -> Figures:
    """Where those in groups stand in the picture; the few far out are brought to its edge."""
    points = drawn.points[placed].astype(float)
    if not len(points):
        return np.zeros((0, 2))
    low, high = np.percentile(points, 1, axis=0), np.percentile(points, 99, axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    spots = MARGIN + room * np.clip((points - low) / np.maximum(high - low, 1e-9), 0, 1)
    slight = np.random.default_rng(0).uniform(-SLIGHT, SLIGHT, spots.shape)
    return np.asarray(spots + slight)


def _turned(spots: Figures, lasting: NDArray[np.int64], before: Mapping[str, Any] | None) -> Figures:
    """The same picture with left and right, above and below as they were before."""
    known = {group["id"]: np.array(group["centre"]) for group in (before or {}).get("groups", [])}
    known = {number: centre for number, centre in known.items() if (lasting == number).any()}
    for axis, whole in enumerate((WIDTH, HEIGHT)):
        now = np.array([spots[lasting == number, axis].mean() for number in known])
        was = np.array([centre[axis] for centre in known.values()])
        if len(known) and np.abs(whole - now - was).sum() < np.abs(now - was).sum():
            spots[:, axis] = whole - spots[:, axis]
    return spots


def _sample(lasting: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which people are drawn as dots: evenly of each group."""
    order = np.argsort(lasting, kind="stable")
    return order[np.linspace(0, len(order) - 1, min(DOTS, len(order))).astype(np.int64)]
