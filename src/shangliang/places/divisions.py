"""The divisions shipped with the package: codes and names from the provinces down to the communities.

Data and source: `data/SOURCE.md`; the form of the files: `scripts/pack_divisions.py`.
"""

from __future__ import annotations

import datetime as dt
import lzma
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

AS_OF = dt.date(2023, 6, 30)  # the day for which the statistics bureau states the codes of its 2023 edition
LENGTHS = (2, 4, 6, 9, 12)  # digits of a code: province, city, district, street, community
# Stand-ins for a missing level, between a municipality and its districts or a province and the
# counties it governs itself: nobody says them.
STAND_INS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


class Division(NamedTuple):
    code: str
    name: str


def _lines(name: str) -> list[str]:
    packed = files("shangliang.places").joinpath("data", f"{name}.txt.xz").read_bytes()
    return lzma.decompress(packed).decode("utf-16-le").split("\n")


@cache
def districts() -> dict[str, str]:
    """Names of all provinces, cities and districts by code, in the order of codes."""
    return dict(line.split(" ", 1) for line in _lines("districts"))


def chain(code: str) -> list[Division]:
    """The province, city and district in `code`, from the top down, itself included.

    Raises KeyError when the divisions do not know one of them.
    """
    return [Division(code[:length], districts()[code[:length]]) for length in LENGTHS[:3] if length <= len(code)]


def below(code: str) -> Iterator[Division]:
    """Everything below a province, city or district, each parent before its children."""
    for upper, name in districts().items():
        if upper.startswith(code) and upper != code:
            yield Division(upper, name)
    wanted, street, steps = False, "", [0, 0]
    for line in _lines(f"communities-{code[:2]}"):
        if " " not in line:
            wanted, district, steps[0] = line.startswith(code), line, 0
        elif wanted:
            step, name = line.split(" ", 1)
            level = 0 if step.startswith("+") else 1
            steps[level] += int(step.removeprefix("+") or 1)
            if level == 0:
                street, steps[1] = f"{district}{steps[0]:03}", 0
            yield Division(street if level == 0 else f"{street}{steps[1]:03}", name)
