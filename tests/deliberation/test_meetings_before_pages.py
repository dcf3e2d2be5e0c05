"""The pages of a meeting before it opens, as staff and residents use them."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar

from shangliang.core import clock
from shangliang.deliberation.actions import invitations, meetings
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import meetings as queries
from tests import scenes_meetings as scenes
from tests.access.meetings import the_plan
from tests.cast import Cast
from tests.scenes_investigation import chosen_topic


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_staff_plan_a_meeting_by_its_form_and_are_led_to_its_page(cast: Cast) -> None:
    topic, client = scenes.investigated_topic(cast), cast.client("convenor")
    page = cast.url("deliberation:plan_meeting", topic_id=topic.pk)
    assert "微协商" in text(client.get(page))
    asked = text(client.get(f"{page}?form=council"))
    assert 'value="16"' in asked
    assert "念规矩" in asked
    answer = client.post(f"{page}?form=council", the_plan(cast, {}))
    meeting = Meeting.objects.get()
    assert answer.url == cast.url("deliberation:meeting", meeting_id=meeting.pk)
    assert [part.label for part in queries.agenda(meeting)] == ["逐条定"]
    assert meeting.by_side == {"residents": 6, "members": 2, "departments": 2, "others": 0}
    assert not meeting.is_public


def test_a_day_too_near_is_refused_beside_it_and_nothing_typed_is_lost(cast: Cast) -> None:
    topic, client = scenes.investigated_topic(cast), cast.client("convenor")
    page = cast.url("deliberation:plan_meeting", topic_id=topic.pk) + "?form=council"
    near = scenes.in_working_days(cast, 1)
    answer = client.post(page, the_plan(cast, {}) | {"starts_at": f"{near:%Y-%m-%dT%H:%M}", "papers": "三个办法"})
    assert answer.status_code == 422
    assert "来不及" in text(answer)
    assert "三个办法" in text(answer)
    assert not Meeting.objects.exists()


def test_what_is_missing_stands_on_the_page_and_no_request_goes_round_it(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast, chosen_topic(cast))
    client = cast.client("convenor")
    page = text(client.get(cast.url("deliberation:meeting", meeting_id=meeting.pk)))
    assert "还不能发通知" in page
    answer = client.post(cast.url("deliberation:call_meeting", meeting_id=meeting.pk), {"seen": str(meeting.version)})
    assert answer.status_code == 422
    assert cast.again(meeting).status == Meeting.Status.PLANNED


def test_an_act_on_an_old_page_says_that_something_changed(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    later = scenes.in_working_days(cast, 7)
    given = {"starts_at": f"{later:%Y-%m-%dT%H:%M}", "where": "三楼", "seen": str(meeting.version - 1)}
    page, client = cast.url("deliberation:move_meeting", meeting_id=meeting.pk), cast.client("convenor")
    assert client.post(page, given).status_code == 409
    assert client.post(page, given | {"seen": str(meeting.version)}).status_code == 302
    assert cast.again(meeting).where == "三楼"


def test_staff_find_a_member_and_a_department_and_give_them_a_side(cast: Cast) -> None:
    meeting, client = scenes.planned_meeting(cast), cast.client("convenor")
    page = cast.url("deliberation:invite", meeting_id=meeting.pk)
    found = text(client.get(page, {"q": "周见山"}))
    person = scenes.person(cast, "member")
    assert str(person.pk) in found
    client.post(page, {"person": str(person.pk), "seat": "members"})
    client.post(page, {"body": str(cast.body("区房管局").pk), "seat": "departments"})
    assert {one.role for one in queries.attendees(meeting)} == {"周见山委员", "区房管局"}
    assert client.post(page, {"person": "nobody", "seat": "members"}).status_code == 422


def test_a_member_who_is_invited_sees_the_meeting_once_it_was_called(cast: Cast) -> None:
    meeting, client = scenes.planned_meeting(cast), cast.client("member")
    invitations.invite_person(cast.convenor, meeting.pk, scenes.person(cast, "member"), "members")
    page = cast.url("deliberation:meeting", meeting_id=meeting.pk)
    assert client.get(page).status_code == 404
    meetings.call(cast.convenor, meeting.pk, None)
    seen = text(client.get(page))
    assert token_of(Attendee.objects.get(meeting=meeting)) in seen
    assert "改安排" not in seen
    assert meeting.title in text(client.get(cast.url("deliberation:meetings")))


def test_each_resident_gets_a_letter_with_the_link_in_it(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    page = text(cast.client("convenor").get(cast.url("deliberation:letters", meeting_id=meeting.pk)))
    assert page.count("<article") == 10
    one = Attendee.objects.filter(meeting=meeting)[0]
    alone = cast.client("convenor").get(cast.url("deliberation:letters", meeting_id=meeting.pk), {"one": str(one.pk)})
    assert text(alone).count("<article") == 1


def test_the_calendar_file_follows_a_meeting_that_moves_and_one_that_is_called_off(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    page, client = cast.url("deliberation:meeting_ics", meeting_id=meeting.pk), cast.client()
    first = Calendar.from_ical(client.get(page).content).walk("VEVENT")[0]
    later = scenes.in_working_days(cast, 8)
    meetings.move_to(cast.convenor, meeting.pk, None, starts_at=later, where="三楼")
    second = Calendar.from_ical(client.get(page).content).walk("VEVENT")[0]
    assert second.decoded("dtstart") == later
    assert second["uid"] == first["uid"]
    assert second["sequence"] > first["sequence"]
    meetings.cancel(cast.convenor, meeting.pk, None, "停电")
    assert Calendar.from_ical(client.get(page).content).walk("VEVENT")[0]["status"] == "CANCELLED"


def test_only_who_sits_there_gets_the_link_of_the_meeting_online(cast: Cast) -> None:
    way_in = "https://meeting.example.org/88"
    meeting = scenes.planned_meeting(cast, form="hybrid", by_side={}, seats=20, link=way_in)
    (one,) = invitations.invite_residents(cast.convenor, meeting.pk, "")
    meetings.call(cast.convenor, meeting.pk, None)
    client = cast.client()
    assert way_in in text(client.get(cast.url("deliberation:seat", token=token_of(one))))
    assert way_in in text(client.get(cast.url("deliberation:seat_ics", token=token_of(one))))
    for name in ("join_meeting", "meeting_ics"):
        assert way_in not in text(client.get(cast.url(f"deliberation:{name}", meeting_id=meeting.pk)))


def test_signed_in_by_link_online_the_page_says_so(cast: Cast) -> None:
    soon = clock.now() + dt.timedelta(minutes=30)
    meeting = scenes.planned_meeting(
        cast, form="small", by_side={}, seats=8, starts_at=soon, link="https://meeting.example.org/88"
    )
    (one,) = invitations.invite_residents(cast.convenor, meeting.pk, "")
    meetings.call(cast.convenor, meeting.pk, None)
    page, client = cast.url("deliberation:seat", token=token_of(one)), cast.client()
    assert client.post(page, {"press": "online"}).status_code == 302
    assert cast.again(one).is_online
    assert client.post(page, {"press": "something"}).status_code == 404


def test_the_poster_of_a_public_meeting_is_a_sheet_to_print(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    answer = cast.client().get(cast.url("deliberation:meeting_poster", meeting_id=meeting.pk))
    assert answer.content.startswith(b"%PDF")


def test_the_convenors_morning_names_the_next_meeting(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    assert meeting.title in text(cast.client("convenor").get(cast.url("desk:morning")))
