"""Addresses with typing errors: how many go to the right community, and that none goes to a wrong one unseen.

The figures are measured with invented members (`addresses.py`), by seeds that nothing was tuned with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from shangliang.places import actions, names
from shangliang.places.addresses import AddressReader
from shangliang.places.index import Index, Resolution
from shangliang.places.models import Place
from shangliang.places.resolve import address_reader, resolve, resolve_address
from tests.places import addresses
from tests.places.addresses import Member

MEMBERS = 2_455
HELD_OUT = (7101, 7102, 7103, 7104)


@dataclass
class Score:
    """What became of many members."""

    right: int = 0
    count: int = 0
    wrong: list[tuple[Member, Resolution]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / self.count


def scores(reader: AddressReader, members: list[Member]) -> tuple[Score, Score]:
    """Of the members with well-formed addresses, and of those with an error in them."""
    formed, damaged = Score(), Score()
    for member in members:
        score = damaged if member.damage else formed
        meant = reader.resolve(member.address)
        place = meant.place if meant.place and meant.place.level == Place.Level.COMMUNITY else None
        score.count += 1
        score.right += place is not None and place.code == member.code
        if place is not None and place.code != member.code:
            score.wrong.append((member, meant))
    return formed, damaged


def written_out(address: str, place: Place | None) -> bool:
    """Whether the address has the place's own word in it: an error made one real name into another."""
    assert place is not None
    return names.comparable(names.stem_of(place.short_name)).plain in names.comparable(address).plain


@pytest.fixture
def guiyang(db: None) -> Place:
    return actions.load("5201")


def codes(places: tuple[Place, ...]) -> set[str]:
    return {place.code for place in places}


def test_the_same_seed_makes_the_same_members_and_another_others() -> None:
    first = addresses.members("610102", 1, 50)
    assert first == addresses.members("610102", 1, 50)
    assert first != addresses.members("610102", 2, 50)
    assert {member.damage for member in addresses.members("610102", 1, 500)} == {"", *addresses.DAMAGES}


@pytest.mark.parametrize(
    ("area", "seeds", "damaged_bar"),
    [
        ("5201", HELD_OUT, 0.90),
        # Cities with thousands of villages: where a sign of a short name is left out, several others fit as well.
        ("4201", HELD_OUT[:2], 0.85),
        ("3714", HELD_OUT[:2], 0.85),
        ("420107", HELD_OUT[:2], 0.90),
        ("610102", HELD_OUT[:2], 0.90),
    ],
)
def test_nearly_all_addresses_go_to_the_right_community(
    db: None, area: str, seeds: tuple[int, ...], damaged_bar: float
) -> None:
    reader = address_reader(actions.load(area))
    members = [member for seed in seeds for member in addresses.members(area, seed, MEMBERS)]
    formed, damaged = scores(reader, members)
    assert formed.share >= 0.99
    assert formed.wrong == []
    assert damaged.share >= damaged_bar
    for member, meant in damaged.wrong:
        assert meant.guess is None, member
        assert written_out(member.address, meant.place), member
    assert len(damaged.wrong) <= len(members) / 1000


@pytest.mark.parametrize("area", ["5201", "4201", "420107", "610102"])
def test_an_address_that_names_another_city_or_district_is_never_taken(db: None, area: str) -> None:
    reader = address_reader(actions.load(area))
    for seed in HELD_OUT:
        for address in addresses.foreigners(area, seed, 300):
            place = reader.resolve(address).place
            assert place is None or place.level < Place.Level.COMMUNITY, address


@pytest.mark.parametrize("area", ["5201", "4201"])
def test_a_community_that_nobody_knows_is_seldom_taken_for_another(db: None, area: str) -> None:
    reader = address_reader(actions.load(area))
    strangers = [address for seed in HELD_OUT for address in addresses.strangers(area, seed, 500)]
    taken = [address for address in strangers if (place := reader.resolve(address).place) and place.level == 5]
    assert len(taken) < 0.02 * len(strangers)


@pytest.mark.parametrize(
    ("address", "code", "typed", "meant"),
    [
        ("贵阳市南明区花果园街道松山南陆社区12栋3单元", "520102031001", "松山南陆社区", "松山南路社区"),  # ear
        ("花果园街道松出南路社区", "520102031001", "松出南路社区", "松山南路社区"),  # eye
        ("南明区松山南社区", "520102031001", "松山南社区", "松山南路社区"),  # left out
        ("南明区松松山南路社区", "520102031001", "松松山南路社区", "松山南路社区"),  # doubled
        ("南明区松南山路社区", "520102031001", "松南山路社区", "松山南路社区"),  # swapped
        ("南明松区山南路社区", "520102031001", "松区", "区松"),  # swapped between two names
        ("花果圆街道松山南路社区", "520102031001", "花果圆街道", "花果园街道"),  # in the street
        ("貴陽市南明區花菓園街道松山南路社區", "520102031001", "花果圆街道", "花果园街道"),
        ("贵洋市南明区松山南路社区", "520102031001", "贵洋市", "贵阳市"),
        ("花果园街道办事处松山南路设区居委会", "520102031001", "松山南路设区", "松山南路社区"),
    ],
)
def test_one_typing_error_is_seen_through_and_told(
    guiyang: Place, address: str, code: str, typed: str, meant: str
) -> None:
    found = resolve_address(address, guiyang)
    assert found.place is not None
    assert found.place.code == code
    if "菓" not in address:  # 菓 is an older way to write 果, and no error
        assert found.guess == (typed, meant)


