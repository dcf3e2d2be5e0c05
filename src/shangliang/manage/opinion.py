"""`shangliang opinion-map`: from votes in a file to the map in a file, and how long that took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.deliberation.opinions.files import open_text, read_arrays, read_statements, read_votes
from shangliang.deliberation.opinions.map import OpinionMap, draw
from shangliang.deliberation.opinions.votes import AGREE, DISAGREE, PASS, Id, Votes, Whole

AT_ONCE = 50_000  # participants written in one go


def opinion_map(votes: str, comments: str, out: str, groups: int | None) -> int:
    """Draw the map of the votes in `votes` (.csv, .csv.gz or .npz) and write it to `out` as JSON. Gives 0.

    `groups` asks for that many groups. Raises Refused for a file that cannot be read or written.
    """
    timing = Timing()
    cast, taken_out = _read(Path(votes), Path(comments))
    timing.end("read")
    drawn = draw(cast, taken_out, groups)
    timing.end("compute")
    try:
        with Path(out).open("w", encoding="utf-8") as file:
            file.write('{"participants":[')
            for piece in _participants(drawn):
                file.write(piece)
            rest = {"statements": _statements(drawn), "groups": _groups(drawn)}
            timing.end("write")
            file.write("],\n" + json.dumps(rest | {"timing": timing.spent}, ensure_ascii=False)[1:] + "\n")
    except OSError as error:
        raise Refused(_("写不了文件 %(path)s：%(why)s") % {"path": out, "why": error.strerror}) from error
    counts = {"participants": len(cast.participants), "statements": len(cast.statements), "groups": drawn.sizes()}
    print(json.dumps(counts | {"timing": timing.spent}))
    return 0


class Timing:
    """Seconds by the clock on the wall and seconds of CPU, of one stretch after the other."""

    def __init__(self) -> None:
        self.spent: dict[str, dict[str, float]] = {}
        self._begun = perf_counter(), process_time()

    def end(self, stretch: str) -> None:
        """The stretch up to now was `stretch`."""
        now = perf_counter(), process_time()
        self.spent[stretch] = {
            "seconds": round(now[0] - self._begun[0], 4),
            "cpu": round(now[1] - self._begun[1], 4),
        }
        self._begun = now


def _read(votes: Path, comments: Path) -> tuple[Votes, set[Id]]:
    def wrong(path: Path, row: int, why: str) -> None:
        print(path.name, _("第 %(row)d 行：%(why)s") % {"row": row, "why": why})

    with open_text(comments) as file:
        statements = read_statements(file, lambda row, why: wrong(comments, row, why))
    if votes.suffix == ".npz":
        cast = read_arrays(votes, statements, lambda row, why: wrong(votes, row, why))
    else:
        with open_text(votes) as file:
            cast = read_votes(file, statements, lambda row, why: wrong(votes, row, why))
    return cast, {name for name, out in statements.items() if out}


def _participants(drawn: OpinionMap) -> Iterator[str]:
    """JSON, a line each, in pieces: there may be a million."""
    people = drawn.votes.participants
    for start in range(0, len(people), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        lines = [
            f'{{"participant":{json.dumps(person) if isinstance(person, str) else person},"x":{x:.4f},"y":{y:.4f},"group":{"null" if group < 0 else group}}}'
            for person, (x, y), group in zip(
                people[part], drawn.points[part].tolist(), drawn.group[part].tolist(), strict=True
            )
        ]
        yield ("," if start else "") + "\n" + ",\n".join(lines)


def _statements(drawn: OpinionMap) -> list[dict[str, object]]:
    return [
        {
            "id": name,
            **_counts(drawn.totals[at]),
            "by_group": {str(group): _counts(of_group[at]) for group, of_group in enumerate(drawn.by_group)},
            "consensus": round(float(drawn.consensus[at]), 6),
            "used": bool(drawn.used[at]),
        }
        for at, name in enumerate(drawn.votes.statements)
    ]


def _counts(tally: Whole) -> dict[str, int]:
    return {"agree": int(tally[AGREE]), "disagree": int(tally[DISAGREE]), "pass": int(tally[PASS])}


def _groups(drawn: OpinionMap) -> list[dict[str, object]]:
    names = drawn.votes.statements
    return [
        {"id": group, "size": size, "representative": [names[at] for at in drawn.representative[group]]}
        for group, size in enumerate(drawn.sizes())
    ]
