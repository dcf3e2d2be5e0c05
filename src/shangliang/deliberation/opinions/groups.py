"""Who stands together: k-means, with as many groups as stand apart best.

- k groups lie in k − 1 dimensions, so they are looked for in the first max(2, k − 1) components.
- k-means++ (Arthur, Vassilvitskii 2007) from several starts, always the same ones. People weigh √n_i in where
  centres lie, n_i being what they have voted on: so does what can be known of them grow, the noise being the same.
- A handful of people far out is not a group: tries with one too small do not count, and if all have one, its people
  are set aside, the rest is divided, and they join who is nearest.
- Of all tries and numbers the one with the highest simplified silhouette is taken (Rousseeuw 1987; Hruschka,
  de Castro, Campello 2004: distances to centres): (b − a) / max(a, b) averaged over people, a the distance to one's
  own centre and b to the nearest other. All are judged in the same space, or more groups would lose by having more
  dimensions. The sum of squares, which k-means makes small, is a worse judge of tries: whom chance has put between
  two groups decides.
- Many people: a sample of them, evenly spaced, says how many groups there are and where; then all are assigned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shangliang.deliberation.opinions.space import Points
from shangliang.deliberation.opinions.votes import Whole

Figures = NDArray[np.float64]

MOST_GROUPS = 5
SMALLEST, SMALLEST_SHARE = 5, 0.02  # people, and part of the people: less is nobody's group
STARTS, ROUNDS, SAMPLE = 12, 40, 1500
STILL = 1e-4  # centres that move less than this part of the spread stand still


def divide(points: Points, said: Whole, number: int | None = None) -> Whole:
    """The group of each point, 0 being the largest, or of equal ones that of the earliest point.

    `said` is how many statements each has voted on. `number` asks for that many groups; without it there are as many
    as stand apart best. There are fewer, in the end one, where too few people are, or too few differ.
    """
    weight = np.sqrt(said)
    some = np.linspace(0, len(points) - 1, min(SAMPLE, len(points))).astype(np.int64)
    sample, weights = points[some], weight[some]
    counts = range(2, MOST_GROUPS + 1) if number is None else range(number, 1, -1)
    found = (centres for count in counts if (centres := _centres(sample, weights, count)) is not None)
    best = next(found, None) if number else max(found, key=lambda centres: _silhouette(sample, centres), default=None)
    if best is None:
        return np.zeros(len(points), np.int64)
    labels = _settled(points[:, : best.shape[1]], weight, best[None])[1][0]
    _, first, labels, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[labels]


def _centres(points: Points, weight: Figures, count: int) -> Points | None:
    """Centres of `count` groups of which none is too small; None when there are no such groups."""
    least = max(SMALLEST, SMALLEST_SHARE * len(points))
    while len(points) >= count * least:
        near = points[:, : max(2, count - 1)]
        centres, labels = _settled(near, weight, _spread(near, count))
        sizes = np.stack([np.bincount(one, minlength=count) for one in labels])
        # Tries that end in groups of the same sizes have ended in the same groups.
        sound = {tuple(np.sort(size)): one for size, one in zip(sizes, centres, strict=True) if size.min() >= least}
        if sound:
            apart: Points = max(sound.values(), key=lambda one: _silhouette(points, one))
            return apart
        alone = (sizes[0] < least)[labels[0]]
        if not alone.any():  # fewer different opinions than groups
            return None
        points, weight = points[~alone], weight[~alone]
    return None


# Below, all starts are worked on at once: `centres[start, group]`, `labels[start, point]`.


def _spread(points: Points, count: int) -> Points:
    """Where to start: each further centre drawn with odds by its squared distance from those before."""
    chance = np.random.default_rng(0)
    centres: Points = points[chance.integers(len(points), size=STARTS)][:, None]
    distance = np.full((STARTS, len(points)), np.inf)
    for _ in range(count - 1):
        distance = np.minimum(distance, ((points - centres[:, -1:]) ** 2).sum(axis=2))
        odds = np.cumsum(distance, axis=1)
        drawn = (odds < (chance.random(STARTS) * odds[:, -1])[:, None]).sum(axis=1)
        centres = np.concatenate((centres, points[drawn][:, None]), axis=1)
    return centres


def _settled(points: Points, weight: Figures, centres: Points) -> tuple[Points, NDArray[np.int8]]:
    """Lloyd's rounds: everybody to the nearest centre, each centre to the weighted middle of its people."""
    starts, count, _ = centres.shape
    near = STILL * float(np.sqrt(points.var(axis=0).sum()))
    first = np.arange(starts)[:, None] * count
    weights = np.tile(weight, starts)
    axes = [np.tile(axis * weight, starts) for axis in points.T]
    for _ in range(ROUNDS):
        group = (_nearest(points, centres) + first).ravel()
        weighs = np.bincount(group, weights=weights, minlength=starts * count)[:, None]
        sums = np.stack([np.bincount(group, weights=axis, minlength=starts * count) for axis in axes], axis=1)
        middle = (sums / np.maximum(weighs, 1e-9)).astype(np.float32)
        moved = np.where(weighs, middle, centres.reshape(middle.shape)).reshape(centres.shape)
        still = np.abs(moved - centres).max() <= near
        centres = moved
        if still:
            break
    return centres, _nearest(points, centres)


def _nearest(points: Points, centres: Points) -> NDArray[np.int8]:
    flat = centres.reshape(-1, centres.shape[2])
    closeness = (2 * flat) @ np.ascontiguousarray(points.T)
    closeness -= (flat**2).sum(axis=1)[:, None]
    closeness = closeness.reshape(*centres.shape[:2], -1)
    best = closeness[:, 0].copy()
    labels: NDArray[np.int8] = np.zeros(best.shape, np.int8)
    for group in range(1, centres.shape[1]):  # many times faster than argmax over a handful
        np.maximum(labels, (closeness[:, group] > best) * np.int8(group), out=labels)
        np.maximum(best, closeness[:, group], out=best)
    return labels


def _silhouette(points: Points, centres: Points) -> float:
    labels = _nearest(points[:, : centres.shape[1]], centres[None])[0]
    middle = np.stack([points[labels == group].mean(axis=0) for group in range(len(centres))])
    distance = np.sqrt(sum((axis[:, None] - centre) ** 2 for axis, centre in zip(points.T, middle.T, strict=True)))
    everybody = np.arange(len(points))
    own = distance[everybody, labels]
    distance[everybody, labels] = np.inf
    other = distance.min(axis=1)
    return float(np.mean((other - own) / np.maximum(np.maximum(own, other), 1e-9)))
