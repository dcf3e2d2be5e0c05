"""A conversation as the files that others read and write: comments, votes, and votes by participant, line by line.

Columns as Polis exports them; `group-id` is the group of our own map. Times are in Shanghai's.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from shangliang.core.clock import SHANGHAI
from shangliang.deliberation.opinions.map import OpinionMap
from shangliang.deliberation.opinions.votes import AGREE, DISAGREE

COMMENTS = "timestamp datetime comment-id author-id agrees disagrees moderated comment-body".split()
VOTES = "timestamp datetime comment-id voter-id vote".split()
PEOPLE = "participant group-id n-comments n-votes n-agree n-disagree".split()
DAYS, MONTHS = "Mon Tue Wed Thu Fri Sat Sun".split(), "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
Row = list[Any]


class _Line:
    """What a csv.writer writes to: gives each line back."""

    def write(self, text: str) -> str:
        return text


def lines(heading: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """CSV, a line at a time."""
    writer = csv.writer(_Line(), lineterminator="\n")
    yield writer.writerow(heading)
    for row in rows:
        yield writer.writerow(row)


def when(moment: dt.datetime) -> tuple[int, str]:
    """A moment as milliseconds and in words, the same in every language of the machine."""
    at = moment.astimezone(SHANGHAI)
    words = f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at:%d %H:%M:%S} CST {at:%Y}"
    return round(moment.timestamp() * 1000), words


def comment(
    made_at: dt.datetime, number: int, author: int | None, agree: int, disagree: int, moderated: int, text: str
) -> Row:
    """A line of comments.csv. A seed has the author -1."""
    return [*when(made_at), number, -1 if author is None else author, agree, disagree, moderated, text]


def cast(at: dt.datetime, what: int, who: int, vote: int) -> Row:
    """A line of votes.csv."""
    return [*when(at), what, who, vote]


def participants(drawn: OpinionMap, comments_by: dict[int, int]) -> Iterator[Row]:
    """The lines of participants-votes.csv: everybody who voted, with a column for each statement."""
    matrix, width = drawn.votes.matrix, len(drawn.votes.statements)
    for at, who in enumerate(drawn.votes.participants):
        part = slice(matrix.indptr[at], matrix.indptr[at + 1])
        votes = matrix.data[part]
        if not len(votes):
            continue
        cells: Row = [""] * width
        for where, vote in zip(matrix.indices[part].tolist(), votes.tolist(), strict=True):
            cells[where] = vote
        group = int(drawn.group[at])
        said = [int((votes == choice - 1).sum()) for choice in (AGREE, DISAGREE)]
        yield [who, "" if group < 0 else group, comments_by.get(int(who), 0), len(votes), *said, *cells]
