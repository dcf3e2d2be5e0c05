"""Pack the administrative divisions into `shangliang/places/data`.

    python scripts/pack_divisions.py FOLDER

FOLDER holds provinces.csv, cities.csv, areas.csv, streets.csv(.gz) and villages.csv(.gz), as the npm
package china-division has them: columns `code,name,…`. Written are xz files of one line per division
in the order of codes: `districts.txt.xz` (provinces, cities, districts) and one of streets and
communities for each province, as `communities-42.txt.xz`. `shangliang.places.divisions` reads them.
"""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src" / "shangliang" / "places" / "data"
UPPER, LOWER = ("provinces", "cities", "areas"), ("streets", "villages")
# Codes and names alternate in 16-bit units, which these settings suit: a fifth smaller than the preset.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 3, "lp": 1, "pb": 1}]


def rows(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """Code and name of each row of one table."""
    plain = folder / f"{name}.csv"
    data = plain.read_bytes() if plain.exists() else gzip.decompress((folder / f"{name}.csv.gz").read_bytes())
    for row in csv.DictReader(io.StringIO(data.decode("utf-8"))):
        yield row["code"], row["name"].strip()


def pack(lines: list[str], name: str) -> None:
    """Write the lines, compressed, as `name`.txt.xz."""
    packed = lzma.compress("\n".join(lines).encode("utf-16-le"), filters=FILTERS)
    (TARGET / f"{name}.txt.xz").write_bytes(packed)
    print(f"{name}: {len(lines)} lines, {len(packed)} bytes")


def by_province(table: list[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """The table in the order of codes, cut by province, so that loading a district reads little."""
    return {code: list(part) for code, part in groupby(sorted(table), key=lambda row: row[0][:2])}


def communities(table: list[tuple[str, str]]) -> Iterator[str]:
    """Streets and communities: a line with the code of each district, then its streets ("+", step,
    name) each followed by its communities (step, name). The step is the distance of the last three
    digits from the one before under the same parent, left out when it is 1."""
    district, last = "", {0: 0, 1: 0}
    for code, name in table:
        if code[:6] != district:
            district, last[0] = code[:6], 0
            yield district
        level = int(len(code) == 12)
        step = int(code[-3:]) - last[level]
        last[level] = int(code[-3:])
        if level == 0:
            last[1] = 0
        yield f"{'' if level else '+'}{'' if step == 1 else step} {name}"


def main(folder: Path) -> None:
    pack([f"{code} {name}" for code, name in sorted(row for file in UPPER for row in rows(folder, file))], "districts")
    for province, table in by_province([row for file in LOWER for row in rows(folder, file)]).items():
        pack(list(communities(table)), f"communities-{province}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
