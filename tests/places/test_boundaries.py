"""Boundaries: loading a map, and finding the place of a position."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from shangliang.core.errors import Refused
from shangliang.places import actions, queries
from shangliang.places.models import Place, PlaceBoundary


def square(west: float, south: float, side: float) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(properties: dict[str, Any], kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A street with a community in its middle, that has a hole; another community in two pieces."""
    features = [
        feature({"adcode": 420107003000, "name": "某街"}, "Polygon", [square(114, 30, 1)]),
        feature({"NAME": "光明社区居委会"}, "Polygon", [square(114.2, 30.2, 0.6), square(114.4, 30.4, 0.2)]),
        feature({"name": "119街坊"}, "MultiPolygon", [[square(116, 30, 1)], [square(118, 30, 1)]]),
        feature({"name": "火官"}, "Polygon", [square(120, 30, 1)]),
        feature({"name": "某某湖"}, "Polygon", [square(121, 30, 1)]),
        feature({"name": "康苑社区"}, "Point", [114, 30]),
        {"type": "Feature", "properties": None, "geometry": None},
    ]
    path = tmp_path / "plan.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_features_are_matched_by_code_or_name_and_the_rest_reported(qingshan: Place, plan: Path) -> None:
    report = actions.load_boundaries(plan, qingshan)
    assert [place.short_name for place in report.matched] == ["新沟桥街道", "光明社区", "119街社区"]
    assert report.unmatched == ["火官", "某某湖", "康苑社区", "（没有名称）"]
    assert {boundary.source for boundary in PlaceBoundary.objects.all()} == {"plan.geojson"}


@pytest.mark.parametrize(
    ("lat", "lng", "short"),
    [
        (30.3, 114.3, "光明社区"),
        (30.5, 114.5, "新沟桥街道"),  # in the community's hole
        (30.1, 114.1, "新沟桥街道"),
        (30.5, 116.5, "119街社区"),
        (30.5, 118.5, "119街社区"),
        (30.5, 117.5, None),  # between its pieces
        (31.5, 114.5, None),
    ],
)
def test_a_position_lies_in_the_lowest_place_around_it(
    qingshan: Place, plan: Path, lat: float, lng: float, short: str | None
) -> None:
    actions.load_boundaries(plan, qingshan)
    place = queries.at_position(lat, lng, qingshan)
    assert (place.short_name if place else None) == short


def test_a_position_takes_one_query(
    qingshan: Place, plan: Path, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    actions.load_boundaries(plan, qingshan)
    with at_most(1):
        queries.at_position(30.3, 114.3, qingshan)


def test_loading_a_map_again_replaces_the_outlines(qingshan: Place, plan: Path) -> None:
    actions.load_boundaries(plan, qingshan)
    actions.load_boundaries(plan, qingshan, source="区民政局 2026-05")
    assert PlaceBoundary.objects.count() == 3
    assert {boundary.source for boundary in PlaceBoundary.objects.all()} == {"区民政局 2026-05"}


def test_a_district_without_a_map_says_so(qingshan: Place, plan: Path) -> None:
    assert not queries.has_boundaries(qingshan)
    assert queries.at_position(30.5, 114.5, qingshan) is None
    actions.load_boundaries(plan, qingshan)
    assert queries.has_boundaries(qingshan)


@pytest.mark.parametrize("content", ["not json", "[]", "{}", '{"features": 3}', '{"features": [3]}'])
def test_a_file_that_is_no_map_is_refused(qingshan: Place, tmp_path: Path, content: str) -> None:
    path = tmp_path / "wrong.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused):
        actions.load_boundaries(path, qingshan)
