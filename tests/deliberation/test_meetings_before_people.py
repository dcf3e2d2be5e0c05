"""Who sits at the table: invited, asked to come, signed in, kept out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import rules
from shangliang.deliberation.actions import arriving, invitations, meetings
from shangliang.deliberation.links import read_token, token_of
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import invitations as reading
from shangliang.deliberation.queries import meetings as queries
from shangliang.gathering import actions as gathering
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.people.models import Person
from shangliang.publicity.topic_list import talked_about
from shangliang.voices import stamps
from tests import scenes_meetings as scenes
from tests.cast import Cast

Answer, How = Attendee.Answer, Attendee.SignedIn


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """What other tests counted of wrong codes and of requests is forgotten."""
    cache.clear()


def roles(meeting: Meeting, seat: str) -> list[str]:
    return list(Attendee.objects.filter(meeting=meeting, seat=seat).order_by("pk").values_list("role", flat=True))


def resident(meeting: Meeting) -> Attendee:
    return Attendee.objects.filter(meeting=meeting, person=None, seat="residents").order_by("pk")[0]


def by_link(one: Attendee) -> Actor:
    return Actor("link", one.tenant_id, one.person_id, one.role)


def filled(cast: Cast, **more: Any) -> dict[str, Any]:
    """What a resident sends who asks to come, some time after the page was drawn."""
    with clock.pretending(clock.now() - dt.timedelta(minutes=2)):
        stamp = stamps.draw()
    return {"stamp": stamp, "name": "王阿姨", "phone": "13800000000", "seat": "residents"} | more


# --- inviting ----------------------------------------------------------------------------------------------


def test_residents_are_a_role_numbered_by_side_and_others_have_their_names(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    scenes.invite_ten(cast, meeting)
    night, ground = "有电动车的住户", "底楼住户"
    assert roles(meeting, "residents") == [
        *(f"{night} {n}" for n in (1, 2, 3)),
        f"{ground} 1",
        f"{ground} 2",
        "居民代表 1",
    ]
    assert roles(meeting, "members") == ["周见山委员", "林知夏委员"]
    assert roles(meeting, "departments") == ["区房管局", "唐渡（区城管执法局）"]


def test_nobody_sits_twice_and_no_side_has_more_than_its_seats(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    scenes.invite_ten(cast, meeting)
    with pytest.raises(Refused, match="已经在名单上"):
        invitations.invite_person(cast.convenor, meeting.pk, scenes.person(cast, "member"), "others")
    with pytest.raises(Refused, match="只剩 0 个座位"):
        invitations.invite_residents(cast.convenor, meeting.pk, "residents")
    with pytest.raises(Refused, match="坐在哪一方"):
        invitations.invite_residents(cast.convenor, meeting.pk, "nobody")


def test_a_body_invited_twice_is_told_apart(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    body = cast.body("区房管局")
    given = [invitations.invite_body(cast.convenor, meeting.pk, body, "departments").role for _n in range(2)]
    assert given == ["区房管局", "区房管局 2"]


def test_names_and_numbers_of_residents_are_sealed_and_stand_in_no_entry(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    one = resident(meeting)
    invitations.describe(cast.convenor, one, name="王秀兰", phone="13912345678")
    one = cast.again(one)
    assert "王秀兰".encode() not in bytes(one.name)
    assert b"13912345678" not in bytes(one.phone)
    assert (reading.name_of(one), reading.phone_of(one)) == ("王秀兰", "13912345678")
    everything = "".join(Entry.objects.values_list("body", flat=True))
    assert "王秀兰" not in everything
    assert "13912345678" not in everything


def test_who_raised_the_matter_is_invited_once_and_finds_it_by_the_slip(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    topic = queries.first_topic(meeting)
    voice = cast.voice(topic.matter)

    def seat_on_the_slip() -> str:
        talked = talked_about(topic.pk, voice.pk)
        assert talked is not None
        return talked.seat

    invitations.invite_voices(cast.convenor, meeting.pk, "residents", [voice])
    assert seat_on_the_slip() == ""  # until the notice goes out
    with pytest.raises(Refused, match="已经请过"):
        invitations.invite_voices(cast.convenor, meeting.pk, "residents", [voice])
    meetings.call(cast.convenor, meeting.pk, None)
    invited = Attendee.objects.get(voice=voice)
    assert invited.role == "居民代表 1"
    assert read_token(seat_on_the_slip(), cast.tenant.pk) == invited.pk
    assert reading.voices(meeting) == []


def test_taken_off_the_list_the_link_is_dead(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    one = resident(meeting)
    page = cast.url("deliberation:seat", token=token_of(one))
    assert cast.client().get(page).status_code == 200
    invitations.take_off(cast.convenor, one)
    assert cast.client().get(page).status_code == 404


def test_a_link_of_another_seat_or_a_planned_meeting_opens_nothing(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    (one,) = invitations.invite_residents(cast.convenor, meeting.pk, "residents")
    token = token_of(one)
    assert cast.client().get(cast.url("deliberation:seat", token=token)).status_code == 404
    meetings.call(cast.convenor, meeting.pk, None)
    forged = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    assert cast.client().get(cast.url("deliberation:seat", token=token)).status_code == 200
    assert cast.client().get(cast.url("deliberation:seat", token=forged)).status_code == 404


def test_the_page_of_a_seat_takes_yes_and_no_until_the_meeting_opens(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    one, client = resident(meeting), cast.client()
    page = cast.url("deliberation:seat", token=token_of(one))
    assert client.post(page, {"press": "come"}).status_code == 302
    assert cast.again(one).answer == Answer.COMING
    assert client.post(page, {"press": "not"}).status_code == 302
    assert cast.again(one).answer == Answer.NOT_COMING
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.OPEN)
    assert client.post(page, {"press": "come"}).status_code == 422


# --- residents who ask to come -----------------------------------------------------------------------------


def test_a_resident_asks_to_come_by_the_public_page_and_a_retry_counts_once(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast, is_public=True)
    page, client, form = cast.url("deliberation:join_meeting", meeting_id=meeting.pk), cast.client(), filled(cast)
    first, again = client.post(page, form), client.post(page, form)
    assert first.status_code == 302
    assert first.url == again.url
    (one,) = Attendee.objects.filter(meeting=meeting, answer=Answer.ASKED)
    assert (one.seat, one.held, reading.name_of(one)) == ("residents", False, "王阿姨")
    assert "报名收到了" in client.get(first.url).content.decode()


def test_a_form_filled_as_a_machine_would_waits_for_staff(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    page = cast.url("deliberation:join_meeting", meeting_id=meeting.pk)
    cast.client().post(page, filled(cast) | {"stamp": stamps.draw()})
    one = Attendee.objects.get(meeting=meeting, answer=Answer.ASKED)
    assert one.held
    with pytest.raises(Refused, match="没有等着安排"):
        invitations.draw_lots(cast.convenor, meeting.pk)


def test_a_meeting_that_is_not_public_has_no_page_to_ask_on(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast, is_public=False)
    assert cast.client().get(cast.url("deliberation:join_meeting", meeting_id=meeting.pk)).status_code == 404
    with pytest.raises(Refused):
        scenes.public_request(cast, meeting)


def test_more_ask_than_there_are_seats_and_the_lot_decides_the_same_each_time(cast: Cast) -> None:
    sides = scenes.SIDES | {"residents": 8}  # six invited, two free
    meeting = scenes.called_meeting(cast, by_side=sides)
    asked = [scenes.public_request(cast, meeting) for _n in range(5)]
    assert invitations.draw_lots(cast.convenor, meeting.pk) == (2, 3)
    seated = {one.pk for one in asked if cast.again(one).answer == Answer.INVITED}
    assert len(seated) == 2
    by_lot = sorted(asked, key=lambda one: invitations._lot(meeting, one))
    assert seated == {one.pk for one in by_lot[:2]}
    listening = [cast.again(one).role for one in asked if one.pk not in seated]
    assert sorted(listening) == ["旁听 1", "旁听 2", "旁听 3"]


def test_once_nobody_can_ask_any_more_the_worker_draws(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    scenes.public_request(cast, meeting)
    assert invitations.draw_due(cast.tenant) == 0
    with clock.pretending(clock.start_of(queries.join_until(meeting)) + dt.timedelta(days=1, hours=1)):
        assert invitations.draw_due(cast.tenant) == 1
        assert not Attendee.objects.filter(meeting=meeting, answer=Answer.ASKED).exists()
        with pytest.raises(Refused, match="不收报名"):
            scenes.public_request(cast, meeting)


def test_staff_give_a_seat_or_let_listen(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast, by_side=scenes.SIDES | {"residents": 7})
    one, other = scenes.public_request(cast, meeting), scenes.public_request(cast, meeting)
    assert invitations.give_seat(cast.convenor, one, "residents").role == "居民代表 2"
    with pytest.raises(Refused, match="只剩 0 个座位"):
        invitations.give_seat(cast.convenor, other, "residents")
    assert invitations.let_listen(cast.convenor, other).answer == Answer.NOT_SEATED


# --- signing in --------------------------------------------------------------------------------------------


def test_the_clerk_ticks_and_undoes_with_scripts_and_without(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast, sign_in=False)
    client, page = cast.client("community"), cast.url("deliberation:sign_in", meeting_id=meeting.pk)
    one = resident(meeting)
    assert client.post(page, {"here": str(one.pk)}).url.endswith(f"#a{one.pk}")
    assert cast.again(one).signed_in_how == How.HAND
    fragment = client.post(page, {"undo": str(one.pk)}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert b"<html" not in fragment.content
    assert cast.again(one).signed_in_at is None


def test_signing_in_twice_is_once(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast, sign_in=False)
    one = resident(meeting)
    arriving.sign_in(by_link(one), one, How.QR)
    first = cast.again(one).signed_in_at
    arriving.sign_in(by_link(one), one, How.QR)
    assert cast.again(one).signed_in_at == first
    assert sum(line.entry.kind == "attendee.signed_in" for line in timeline(one.pk)) == 1


def test_nobody_signs_in_days_before(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    one = resident(meeting)
    with pytest.raises(Refused, match="还早"):
        arriving.sign_in(by_link(one), one, How.QR)
    with pytest.raises(NotAllowed, match="当天"):
        arriving.sign_in(cast.convenor, one, How.HAND)


def test_the_door_takes_its_four_digits_or_the_end_of_ones_own_number(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast, sign_in=False)
    first, second = Attendee.objects.filter(meeting=meeting, person=None, seat="residents").order_by("pk")[:2]
    invitations.describe(cast.convenor, second, phone="13912345678")
    second = cast.again(second)
    wrong = "0000" if meeting.door_code != "0000" else "1111"
    with pytest.raises(Refused, match="数字不对"):
        arriving.sign_in_at_door(by_link(first), first, wrong)
    arriving.sign_in_at_door(by_link(first), first, meeting.door_code)
    arriving.sign_in_at_door(by_link(second), second, "5678")
    with pytest.raises(Refused, match="已经签到"):
        arriving.sign_in_at_door(by_link(first), first, meeting.door_code)


def test_guessing_at_the_door_ends_soon(cast: Cast) -> None:
    parts = scenes.door(cast)
    page, client = cast.url("deliberation:door", **parts), cast.client()
    meeting = Meeting.objects.get()
    wrong = {"role": str(resident(meeting).pk), "code": "0000" if meeting.door_code != "0000" else "1111"}
    given = [client.post(page, wrong).status_code for _n in range(22)]
    assert given[0] == 422
    assert given[-1] == 429


def test_the_door_leads_a_resident_to_their_page_and_nobody_to_a_members(cast: Cast) -> None:
    parts = scenes.door(cast)
    page, meeting = cast.url("deliberation:door", **parts), Meeting.objects.get()
    one = resident(meeting)
    member = Attendee.objects.filter(meeting=meeting).exclude(person=None)[0]
    led = cast.client().post(page, {"role": str(one.pk), "code": meeting.door_code})
    assert led.status_code == 302
    assert token_of(one) in led.url
    stays = cast.client().post(page, {"role": str(member.pk), "code": meeting.door_code})
    assert stays.status_code == 200
    assert token_of(member) not in stays.content.decode()
    assert cast.again(member).signed_in_at is not None


def test_who_walks_in_listens_or_takes_a_free_seat(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast)
    listens = arriving.sign_in_walk_in(cast.convenor, meeting.pk)
    sits = arriving.sign_in_walk_in(cast.convenor, meeting.pk, seat_key="others", label="物业经理")
    assert (listens.role, listens.answer) == ("旁听 1", Answer.NOT_SEATED)
    assert (sits.role, sits.seat) == ("物业经理 1", "others")
    assert sits in queries.at_table(meeting)
    assert listens not in queries.at_table(meeting)
    with pytest.raises(Refused, match="只剩 0 个座位"):
        arriving.sign_in_walk_in(cast.convenor, meeting.pk, seat_key="residents")


# --- staying out -------------------------------------------------------------------------------------------


def test_who_stays_out_speaks_and_neither_votes_nor_signs(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast)
    one = resident(meeting)
    assert rules.takes_part(one)
    arriving.recuse(by_link(one), one, "棚子的承包人是我女婿")
    one = cast.again(one)
    assert not rules.takes_part(one)
    assert one not in queries.at_table(meeting)
    assert reading.recused_why(one) == "棚子的承包人是我女婿"
    assert "女婿" not in "".join(Entry.objects.values_list("body", flat=True))
    with pytest.raises(Refused, match="已经记过"):
        arriving.recuse(by_link(one), one, "再说一次")


def test_a_recusal_said_of_the_matter_holds_at_the_table(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast)
    one = Attendee.objects.get(meeting=meeting, person=scenes.person(cast, "member"))
    topic = queries.first_topic(meeting)
    assert one.person_id is not None
    assert rules.takes_part(one)
    gathering.recuse(cast.community, topic.matter_id, person_id=one.person_id, why="是物业的股东")
    assert not rules.takes_part(one)
    assert one not in queries.at_table(meeting)


def test_invited_after_a_recusal_one_stays_out_from_the_start(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    person = Person.objects.create(name="许望舒")
    gathering.recuse(cast.community, queries.first_topic(meeting).matter_id, person_id=person.pk, why="股东")
    one = invitations.invite_person(cast.convenor, meeting.pk, person, "others")
    assert one.recused_at is not None


def test_nobody_is_kept_out_by_a_stranger_or_without_a_reason(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast)
    one = resident(meeting)
    with pytest.raises(NotAllowed):
        arriving.recuse(cast.far, one, "不想让他来")
    with pytest.raises(Refused):
        arriving.recuse(cast.convenor, one, "  ")


def test_who_has_not_signed_in_or_only_listens_takes_no_part(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast, sign_in=False)
    assert "还没有签到" in rules.takes_part(resident(meeting)).why_not
    assert "旁听" in rules.takes_part(arriving.sign_in_walk_in(cast.convenor, meeting.pk)).why_not


def test_asked_again_under_the_same_key_the_first_request_stands(cast: Cast) -> None:
    meeting, key = scenes.called_meeting(cast), uuid7()
    first = scenes.public_request(cast, meeting, key=key)
    assert scenes.public_request(cast, meeting, key=key, name="李叔") == first
    assert reading.name_of(cast.again(first)) == "王阿姨"
