"""From everyday addresses to communities: what is found, what is asked about, what is left unknown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from shangliang.places import actions, queries
from shangliang.places.models import Place
from shangliang.places.resolve import resolve, suggest


def shorts(places: tuple[Place, ...]) -> set[str]:
    return {place.short_name for place in places}


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("119街社区居委会", "119街社区"),
        ("119社区", "119街社区"),
        ("119街", "119街社区"),
        ("119街坊3门5号", "119街社区"),
        ("一一九街坊", "119街社区"),
        ("一百一十九街", "119街社区"),
        ("１１９街坊", "119街社区"),
        ("青山区119街", "119街社区"),
        ("一一〇街", "110街社区"),
        ("19街", "十九街社区"),
        ("十九街", "十九街社区"),
        ("红钢城二街3号", "二街社区"),
        ("光明社区", "光明社区"),
        ("光明居委会", "光明社区"),
        ("光明社区居民委员会", "光明社区"),
        ("光明攀建", "光明攀建社区"),
        ("湖北省武汉市青山区新沟桥街道光明社区3号院", "光明社区"),
        ("武汉青山新沟桥街光明社区", "光明社区"),
        ("青山区光明社区", "光明社区"),
        ("新沟桥街道光明3号院", "光明社区"),
        ("新沟桥光明", "光明社区"),
        ("武东社区", "武东社区"),
        ("武东村", "武东村"),
        ("武东街道武东村3组", "武东村"),
        ("东興社區", "东兴社区"),
        ("光 明 社 区（东门）", "光明社区"),
        ("湖北省，武汉市，青山区，光明社区", "光明社区"),
        ("绿景苑社区居委", "绿景苑社区"),
        ("我住在光明社区", "光明社区"),
        ("和平大道光明社区", "光明社区"),
        ("白玉山五一社区", "五一社区"),
        ("和平大道旁的火官村", "火官村"),
        ("八大家花园12栋", "八大家花园社区"),
        ("光明社区路灯不亮", "光明社区"),
        ("119街坊路面塌了", "119街社区"),
        ("武东村路口积水", "武东村"),
    ],
)
def test_an_everyday_address_finds_its_community(qingshan: Place, address: str, short: str) -> None:
    found = resolve(address, qingshan)
    assert found.status == "found"
    assert found.place is not None
    assert found.place.short_name == short
    assert found.candidates == (found.place,)


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("武东街道", "武东街道"),
        ("武东街3号", "武东街道"),
        ("钢花村街道办事处对面", "钢花村街道"),
        ("新沟桥街道和平大道1234号", "新沟桥街道"),
    ],
)
def test_an_address_that_names_only_a_street_finds_the_street(qingshan: Place, address: str, short: str) -> None:
    found = resolve(address, qingshan)
    assert found.place is not None
    assert (found.place.short_name, found.place.level) == (short, Place.Level.STREET)


@pytest.mark.parametrize(
    ("address", "candidates"),
    [
        ("光明", {"光明社区", "光明攀建社区"}),
        ("光明3号院", {"光明社区", "光明攀建社区"}),
        ("临江", {"临江社区", "临江港湾社区"}),
        ("武东", {"武东街道", "武东社区", "武东村"}),
        ("武东街道武东", {"武东社区", "武东村"}),
        ("火官", {"火官社区", "火官村"}),
        ("白玉山五一", {"五一社区", "五一村"}),
        ("五一3号", {"五一社区", "五一村"}),
        ("同兴", {"同兴社区", "同兴村"}),
        ("群力附近", {"群力社区", "群力村"}),
        ("光明社区和康苑社区之间", {"光明社区", "康苑社区"}),
        ("新沟桥街道119街社区", {"新沟桥街道", "119街社区"}),
    ],
)
def test_what_fits_several_places_is_ambiguous(qingshan: Place, address: str, candidates: set[str]) -> None:
    found = resolve(address, qingshan)
    assert (found.status, found.place) == ("ambiguous", None)
    assert shorts(found.candidates) == candidates


@pytest.mark.parametrize(
    ("address", "candidate"),
    [
        ("和平光明社区", "光明社区"),  # perhaps one name, not two
        ("新光明社区", "光明社区"),  # perhaps another community's name
        ("三弓路12号", "三弓路社区"),  # a road may run through several
        ("青山和平", "和平社区"),
    ],
)
def test_a_doubtful_name_is_asked_about(qingshan: Place, address: str, candidate: str) -> None:
    found = resolve(address, qingshan)
    assert found.status == "ambiguous"
    assert shorts(found.candidates) == {candidate}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "光",
        "康",
        "119",
        "51",
        "51号",
        "2119街坊",
        "某某花园3栋2单元501",
        "光明小区",
        "光明村",  # a village that is not in this district
        "钢花村社区",
        "奥山滨江新村",
        "和平大道1234号",
        "临江大道",
        "建设二路",
        "建设二街",
        "青山区",
        "武汉市",
        "武钢集团宿舍",
        "五星村路",
        "洪山区光明社区",
        "洪山区二七路光明社区",
        "武汉市洪山区光明社区",
        "包头市青山区光明社区",
        "湖南省光明社区",
    ],
)
def test_an_address_that_names_no_place_here_is_unknown(qingshan: Place, address: str) -> None:
    found = resolve(address, qingshan)
    assert (found.status, found.place, found.candidates) == ("unknown", None, ())


def test_what_was_read_is_given_as_it_was_written(qingshan: Place) -> None:
    assert resolve("青山区红钢城 十九街坊 5门", qingshan).matched == "红钢城十九街坊"


def test_every_real_name_resolves_to_itself_or_is_reported_ambiguous(qingshan: Place) -> None:
    places = queries.below(qingshan)
    for place in places:
        for name in (place.name, place.short_name):
            found = resolve(name, qingshan)
            if [other.short_name for other in places].count(place.short_name) == 1:
                assert found.place == place, name
            else:
                assert found.status == "ambiguous", name
                assert place in found.candidates, name


def test_a_full_name_resolves_to_its_community(qingshan: Place) -> None:
    for place in queries.below(qingshan):
        if not place.statistical_only:
            assert resolve(f"{queries.full_name(place)}12号", qingshan).place == place


def test_over_a_city_no_address_finds_the_wrong_community(db: None) -> None:
    city = actions.load("4201")
    places = {place.pk: place for place in queries.below(city)}
    communities = [place for place in places.values() if place.level == Place.Level.COMMUNITY]
    found = 0
    for place in communities:
        street = places[place.parent_id] if place.parent_id else place
        answer = resolve(f"武汉市{street.name}{place.short_name}8号2单元", city)
        assert place in answer.candidates, f"{street.name}{place.short_name}"
        found += answer.place == place
    assert found / len(communities) > 0.9


def test_the_district_tells_namesakes_in_a_city_apart(db: None) -> None:
    city = actions.load("4201")
    assert resolve("和平社区", city).status == "ambiguous"
    found = resolve("青山区和平社区", city)
    assert found.place == Place.objects.get(code="420107001003")
    assert resolve("青山区", city).status == "unknown"


def test_an_alias_is_known_as_soon_as_it_is_noted(qingshan: Place) -> None:
    assert resolve("老三中宿舍2栋", qingshan).status == "unknown"
    place = Place.objects.get(code="420107003011")
    actions.add_alias(place, "老三中")
    assert resolve("老三中宿舍2栋", qingshan).place == place
    actions.add_alias(Place.objects.get(code="420107003008"), "老三中")
    assert resolve("老三中宿舍2栋", qingshan).status == "ambiguous"


def test_a_place_no_longer_in_force_answers_as_the_one_it_went_into(qingshan: Place) -> None:
    old, new = Place.objects.get(code="420107003011"), Place.objects.get(code="420107003008")
    actions.succeed(old, new)
    assert resolve("光明社区", qingshan).place == new
    assert old not in queries.children(Place.objects.get(code="420107003"))


def test_only_the_first_address_asks_the_database(
    qingshan: Place, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with at_most(4):
        resolve("光明社区", qingshan)
    with at_most(0):
        resolve("119街坊", qingshan)
        suggest("光明", qingshan)


def test_suggestions_begin_with_the_closest(qingshan: Place) -> None:
    assert [place.short_name for place in suggest("光明", qingshan)] == ["光明社区", "光明攀建社区"]
    assert [place.short_name for place in suggest("社区", qingshan, limit=3)] != []
    assert len(suggest("社区", qingshan, limit=3)) == 3
    assert [place.short_name for place in suggest("１１９", qingshan)] == ["119街社区"]
    assert suggest("  ", qingshan) == []