@pytest.mark.parametrize(
    "address",
    [
        "花果园街道松山南路社区12栋",
        "花果园松山南路12栋",
        "花果园街道办事处松山南路社区居民委员会(3组)",
        "花果园街道办松山南路社区",
        "贵阳 南明 花果园 松山南路社区",
        "贵阳市南明区花果园大街1号松山南路社区",
        "地址：贵州省贵阳市南明区（花果园街道）松山南路社区服务中心",
        "家住南明区松山南路社区",
        "５２０，花果园街道松山南路社区",
        "貴陽市南明區花果園街道松山南路社區",
    ],
)
def test_the_forms_people_write_are_no_errors(guiyang: Place, address: str) -> None:
    found = resolve_address(address, guiyang)
    assert found.place is not None
    assert (found.place.code, found.guess) == ("520102031001", None)


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("小碧乡云盘村", "云盘村"),
        ("小碧云盘", "云盘村"),
        ("南明区小碧布依族苗族乡人民政府云盘村2组", "云盘村"),
        ("南明区小碧布衣族苗族乡云盘村", "云盘村"),
    ],
)
def test_a_township_of_several_peoples_is_said_by_its_own_word(guiyang: Place, address: str, short: str) -> None:
    found = resolve_address(address, guiyang)
    assert found.place is not None
    assert found.place.short_name == short


def test_namesakes_are_asked_about_unless_street_or_district_tells(guiyang: Place) -> None:
    asked = resolve_address("贵阳市新华社区3栋", guiyang)
    assert (asked.status, len(asked.candidates)) == ("ambiguous", 2)
    found = resolve_address("息烽县新华社区3栋", guiyang)
    assert found.place is not None
    assert {found.place.code} < codes(asked.candidates)


@pytest.mark.parametrize(
    "address",
    [
        "南明区花果园街道幸福社区",  # there is one, but in 乌当区
        "南明区幸福社区",
        "温水镇，幸福社区",  # a town that is not here
        "青岩镇街村1组",  # 南街村, 西街村, 北街村
        "贵阳市石板村一",  # 石板一村, or 石板村 with something behind it
        "六广镇广村",  # 六广村, 广城村, 广田村
    ],
)
def test_what_may_be_several_is_asked_about(guiyang: Place, address: str) -> None:
    found = resolve_address(address, guiyang)
    assert (found.status, found.place) == ("ambiguous", None)
    assert found.candidates


@pytest.mark.parametrize(
    ("address", "elsewhere"),
    [
        ("遵义市红花岗区幸福社区", "遵义市"),
        ("贵州省遵义市幸福社区", "遵义市"),
        ("遵义 幸福社区", "遵义"),
        ("都匀市幸福社区", "都匀市"),
        ("上海市浦东新区花果园街道松山南路社区", "上海市"),
        ("黔南布依族苗族自治州幸福社区", "黔南布依族苗族自治州"),
        ("黔南州幸福社区", "黔南州"),
    ],
)
def test_what_lies_elsewhere_is_told(guiyang: Place, address: str, elsewhere: str) -> None:
    found = resolve_address(address, guiyang)
    assert (found.status, found.place, found.elsewhere) == ("unknown", None, elsewhere)


@pytest.mark.parametrize("address", ["", "12栋3单元", "某某小区", "贵阳市南明区", "贵阳市经济技术开发区"])
def test_an_address_without_a_community_is_unknown(guiyang: Place, address: str) -> None:
    assert resolve_address(address, guiyang).status == "unknown"


def test_free_text_is_read_without_guessing(guiyang: Place) -> None:
    assert resolve("南明区松山南陆社区", guiyang).status == "unknown"


def test_every_community_is_found_by_its_full_name(guiyang: Place) -> None:
    reader = address_reader(guiyang)
    places = {place.pk: place for place in reader.index.places}
    for place in reader.index.places:
        if place.level == Place.Level.COMMUNITY and not place.statistical_only and place.parent_id:
            street = places[place.parent_id]
            assert street.parent_id
            found = reader.resolve(f"贵阳市{places[street.parent_id].name}{street.name}{place.name}8号")
            assert place in found.candidates


def test_an_alias_is_read_with_an_error_too(qingshan: Place) -> None:
    actions.add_alias(Place.objects.get(code="420107003011"), "向阳花大院")
    found = resolve_address("青山区新沟桥街道向洋花大院", qingshan)
    assert found.place is not None
    assert found.place.short_name == "光明社区"


def test_an_index_of_nothing_reads_nothing() -> None:
    assert AddressReader(Index([], [], [], [])).resolve("光明社区").status == "unknown"
