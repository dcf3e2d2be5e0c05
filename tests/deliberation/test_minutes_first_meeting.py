"""The first meeting somebody runs: let through by a signature, small, a little late; what its minutes say of it."""

from __future__ import annotations

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.deliberation import gates
from shangliang.deliberation.actions import arriving, invitations, minutes, sitting, voting
from shangliang.deliberation.actions.gates import pass_gate
from shangliang.deliberation.actions.sitting import Wording
from shangliang.deliberation.models import Attendee, Item, Meeting, Topic
from shangliang.deliberation.queries import minutes as queries
from tests.cast import Cast
from tests.scenes_investigation import chosen_topic, name_side
from tests.scenes_meetings import person, planned_meeting
from tests.scenes_minutes import due, held, read, sign_all
from tests.scenes_sitting import people, put

WHY = "电线已经冒烟，等不到下个月再开会。"


def let_through(cast: Cast) -> Topic:
    """Nobody went to hear the one side that was named; the chair signed for it."""
    topic = chosen_topic(cast)
    name_side(cast, topic, label="楼上住户")
    seen = gates.sizes(gates.missing(topic, "meet"))
    pass_gate(cast.convenor, topic, "deliberate", name="林知夏", why=WHY, seen=seen)
    return topic


def small_meeting(cast: Cast, *, late: int = 0) -> Meeting:
    """A 微协商 of four residents, the chair and a department; opened `late` minutes after its time."""
    starts = clock.now().replace(microsecond=0) + dt.timedelta(minutes=5)
    meeting = planned_meeting(cast, let_through(cast), form="small", starts_at=starts, by_side={}, seats=8)
    residents = invitations.invite_residents(cast.convenor, meeting.pk, "", count=4)
    invitations.invite_person(cast.convenor, meeting.pk, person(cast, "convenor"), "")
    office = invitations.invite_body(cast.convenor, meeting.pk, cast.body("区房管局"), "")
    with clock.pretending(starts + dt.timedelta(minutes=late)):
        sitting.open_meeting(cast.convenor, meeting.pk)
        for one in (*residents, office):
            arriving.sign_in(cast.convenor, one, Attendee.SignedIn.HAND)
    return cast.again(meeting)  # type: ignore[no-any-return]


def test_a_topic_let_through_by_a_signature_is_read_aloud_signed_and_agreed(cast: Cast) -> None:
    meeting = small_meeting(cast)
    reserved, agreed, failed = (put(cast, meeting, text) for text in ("建棚一座", "拆飞线", "每户交五元"))
    voting.count_hands(cast.community, reserved, yes=6)
    sitting.reserve(cast.community, cast.again(reserved), people(meeting)[0].pk, "窗户正对着棚子")
    sitting.settle_item(cast.community, agreed, agreed.version, Item.Status.AGREED)
    voting.count_hands(cast.community, failed, yes=4, no=2)
    address = cast.url("deliberation:close", meeting_id=meeting.pk)
    assert cast.client("convenor").get(address).status_code == 200
    assert cast.client("convenor").post(address, {"seen": cast.again(meeting).version}).status_code == 302
    meeting = cast.again(meeting)
    assert meeting.status == Meeting.Status.READ
    assert [one.status for one in Item.objects.order_by("number")] == ["reserved", "agreed", "open"]
    sign_all(cast, meeting)
    minutes.finish(cast.convenor, meeting.pk, None)
    assert Topic.objects.get().status == Topic.Status.AGREED


def test_a_side_that_was_let_through_unheard_is_told_as_such_and_in_the_past(cast: Cast) -> None:
    text = queries.minutes_of(small_meeting(cast)).text()
    assert "楼上住户：没有去听（主持人签名放行）。" in text
    waiver = next(line for line in text.split("\n") if line.startswith("放行："))
    assert waiver.startswith("放行：当时碰到哪几方只写了 1 方，要 2 方；“楼上住户”没有去听；")
    assert "还差" not in waiver
    assert "现有" not in waiver


