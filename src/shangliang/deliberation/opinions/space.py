"""Where everybody stands: principal components of the votes, as Polis takes them.

Small, Bjorkegren, Erkkilä, Shaw, Megill: Polis: scaling deliberation by mapping high dimensional opinion spaces
(Recerca 26(2), 2021). With v the vote of person i on statement j and m_j the mean of the votes on j:

- a_ij = v_ij − m_j where i has voted, 0 where not (so silence says nothing: it is filled with the mean);
- the components w are the strongest eigenvectors of AᵀA, found by Lanczos's method (ARPACK); A stays sparse;
- i stands at √(n / n_i) · A_i w, with n statements of which i has voted on n_i: who has said little would
  otherwise stand in the middle only for that. As in Polis, a statement taken out counts as passed by everybody:
  it pulls nobody anywhere and still is among n and n_i.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from shangliang.deliberation.opinions.votes import Votes, Whole

Points = NDArray[np.float32]

COMPONENTS = 4  # five groups, the most we look for, lie in four dimensions; people see the first two
KRYLOV = 20  # vectors that Lanczos keeps: with that many a first sweep is nearly always enough
EXACT = 0.1  # how exact Lanczos is asked to be; the first sweep, after which it first looks, is far more so


def positions(votes: Votes, totals: Whole, used: NDArray[np.bool_]) -> Points:
    """Participants × COMPONENTS. `totals[statement, choice]` counts all votes; only statements in use place people."""
    people, width = votes.matrix.shape
    centred, said = _centred(votes, totals, used)
    if not centred.data.any():  # nobody has voted, or all are of one mind
        return np.zeros((people, COMPONENTS), np.float32)
    components = _components(centred)
    scale = np.sqrt(width / np.maximum(said + np.count_nonzero(~used), 1)).astype(np.float32)
    found = (centred @ components.T) * scale[:, None]
    return np.pad(found, ((0, 0), (0, COMPONENTS - found.shape[1])))


def _components(centred: csr_array) -> Points:
    """At most COMPONENTS rows, the strongest first."""
    if min(centred.shape) <= KRYLOV:
        found = np.linalg.svd(centred.toarray(), full_matrices=False)[2][:COMPONENTS]
    else:
        # Any start will do that is not by chance square to a component; a fixed one gives the same map every time.
        start = np.random.default_rng(0).standard_normal(min(centred.shape)).astype(np.float32)
        _, strength, found = svds(
            centred, COMPONENTS, KRYLOV, EXACT, v0=start, return_singular_vectors="vh", rng=np.random.default_rng(0)
        )
        found = found[np.argsort(-strength)]
    strongest = found[np.arange(len(found)), np.abs(found).argmax(axis=1)]
    return np.asarray(found * np.where(strongest < 0, -1, 1)[:, None], np.float32)  # left and right not by chance


def _centred(votes: Votes, totals: Whole, used: NDArray[np.bool_]) -> tuple[csr_array, Whole]:
    """The matrix A, and how many statements in use each participant has voted on."""
    matrix = votes.matrix
    number = np.maximum(totals.sum(axis=1), 1)
    mean = ((totals[:, 2] - totals[:, 0]) / number).astype(np.float32)
    values = matrix.data.astype(np.float32)
    values -= mean[matrix.indices]
    said = votes.answered()
    if not used.all():
        counted = used[matrix.indices]
        values *= counted
        said = np.diff(np.concatenate(([0], np.cumsum(counted)))[matrix.indptr])
    return csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape), said
