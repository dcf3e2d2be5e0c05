"""Who is to come to a meeting, to chair it or to write it down hears of it, with a page they may open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from shangliang.deliberation.actions import invitations, meetings
from shangliang.deliberation.links import read_token
from shangliang.deliberation.models import Attendee
from shangliang.matters.models import Matter
from shangliang.notices import reader, staff_reader
from shangliang.notices.models import Notice, StaffNotice
from shangliang.publicity.slip import Thread, thread_of
from shangliang.voices.contacts import Reach
from shangliang.voices.queries import live_slip, slip_code
from tests.cast import Cast
from tests.scenes_investigation import investigated_topic
from tests.scenes_meetings import called_meeting, person, planned_meeting

SMS: dict[str, Any] = {"hear_by": "sms", "reach": Reach(phone="13800000001")}
pytestmark = pytest.mark.django_db(transaction=True)


def heard(cast: Cast) -> dict[str, tuple[str, str]]:
    """The last sentence for each person, and its page; nothing of before this call is told again."""
    StaffNotice.objects.all().delete()
    staff_reader.read(cast.tenant)
    rows = StaffNotice.objects.select_related("person").order_by("seq")
    return {row.person.name: (row.sentence, row.path) for row in rows}


def test_who_chairs_and_who_records_hear_when_a_meeting_is_planned(cast: Cast) -> None:
    meeting = planned_meeting(cast)
    told = heard(cast)
    assert set(told) == {"沈青"}  # the chair planned it
    sentence, path = told["沈青"]
    assert "请您做记录" in sentence
    assert meeting.title in sentence
    assert cast.client("community").get(path).status_code == 200


def test_everybody_asked_to_come_hears_and_is_led_to_a_page_they_may_open(cast: Cast) -> None:
    meeting = called_meeting(cast)
    told = heard(cast)
    assert {"沈青", "周见山", "唐渡"} <= set(told)
    assert "林知夏" not in told  # who called it
    for role, name in (("member", "周见山"), ("citymanager", "唐渡")):
        sentence, path = told[name]
        assert sentence.startswith("同光委员工作室请您来开会")
        assert meeting.where in sentence
        page = cast.client(role).get(path)
        assert page.status_code == 200
        assert "我来不了" in page.content.decode()


def test_a_move_says_from_when_to_when_and_asks_again(cast: Cast) -> None:
    meeting = called_meeting(cast)
    heard(cast)
    later = meeting.starts_at + dt.timedelta(days=1)
    meetings.move_to(cast.convenor, meeting.pk, None, starts_at=later, where=meeting.where, why="楼上漏水。")
    told = heard(cast)
    assert told["周见山"][0].endswith("来不来，请再回个话。")
    assert "原定" in told["周见山"][0]
    assert not told["沈青"][0].endswith("回个话。")


def test_a_cancelled_meeting_and_a_seat_taken_back_are_told(cast: Cast) -> None:
    meeting = called_meeting(cast)
    heard(cast)
    seat = Attendee.objects.get(meeting=meeting, person=person(cast, "citymanager"))
    invitations.take_off(cast.convenor, seat)
    sentence, path = heard(cast)["唐渡"]
    assert "不用来了" in sentence
    assert cast.client("citymanager").get(path).status_code == 200
    meetings.cancel(cast.convenor, meeting.pk, None, "街道已经修好了。")
    told = heard(cast)
    assert "取消了" in told["周见山"][0]
    assert "唐渡" not in told


def test_a_resident_who_raised_it_is_asked_to_come_and_finds_the_seat_on_the_slip(cast: Cast, client: Client) -> None:
    matter = cast.accepted(**SMS)
    meeting = planned_meeting(cast, topic=investigated_topic(cast, matter))
    (seat,) = invitations.invite_voices(cast.convenor, meeting.pk, "residents", [cast.voice(matter)])
    thread = slip_of(cast, matter)
    assert not any("请您坐下来" in told.text for told in thread.told)  # the day is not settled
    assert (thread.talked.next_at, thread.talked.seat) == (None, "")
    meetings.call(cast.convenor, meeting.pk, None)
    talked = slip_of(cast, matter).talked
    assert talked.next_at == meeting.starts_at
    assert client.get(cast.url("deliberation:seat", token=talked.seat)).status_code == 200
    assert any("要开协商会" in sentence for sentence in texted(cast))
    assert read_token(talked.seat, cast.tenant.pk) == seat.pk


def test_a_resident_asked_after_the_call_hears_it_alone(cast: Cast) -> None:
    matter = cast.accepted(**SMS)
    cast.raised("我家也是。", **SMS)
    meeting = planned_meeting(cast, topic=investigated_topic(cast, matter))
    meetings.call(cast.convenor, meeting.pk, None)
    before = len(texted(cast))
    invitations.invite_voices(cast.convenor, meeting.pk, "residents", [cast.voice(matter)])
    (asked,) = texted(cast)[before:]
    assert "请您坐下来一起商量" in asked
    assert meeting.where in asked


def slip_of(cast: Cast, matter: Matter) -> Thread:
    slip = live_slip(cast.voice(matter))
    assert slip is not None
    return thread_of(slip, slip_code(slip))


def texted(cast: Cast) -> list[str]:
    reader.read(cast.tenant)
    return list(Notice.objects.order_by("seq", "pk").values_list("sentence", flat=True))
