"""The map while people vote: whoever keeps it holds the votes read so far, and reads only what is new."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shangliang.deliberation.actions.maps import store
from shangliang.deliberation.models import Conversation, Statement
from shangliang.deliberation.opinions.map import draw
from shangliang.deliberation.opinions.stored import keep
from shangliang.deliberation.opinions.votes import Votes, gather
from shangliang.deliberation.queries import conversations as queries

AT_ONCE = 20  # conversations of which the votes stay in memory
Column = NDArray[np.int32]


@dataclass
class Held:
    """The votes of one conversation: who, what and vote as rows of three, up to a serial."""

    rows: Column = field(default_factory=lambda: np.zeros((0, 3), np.int32))
    serial: int = 0

    def read(self, row: Conversation) -> None:
        """Add what was cast since, up to the conversation's count."""
        new = np.array(list(queries.votes_between(row, self.serial, row.votes)), np.int32).reshape(-1, 3)
        self.rows, self.serial = np.concatenate((self.rows, new)), row.votes


class Maps:
    """Draws the maps of conversations whose votes are ahead of them."""

    def __init__(self) -> None:
        self._held: OrderedDict[UUID, Held] = OrderedDict()

    def catch_up(self) -> int:
        """Draw all that are stale in the tenant entered; gives how many. One cheap query when there are none."""
        rows = queries.stale()
        for row in rows:
            self.draw(row)
        return len(rows)

    def draw(self, row: Conversation) -> None:
        """Read what is new, draw and store."""
        held = self._held.setdefault(row.pk, Held())
        self._held.move_to_end(row.pk)
        while len(self._held) > AT_ONCE:
            self._held.popitem(last=False)
        held.read(row)
        status = queries.statuses(row)
        last = queries.stored_map(row)
        votes = gathered(held.rows, row, status)
        if len(held.rows) > 2 * votes.matrix.nnz:  # many have changed their minds
            table = votes.matrix.tocoo()
            held.rows = np.column_stack((table.row, np.array(votes.statements, np.int32)[table.col], table.data))
        drawn = draw(votes, {number for number, one in status.items() if one != Statement.Status.SHOWN})
        store(row, keep(drawn, last.map if last else None))


def gathered(rows: Column, row: Conversation, status: dict[int, str]) -> Votes:
    """Rows of who, what and vote, in the order they were cast, as the votes of a conversation."""
    numbers = [number for number, one in status.items() if one != Statement.Status.WAITING]
    people = max(row.people, int(rows[:, 0].max(initial=-1)) + 1)
    places = np.searchsorted(np.array(numbers, np.int32), rows[:, 1]).astype(np.int32)
    return gather(rows[:, 0], places, rows[:, 2].astype(np.int8), range(people), numbers)
