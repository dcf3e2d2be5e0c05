"""Who stands together: k-means, with as many groups as stand apart best.

- k groups lie in k − 1 dimensions, so they are looked for in the first max(2, k − 1) components.
- k-means++ (Arthur, Vassilvitskii 2007), the best of several starts by the sum of squares; always the same ones.
- A handful of people far out is not a group: they are set aside, the rest is divided, and they join who is nearest.
- The number is the one with the highest simplified silhouette (Rousseeuw 1987; Hruschka, de Castro, Campello 2004:
  distances to centres), (b − a) / max(a, b) averaged over people, a the distance to one's own centre and b to the
  nearest other. All numbers are judged in the same space, or more groups would lose by having more dimensions.
- Many people: a sample of them, evenly spaced, says how many groups there are and where; then all are assigned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shangliang.deliberation.opinion_space import Points

Labels = NDArray[np.int64]

MOST_GROUPS = 5
SMALLEST, SMALLEST_SHARE = 5, 0.02  # people, and part of the people: less is nobody's group
STARTS, ROUNDS, SAMPLE = 6, 60, 1500
STILL = 1e-4  # centres that move less than this part of the spread stand still


def divide(points: Points, number: int | None = None) -> Labels:
    """The group of each point, 0 being the largest. `number` groups, or without it as many as stand apart best.

    All are one group where there are too few people, or none differ, to make two.
    """
    sample = points[:: -(-len(points) // SAMPLE) or 1]
    best, score = None, -1.0
    for count in range(2, MOST_GROUPS + 1) if number is None else [number]:
        centres = _centres(sample, count)
        if centres is not None and (apart := _silhouette(sample, centres)) > score:
            best, score = centres, apart
    if best is None:
        return np.zeros(len(points), np.int64)
    _, labels = _settled(points[:, : best.shape[1]], best)
    sizes = np.bincount(labels, minlength=len(best))
    rank = np.empty(len(best), np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(best))
    return rank[labels]


def _centres(points: Points, count: int) -> Points | None:
    """Centres of `count` groups of which none is too small; None when there are no such groups."""
    points = points[:, : max(2, count - 1)]
    least = max(SMALLEST, SMALLEST_SHARE * len(points))
    while count > 1 and len(points) >= count * least:
        centres, labels = _best_start(points, count, least)
        small = np.bincount(labels, minlength=count) < least
        if not small.any():
            return centres
        if not small[labels].any():  # fewer different opinions than groups
            return None
        points = points[~small[labels]]
    return None


def _best_start(points: Points, count: int, least: float) -> tuple[Points, Labels]:
    chance = np.random.default_rng(0)

    def worth(one: tuple[Points, Labels]) -> tuple[bool, float]:
        sizes = np.bincount(one[1], minlength=count)
        # What k-means makes small is a constant less the centres' squares, weighted with their groups.
        return bool(sizes.min() >= least), float(sizes @ (one[0] ** 2).sum(axis=1))

    return max((_settled(points, _spread(points, count, chance)) for _ in range(STARTS)), key=worth)


def _spread(points: Points, count: int, chance: np.random.Generator) -> Points:
    """Starts for k-means: each further one drawn with odds by its squared distance from those before."""
    centres = points[chance.integers(len(points))][None]
    distance = np.full(len(points), np.inf)
    for _ in range(count - 1):
        distance = np.minimum(distance, ((points - centres[-1]) ** 2).sum(axis=1))
        odds = np.cumsum(distance)
        drawn = int(np.searchsorted(odds, chance.random() * odds[-1]))
        centres = np.concatenate((centres, points[min(drawn, len(points) - 1)][None]))
    return centres


def _settled(points: Points, centres: Points) -> tuple[Points, Labels]:
    """Lloyd's rounds: everybody to the nearest centre, each centre to the middle of its people."""
    near = STILL * float(np.sqrt(points.var(axis=0).sum()))
    for _ in range(ROUNDS):
        labels = _nearest(points, centres)
        sizes = np.bincount(labels, minlength=len(centres))[:, None]
        sums = [np.bincount(labels, weights=axis, minlength=len(centres)) for axis in points.T]
        moved = np.where(sizes, np.stack(sums, axis=1) / np.maximum(sizes, 1), centres).astype(np.float32)
        still = np.abs(moved - centres).max() <= near
        centres = moved
        if still:
            break
    return centres, _nearest(points, centres)


def _nearest(points: Points, centres: Points) -> Labels:
    return np.argmax(points @ (2 * centres.T) - (centres**2).sum(axis=1), axis=1)


def _silhouette(points: Points, centres: Points) -> float:
    labels = _nearest(points[:, : centres.shape[1]], centres)
    middle = np.stack([points[labels == group].mean(axis=0) for group in range(len(centres))])
    distance = np.sqrt(((points[:, None] - middle) ** 2).sum(axis=2))
    everybody = np.arange(len(points))
    own = distance[everybody, labels]
    distance[everybody, labels] = np.inf
    other = distance.min(axis=1)
    return float(np.mean((other - own) / np.maximum(np.maximum(own, other), 1e-9)))
