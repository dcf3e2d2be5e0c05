"""Votes and statements as Polis exports them, and votes as arrays. What is wrong is told by row, the rest is kept.

votes       CSV with the columns timestamp, comment-id, voter-id, vote (1 agrees, 0 passes, −1 disagrees), in any
            order and among others; or `.npz` with participant, statement and vote, in the order of time
statements  CSV with the column comment-id; moderated (−1: taken out) and is-meta (true: taken out) if it has them
"""

from __future__ import annotations

import csv
import gzip
import lzma
import zipfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from shangliang.core.clock import SHANGHAI
from shangliang.core.errors import Refused
from shangliang.deliberation.opinions.votes import Id, Votes, gather

Report = Callable[[int, str], None]  # the number of a row, counted from 1 with the headings, and what is wrong
VOTE_COLUMNS = ["timestamp", "comment-id", "voter-id", "vote"]
CHOICES = {"1": 1, "0": 0, "-1": -1}
FAR = 1 << 62  # milliseconds: later than anything


def open_text(path: Path) -> TextIO:
    """A CSV file, packed with gzip or xz or not. Raises Refused when there is none."""
    try:
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
        if path.suffix == ".xz":
            return lzma.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
        return path.open(encoding="utf-8-sig", errors="replace", newline="")
    except OSError as error:
        raise Refused(_("读不到文件 %(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error


def read_statements(lines: Iterable[str], report: Report) -> dict[Id, bool]:
    """The statements of a conversation, and of each whether it was taken out. Raises Refused without comment-id."""
    found = {}
    rows = _rows(lines, ["comment-id"], ["moderated", "is-meta"], report)
    for number, (name, moderated, meta) in rows:
        if name.strip():
            found[_id(name)] = moderated.strip() == "-1" or meta.strip().lower() == "true"
        else:
            report(number, _("没有编号"))
    return found


def read_summary(path: Path) -> tuple[str, str]:
    """What a conversation was about, and its description; empty where the file or the lines are missing."""
    if not path.exists():
        return "", ""
    with open_text(path) as file:
        told = {row[0]: row[1] for row in csv.reader(file) if len(row) > 1}
    return told.get("topic", ""), told.get("conversation-description", "")


def read_votes(lines: Iterable[str], statements: Iterable[Id], report: Report) -> Votes:
    """Votes row by row; the last of a pair by time counts, or by row where times are equal.

    `statements` are there with or without votes. Raises Refused when a column is missing.
    """
    people: dict[str, int] = {}
    asked: dict[str, int] = {}
    who, what, choice, when = array("i"), array("i"), array("b"), array("q")
    for number, (at, statement, person, vote) in _rows(lines, VOTE_COLUMNS, [], report):
        said, moment = CHOICES.get(vote.strip()), _moment(at)
        person, statement = person.strip(), statement.strip()
        if said is None:
            report(number, _("票只能是 1、0、-1，这里是：%(text)s") % {"text": vote})
        elif moment is None:
            report(number, _("时间看不懂：%(text)s") % {"text": at})
        elif not person or not statement:
            report(number, _("没有编号"))
        else:
            when.append(moment)
            choice.append(said)
            who.append(people.setdefault(person, len(people)))
            what.append(asked.setdefault(statement, len(asked)))
    columns = np.frombuffer(who, np.int32), np.frombuffer(what, np.int32), np.frombuffer(choice, np.int8)
    time = np.frombuffer(when, np.int64)
    if (time[1:] < time[:-1]).any():
        order = np.argsort(time, kind="stable")
        columns = columns[0][order], columns[1][order], columns[2][order]
    return _named(*columns, [_id(name) for name in people], [_id(name) for name in asked], statements)


def read_arrays(path: Path, statements: Iterable[Id], report: Report) -> Votes:
    """Votes from `.npz`. Raises Refused for a file that holds something else."""
    try:
        with np.load(path, allow_pickle=False) as file:
            who, what, choice = (file[name] for name in ("participant", "statement", "vote"))
    except OSError as error:
        raise Refused(_("读不到文件 %(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise Refused(_("%(path)s 里要有 participant、statement、vote 三列整数") % {"path": path}) from error
    kinds = {column.dtype.kind for column in (who, what, choice)}
    if not kinds <= {"i", "u"} or not who.shape == what.shape == choice.shape or who.ndim != 1:
        raise Refused(_("%(path)s 里要有 participant、statement、vote 三列整数") % {"path": path})
    good = (choice >= -1) & (choice <= 1)
    if not good.all():
        for at in np.flatnonzero(~good):
            report(int(at) + 1, _("票只能是 1、0、-1，这里是：%(text)s") % {"text": choice[at]})
        who, what, choice = who[good], what[good], choice[good]
    people, rows = _numbered(who)
    asked, columns = _numbered(what)
    del who, what  # they are large
    return _named(rows, columns, choice.astype(np.int8, copy=False), people, asked, statements)


# --- rows ---------------------------------------------------------------------------------------


def _rows(
    lines: Iterable[str], needed: Sequence[str], welcome: Sequence[str], report: Report
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The number of each row and what stands in the columns asked for, "" where a welcome one is missing."""
    reader = csv.reader(lines)
    headings = [heading.strip().lower() for heading in next(reader, [])]
    missing = [name for name in needed if name not in headings]
    if missing:
        raise Refused(_("表里没有这些列：%(names)s") % {"names": "、".join(missing)})
    width = len(headings)
    # Each row gets an empty cell at its end: that is what stands in the columns that are not there.
    cells = itemgetter(*(headings.index(name) if name in headings else -1 for name in (*needed, *welcome)))
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, EOFError, OSError) as error:  # a field without end, or a packed file that breaks off
            report(reader.line_num, str(error))
            if not isinstance(error, csv.Error):
                return
            continue
        if len(row) >= width:
            row.append("")
            yield reader.line_num, cells(row)
        elif row:
            report(reader.line_num, _("这一行的列不够"))


def _moment(text: str) -> int | None:
    """Milliseconds from a number or a date such as 2026-11-22T09:00, in Shanghai unless it says otherwise."""
    try:
        number = int(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        return int((moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).timestamp() * 1000)
    return number if abs(number) < FAR else None


# --- names --------------------------------------------------------------------------------------


def _id(text: str) -> Id:
    """A number where the text is one and written as one, so that nothing that differs becomes the same."""
    text = text.strip()
    return int(text) if text.isdecimal() and str(int(text)) == text else text


def _numbered(ids: NDArray[Any]) -> tuple[Sequence[Id], NDArray[np.int32]]:
    """The different ids in order, and the place of each among them."""
    if len(ids) and ids.min() >= 0 and ids.max() < 4 * len(ids):  # as they mostly are: no need to sort
        there = np.zeros(int(ids.max()) + 1, np.bool_)
        there[ids] = True
        names = np.flatnonzero(there)
        if len(names) == len(there):
            return names.tolist(), ids.astype(np.int32, copy=False)
        return names.tolist(), (np.cumsum(there, dtype=np.int32) - 1)[ids]
    names, places = np.unique(ids, return_inverse=True)
    return names.tolist(), places.astype(np.int32)


def _named(
    who: NDArray[np.int32],
    what: NDArray[np.int32],
    choice: NDArray[np.int8],
    people: Sequence[Id],
    asked: Sequence[Id],
    statements: Iterable[Id],
) -> Votes:
    """Votes with people and statements in the order of their ids, whichever came first in the file."""
    everybody, everything = _sorted(people), _sorted({*asked, *statements})
    return gather(_moved(who, people, everybody), _moved(what, asked, everything), choice, everybody, everything)


def _moved(places: NDArray[np.int32], before: Sequence[Id], after: Sequence[Id]) -> NDArray[np.int32]:
    if before == after:
        return places
    position = {name: at for at, name in enumerate(after)}
    return np.array([position[name] for name in before], np.int32)[places]


def _sorted(names: Iterable[Id]) -> list[Id]:
    """Numbers, then words."""
    return [
        *sorted(name for name in names if isinstance(name, int)),
        *sorted(name for name in names if isinstance(name, str)),
    ]