def test_where_a_form_has_no_sides_people_are_counted_by_what_they_come_as(cast: Cast) -> None:
    text = queries.minutes_of(small_meeting(cast)).text()
    attendance = next(line for line in text.split("\n") if line.startswith("出席："))
    assert attendance.startswith("出席：共6人。")
    for group in ("居民代表4人（居民代表 1、", "有关单位1人（区房管局）", "委员和工作人员1人（"):
        assert group in attendance
    assert "其他" not in attendance


def test_who_opens_and_chairs_a_meeting_is_there(cast: Cast) -> None:
    meeting = small_meeting(cast)
    chair = Attendee.objects.get(meeting=meeting, person=person(cast, "convenor"))
    assert (chair.signed_in_at, chair.signed_in_how) == (meeting.opened_at, Attendee.SignedIn.HAND)
    assert "没到" not in queries.minutes_of(meeting).text()


@pytest.mark.parametrize(("late", "is_said"), [(9, False), (10, True), (25, True)])
def test_the_planned_time_is_told_of_a_meeting_begun_ten_minutes_late(cast: Cast, late: int, is_said: bool) -> None:
    meeting = small_meeting(cast, late=late)
    began, planned = (one.astimezone(clock.SHANGHAI) for one in (meeting.opened_at or clock.now(), meeting.starts_at))
    first = queries.minutes_of(meeting).paragraphs[0].text
    assert f"{began:%H:%M}" in first
    assert (f"{planned:%H:%M}）。" in first and "（原定" in first) is is_said


def test_a_task_without_an_owner_or_a_day_is_never_among_what_was_agreed(cast: Cast) -> None:
    meeting = small_meeting(cast)
    bare = sitting.put_item(cast.community, meeting.pk, Wording("装烟感", "task"))
    with pytest.raises(Refused, match="谁来办"):
        sitting.settle_item(cast.community, bare, 0, Item.Status.AGREED)
    with pytest.raises(Refused, match="谁来办"):
        sitting.reserve(cast.community, bare, people(meeting)[0].pk, "怕误报")
    whole = put(cast, meeting, "拆飞线")
    whole = sitting.settle_item(cast.community, whole, 0, Item.Status.AGREED)
    with pytest.raises(Refused, match="哪天"):
        sitting.edit_item(cast.community, whole, whole.version, Wording("拆飞线", "task", "区房管局"))
    minutes.close(cast.convenor, meeting.pk, None)
    assert [one.text for one in queries.passed_items(meeting)] == ["拆飞线"]


def test_erasing_is_offered_behind_a_line_once_the_minutes_were_read(cast: Cast) -> None:
    meeting, client = held(cast), cast.client("community")
    address = cast.url("deliberation:minutes", meeting_id=meeting.pk)
    assert "依法删除这一句" not in client.get(address).text
    minutes.close(cast.convenor, meeting.pk, None)
    page = client.get(address).text
    assert page.count('<details class="erase-said') == page.count("依法删除这一句") == 3


def test_a_day_that_is_written_later_settles_what_had_carried(cast: Cast) -> None:
    meeting = small_meeting(cast)
    item = sitting.put_item(cast.community, meeting.pk, Wording("装烟感", "task", "区房管局"))
    voting.count_hands(cast.community, item, yes=6)
    assert cast.again(item).status == Item.Status.OPEN
    page = cast.client("convenor").get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).text
    assert "还没写哪天" in page
    item = sitting.edit_item(cast.community, item, item.version, Wording("装烟感", "task", "区房管局", due()))
    assert item.status == Item.Status.AGREED


def test_minutes_that_were_read_stay_readable_by_their_page(cast: Cast) -> None:
    page = cast.client("convenor").get(cast.url("deliberation:minutes", meeting_id=read(cast).pk))
    assert page.status_code == 200
