"""The pages of whistles: what each sees, one tap to answer, and phones only for those with duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from shangliang.core import clock
from shangliang.gathering import actions, queries
from shangliang.gathering.links import read_token, token_of
from shangliang.gathering.models import Whistle
from shangliang.ledger.queries import timeline
from shangliang.people.actions import leave
from shangliang.people.models import Look
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.queries import DEFAULT, in_force
from tests.cast import Cast
from tests.files.pictures import phone_photo
from tests.gathering.circle import PHONE, Circle

Budget = Callable[[int], AbstractContextManager[None]]
WANTED = {"what": "请来看看充电棚建在哪里", "place": "光明社区", "needed": "1"}


@pytest.fixture(autouse=True)
def _monday_morning(freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-23 09:00")


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def few(cast: Cast) -> None:
    """A playbook by which a whistle asks one at a time, and two in all."""
    rules = DEFAULT.read_text(encoding="utf-8").replace("at_once: 3", "at_once: 1").replace("at_most: 9", "at_most: 2")
    adopt(cast.office, rules, "区政协", "青政协〔2026〕9号", clock.today())


def link(circle: Circle, whistle: Whistle, name: str = "许望舒") -> str:
    return actions.link_for(circle.asked(whistle, name))


# --- blowing ----------------------------------------------------------------------------------------


def test_the_first_look_shows_who_could_come_and_why_and_picks_the_first_ones(cast: Cast, circle: Circle) -> None:
    page = text(cast.client("community").post(cast.url("gathering:blow"), WANTED | {"specialties": ["物业纠纷"]}))
    assert "编在光明社区" in page
    assert "懂物业纠纷" in page
    assert page.count("checked") >= 2
    assert not Whistle.objects.exists()


def test_the_second_press_blows_it(cast: Cast, circle: Circle) -> None:
    data = WANTED | {"ask": [circle["许望舒"]], "blow": "1"}
    answer = cast.client("community").post(cast.url("gathering:blow"), data)
    whistle = Whistle.objects.get()
    assert answer["Location"] == cast.url("gathering:whistle", whistle_id=whistle.pk)
    assert circle.answers(whistle) == {"许望舒": ""}


def test_blowing_with_nobody_picked_says_so_and_loses_nothing(cast: Cast, circle: Circle) -> None:
    answer = cast.client("community").post(cast.url("gathering:blow"), WANTED | {"blow": "1", "ask": ["nonsense"]})
    assert answer.status_code == 422
    assert "至少请一位" in text(answer)
    assert WANTED["what"] in text(answer)


def test_a_phone_number_in_what_is_needed_is_asked_about(cast: Cast, circle: Circle) -> None:
    data = WANTED | {"what": "找 13912345678 看看", "ask": [circle["许望舒"]], "blow": "1"}
    answer = cast.client("community").post(cast.url("gathering:blow"), data)
    assert answer.status_code == 422
    assert "手机号“13912345678”" in text(answer)
    assert not Whistle.objects.exists()


def test_blowing_about_a_matter_starts_with_its_title_and_place(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    client = cast.client("convenor")
    page = text(client.get(cast.url("desk:matter", number=matter.number)))
    address = cast.url("gathering:blow_about", number=matter.number)
    assert address in page
    page = text(client.get(address))
    assert matter.title in page
    assert 'value="光明社区"' in page
    client.post(address, WANTED | {"ask": [circle["许望舒"]], "blow": "1", "seen": matter.version})
    assert Whistle.objects.get().matter_id == matter.pk
    assert "吹哨找委员" in text(client.get(cast.url("desk:matter", number=matter.number)))


def test_members_and_departments_have_no_page_to_blow_a_whistle(cast: Cast, circle: Circle) -> None:
    for role in ("member", "handler"):
        assert cast.client(role).get(cast.url("gathering:blow")).status_code == 404


# --- following --------------------------------------------------------------------------------------


def test_the_community_sees_who_comes_and_when(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    circle.says(whistle, "许望舒")
    page = text(cast.client("community").get(cast.url("gathering:whistle", whistle_id=whistle.pk)))
    assert "11 月 23 日 11:00" in page
    assert "不用来了" in page
    assert PHONE not in page


@pytest.mark.parametrize("role", ["neighbour", "far", "far_street", "member", "handler", "citymanager"])
def test_who_has_nothing_to_do_with_a_whistle_finds_no_page(cast: Cast, circle: Circle, role: str) -> None:
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒")
    client, parts = cast.client(role), {"whistle_id": whistle.pk}
    for name in ("gathering:whistle", "gathering:ask_more", "gathering:end_whistle", "gathering:visit"):
        assert client.get(cast.url(name, **parts)).status_code == 404
    phone = cast.url("gathering:member_phone", asked_id=circle.asked(whistle, "许望舒").pk)
    assert client.post(phone).status_code == 404
    assert not Look.objects.exists()


def test_the_number_of_who_comes_is_shown_to_the_community_and_the_look_recorded(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    circle.says(whistle, "许望舒")
    client = cast.client("community")
    answer = client.post(cast.url("gathering:member_phone", asked_id=circle.asked(whistle, "许望舒").pk))
    assert PHONE in text(answer)
    look = Look.objects.get()
    assert (look.what, look.subject, look.person_id) == ("contact", circle["许望舒"], cast.community.person_id)
    answer = client.post(cast.url("gathering:member_phone", asked_id=circle.asked(whistle, "何其安").pk))
    assert answer.status_code == 403
    assert Look.objects.count() == 1


def test_asking_more_and_ending_on_their_pages(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    client, parts = cast.client("community"), {"whistle_id": whistle.pk}
    page = text(client.get(cast.url("gathering:ask_more", **parts)))
    assert "许望舒" not in page.split("先请谁")[1]
    client.post(cast.url("gathering:ask_more", **parts), {"ask": [circle["江流"]]})
    assert set(circle.answers(whistle)) == {"许望舒", "江流"}
    answer = client.post(cast.url("gathering:end_whistle", **parts), {"done": ""})
    assert answer.status_code == 422
    assert client.post(cast.url("gathering:end_whistle", **parts), {"done": "yes"}).status_code == 302
    assert cast.again(whistle).status == "done"


def test_the_list_shows_open_ones_first_with_their_number_and_no_share(cast: Cast, circle: Circle) -> None:
    first = circle.blown("许望舒", what="先吹的")
    circle.blown("何其安", what="后吹的")
    actions.end_whistle(cast.community, first.pk, done=True)
    page = text(cast.client("street").get(cast.url("gathering:whistles")))
    assert page.index("后吹的") < page.index("先吹的")
    assert "近 90 天 2 次，0 次有委员答应来" in page
    assert "%" not in page.split("<main")[1]
    assert "先吹的" not in text(cast.client("far_street").get(cast.url("gathering:whistles")))


def test_recusal_on_its_page_keeps_somebody_out_of_the_candidates(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    client = cast.client("community")
    address = cast.url("gathering:recuse", number=matter.number)
    data = {"person_id": circle["许望舒"], "why": "是物业的股东", "seen": matter.version}
    assert client.post(address, data)["Location"] == cast.url("desk:matter", number=matter.number)
    page = text(client.post(cast.url("gathering:blow_about", number=matter.number), WANTED))
    assert f'value="{circle["许望舒"]}"' not in page
    assert "许望舒：要回避：是物业的股东" in page


# --- answering with one tap -----------------------------------------------------------------------------


def test_one_tap_on_the_link_answers_without_an_account(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    client, address = Client(), link(circle, whistle)
    page = client.get(address)
    assert "请来看看充电棚" in text(page)
    assert page["Referrer-Policy"] == "no-referrer"
    assert circle.answers(whistle) == {"许望舒": ""}  # a GET changes nothing
    assert client.post(address, {"answer": "come", "when": "today-15"})["Location"] == address
    asked = circle.asked(whistle, "许望舒")
    assert asked.comes_at is not None
    assert asked.comes_at.astimezone(clock.SHANGHAI).isoformat() == "2026-11-23T15:00:00+08:00"
    assert "您说 <time" in text(client.get(address))


def test_a_time_of_ones_own_a_reason_and_another_member(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安", "江流", needed=3)
    Client().post(link(circle, whistle), {"answer": "come", "when": "at", "at": "2026-11-25T10:30"})
    assert circle.asked(whistle, "许望舒").comes_at == dt.datetime(2026, 11, 25, 10, 30, tzinfo=clock.SHANGHAI)
    Client().post(link(circle, whistle, "何其安"), {"answer": "cannot", "why": "away", "words": "下周回来"})
    assert circle.asked(whistle, "何其安").why == "出差在外，下周回来"
    Client().post(link(circle, whistle, "江流"), {"answer": "pass", "to": circle["宋时雨"]})
    assert circle.asked(whistle, "江流").passed_to_id == circle["宋时雨"]
    assert circle.answers(whistle)["宋时雨"] == ""


def test_what_makes_no_sense_comes_back_with_the_reason(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    client, address = Client(), link(circle, whistle)
    for data, why in (
        ({"answer": "come", "when": "at"}, "选一个来的时间"),
        ({"answer": "come", "when": "at", "at": "2026-11-20T10:00"}, "已经过了"),
        ({"answer": "pass", "to": str(circle["许望舒"])}, "这一项没有了"),
    ):
        answer = client.post(address, data)
        assert answer.status_code == 422
        assert why in text(answer)
    assert client.post(address, {"answer": "lapsed"}).status_code == 404
    assert circle.answers(whistle) == {"许望舒": ""}


def test_saying_by_the_link_that_one_must_stay_out_records_it(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    whistle = circle.blown("许望舒", matter=matter.pk)
    Client().post(link(circle, whistle), {"answer": "cannot", "why": "recuse"})
    assert circle.answers(whistle) == {"许望舒": "cannot"}
    assert [one.name for one in queries.everybody(matter) if one.out] == ["许望舒"]


def test_a_link_opens_only_its_own_whistle_in_its_own_tenant(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    token = token_of(circle.asked(whistle, "许望舒"))
    assert read_token(token, whistle.tenant_id) == circle.asked(whistle, "许望舒").pk
    assert read_token(token, whistle.pk) is None
    for broken in (token[:-1], token[:-2] + "AA", "x" * 38, "很", ""):
        assert read_token(broken, whistle.tenant_id) is None
    assert Client().get(cast.url("gathering:by_link", token="x" * 38)).status_code == 404


def test_the_link_of_who_is_no_member_any_more_opens_nothing(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    leave(cast.office, circle.people["许望舒"], clock.today())
    assert Client().get(link(circle, whistle)).status_code == 404
    assert Client().post(link(circle, whistle), {"answer": "come", "when": "today-15"}).status_code == 404
    assert circle.answers(whistle) == {"许望舒": ""}


def test_after_the_end_the_link_says_only_that_it_ended(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    actions.end_whistle(cast.community, whistle.pk, done=True)
    page = text(Client().get(link(circle, whistle)))
    assert "已经办好了" in page
    assert whistle.what not in page


def test_a_visit_with_a_photo_by_the_link_is_read_by_the_community_only(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒")
    token = token_of(circle.asked(whistle, "许望舒"))
    photo = SimpleUploadedFile("a.jpg", phone_photo(), "image/jpeg")
    data = {"words": "三户在楼道充电", "on": "2026-11-23", "photos": photo, "lat": "30.6", "lng": "114.4"}
    answer = Client().post(cast.url("gathering:visit_by_link", token=token), data)
    assert answer["Location"] == cast.url("gathering:by_link", token=token)
    page = text(cast.client("community").get(cast.url("gathering:whistle", whistle_id=whistle.pk)))
    assert "三户在楼道充电" in page
    (found,) = queries.visits(whistle)
    address = cast.url("gathering:visit_photo", photo_id=found.photos[0].pk)
    assert cast.client("community").get(address)["Content-Type"] == "image/jpeg"
    for role in ("neighbour", "member", "handler"):
        assert cast.client(role).get(address).status_code == 404


def test_who_does_not_come_writes_no_visit_by_link(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    token = token_of(circle.asked(whistle, "许望舒"))
    assert Client().get(cast.url("gathering:visit_by_link", token=token)).status_code == 404


def test_a_member_with_an_account_answers_on_the_same_page(cast: Cast, circle: Circle) -> None:
    member = cast.member.person_id
    assert member is not None
    whistle = actions.blow(
        cast.community, what="请来看看", place=cast.body("光明社区").place, ask_first=[member, circle["许望舒"]]
    )
    client = cast.client("member")
    page = text(client.get(cast.url("gathering:whistles")))
    assert "请来看看" in page
    address = cast.url("gathering:whistle", whistle_id=whistle.pk)
    page = text(client.get(address))
    assert "请过谁" not in page  # who else was asked, and why, is the community's
    assert "许望舒" not in page.split("转给")[0]
    answer = client.post(cast.url("gathering:answer", whistle_id=whistle.pk), {"answer": "come", "when": "tomorrow-9"})
    assert answer["Location"] == address
    assert circle.answers(whistle)["周见山"] == "come"
    assert "写看到的情况" in text(client.get(address))
    assert client.post(cast.url("gathering:end_whistle", whistle_id=whistle.pk), {"done": "yes"}).status_code == 404


# --- budgets -----------------------------------------------------------------------------------------------


def test_candidates_cost_the_same_however_many_members_there_are(cast: Cast, circle: Circle, at_most: Budget) -> None:
    matter = cast.accepted()
    with at_most(11):
        assert len(queries.everybody(matter)) >= 6


def test_lists_and_pages_keep_to_their_budgets(cast: Cast, circle: Circle, at_most: Budget) -> None:
    whistle = circle.blown("许望舒", "何其安")
    circle.blown("江流", what="另一次")
    circle.says(whistle, "许望舒")
    client = cast.client("community")
    with at_most(9):
        client.get(cast.url("gathering:whistles"))
    with at_most(8):
        client.get(cast.url("gathering:whistle", whistle_id=whistle.pk))
    with at_most(20):
        Client().get(link(circle, whistle))


def test_a_round_of_the_worker_with_nothing_to_do_costs_one_or_two_statements(
    cast: Cast, circle: Circle, at_most: Budget
) -> None:
    actions.go_on(cast.tenant)
    with at_most(1):
        assert actions.go_on(cast.tenant) == 0
    circle.blown("许望舒")
    with at_most(2):
        assert actions.go_on(cast.tenant) == 0


def test_the_link_answers_from_a_page_that_names_no_origin_and_a_log_in_adds_nothing(
    cast: Cast, circle: Circle
) -> None:
    whistle = circle.blown("许望舒", "何其安", needed=2)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.accounts["member"])
    come = {"answer": "come", "when": "today-15"}
    address = link(circle, whistle)
    assert browser.post(address, come, HTTP_ORIGIN="null").status_code == 302
    assert circle.answers(whistle) == {"许望舒": "come", "何其安": ""}
    line = timeline(whistle.pk)[0]
    assert (line.body["actor"]["kind"], line.facts["by"]) == ("link", str(circle["许望舒"]))
    seen = {"words": "棚能建", "on": "2026-11-23"}
    assert browser.post(f"{address}visit/", seen, HTTP_ORIGIN="null").status_code == 302
    assert [one.visit.written_by_id for one in queries.visits(whistle)] == [circle["许望舒"]]
    signed_in = cast.url("gathering:answer", whistle_id=whistle.pk)
    assert browser.post(signed_in, come, HTTP_ORIGIN="null").status_code == 403


def test_no_more_are_picked_beforehand_than_the_playbook_asks_at_once(cast: Cast, circle: Circle) -> None:
    page = text(cast.client("community").post(cast.url("gathering:blow"), WANTED))
    boxes = [one.split(">")[0] for one in page.split("<input")[1:]]
    picked = [one for one in boxes if 'name="ask"' in one and "checked" in one]
    assert len(picked) == in_force(cast.tenant.pk).whistle.at_once


def test_too_many_picked_are_refused_with_a_sentence_and_stay_picked(cast: Cast, circle: Circle) -> None:
    few(cast)
    whistle = circle.blown("许望舒")
    address, client = cast.url("gathering:ask_more", whistle_id=whistle.pk), cast.client("community")
    answer = client.post(address, {"ask": [circle["江流"], circle["何其安"]]})
    assert answer.status_code == 422
    assert "一共最多请 2 位，已经请过 1 位，还能请 1 位，现在选了 2 位" in text(answer)
    assert text(answer).count(" checked") == 2
    client.post(address, {"ask": [circle["江流"]]})
    assert circle.answers(whistle) == {"许望舒": "", "江流": ""}
    assert "已经请满了" in text(client.get(address))
    assert address not in text(client.get(cast.url("gathering:whistle", whistle_id=whistle.pk)))
    too_many = WANTED | {"needed": "3", "ask": [circle["许望舒"]], "blow": "1"}
    assert "一共最多请 2 位，要不了 3 位" in text(client.post(cast.url("gathering:blow"), too_many))
    assert Whistle.objects.count() == 1


def test_words_that_go_out_by_sms_are_confirmed_as_such(cast: Cast, circle: Circle) -> None:
    data = WANTED | {"what": "找 13912345678 看看", "ask": [circle["许望舒"]], "blow": "1"}
    client = cast.client("community")
    page = text(client.post(cast.url("gathering:blow"), data))
    assert page.count("我看过了，可以用短信发给委员") == 3  # the summary, the sentence, and the box
    assert "可以公开" not in page
    client.post(cast.url("gathering:blow"), data | {"screened": "on"})
    assert Whistle.objects.get().what == data["what"]
