"""`shangliang people assign`: the community of everybody on a list, told by the address, row by row.

Nobody is put anywhere on a hunch: what fits several communities is `ambiguous`, with the choice in words.
"""

from __future__ import annotations

import csv
import gc
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core.errors import Refused
from shangliang.files.columns import Columns
from shangliang.files.tables import Row, Table, check_size, open_table, tidy
from shangliang.places import actions, divisions, queries
from shangliang.places.addresses import AddressReader
from shangliang.places.index import Resolution
from shangliang.places.models import Place
from shangliang.places.resolve import address_reader

COLUMNS = Columns(
    {
        "key": (gettext_lazy("编号"), "key 编号 序号 证号 id"),
        "name": (gettext_lazy("姓名"), "name 姓名 名字"),
        "address": (gettext_lazy("地址"), "address 地址 家庭住址 住址 家庭地址 居住地址 现住址 通讯地址 联系地址"),
    }
)
LISTED = 8  # candidates told; the rest are counted


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one row."""

    key: str
    community_code: str
    status: str  # assigned, ambiguous, not_found
    reason: str


def assign(file: str, code: str, out: str) -> int:
    """Write to `out` the community of every row of `file`, living in the district or city `code`, and print the sum
    and the rows that lack something. Gives 0. Raises Refused for a file that cannot be read or written."""
    begun = perf_counter()
    # The rows all live until the end: looking among them for garbage again and again finds none.
    gc.set_threshold(200_000)
    if Path(out).resolve() == Path(file).resolve():
        raise Refused(_("结果不能写回名单自己，--out 换一个文件名。"))
    table = _table(Path(file))
    within = _loaded(code)
    assigner = Assigner(within, address_reader(within))
    ready = perf_counter()
    answers = list(_answers(table, assigner))
    read = perf_counter()
    _write(Path(out), answers)
    _print_sum(answers, read - ready, perf_counter() - begun)
    return 0


# --- reading the list ---------------------------------------------------------------------------


def _table(path: Path) -> Table:
    try:
        check_size(path.stat().st_size)
        content = path.read_bytes()
    except OSError as error:
        raise Refused(_("读不到文件 %(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error
    return open_table(content, _understand, _("至少有“编号”和“地址”"))


def _understand(headings: Sequence[object]) -> dict[str, int] | None:
    columns = COLUMNS.understand(headings)
    return columns if {"key", "address"} <= columns.keys() else None


def _loaded(code: str) -> Place:
    """The place with everything below it. A city may be here with only one of its districts: the rest is added."""
    place = queries.find(code)
    if place is not None:
        inside = {each.code for each in [place, *queries.below(place)]}
        if all(district in inside for district in divisions.districts() if len(district) == 6 and district[:4] == code):
            return place
    return actions.load(code)


def _answers(table: Table, assigner: Assigner) -> Iterator[Answer]:
    at_key, at_address = table.columns["key"], table.columns["address"]
    first: dict[str, int] = {}  # the number of the row in which a key stands first
    for row in table.rows:
        key, address = tidy(row.cell(at_key)), tidy(row.cell(at_address))
        lacking = row.flaws.get(at_address) or ("" if address else _("没有填地址"))
        if lacking or not key:
            print(_problem(row, lacking or _("没有填编号")))
        answer = Answer(key, "", "not_found", lacking) if lacking else assigner.answer(key, address)
        before = first.setdefault(key, row.number) if key else row.number
        yield answer if before == row.number else _again(answer, row, before)


def _again(answer: Answer, row: Row, before: int) -> Answer:
    """An answer whose key stood in the list before: given all the same, and said."""
    twice = _("编号和第 %(row)d 行重复") % {"row": before}
    print(_problem(row, twice))
    return replace(answer, reason=f"{answer.reason}；{twice}")


def _problem(row: Row, why: str) -> str:
    return _("第 %(row)d 行：%(why)s") % {"row": row.number, "why": why}


# --- answering ----------------------------------------------------------------------------------


class Assigner:
    """Tells where addresses within a place lie, in the words of the list that is written."""

    def __init__(self, within: Place, reader: AddressReader) -> None:
        self.here = queries.full_name(within) if within.name in divisions.STAND_INS else within.short_name
        self.reader = reader
        self.streets: dict[UUID, str] = {
            place.pk: place.short_name for place in reader.index.places if place.level == Place.Level.STREET
        }

    def answer(self, key: str, address: str) -> Answer:
        """The community of `address`, or why there is none."""
        meant = self.reader.resolve(address)
        place = meant.place
        if place is not None and place.level == Place.Level.COMMUNITY:
            return Answer(key, place.code, "assigned", self._recognised(place, meant))
        if meant.status == "ambiguous":
            return Answer(key, "", "ambiguous", self._choice(meant.candidates))
        return Answer(key, "", "not_found", self._missing(meant))

    def _recognised(self, place: Place, meant: Resolution) -> str:
        name = " ".join(filter(None, (self._street(place), place.short_name)))
        if meant.guess is None:
            return _("认出“%(name)s”") % {"name": name}
        values = {"name": name, "typed": meant.guess.typed, "meant": meant.guess.meant}
        return _("认出“%(name)s”，把“%(typed)s”看作“%(meant)s”") % values

    def _choice(self, candidates: Sequence[Place]) -> str:
        named = [f"{self._street(place)}{place.short_name}（{place.code}）" for place in candidates[:LISTED]]
        if len(candidates) > LISTED:
            named.append(_("等 %(count)d 个") % {"count": len(candidates)})
        return _("可能是：%(names)s") % {"names": "、".join(named)}

    def _missing(self, meant: Resolution) -> str:
        here = {"here": self.here}
        if meant.elsewhere:
            return _("地址写的是“%(there)s”，不在%(here)s") % {"there": meant.elsewhere, **here}
        if meant.place is not None:
            return _("只认出“%(name)s”，没有认出社区或村") % {"name": meant.place.short_name}
        return _("没有认出%(here)s的地名") % here

    def _street(self, place: Place) -> str:
        return self.streets.get(place.parent_id, "") if place.parent_id else ""


# --- telling ------------------------------------------------------------------------------------


def _write(path: Path, answers: Sequence[Answer]) -> None:
    """Write beside `path` and put it in its place at the end: what stood there before is there until all is written.
    What is no file (/dev/stdout) is written to as it is."""
    path = path.resolve()
    is_plain = path.is_file() or not path.exists()
    beside = path.parent / f".{path.name}.{os.getpid()}.part" if is_plain else path
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("key", "community_code", "status", "reason"))
            rows.writerows((one.key, one.community_code, one.status, one.reason) for one in answers)
        beside.replace(path)
    except OSError as error:
        if is_plain:
            with suppress(OSError):
                beside.unlink()
        raise Refused(_("写不了文件 %(path)s：%(why)s") % {"path": path, "why": error.strerror}) from error


def _print_sum(answers: Sequence[Answer], reading: float, whole: float) -> None:
    count = Counter(one.status for one in answers)
    print(
        _("共 %(rows)d 人：认出 %(assigned)d，要问 %(ambiguous)d，没找到 %(not_found)d。")
        % {"rows": len(answers), **{status: count[status] for status in ("assigned", "ambiguous", "not_found")}}
    )
    print(
        _("读地址 %(reading).2f 秒（每秒 %(fast)d 条），连同读表和地名 %(whole).2f 秒（每秒 %(slow)d 条）。")
        % {
            "reading": reading,
            "fast": len(answers) / reading if reading else 0,
            "whole": whole,
            "slow": len(answers) / whole if whole else 0,
        }
    )
