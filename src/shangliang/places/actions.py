"""Writing the tree of places: loading it from the divisions shipped, other names, boundaries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.places import divisions, names, queries
from shangliang.places.divisions import Division
from shangliang.places.models import Place, PlaceAlias, PlaceBoundary, PlaceCode
from shangliang.places.resolve import forget, resolve

BATCH = 1000
CODE_KEYS = ("code", "adcode", "id")
TEST = "test"  # the path of what is no real place
Rings = list[list[list[float]]]


def load(code: str) -> Place:
    """Load a province (2 digits), city (4) or district (6) with what contains it and everything below.

    Loading again adds what is new, renames what was renamed, and leaves the rest. Returns the place.
    Raises Refused when there is no such code.
    """
    if len(code) not in (2, 4, 6) or code not in divisions.districts():
        raise Refused(_("没有代码为“{code}”的省、市或区县。请填 2 位、4 位或 6 位的行政区划代码。").format(code=code))
    with transaction.atomic():
        known = _known(code)
        fresh: list[Place] = []
        renamed: list[Place] = []
        for division in [*divisions.chain(code), *divisions.below(code)]:
            place = known.get(division.code)
            if place is None:
                known[division.code] = place = _place(division, known)
                fresh.append(place)
            elif place.name != division.name:
                _call(place, division, place.parent)
                renamed.append(place)
        Place.objects.bulk_create(fresh, batch_size=BATCH)
        PlaceCode.objects.bulk_create(
            (PlaceCode(place=place, code=place.code, since=divisions.AS_OF) for place in fresh), batch_size=BATCH
        )
        Place.objects.bulk_update(renamed, ["name", "short_name", "statistical_only"], batch_size=BATCH)
    forget()
    return known[code]


@transaction.atomic
def invent(code: str, city: str, districts: Sequence[str]) -> Place:
    """A city of test places with its districts, for messages whose places are masked (A市, A3区). Marked as such.

    Raises Refused when the code is taken.
    """
    if Place.objects.filter(code=code).exists():
        raise Refused(_("“%(code)s”已经有了。") % {"code": code})
    above = Place.objects.filter(path=TEST).first() or Place.objects.create(
        level=Place.Level.PROVINCE, name="测试用", short_name="测试用", code=TEST, path=TEST, is_test=True
    )
    place = Place.objects.create(
        parent=above, level=Place.Level.CITY, name=city, short_name=city, code=code, path=f"{TEST}/{code}", is_test=True
    )
    Place.objects.bulk_create(
        Place(
            parent=place,
            level=Place.Level.STREET,
            name=name,
            short_name=name,
            code=f"{code}{number}"[-12:],
            path=f"{place.path}/{number}",
            is_test=True,
        )
        for number, name in enumerate(districts, 1)
    )
    forget()
    return place


def _known(code: str) -> dict[str, Place]:
    """The places already loaded, of the chain down to `code` and below it, by the codes they have or had:
    a place that was recoded since is the same place."""
    chain = [division.code for division in divisions.chain(code)]
    rows = PlaceCode.objects.select_related("place").order_by("since")
    known = {row.code: row.place for row in rows.filter(code__startswith=code)}
    return known | {row.code: row.place for row in rows.filter(code__in=chain)}


def _place(division: Division, known: dict[str, Place]) -> Place:
    level = divisions.LENGTHS.index(len(division.code))
    parent = known[division.code[: divisions.LENGTHS[level - 1]]] if level else None
    path = f"{parent.path}/{division.code}" if parent else division.code
    place = Place(parent=parent, level=level + 1, code=division.code, path=path)
    _call(place, division, parent)
    return place


def _call(place: Place, division: Division, parent: Place | None) -> None:
    place.name = division.name
    place.statistical_only = names.is_statistical(division.code, division.name)
    above = parent.name if parent and not place.statistical_only else ""
    place.short_name = names.short_name(division.name, above)


def add_alias(place: Place, name: str) -> PlaceAlias:
    """Note another name that people use for a place. Raises Refused when it is too short to be told
    from other words."""
    name = name.strip()
    if len(names.comparable(name).plain) < 2:
        raise Refused(_("别名至少要有两个字。"), field="name")
    alias, _created = PlaceAlias.objects.get_or_create(place=place, name=name)
    forget()
    return alias


def succeed(old: Place, new: Place) -> None:
    """Note that a place is no longer in force and went into another one of its level. Its names
    now mean the other. Raises Refused when that would lead nowhere."""
    if old == new or new.succeeded_by_id is not None or old.level != new.level:
        raise Refused(_("请选一个仍在使用的、同一级的地方来接替“{name}”。").format(name=old.short_name))
    with transaction.atomic():
        Place.objects.filter(Q(pk=old.pk) | Q(succeeded_by=old)).update(succeeded_by=new)
    forget()


# --- boundaries -----------------------------------------------------------------------------------


@dataclass(slots=True)
class BoundaryReport:
    """Which places got a boundary, and the names or codes of the features that fit none."""

    matched: list[Place] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


def load_boundaries(geojson_path: Path | str, within: Place, source: str = "") -> BoundaryReport:
    """Take the outlines of places within `within` from a GeoJSON file of polygons.

    A feature is matched by its property `code` (or `adcode`, `id`), else by `name`, in any case. An outline
    loaded earlier is replaced. `source` says whose map it is (by default the file's name). Returns
    what was matched and what was not. Raises Refused when the file is no GeoJSON.
    """
    path = Path(geojson_path)
    try:
        read = json.loads(path.read_text(encoding="utf-8"))["features"]
        features = [(feature.get("properties") or {}, _rings(feature.get("geometry") or {})) for feature in read]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(_("读不出这个文件里的边界，请确认它是 GeoJSON 格式。")) from error
    by_code = {place.code: place for place in [within, *queries.below(within)]}
    report, outlines = BoundaryReport(), dict[Place, Rings]()
    for given, rings in features:
        properties = {key.lower(): str(value).strip() for key, value in given.items() if value}
        place = _meant(properties, within, by_code)
        if place is None or not rings:
            report.unmatched.append(_first(properties, "name", *CODE_KEYS) or _("（没有名称）"))
        else:
            outlines[place] = outlines.get(place, []) + rings  # a place in several pieces
    with transaction.atomic():
        for place, rings in outlines.items():
            PlaceBoundary.objects.update_or_create(
                place=place, defaults={"rings": rings, "source": source or path.name, **_box(rings)}
            )
    report.matched = list(outlines)
    return report


def _first(properties: dict[str, str], *keys: str) -> str:
    return next((properties[key] for key in keys if key in properties), "")


def _meant(properties: dict[str, str], within: Place, by_code: dict[str, Place]) -> Place | None:
    code = _first(properties, *CODE_KEYS)
    # Maps often fill codes up to twelve digits: 420107003000 is the street 420107003.
    for form in (code, code[:9] if code[9:] == "000" else "", code[:6] if code[6:] == "000000" else ""):
        if form in by_code:
            return by_code[form]
    name = _first(properties, "name")
    return within if name in (within.name, within.short_name) else resolve(name, within).place


def _rings(geometry: dict[str, Any]) -> Rings:
    """The rings of a polygon or of several, without heights; none for any other shape."""
    polygons = geometry.get("coordinates") or []
    if geometry.get("type") == "Polygon":
        polygons = [polygons]
    elif geometry.get("type") != "MultiPolygon":
        return []
    return [[[x, y] for x, y, *_height in ring] for polygon in polygons for ring in polygon]


def _box(rings: Rings) -> dict[str, float]:
    longitudes, latitudes = zip(*(point for ring in rings for point in ring), strict=True)
    return {"south": min(latitudes), "north": max(latitudes), "west": min(longitudes), "east": max(longitudes)}
