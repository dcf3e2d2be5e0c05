"""The district office's pages of bodies and seats: what they write, what they refuse, and what rights follow."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions as delivery
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.people import actions
from shangliang.people.models import Account, Body, Membership
from shangliang.people.queries import actor_of
from tests.cast import Cast

Duty = Membership.Duty
DAY = dt.timedelta(days=1)


def last_kind(cast: Cast) -> str:
    return Entry.objects.order_by("-seq").values_list("kind", flat=True)[0]


def seat_of(cast: Cast, role: str) -> Membership:
    return Membership.objects.select_related("body", "person").get(person=cast.accounts[role].person_id)


@pytest.fixture
def office(cast: Cast) -> Client:
    return cast.client("office")


# --- bodies -----------------------------------------------------------------------------------------


def test_the_list_names_bodies_by_kind_with_who_sits_there(cast: Cast, office: Client) -> None:
    page = office.get(cast.url("people:bodies")).content.decode()
    assert page.index("青山区政协办公室") < page.index("新沟桥街道") < page.index("光明社区") < page.index("区房管局")
    assert "沈青" in page
    assert "社区工作人员" in page


def test_the_list_is_narrowed_by_kind_by_place_and_by_the_name_of_a_person(cast: Cast, office: Client) -> None:
    address = cast.url("people:bodies")
    departments = office.get(address, {"kind": "department"}).content.decode()
    assert "区房管局" in departments
    assert "光明社区" not in departments
    by_place = office.get(address, {"q": "新沟桥"}).content.decode()
    assert "东门社区" in by_place  # lies in that street
    assert "南苑社区" not in by_place
    by_name = office.get(address, {"q": "孟川"}).content.decode()
    assert "区房管局" in by_name
    assert "区城管执法局" not in by_name
    assert "没找到" in office.get(address, {"q": "水利部"}).content.decode()


def test_the_list_shows_who_sat_there_on_an_earlier_day(cast: Cast, office: Client) -> None:
    actions.end_seat(cast.office, seat_of(cast, "community").pk, clock.today())
    address = cast.url("people:bodies")
    assert "沈青" not in office.get(address, {"q": "光明社区"}).content.decode()
    yesterday = (clock.today() - DAY).isoformat()
    assert "沈青" in office.get(address, {"q": "光明社区", "on": yesterday}).content.decode()


def test_a_new_body_is_opened_in_one_entry(cast: Cast, office: Client) -> None:
    given = {"kind": "department", "name": "区水务局", "phone": "027-0000-0055", "sign_off": "科室\n领导"}
    before = Entry.objects.count()
    assert office.post(cast.url("people:new_body"), given).status_code == 302
    body = cast.body("区水务局")
    assert (body.place.short_name, body.phone, body.sign_off) == ("青山区", "027-0000-0055", ["科室", "领导"])
    assert (last_kind(cast), Entry.objects.count()) == ("body.opened", before + 1)


def test_a_body_of_a_name_that_is_there_is_refused_and_nothing_typed_is_lost(cast: Cast, office: Client) -> None:
    given = {"kind": "department", "name": "区房管局", "address": "和平大道 1 号"}
    response = office.post(cast.url("people:new_body"), given)
    page = response.content.decode()
    assert response.status_code == 422
    assert "已经有叫“区房管局”的单位" in page
    assert "和平大道 1 号" in page


def test_a_second_district_office_cannot_be_opened(cast: Cast, office: Client) -> None:
    response = office.post(cast.url("people:new_body"), {"kind": "district_office", "name": "另一个办公室"})
    assert response.status_code == 422
    assert not Body.objects.filter(name="另一个办公室").exists()


def test_changing_how_to_reach_a_body_names_the_fields_and_not_their_text(cast: Cast, office: Client) -> None:
    body = cast.body("光明社区")
    office.post(cast.url("people:body", body_id=body.pk), {"phone": "027-0000-0077", "hours": "工作日"})
    assert cast.body("光明社区").phone == "027-0000-0077"
    line = timeline(body.pk)[0]
    assert (line.entry.kind, line.facts) == ("body.changed", {"changed": ["hours", "phone"]})
    before = Entry.objects.count()
    office.post(cast.url("people:body", body_id=body.pk), {"phone": "027-0000-0077", "hours": "工作日"})
    assert Entry.objects.count() == before  # nothing changed, nothing noted


def test_the_phone_of_the_district_office_is_that_at_the_foot_of_every_page(cast: Cast, office: Client) -> None:
    body = cast.body("青山区政协办公室")
    office.post(cast.url("people:body", body_id=body.pk), {"phone": "027-0000-0088", "hours": "天天"})
    assert "027-0000-0088" in Client().get(f"/{cast.tenant.slug}/").content.decode()


def test_two_steps_of_sign_off_with_one_name_are_refused(cast: Cast, office: Client) -> None:
    response = office.post(cast.url("people:body", body_id=cast.body("区房管局").pk), {"sign_off": "科室\n科室"})
    assert response.status_code == 422
    assert "有两步同名" in response.content.decode()


def test_a_step_that_nobody_may_sign_is_pointed_out(cast: Cast, office: Client) -> None:
    address = cast.url("people:body", body_id=cast.body("区房管局").pk)
    assert "还没有人能签" not in office.get(address).content.decode()
    office.post(address, {"sign_off": "科室\n法制\n领导"})
    assert "“法制”这一步还没有人能签" in office.get(address).content.decode()


# --- closing ----------------------------------------------------------------------------------------


def test_a_body_that_still_holds_something_is_not_closed_and_says_how_much(cast: Cast, office: Client) -> None:
    row = cast.handed()
    address = cast.url("delivery:close_body", body_id=row.body_id)
    assert "没答复的交办 1 件" in office.get(address).content.decode()
    response = office.post(address, {"on": clock.today().isoformat()})
    assert response.status_code == 422
    assert "没了结的事 1 件、没答复的交办 1 件" in response.content.decode()
    assert cast.body("区城管执法局").closed_on is None


def test_a_promise_still_to_come_keeps_its_body_open(cast: Cast) -> None:
    cast.promised(clock.today() + 30 * DAY)
    with pytest.raises(Refused, match="没到期的承诺 1 个"):
        delivery.close_body(cast.office, cast.body("区城管执法局"), clock.today())


def test_a_closed_body_gives_its_people_no_rights_any_more(cast: Cast, office: Client) -> None:
    body = cast.body("区房管局")
    assert cast.client("handler").get(cast.url("desk:queue")).status_code == 200
    response = office.post(cast.url("delivery:close_body", body_id=body.pk), {"on": clock.today().isoformat()})
    assert response.status_code == 302
    assert timeline(body.pk)[0].entry.kind == "body.closed"
    assert cast.handler.seats == ()
    assert cast.client("handler").get(cast.url("desk:queue")).status_code == 404


def test_a_body_is_not_closed_ahead_of_its_day_nor_twice(cast: Cast) -> None:
    body = cast.body("区房管局")
    with pytest.raises(Refused, match="到了那一天"):
        delivery.close_body(cast.office, body, clock.today() + DAY)
    delivery.close_body(cast.office, body, clock.today())
    with pytest.raises(Refused, match="已经关了"):
        delivery.close_body(cast.office, cast.body("区房管局"), clock.today())


def test_the_district_office_is_never_closed(cast: Cast) -> None:
    with pytest.raises(Refused, match="不能关"):
        delivery.close_body(cast.office, cast.body("青山区政协办公室"), clock.today())


# --- seats ------------------------------------------------------------------------------------------


def give(cast: Cast, office: Client, body: str, **given: object) -> str:
    data = {"since": clock.today().isoformat(), **given}
    return office.post(cast.url("people:give_seat", body_id=cast.body(body).pk), data).content.decode()


def test_somebody_new_gets_a_log_in_whose_password_is_shown_once_and_works_until_changed(
    cast: Cast, office: Client
) -> None:
    page = give(cast, office, "光明社区", username="luo.wei", name="罗薇", duty="community_staff")
    password = page.split('初始密码</dt><dd><code class="secret">')[1].split("<")[0]
    kinds = list(Entry.objects.order_by("-seq").values_list("kind", flat=True)[:2])
    assert kinds == ["seat.given", "account.opened"]
    assert password not in office.get(cast.url("people:body", body_id=cast.body("光明社区").pk)).content.decode()
    browser = Client()
    assert browser.post("/accounts/login/", {"login": "luo.wei", "password": password}).status_code == 302
    assert browser.get(cast.url("desk:queue"))["Location"] == "/accounts/password/change/"
    change = {"oldpassword": password, "password1": password, "password2": password}
    assert "换一个只有您自己知道的" in browser.post("/accounts/password/change/", change).content.decode()
    change |= {"password1": "hen-chang-de-mima", "password2": "hen-chang-de-mima"}
    assert browser.post("/accounts/password/change/", change)["Location"] == "/home/"
    assert browser.get(cast.url("desk:queue")).status_code == 200


def test_no_entry_about_people_holds_a_name_or_a_password(cast: Cast, office: Client) -> None:
    give(cast, office, "光明社区", username="luo.wei", name="罗薇", duty="community_staff")
    bodies = " ".join(Entry.objects.values_list("body", flat=True))
    assert "罗薇" not in bodies
    assert "luo.wei" not in bodies


def test_a_person_in_several_bodies_has_all_their_rights(cast: Cast, office: Client) -> None:
    username = cast.accounts["community"].username
    give(cast, office, "区房管局", username=username, duty="handler")
    assert {seat.body_name for seat in cast.community.seats} == {"光明社区", "区房管局"}
    row = cast.handed(body="区房管局")
    assert cast.client("community").get(cast.url("delivery:take_in_hand", hand_over_id=row.pk)).status_code == 200


def test_a_seat_to_come_gives_nothing_yet(cast: Cast, office: Client) -> None:
    tomorrow = clock.today() + DAY
    give(
        cast, office, "区房管局", username=cast.accounts["member"].username, duty="handler", since=tomorrow.isoformat()
    )
    assert {seat.duty for seat in cast.member.seats} == {Duty.MEMBER}
    with clock.pretending(clock.now() + DAY):
        assert {seat.duty for seat in cast.member.seats} == {Duty.MEMBER, Duty.HANDLER}


def test_ending_a_seat_takes_the_rights_away_at_once_also_from_who_is_signed_in(cast: Cast, office: Client) -> None:
    browser = cast.client("community")
    assert browser.get(cast.url("desk:queue")).status_code == 200
    seat = seat_of(cast, "community")
    response = office.post(cast.url("people:end_seat", seat_id=seat.pk), {"off": clock.today().isoformat()})
    assert response.status_code == 302
    assert browser.get(cast.url("desk:queue")).status_code == 404
    ended = Membership.objects.get(pk=seat.pk)
    assert (ended.since, ended.until) == (seat.since, clock.today() - DAY)  # what was, stays
    assert last_kind(cast) == "seat.ended"


def test_a_seat_ended_for_a_later_day_holds_until_then(cast: Cast) -> None:
    actions.end_seat(cast.office, seat_of(cast, "community").pk, clock.today() + 2 * DAY)
    with clock.pretending(clock.now() + DAY):
        assert cast.community.seats
    with clock.pretending(clock.now() + 2 * DAY):
        assert not cast.community.seats


def test_the_past_is_not_rewritten_by_ending_a_seat(cast: Cast) -> None:
    seat = seat_of(cast, "community")
    with pytest.raises(Refused, match="过去的事不改"):
        actions.end_seat(cast.office, seat.pk, clock.today() - DAY)
    actions.end_seat(cast.office, seat.pk, clock.today())
    with pytest.raises(Refused, match="已经结束了"):
        actions.end_seat(cast.office, seat.pk, clock.today())


def test_the_last_seat_of_the_district_office_cannot_be_ended(cast: Cast, office: Client) -> None:
    actions.end_seat(cast.office, seat_of(cast, "new_office").pk, clock.today() + 9 * DAY)  # leaves in nine days
    seat = seat_of(cast, "office")
    response = office.post(cast.url("people:end_seat", seat_id=seat.pk), {"off": clock.today().isoformat()})
    assert response.status_code == 422
    assert "最后一个长期席位" in response.content.decode()
    assert cast.office.seats


@pytest.mark.rollup  # whether somebody also sits in another tenant is asked of all of them
def test_a_colleague_who_cannot_log_in_does_not_count_as_left_in_the_office(cast: Cast) -> None:
    actions.set_active(cast.office, cast.accounts["new_office"], False)
    with pytest.raises(Refused, match="最后一个长期席位"):
        actions.end_seat(cast.office, seat_of(cast, "office").pk, clock.today())


def test_no_seat_outside_the_office_manages_the_tenant(cast: Cast) -> None:
    person = cast.accounts["community"].person
    assert person is not None
    with pytest.raises(Refused, match="没有这个职责"):
        actions.seat(cast.office, person, cast.body("光明社区"), Duty.DISTRICT_OFFICE)


def test_the_same_seat_is_not_given_twice(cast: Cast, office: Client) -> None:
    page = give(cast, office, "光明社区", username=cast.accounts["community"].username, duty="community_staff")
    assert "已经有这个席位" in page


def test_a_log_in_that_is_taken_is_not_given_to_somebody_else(cast: Cast, office: Client) -> None:
    page = give(cast, office, "光明社区", username="STREET", name="别的人", duty="community_staff")
    assert "“STREET”已经有人用了" in page
    assert "没有人用“nobody”登录" in give(cast, office, "光明社区", username="nobody", duty="community_staff")


def test_only_the_district_office_writes_any_of_it(cast: Cast) -> None:
    body, person = cast.body("光明社区"), cast.accounts["member"].person
    assert person is not None
    with pytest.raises(NotAllowed):
        actions.seat(cast.street, person, body, Duty.COMMUNITY_STAFF)
    with pytest.raises(NotAllowed):
        actions.end_seat(cast.street, seat_of(cast, "community").pk, clock.today())
    with pytest.raises(NotAllowed):
        actions.change_body(cast.street, body, phone="1", address="", hours="", sign_off=[])
    with pytest.raises(NotAllowed):
        delivery.close_body(cast.street, body, clock.today())
    assert cast.client("street").get(cast.url("people:bodies")).status_code == 404


def test_the_seat_somebody_was_offered_stands_with_the_account_and_not_with_a_name(cast: Cast) -> None:
    seat, password = actions.take_on(
        cast.office, cast.body("光明社区"), Duty.COMMUNITY_STAFF, username="Luo.Wei", name="罗薇"
    )
    account = Account.objects.get(username="luo.wei")
    assert (account.person_id, account.must_change_password) == (seat.person_id, True)
    assert account.check_password(password)
    assert actor_of(account, cast.tenant.pk).seats[0].body_name == "光明社区"


def test_the_page_of_bodies_stays_within_its_budget(cast: Cast, office: Client, at_most: object) -> None:
    with at_most(12):  # type: ignore[operator]
        office.get(cast.url("people:bodies"))


@pytest.mark.parametrize("phone", ["abc", "转", "027-8686找小王"])
def test_a_phone_for_everybody_that_is_no_number_is_refused_beside_its_field(cast: Cast, phone: str) -> None:
    body = cast.body("新沟桥街道联络委")
    office = cast.client("office")
    for address, given in (
        (cast.url("people:body", body_id=body.pk), {"phone": phone}),
        (cast.url("people:new_body"), {"phone": phone, "kind": "studio", "name": "临江委员工作室"}),
    ):
        response = office.post(address, given)
        assert response.status_code == 422
        assert "电话只写数字" in response.content.decode()


def test_a_phone_for_everybody_may_have_brackets_and_an_extension(cast: Cast) -> None:
    body = cast.body("新沟桥街道联络委")
    response = cast.client("office").post(cast.url("people:body", body_id=body.pk), {"phone": "（027）8686 0000 转 12"})
    assert response.status_code == 302
    assert cast.body(body.name).phone == "(027)86860000转12"
