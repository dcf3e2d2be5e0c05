"""The pages of members: who is found, who may see how to reach them, and what each look leaves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.models import Entry
from shangliang.people import actions, queries
from shangliang.people.models import Account, Body, Enrolment, Look, Member, Membership, Person
from shangliang.people.private import private_of
from tests.cast import Cast
from tests.people.lists import HEADINGS, LU, SHEN, changed, xlsx

DAY = dt.timedelta(days=1)
GIVEN = {"sector": "教育界", "specialties": ["法律"], "phone": "13800000012", "home": "光明社区3栋"}
FORM = {"name": "沈见青", "role": "member", "level": "district", "sector": "教育界"}


@pytest.fixture
def office(cast: Cast) -> Client:
    return cast.client("office")


def recorded(cast: Cast, key: str = "012", name: str = "沈见青", **given: Any) -> Person:
    return actions.record_member(cast.office, key=key, name=name, given=GIVEN | given).person


def sits(cast: Cast, person: Person, body: str, duty: str = "member") -> None:
    actions.seat(cast.office, person, cast.body(body), duty)


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


# --- the list -----------------------------------------------------------------------------------------


def test_members_are_found_by_name_key_sector_specialty_and_body(cast: Cast, office: Client) -> None:
    shen = recorded(cast)
    recorded(cast, "013", "陆时遥", sector="医药卫生界", specialties=["儿科"], languages=["手语"])
    sits(cast, shen, "新沟桥街道联络委")
    address = cast.url("people:members")
    for asked in ({"q": "沈见"}, {"q": "012"}, {"sector": "教育界"}, {"specialty": "法"}, {"body": "联络委"}):
        page = office.get(address, asked).content.decode()
        assert "沈见青" in page, asked
        assert "陆时遥" not in page, asked
    assert "陆时遥" in office.get(address, {"specialty": "手语"}).content.decode()
    assert "没找到这样的委员" in office.get(address, {"q": "没有此人"}).content.decode()


def test_the_list_never_shows_a_phone_or_an_address(cast: Cast, office: Client) -> None:
    recorded(cast)
    page = office.get(cast.url("people:members")).content.decode()
    assert "13800000012" not in page
    assert "3栋" not in page


def test_the_list_of_an_earlier_day_shows_who_was_a_member_then(
    cast: Cast, office: Client, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-02 09:00")
    person = recorded(cast)
    freeze("2026-11-20 09:00")
    actions.leave(cast.office, person, clock.today())
    client = cast.client("office")
    assert "沈见青" not in client.get(cast.url("people:members")).content.decode()
    assert "沈见青" in client.get(cast.url("people:members"), {"on": "2026-11-19"}).content.decode()
    assert "沈见青" not in client.get(cast.url("people:members"), {"on": "2026-11-01"}).content.decode()


def test_the_list_costs_the_same_with_many_members(cast: Cast, office: Client, at_most: Callable[[int], Any]) -> None:
    rows = [(f"{n:04}", f"委员{n}", "工商联界", "", "", "", "光明社区", "新沟桥街道") for n in range(90)]
    actions.import_members(cast.office, cast.tenant, _read(rows))
    with at_most(11):
        page = text(office.get(cast.url("people:members")).content)
    assert "90 位" in page
    assert "第 1 页，共 3 页" in page


# --- one member ---------------------------------------------------------------------------------------


def test_a_members_page_shows_what_was_so_and_keeps_contact_one_click_away(
    cast: Cast, office: Client, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-02 09:00")
    person = recorded(cast)
    freeze("2026-11-20 09:00")
    actions.record_member(cast.office, key="012", name="沈见青", given={"sector": "法律界"}, person=person)
    page = text(cast.client("office").get(cast.url("people:member", person_id=person.pk)).content)
    assert "教育界" in page
    assert "法律界" in page
    assert "13800000012" not in page
    assert not Look.objects.exists()


def test_each_look_at_how_to_reach_a_member_is_recorded(cast: Cast, office: Client) -> None:
    person = recorded(cast)
    page = office.get(cast.url("people:member_contact", person_id=person.pk)).content.decode()
    assert "13800000012" in page
    assert "光明社区3栋" in page
    office.get(cast.url("people:change_member", person_id=person.pk))
    looks = Look.objects.filter(subject=person.pk).order_by("at", "pk")
    assert [(look.person_id, look.what, look.reason) for look in looks] == [
        (cast.office.person_id, "contact", "member"),
        (cast.office.person_id, "contact", "change"),
    ]


def test_who_runs_a_body_the_member_sits_in_sees_how_to_reach_them(cast: Cast) -> None:
    person = recorded(cast)
    convenor = cast.client("convenor")
    address = cast.url("people:member_contact", person_id=person.pk)
    assert convenor.get(address).status_code == 404
    sits(cast, person, "同光委员工作室")
    page = convenor.get(address).content.decode()
    assert "13800000012" in page
    assert "家庭住址" not in page  # that is for who enrols them
    assert "家庭住址" in cast.client("office").get(address).content.decode()
    assert Look.objects.order_by("at")[0].person_id == cast.convenor.person_id
    for seat in Membership.objects.filter(person=person):
        actions.end_seat(cast.office, seat.pk, clock.today())
    assert convenor.get(address).status_code == 404


@pytest.mark.parametrize("role", ["community", "neighbour", "street", "member", "handler", "citymanager", "operator"])
def test_nobody_without_duty_sees_a_member_or_how_to_reach_them(cast: Cast, role: str) -> None:
    person = recorded(cast)
    sits(cast, person, "同光委员工作室")
    client = cast.client(role)
    for name in ("people:member", "people:member_contact", "people:change_member", "people:settle_one", "people:leave"):
        assert client.get(cast.url(name, person_id=person.pk)).status_code == 404, name
    assert not Look.objects.exists()


# --- recording, changing, leaving ---------------------------------------------------------------------


def test_a_member_is_added_with_a_form_and_needs_no_account(cast: Cast, office: Client) -> None:
    given = FORM | {"key": "012", "specialties": "法律、调解", "phone": "１３８００００００１２", "on": clock.today()}
    assert office.post(cast.url("people:new_member"), given).status_code == 302
    row = queries.members(words="沈见青").get()
    assert (row.specialties, private_of(row).phone) == (["法律", "调解"], "13800000012")
    assert not Account.objects.filter(person=row.person_id).exists()
    entry = Entry.objects.order_by("-seq")[0]
    assert entry.kind == "member.recorded"
    assert "13800000012" not in entry.body


def test_a_key_that_somebody_has_is_refused_beside_its_field(cast: Cast, office: Client) -> None:
    recorded(cast)
    given = FORM | {"key": "012", "name": "陆时遥", "on": clock.today()}
    response = office.post(cast.url("people:new_member"), given)
    assert response.status_code == 422
    assert "编号 012 已经有了：沈见青" in response.content.decode()


def test_a_change_begins_a_row_and_the_entry_names_the_fields_only(
    cast: Cast, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-02 09:00")
    person = recorded(cast)
    freeze("2026-11-20 09:00")
    given = FORM | {
        "sector": "法律界",
        "home": "东门社区",
        "phone": "13800000012",
        "specialties": "法律",
        "on": "2026-11-20",
    }
    cast.client("office").post(cast.url("people:change_member", person_id=person.pk), given)
    old, new = Member.objects.filter(person=person).order_by("since")
    assert (old.until, new.since, new.sector) == (dt.date(2026, 11, 19), dt.date(2026, 11, 20), "法律界")
    entry = Entry.objects.order_by("-seq")[0]
    assert '"changed":["home","sector"]' in entry.body
    assert "东门" not in entry.body


def test_a_change_in_the_past_is_refused(cast: Cast) -> None:
    person = recorded(cast)
    with pytest.raises(Refused, match="过去的事不改"):
        actions.record_member(
            cast.office, key="012", name="沈见青", given={"sector": "法律界"}, on=clock.today() - DAY, person=person
        )


def test_saving_without_a_change_leaves_no_row_and_no_entry(cast: Cast) -> None:
    person = recorded(cast)
    entries = Entry.objects.count()
    actions.record_member(cast.office, key="012", name="沈见青", given=GIVEN, person=person)
    assert (Member.objects.count(), Entry.objects.count()) == (1, entries)


def test_leaving_ends_rows_seats_and_enrolment_from_that_day_in_one_entry(cast: Cast, office: Client) -> None:
    person = recorded(cast)
    sits(cast, person, "新沟桥街道联络委")
    actions.settle(cast.office, person, cast.place("420107003011"))
    off, entries = clock.today() + 3 * DAY, Entry.objects.count()
    assert office.post(cast.url("people:leave", person_id=person.pk), {"off": off}).status_code == 302
    assert queries.member_of(person.pk, off - DAY) is not None
    assert queries.member_of(person.pk, off) is None
    assert not Membership.objects.filter(queries.in_force(off), person=person).exists()
    assert Enrolment.objects.get(person=person).until == off - DAY
    assert Entry.objects.count() == entries + 1
    again = office.post(cast.url("people:leave", person_id=person.pk), {"off": off})
    assert "已经不是委员了" in again.content.decode()


def test_leaving_yesterday_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="最早从今天起"):
        actions.leave(cast.office, recorded(cast), clock.today() - DAY)


def test_only_the_district_office_records_members_or_lets_them_leave(cast: Cast) -> None:
    person = recorded(cast)
    with pytest.raises(NotAllowed):
        actions.record_member(cast.convenor, key="099", name="某人", given={})
    with pytest.raises(NotAllowed):
        actions.leave(cast.street, person, clock.today())


def test_a_member_without_a_log_in_gets_a_seat_by_name_or_key(cast: Cast, office: Client) -> None:
    person = recorded(cast)
    recorded(cast, "013", "陆时遥")
    recorded(cast, "014", "陆时遥")
    body = cast.body("同光委员工作室")
    address = cast.url("people:give_seat", body_id=body.pk)
    given = {"duty": "member", "since": clock.today()}
    assert office.post(address, given | {"member": "沈见青"}).status_code == 302
    assert Membership.objects.get(person=person).body == body
    assert "有几位叫“陆时遥”，写编号：013" in office.post(address, given | {"member": "陆时遥"}).content.decode()
    assert "名册里没有" in office.post(address, given | {"member": "没有此人"}).content.decode()
    assert "写一位名册里的委员" in office.post(address, given).content.decode()
    assert "沈见青" in office.get(cast.url("people:body", body_id=body.pk)).content.decode()


# --- the list of the office ---------------------------------------------------------------------------


def _read(rows: Any) -> Any:
    from shangliang.people.member_import import read

    return read(xlsx(rows))


def send(cast: Cast, client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("名册.xlsx", content)
    response = client.post(cast.url("people:member_list"), {"file": file, "on": clock.today()})
    return response.headers.get("Location", "")


def test_a_list_is_looked_at_first_and_brought_in_when_confirmed(cast: Cast, office: Client) -> None:
    at = send(cast, office, xlsx([SHEN, changed(LU, 手机="1380")]))
    page = text(office.get(at).content)
    assert "新来 1 位" in page
    assert "3 手机 手机号应当是 11 位" in page
    assert not Member.objects.exists()
    assert "名册导入好了" in text(office.post(at).content)
    assert [row.person.name for row in queries.members()] == ["沈见青"]


def test_a_change_is_shown_field_by_field_and_a_private_one_only_as_changed(
    cast: Cast, office: Client, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-02 09:00")
    actions.import_members(cast.office, cast.tenant, _read([SHEN]))
    freeze("2026-11-20 09:00")
    client = cast.client("office")
    page = text(client.get(send(cast, client, xlsx([changed(SHEN, 界别="法律界", 家庭住址="东门社区9栋")]))).content)
    assert "界别：教育界 → 法律界" in page
    assert "家庭住址有变" in page
    assert "9栋" not in page


def test_who_is_asked_for_is_answered_on_the_page(cast: Cast, office: Client) -> None:
    actions.import_members(cast.office, cast.tenant, _read([SHEN]))
    at = send(cast, office, xlsx([changed(SHEN, 编号="", 手机="", 家庭住址="", 界别="法律界")]))
    assert "这几位是谁，请您定" in office.get(at).content.decode()
    office.post(at, {"who-2": "key:012"})
    assert Member.objects.get().sector == "法律界"


def test_bodies_that_are_missing_are_opened_only_with_the_box_ticked(cast: Cast, office: Client) -> None:
    at = send(cast, office, xlsx([changed(SHEN, 街道联络委="钢花村街道")]))
    assert "表里写了、这里还没有的单位" in office.get(at).content.decode()
    office.post(at)
    assert not Member.objects.exists()
    office.post(at, {"open": "yes"})
    assert Body.objects.filter(name="钢花村街道联络委").exists()
    assert Member.objects.count() == 1


def test_a_file_that_is_no_list_is_refused_beside_the_field(cast: Cast, office: Client) -> None:
    file = SimpleUploadedFile("名册.xlsx", xlsx([("灯坏了",)], ("内容",)))
    response = office.post(cast.url("people:member_list"), {"file": file, "on": clock.today()})
    assert response.status_code == 422
    assert "至少有“姓名”" in response.content.decode()


def test_the_template_explains_itself_and_can_be_brought_in(cast: Cast, office: Client) -> None:
    import io

    content = office.get(cast.url("people:member_list_template")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["委员名册", "怎么填"]
    page = text(office.get(send(cast, office, content)).content)
    assert "新来 1 位" in page
    assert "不认识，不读" not in page


def test_a_note_of_somebody_else_opens_no_list(cast: Cast, office: Client) -> None:
    at = send(cast, office, xlsx([SHEN]))
    assert office.get(at + "x/").status_code == 404
    assert cast.client("street").get(at).status_code == 404


# --- guidance, parts of a body ------------------------------------------------------------------------


def committee(cast: Cast) -> Body:
    return actions.open_body(cast.office, Body.Kind.SPECIAL_COMMITTEE, "社会法制委", cast.body("区房管局").place)


def test_a_committee_guides_a_studio_and_both_pages_say_so(cast: Cast, office: Client) -> None:
    guide, studio = committee(cast), cast.body("同光委员工作室")
    given = {"guide": guide.name, "what": "法律咨询", "since": clock.today()}
    assert office.post(cast.url("people:guide", body_id=studio.pk), given).status_code == 302
    assert "社会法制委" in office.get(cast.url("people:body", body_id=studio.pk)).content.decode()
    assert "同光委员工作室" in office.get(cast.url("people:body", body_id=guide.pk)).content.decode()
    (row,) = queries.guidance_of(studio)[0]
    assert office.post(cast.url("people:end_guidance", guidance_id=row.pk), {"off": clock.today()}).status_code == 302
    assert queries.guidance_of(studio) == ([], [])


def test_guiding_oneself_twice_or_in_a_circle_is_refused(cast: Cast) -> None:
    guide, studio = committee(cast), cast.body("同光委员工作室")
    actions.guide(cast.office, guide, studio)
    for one, other in ((guide, guide), (guide, studio), (studio, guide)):
        with pytest.raises(Refused):
            actions.guide(cast.office, one, other)
    with pytest.raises(NotAllowed):
        actions.guide(cast.street, studio, cast.body("新沟桥街道联络委"))


def test_a_party_branch_stands_under_its_committee_with_a_first_secretary(cast: Cast, office: Client) -> None:
    above = cast.body("新沟桥街道联络委")
    given = {"kind": "party_branch", "name": "新沟桥功能型党支部", "under": above.name}
    assert office.post(cast.url("people:new_body"), given).status_code == 302
    branch = cast.body("新沟桥功能型党支部")
    assert branch.under_id == above.pk
    sits(cast, recorded(cast), branch.name, "first_secretary")
    assert "第一书记" in office.get(cast.url("people:body", body_id=branch.pk)).content.decode()
    assert branch.name in office.get(cast.url("people:body", body_id=above.pk)).content.decode()
    wrong = office.post(cast.url("people:new_body"), given | {"name": "另一个", "under": "没有的单位"})
    assert "没有叫“没有的单位”的单位" in wrong.content.decode()


def test_what_is_headed_by_nobody_known_is_not_found(cast: Cast, office: Client) -> None:
    unknown = UUID(int=7)
    for name in ("member", "member_contact", "change_member", "leave", "settle_one"):
        assert office.get(cast.url(f"people:{name}", person_id=unknown)).status_code == 404
    assert office.get(cast.url("people:guide", body_id=unknown)).status_code == 404
    assert len(HEADINGS) == 8
