"""What the screen of a meeting does by itself and what it asks: counts that settle, who is there, lines too long."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.deliberation.actions import arriving, lines, sitting, voting
from shangliang.deliberation.actions.lines import LONGEST, Written
from shangliang.deliberation.models import Attendee, Item, Line, Meeting
from shangliang.deliberation.queries import minutes as queries
from shangliang.ledger.queries import timeline
from tests.cast import Cast
from tests.scenes_meetings import person
from tests.scenes_sitting import open_meeting, people, put


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return open_meeting(cast)


# --- counts that settle -----------------------------------------------------------------------------------


def test_a_count_that_carries_settles_at_once_and_the_page_says_so(cast: Cast, meeting: Meeting) -> None:
    item, client = put(cast, meeting), cast.client("community")
    address = cast.url("deliberation:count_hands", meeting_id=meeting.pk, item_id=item.pk)
    page = client.post(address, {"yes": 10}, follow=True)
    assert "过了，记作“同意”" in page.text
    assert cast.again(item).status == Item.Status.AGREED
    assert timeline(item.pk, kinds=["item.counted"])[0].facts["item_status"] == "agreed"


def test_a_vote_on_phones_that_carries_settles_too(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    count = voting.open_ballot(cast.community, item)
    voting.cast(people(meeting)[0], count, 1)
    voting.close_ballot(cast.community, count)
    assert cast.again(item).status == Item.Status.AGREED


def test_a_reservation_without_a_count_is_no_majority(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    sitting.reserve(cast.community, item, people(meeting)[0].pk, "不放心")
    assert cast.again(item).get_status_display() == "同意，有人保留"
    assert "多数" not in queries.minutes_of(cast.again(meeting)).text()
    page = cast.client("community").get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).text
    assert "多数" not in page


def test_who_has_reservations_keeps_them_when_a_later_count_carries(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    sitting.reserve(cast.community, item, people(meeting)[0].pk, "不放心")
    voting.count_hands(cast.community, item, yes=9, no=1)
    assert cast.again(item).status == Item.Status.OPEN
    voting.count_hands(cast.community, item, yes=9, abstain=1)
    assert cast.again(item).status == Item.Status.RESERVED


# --- who is there -----------------------------------------------------------------------------------------


def absent(cast: Cast, meeting: Meeting) -> Attendee:
    return arriving.undo_sign_in(cast.convenor, people(meeting)[0])


def test_somebody_who_did_not_sign_in_is_asked_after_before_their_line_stands(cast: Cast, meeting: Meeting) -> None:
    one = absent(cast, meeting)
    first = Written(uuid4(), "我说一句", attendee=one.pk)
    assert f"{one.role}还没签到" in lines.write_lines(cast.community, meeting.pk, [first])[first.id]
    assert not Line.objects.exists()
    again = Written(first.id, first.text, attendee=one.pk, sign_in=True)
    assert lines.write_lines(cast.community, meeting.pk, [again]) == {first.id: ""}
    assert cast.again(one).signed_in_at is not None
    assert timeline(one.pk, kinds=["attendee.signed_in"])


def test_a_page_without_script_asks_the_same_and_keeps_the_line(cast: Cast, meeting: Meeting) -> None:
    one, client = absent(cast, meeting), cast.client("community")
    address = cast.url("deliberation:lines", meeting_id=meeting.pk)
    typed = {"id": str(uuid4()), "text": "我说一句", "kind": "said", "attendee": str(one.pk)}
    page = client.post(address, typed)
    assert page.status_code == 422
    assert "签到并记下" in page.text
    assert "我说一句" in page.text
    assert client.post(address, typed | {"sign_in": "on"}).status_code == 302
    assert cast.again(one).signed_in_at is not None


def test_who_writes_the_lines_down_is_there(cast: Cast, meeting: Meeting) -> None:
    clerk = Attendee.objects.get(meeting=meeting, person=person(cast, "convenor"))
    Attendee.objects.filter(pk=clerk.pk).update(signed_in_at=None)
    lines.write_lines(cast.convenor, meeting.pk, [Written(uuid4(), "现在开会")])
    assert cast.again(clerk).signed_in_at is not None


# --- nothing is cut in silence ----------------------------------------------------------------------------


def test_a_line_too_long_says_by_how_much_and_nothing_of_it_is_lost(cast: Cast, meeting: Meeting) -> None:
    long = "长" * 10_000
    one = Written(uuid4(), long)
    assert f"多了 {10_000 - LONGEST} 字" in lines.write_lines(cast.community, meeting.pk, [one])[one.id]
    client = cast.client("community")
    page = client.post(cast.url("deliberation:lines", meeting_id=meeting.pk), {"id": str(uuid4()), "text": long})
    assert page.status_code == 422
    assert "最多 500 字，现在 10000 字" in page.text
    assert long in page.text


def test_no_box_of_the_screen_cuts_what_is_pasted(cast: Cast, meeting: Meeting) -> None:
    item = put(cast, meeting)
    client = cast.client("community")
    page = client.get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).text
    assert "maxlength" not in page
    address = cast.url("deliberation:reserve_item", meeting_id=meeting.pk, item_id=item.pk)
    sent = client.post(address, {"attendee": str(people(meeting)[0].pk), "why": "怕" * 400})
    assert "最多 300 字，现在 400 字" in sent.text
    with pytest.raises(Refused, match="写一句"):
        sitting.reserve(cast.community, item, people(meeting)[0].pk, " ")


# --- lines that come too late -----------------------------------------------------------------------------


def test_a_device_whose_meeting_was_closed_is_told_so_and_keeps_its_lines(cast: Cast, meeting: Meeting) -> None:
    client = cast.client("community")
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.READ, closed_at=clock.now())
    sent = {"since": 0, "lines": [{"id": str(uuid4()), "text": "晚到的一句"}]}
    answer = client.post(cast.url("deliberation:lines", meeting_id=meeting.pk), sent, content_type="application/json")
    assert (answer.status_code, answer.json()["is_open"]) == (409, False)
    page = client.get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).text
    assert "没传上去的还在这台设备里" in page or "\\u8bbe\\u5907" in page
