"""The lines of a conversation's files, read from the database as they are taken."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shangliang.deliberation import polis_files
from shangliang.deliberation.live_map import gathered
from shangliang.deliberation.models import Conversation, Statement
from shangliang.deliberation.opinions.map import draw
from shangliang.deliberation.queries import conversations as queries
from shangliang.ledger.queries import read

MODERATED = {Statement.Status.SHOWN: 1, Statement.Status.WAITING: 0, Statement.Status.DECLINED: -1}


def comments(row: Conversation, *, for_staff: bool) -> Iterator[str]:
    """comments.csv. What was not shown has no words but for staff."""

    def rows() -> Iterator[polis_files.Row]:
        for one in queries.all_statements(row):
            is_public = for_staff or one.status == Statement.Status.SHOWN
            moderated = MODERATED[Statement.Status(one.status)]
            text = read(one.words) if is_public else ""
            yield polis_files.comment(one.made_at, one.number, one.author, one.agree, one.disagree, moderated, text)

    return polis_files.lines(polis_files.COMMENTS, rows())


def votes(row: Conversation, *, for_staff: bool) -> Iterator[str]:
    """votes.csv: the last vote of each pair, in the order they were cast."""
    cast = (polis_files.cast(at, what, who, vote) for at, what, who, vote in queries.votes_cast(row))
    return polis_files.lines(polis_files.VOTES, cast)


def participants_votes(row: Conversation, *, for_staff: bool) -> Iterator[str]:
    """participants-votes.csv, with the groups as they are drawn from the votes of now."""
    rows = np.array(list(queries.votes_between(row, -1, row.votes)), np.int32).reshape(-1, 3)
    status = queries.statuses(row)
    cast = gathered(rows, row, status)
    drawn = draw(cast, {number for number, one in status.items() if one != Statement.Status.SHOWN})
    heading = [*polis_files.PEOPLE, *(str(number) for number in cast.statements)]
    return polis_files.lines(heading, polis_files.participants(drawn, queries.statements_by(row)))
