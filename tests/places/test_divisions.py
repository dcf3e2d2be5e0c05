"""The divisions shipped with the package."""

from __future__ import annotations

import pytest

from shangliang.places import divisions


def test_all_provinces_cities_and_districts_are_there() -> None:
    lengths = [len(code) for code in divisions.districts()]
    assert [lengths.count(length) for length in (2, 4, 6)] == [31, 342, 2978]


def test_a_chain_leads_from_the_province_down() -> None:
    assert [name for _code, name in divisions.chain("420107")] == ["湖北省", "武汉市", "青山区"]


def test_a_chain_of_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        divisions.chain("429999")


def test_what_lies_below_a_city_comes_parents_first() -> None:
    seen = {"4201"}
    for code, _name in divisions.below("4201"):
        shorter = max(length for length in divisions.LENGTHS if length < len(code))
        assert code[:shorter] in seen
        seen.add(code)
    assert "420107010009" in seen
    assert "420201001001" not in seen


def test_every_street_and_community_of_the_country_is_there() -> None:
    provinces = [code for code in divisions.districts() if len(code) == 2]
    lengths = [len(code) for province in provinces for code, _name in divisions.below(province)]
    assert (lengths.count(9), lengths.count(12)) == (41_352, 620_573)
