"""Enrolling members in communities: by their addresses, by hand, again; and what the coverage shows."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.people import actions, queries
from shangliang.people.models import Enrolment, Look, Person
from shangliang.places import resolve
from shangliang.places.models import Place
from tests.cast import DONGMEN, FAR, GUANGMING, OTHER_STREET, STREET, Cast, open_cast

Status = Enrolment.Status
DAY = dt.timedelta(days=1)
HOMES = {
    "沈见青": "青山区新沟桥街道光明社区3栋",
    "陆时遥": "武汉市青山区新沟桥街道",
    "何岭": "洪山区珞南街道某社区",
    "祁安": "某某路 9 号",
}


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def record(cast: Cast, name: str, home: str = "", work: str = "") -> Person:
    return actions.record_member(cast.office, key=f"K-{name}", name=name, given={"home": home, "work": work}).person


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    return {name: record(cast, name, home) for name, home in HOMES.items()}


def now(person: Person) -> Enrolment:
    return Enrolment.objects.select_related("place").get(person=person, until=None)


# --- one run ------------------------------------------------------------------------------------------


def test_all_are_enrolled_in_one_run_and_one_entry_with_a_reason_each(cast: Cast, people: dict[str, Person]) -> None:
    entries = Entry.objects.count()
    counts = actions.enrol(cast.office, cast.tenant)
    assert (counts["assigned"], counts["ambiguous"], counts["not_found"]) == (1, 1, 2)
    assert Entry.objects.count() == entries + 1
    row = now(people["沈见青"])
    assert row.place is not None
    assert (row.place.code, row.why) == (GUANGMING, "按住址：光明社区。")
    street = now(people["陆时遥"])
    assert street.why == "住址只认出新沟桥街道，没认出社区。"
    assert {Place.objects.get(pk=pk).code for pk in street.candidates} == {GUANGMING, DONGMEN}
    assert now(people["祁安"]).why == "住址里没认出青山区的街道或社区。"


def test_a_reason_and_the_entry_hold_no_word_of_an_address(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    written = [Entry.objects.order_by("-seq")[0].body, *Enrolment.objects.values_list("why", flat=True)]
    assert not re.search(r"3栋|某某路|9 号|珞南", "".join(written))


def test_an_address_in_another_district_is_said_to_be_there_and_the_place_of_work_is_taken(cast: Cast) -> None:
    elsewhere, at_work = (
        record(cast, "何岭", "武汉市洪山区某社区"),
        record(cast, "何澜", "武汉市洪山区某社区", "东门社区"),
    )
    actions.enrol(cast.office, cast.tenant)
    assert now(elsewhere).why == "住址在洪山区，不在青山区，也没有单位地址。"
    assert now(elsewhere).status == Status.NOT_FOUND
    found = now(at_work)
    assert found.place is not None
    assert (found.place.code, found.why) == (DONGMEN, "住址在洪山区，不在青山区，按单位地址：东门社区。")


def test_no_address_at_all_is_said_to_be_none(cast: Cast) -> None:
    person = record(cast, "祁宁")
    actions.enrol(cast.office, cast.tenant)
    assert now(person).why == "没有写住址，也没有单位地址。"


def test_a_second_run_changes_nothing(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    rows = Enrolment.objects.count()
    assert actions.enrol(cast.office, cast.tenant)["changed"] == 0
    assert Enrolment.objects.count() == rows


def test_what_was_settled_by_hand_stays_until_the_address_changes(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    person = people["祁安"]
    actions.settle(cast.office, person, cast.place(DONGMEN))
    assert actions.enrol(cast.office, cast.tenant)["kept"] == 1
    assert now(person).place == cast.place(DONGMEN)
    actions.record_member(cast.office, key="K-祁安", name="祁安", given={"phone": "13800000000"}, person=person)
    assert actions.enrol(cast.office, cast.tenant)["kept"] == 1  # a phone is no address
    actions.record_member(cast.office, key="K-祁安", name="祁安", given={"home": "南苑社区"}, person=person)
    assert actions.enrol(cast.office, cast.tenant)["kept"] == 0
    assert now(person).place == cast.place(FAR)


def test_the_old_enrolment_stays_for_its_days(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-02 09:00")
    person = record(cast, "沈见青", "光明社区")
    actions.enrol(cast.office, cast.tenant)
    freeze("2026-11-20 09:00")
    actions.record_member(cast.office, key="K-沈见青", name="沈见青", given={"home": "东门社区"}, person=person)
    actions.enrol(cast.office, cast.tenant)
    then, today = (queries.enrolment_of(person.pk, dt.date(2026, 11, day)) for day in (10, 20))
    assert then is not None
    assert today is not None
    assert (then.place.short_name, today.place.short_name) == ("光明社区", "东门社区")  # type: ignore[union-attr]


def test_who_has_left_is_enrolled_no_more(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    actions.leave(cast.office, people["沈见青"], clock.today())
    actions.enrol(cast.office, cast.tenant)
    assert queries.enrolment_of(people["沈见青"].pk) is None
    assert queries.enrolment_counts().members == 3


def test_a_city_enrols_in_the_communities_of_all_its_districts(cast: Cast) -> None:
    with scope(tenant=cast.tenant):
        open_cast("420111", "洪山区")
    city = actions.open_tenant(Place.objects.get(code="4201"), "武汉市", slug="wuhan")
    resolve.forget()
    with scope(tenant=city):
        system = type(cast.office)("system", city.pk)
        homes = {"沈见青": "青山区新沟桥街道光明社区", "陆时遥": "洪山区钢花村街道南苑社区"}
        for name, home in homes.items():
            actions.record_member(system, key=name, name=name, given={"home": home})
        actions.enrol(system, city)
        codes = Enrolment.objects.order_by("place__code").values_list("place__code", flat=True)
        assert list(codes) == [GUANGMING, FAR.replace("420107", "420111")]
        assert [one.place.short_name for one in queries.coverage(city)] == ["青山区", "洪山区"]
        assert queries.members().first().level == "city"  # type: ignore[union-attr]


def test_only_the_district_office_enrols_and_settles(cast: Cast, people: dict[str, Person]) -> None:
    with pytest.raises(NotAllowed):
        actions.enrol(cast.street, cast.tenant)
    with pytest.raises(NotAllowed):
        actions.settle(cast.convenor, people["祁安"], cast.place(DONGMEN))


def test_a_run_sends_few_statements_however_many_there_are(cast: Cast, at_most: Callable[[int], Any]) -> None:
    for number in range(30):
        record(cast, f"委员{number}", ("光明社区", "东门社区", "新沟桥街道")[number % 3])
    resolve.resolve("光明社区", cast.place("420107"))
    office = cast.office
    with at_most(12):
        actions.enrol(office, cast.tenant)
    assert queries.enrolment_counts().assigned == 20


# --- by hand ------------------------------------------------------------------------------------------


def test_settling_refuses_places_of_others_and_who_is_no_member(cast: Cast, people: dict[str, Person]) -> None:
    with pytest.raises(Refused, match="不是这里的社区"):
        actions.settle(cast.office, people["祁安"], Place.objects.get(code="4201"))
    stranger = cast.accounts["handler"].person
    assert stranger is not None
    with pytest.raises(Refused, match="今天不是委员"):
        actions.settle(cast.office, stranger, cast.place(DONGMEN))


def test_the_list_to_settle_shows_addresses_to_the_office_and_records_every_look(
    cast: Cast, people: dict[str, Person]
) -> None:
    actions.enrol(cast.office, cast.tenant)
    page = text(cast.client("office").get(cast.url("people:settle")).content)
    assert "某某路 9 号" in page
    assert "光明社区 新沟桥街道" in page  # a candidate
    assert "3栋" not in page  # settled by itself
    looked = set(Look.objects.values_list("subject", flat=True))
    assert looked == {people[name].pk for name in ("陆时遥", "何岭", "祁安")}
    for role in ("street", "convenor", "community"):
        assert cast.client(role).get(cast.url("people:settle")).status_code == 404


def test_the_list_to_settle_costs_the_same_with_many(cast: Cast, at_most: Callable[[int], Any]) -> None:
    for number in range(15):
        record(cast, f"委员{number}", ("新沟桥街道", "某某路 9 号")[number % 2])
    actions.enrol(cast.office, cast.tenant)
    office = cast.client("office")
    with at_most(12):
        assert "还有 15 位" in text(office.get(cast.url("people:settle")).content)


def test_several_are_settled_at_once_by_candidate_or_by_name(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    office, entries = cast.client("office"), Entry.objects.count()
    picks = {
        f"pick-{people['陆时遥'].pk}": cast.place(DONGMEN).pk,
        f"other-{people['祁安'].pk}": "钢花村街道南苑社区",
    }
    assert office.post(cast.url("people:settle"), picks).status_code == 302
    assert now(people["陆时遥"]).place == cast.place(DONGMEN)
    assert now(people["祁安"]).place == cast.place(FAR)
    assert now(people["祁安"]).by_hand
    assert Entry.objects.count() == entries + 2
    assert queries.enrolment_counts().unsettled == 1


def test_a_name_that_is_no_place_is_refused_beside_its_member_and_the_others_are_settled(
    cast: Cast, people: dict[str, Person]
) -> None:
    actions.enrol(cast.office, cast.tenant)
    picks = {
        f"pick-{people['陆时遥'].pk}": cast.place(DONGMEN).pk,
        f"other-{people['祁安'].pk}": "没有的社区",
    }
    response = cast.client("office").post(cast.url("people:settle"), picks)
    assert response.status_code == 422
    assert "没找到“没有的社区”" in response.content.decode()
    assert now(people["陆时遥"]).place == cast.place(DONGMEN)
    assert now(people["祁安"]).status == Status.NOT_FOUND


def test_a_community_is_suggested_with_its_street(cast: Cast) -> None:
    found = cast.client("office").get(cast.url("people:suggested"), {"q": "东门"}).json()
    assert found == {"places": ["新沟桥街道东门社区"]}
    assert cast.client("street").get(cast.url("people:suggested"), {"q": "东门"}).status_code == 404


def test_one_member_is_moved_by_hand_on_their_page(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    person = people["沈见青"]
    address = cast.url("people:settle_one", person_id=person.pk)
    assert cast.client("office").post(address, {"place": "东门社区"}).status_code == 302
    assert (now(person).place, now(person).by_hand) == (cast.place(DONGMEN), True)


def test_the_run_is_started_on_its_page_and_says_how_far_it_came(cast: Cast, people: dict[str, Person]) -> None:
    office: Client = cast.client("office")
    assert "把 4 位都认一遍" in text(office.get(cast.url("people:enrolment")).content)
    page = text(office.post(cast.url("people:enrolment"), follow=True).content)
    assert "编好了 1 位" in page
    assert "定下这 3 位" in page


# --- coverage -----------------------------------------------------------------------------------------


def test_the_coverage_names_who_is_where_and_which_communities_have_nobody(
    cast: Cast, people: dict[str, Person]
) -> None:
    actions.enrol(cast.office, cast.tenant)
    page = text(cast.client("office").get(cast.url("people:coverage")).content)
    assert "3 个社区，编入 1 位委员， 2 个社区还没有委员" in page
    assert "光明社区 1 沈见青" in page
    assert "东门社区 0 还没有委员" in page
    assert "新沟桥街道联络委 ，1 人" in page
    assert "还没有街道联络委" in page  # 钢花村街道


def test_the_coverage_of_an_earlier_day_is_what_it_was(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    yesterday = (clock.today() - DAY).isoformat()
    page = text(cast.client("office").get(cast.url("people:coverage"), {"on": yesterday}).content)
    assert "编入 0 位委员" in page


def test_the_coverage_can_be_taken_away_as_excel(cast: Cast, people: dict[str, Person]) -> None:
    actions.enrol(cast.office, cast.tenant)
    content = cast.client("office").get(cast.url("people:coverage_sheet")).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert ("青山区", "新沟桥街道", "新沟桥街道联络委", "光明社区", 1, "沈见青") in rows
    assert len(rows) == 4


def test_the_coverage_asks_five_questions_however_many_streets_there_are(
    cast: Cast, at_most: Callable[[int], Any]
) -> None:
    parent = cast.place(STREET)
    above = cast.place(OTHER_STREET).parent
    for street in range(10):
        code = f"4201079{street:02}"
        made = Place.objects.create(
            parent=above,
            level=4,
            name=f"第{street}街道",
            short_name=f"第{street}街道",
            code=code,
            path=f"42/4201/420107/{code}",
        )
        Place.objects.bulk_create(
            Place(
                parent=made,
                level=5,
                name=f"社区{n}",
                short_name=f"社区{n}",
                code=f"{code}{n:03}",
                path=f"{made.path}/{code}{n:03}",
            )
            for n in range(12)
        )
    with at_most(5):
        (district,) = queries.coverage(cast.tenant)
    assert (len(district.streets), district.communities) == (12, 123)
    assert parent in [street.place for street in district.streets]


# --- two at once, nobody yet --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "home", ["光明社区与东门社区之间", "新沟桥街道光明社区、东门社区", "光明社区和新沟桥街道东门社区交界处"]
)
def test_an_address_between_two_communities_offers_both(cast: Cast, home: str) -> None:
    person = record(cast, "沈见青", home)
    actions.enrol(cast.office, cast.tenant)
    row = now(person)
    assert (row.status, row.place) == (Status.AMBIGUOUS, None)
    assert {Place.objects.get(pk=pk).code for pk in row.candidates} == {GUANGMING, DONGMEN}


def test_a_community_whose_name_holds_that_of_another_is_not_taken_for_it(cast: Cast) -> None:
    beside = cast.place(GUANGMING)
    code = "420107003099"
    Place.objects.create(
        parent=beside.parent,
        level=5,
        name="光明攀建社区居委会",
        short_name="光明攀建社区",
        code=code,
        path=beside.path.rpartition("/")[0] + f"/{code}",
    )
    resolve.forget()
    both, one = record(cast, "沈见青", "光明攀建社区与光明社区之间"), record(cast, "陆时遥", "光明攀建社区和平里 3 号")
    actions.enrol(cast.office, cast.tenant)
    assert {Place.objects.get(pk=pk).code for pk in now(both).candidates} == {GUANGMING, code}
    assert now(one).place == Place.objects.get(code=code)


def test_without_members_the_page_says_what_comes_first(cast: Cast) -> None:
    page = text(cast.client("office").get(cast.url("people:enrolment")).content)
    assert "都认一遍" not in page
    assert "先导入名册" in page
