"""Loading places, once and again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from shangliang.core.errors import Refused
from shangliang.places import actions, divisions, queries
from shangliang.places.models import Place, PlaceAlias, PlaceCode
from shangliang.places.resolve import resolve

Budget = Callable[[int], AbstractContextManager[None]]


def test_a_district_has_its_streets_and_its_statistical_areas(qingshan: Place) -> None:
    assert queries.children(qingshan).count() == 10
    areas = queries.children(qingshan, governed=False).filter(statistical_only=True)
    assert [place.short_name for place in areas] == ["武钢集团", "开发区"]
    communities = Place.objects.filter(level=Place.Level.COMMUNITY)
    assert (communities.count(), communities.filter(statistical_only=True).count()) == (101, 2)


def test_a_district_comes_with_what_contains_it(qingshan: Place) -> None:
    assert [place.name for place in queries.ancestors(qingshan)] == ["湖北省", "武汉市"]
    community = Place.objects.get(code="420107010009")
    assert community.path == "42/4201/420107/420107010/420107010009"
    assert community.short_name == "119街社区"
    code = PlaceCode.objects.get(place=community)
    assert (code.code, code.since, code.until) == ("420107010009", divisions.AS_OF, None)


def test_loading_again_adds_nothing(qingshan: Place) -> None:
    before = (Place.objects.count(), PlaceCode.objects.count())
    assert actions.load("420107") == qingshan
    assert (Place.objects.count(), PlaceCode.objects.count()) == before


def test_loading_the_city_keeps_the_district_that_is_there(qingshan: Place) -> None:
    city = actions.load("4201")
    assert city.name == "武汉市"
    assert Place.objects.get(code="420107") == qingshan
    assert queries.children(city).count() == 13
    assert Place.objects.filter(level=Place.Level.COMMUNITY).count() > 3000


def test_a_place_with_another_name_is_renamed(qingshan: Place) -> None:
    Place.objects.filter(code="420107003011").update(name="光辉社区居委会", short_name="光辉社区")
    actions.load("420107")
    place = Place.objects.get(code="420107003011")
    assert (place.name, place.short_name) == ("光明社区居委会", "光明社区")


def test_a_place_recoded_since_is_not_loaded_twice(qingshan: Place) -> None:
    place = Place.objects.get(code="420107003011")
    Place.objects.filter(pk=place.pk).update(code="420107003099")
    actions.load("420107")
    assert Place.objects.filter(name="光明社区居委会").get().code == "420107003099"


@pytest.mark.parametrize("code", ["429999", "青山区", "", "420107003", "420107003011"])
def test_a_code_that_is_no_district_is_refused(db: None, code: str) -> None:
    with pytest.raises(Refused, match="区划代码"):
        actions.load(code)
    assert not Place.objects.exists()


def test_loading_takes_few_statements(db: None, at_most: Budget) -> None:
    with at_most(6):
        actions.load("420107")


@pytest.mark.parametrize(
    ("district", "code", "full"),
    [
        ("420107", "420107003011", "湖北省武汉市青山区新沟桥街道光明社区"),
        ("110101", "110101001001", "北京市东城区东华门街道多福巷社区"),
        ("500229", "500229", "重庆市城口县"),
        ("429004", "429004100", "湖北省仙桃市郑场镇"),
        ("441900", "441900", "广东省东莞市"),
    ],
)
def test_a_full_name_says_no_level_that_nobody_says(db: None, district: str, code: str, full: str) -> None:
    actions.load(district)
    assert queries.full_name(Place.objects.get(code=code)) == full


def test_a_subtree_is_the_place_and_all_below(qingshan: Place, at_most: Budget) -> None:
    street = Place.objects.get(code="420107003")
    with at_most(1):
        ids = queries.subtree_ids(street)
    names = set(Place.objects.filter(pk__in=ids).values_list("short_name", flat=True))
    assert len(ids) == 9
    assert {"新沟桥街道", "光明社区"} <= names


def test_a_place_is_found_by_its_code(qingshan: Place) -> None:
    assert queries.find("420107") == qingshan
    assert queries.find("420106") is None


def test_a_place_is_found_by_its_path(qingshan: Place) -> None:
    assert queries.by_path("42/4201/420107") == qingshan
    assert queries.by_path("42/4201/420106") is None


def test_a_place_goes_only_into_another_of_its_level_that_is_in_force(qingshan: Place) -> None:
    first, second, street = (queries.find(code) for code in ("420107003011", "420107003008", "420107003"))
    assert first
    assert second
    assert street
    for old, new in ((first, first), (first, street)):
        with pytest.raises(Refused):
            actions.succeed(old, new)
    actions.succeed(first, second)
    second.refresh_from_db()
    with pytest.raises(Refused):
        actions.succeed(second, Place.objects.get(pk=first.pk))


def test_an_alias_stands_once_and_is_long_enough(qingshan: Place) -> None:
    place = Place.objects.get(code="420107003011")
    actions.add_alias(place, "老三中")
    actions.add_alias(place, " 老三中 ")
    assert PlaceAlias.objects.get().name == "老三中"
    with pytest.raises(Refused):
        actions.add_alias(place, "光。")


def test_places_of_a_test_are_marked_and_found_by_their_masked_names(db: None) -> None:
    city = actions.invent("a-city", "A市", ["A1区", "A3区", "A7县"])
    assert city.is_test
    found = resolve("A市A3区", city)
    assert (found.place and found.place.short_name, found.place and found.place.is_test) == ("A3区", True)
