"""The votes of one conversation: who said what to which statement, one answer a pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Id = int | str
Whole = NDArray[np.int64]
DISAGREE, PASS, AGREE = 0, 1, 2  # where a vote of −1, 0, 1 stands in a tally
AT_ONCE = 1 << 20  # votes counted in one go: what is in between stays small


@dataclass(frozen=True, slots=True)
class Votes:
    """A row for each participant, a column for each statement; a pass is a stored nought, silence is not stored."""

    participants: Sequence[Id]
    statements: Sequence[Id]
    matrix: csr_array  # of int8

    def answered(self) -> Whole:
        """How many statements each participant has voted on."""
        return np.asarray(np.diff(self.matrix.indptr), np.int64)


def gather(
    participant: NDArray[np.int32],
    statement: NDArray[np.int32],
    vote: NDArray[np.int8],
    participants: Sequence[Id],
    statements: Sequence[Id],
) -> Votes:
    """Votes from three columns in the order of time: positions in the lists of ids, and −1, 0 or 1.

    The last vote of a pair counts.
    """
    shape = (len(participants), len(statements))
    loose = coo_array((vote, (participant, statement)), shape=shape)
    loose.has_canonical_format = True  # or scipy would add up the votes of a pair
    # Each change of format is a counting sort that keeps the order of ties: now sorted by pair, then by time.
    matrix = loose.tocsc().tocsr()
    del loose
    again = matrix.indices[1:] == matrix.indices[:-1]
    starts = matrix.indptr[1:-1]
    again[starts[(starts > 0) & (starts < matrix.nnz)] - 1] = False  # another participant's
    if again.any():
        kept = np.append(~again, True)
        before = np.concatenate(([0], np.cumsum(kept, dtype=np.int32)), dtype=np.int32)
        matrix = csr_array((matrix.data[kept], matrix.indices[kept], before[matrix.indptr]), shape=shape)
    matrix.has_canonical_format = True
    return Votes(participants, statements, matrix)


def tally(votes: Votes, group: NDArray[np.int8], groups: int) -> Whole:
    """`counts[group, statement, choice]`, choice being DISAGREE, PASS or AGREE. Group −1 is not counted."""
    matrix, width = votes.matrix, len(votes.statements)
    counts = np.zeros((groups + 1) * width * 3, np.int64)
    for rows in _slices(matrix.indptr):
        part = slice(matrix.indptr[rows.start], matrix.indptr[rows.stop])
        code = np.repeat(group[rows].astype(np.int64) + 1, np.diff(matrix.indptr[rows.start : rows.stop + 1]))
        code *= width
        code += matrix.indices[part]
        code *= 3
        code += matrix.data[part]
        code += 1
        counts += np.bincount(code, minlength=len(counts))
    return counts.reshape(groups + 1, width, 3)[1:]


def _slices(starts: NDArray[np.int32]) -> Iterator[slice]:
    """Stretches of participants with some AT_ONCE votes each."""
    marks = np.arange(0, int(starts[-1]) + AT_ONCE, AT_ONCE)
    cuts = np.unique(np.append(np.searchsorted(starts, marks[:-1]), len(starts) - 1))
    yield from (slice(int(begin), int(end)) for begin, end in pairwise(cuts))
