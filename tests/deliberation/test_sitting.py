"""The one screen of a meeting: opening it, its agenda, what is on the table, and questions from outside."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation.actions import lines, questions, sitting
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import AgendaPart, Attendee, Item, Line, Meeting, OutsideQuestion
from shangliang.deliberation.queries import sitting as queries
from shangliang.deliberation.queries.meetings import meeting as read_meeting
from shangliang.ledger.queries import timeline
from shangliang.voices import stamps
from tests.cast import Cast
from tests.scenes_investigation import chosen_topic
from tests.scenes_meetings import planned_meeting, ten_people_meeting
from tests.scenes_sitting import asked, open_meeting, people, wording


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return open_meeting(cast)


# --- opening, and the agenda ------------------------------------------------------------------------------


def test_a_meeting_whose_topic_was_not_looked_into_does_not_open(cast: Cast) -> None:
    soon = clock.now() + dt.timedelta(minutes=5)
    meeting = planned_meeting(cast, chosen_topic(cast), form="small", starts_at=soon, by_side={}, seats=8)
    with pytest.raises(Refused):
        sitting.open_meeting(cast.convenor, meeting.pk)
    address = cast.url("deliberation:open_meeting", meeting_id=meeting.pk)
    assert cast.client("convenor").post(address).status_code == 422
    assert cast.again(meeting).status == Meeting.Status.PLANNED


def test_opening_begins_the_first_part_and_names_who_is_there(cast: Cast, meeting: Meeting) -> None:
    entry = timeline(meeting.pk, kinds=["meeting.opened"])[0]
    assert entry.facts["present"] == 10
    first = AgendaPart.objects.order_by("position")[0]
    assert (meeting.part, first.begun_at) == (first.position, meeting.opened_at)
    with pytest.raises(NotAllowed):
        sitting.open_meeting(cast.convenor, meeting.pk)


def test_parts_of_the_agenda_show_planned_and_used_minutes(cast: Cast, meeting: Meeting) -> None:
    second = AgendaPart.objects.order_by("position")[1]
    with clock.pretending(clock.now() + dt.timedelta(minutes=12)):
        sitting.begin_part(cast.community, meeting.pk, second.position)
        now = queries.sitting(cast.again(meeting))
    assert [(one.used, one.is_on) for one in now.agenda[:3]] == [(12, False), (0, True), (None, False)]
    assert now.agenda[0].is_over_time
    with pytest.raises(Refused, match="没有这一步"):
        sitting.begin_part(cast.community, meeting.pk, 99)


def test_time_is_added_up_by_side(cast: Cast, meeting: Meeting) -> None:
    first, *_rest, last = people(meeting)
    batch = [lines.Written(uuid4(), "说", attendee=one.pk, seconds=90) for one in (first, first, last)]
    lines.write_lines(cast.community, meeting.pk, batch)
    sides = {side.label: (side.minutes, side.share) for side in queries.sitting(cast.again(meeting)).sides}
    assert sides["居民代表"] == ("3:00", pytest.approx(2 / 3))
    assert sides["职能部门"][0] == "1:30"


# --- items ------------------------------------------------------------------------------------------------


def test_an_item_sent_twice_stands_once(cast: Cast, meeting: Meeting) -> None:
    key = uuid4()
    for _retry in range(2):
        sitting.put_item(cast.community, meeting.pk, wording(), item_id=key)
    assert Item.objects.get().pk == key
    assert Item.objects.get().owner == cast.body("区房管局")


def test_who_is_no_body_is_written_as_they_are_called(cast: Cast, meeting: Meeting) -> None:
    item = sitting.put_item(cast.community, meeting.pk, wording(outcome="undertaking", owner="3 号院居民"))
    assert (item.owner, item.owner_words) == (None, "3 号院居民")


@pytest.mark.parametrize(("lacking", "why"), [({"owner": ""}, "谁来办"), ({"due": None}, "哪天")])
def test_what_is_to_be_done_is_agreed_with_an_owner_and_a_date(
    cast: Cast, meeting: Meeting, lacking: dict[str, Any], why: str
) -> None:
    item = sitting.put_item(cast.community, meeting.pk, wording(**lacking))
    with pytest.raises(Refused, match=why):
        sitting.settle_item(cast.community, item, 0, "agreed")
    rule = sitting.put_item(cast.community, meeting.pk, wording("停车公约", outcome="rule", owner="", due=None))
    assert sitting.settle_item(cast.community, rule, 0, "agreed").status == Item.Status.AGREED


def test_a_reservation_says_who_and_why_and_can_be_taken_back(cast: Cast, meeting: Meeting) -> None:
    item, one = sitting.put_item(cast.community, meeting.pk, wording()), people(meeting)[1]
    made = sitting.reserve(cast.community, item, one.pk, "窗户正对着棚子")
    assert cast.again(item).status == Item.Status.RESERVED
    entry = timeline(item.pk, kinds=["item.settled"])[0]
    assert (entry.facts["role"], entry.words["why"]) == (one.role, "窗户正对着棚子")
    with pytest.raises(Refused, match="还有人保留"):
        sitting.settle_item(cast.community, item, 1, "agreed")
    sitting.take_back_reservation(cast.community, item, made.pk)
    assert sitting.settle_item(cast.community, item, 2, "agreed").status == Item.Status.AGREED


def test_who_must_stay_out_has_no_reservation(cast: Cast, meeting: Meeting) -> None:
    item, one = sitting.put_item(cast.community, meeting.pk, wording()), people(meeting)[0]
    Attendee.objects.filter(pk=one.pk).update(recused_at=clock.now())
    with pytest.raises(Refused, match="回避"):
        sitting.reserve(cast.community, item, one.pk, "不放心")


def test_two_clerks_do_not_settle_an_item_past_each_other(cast: Cast, meeting: Meeting) -> None:
    item = sitting.put_item(cast.community, meeting.pk, wording())
    sitting.edit_item(cast.convenor, item, 0, wording("建充电棚两座"))
    with pytest.raises(Changed):
        sitting.settle_item(cast.community, item, 0, "agreed")


def test_an_item_goes_on_from_an_earlier_round(cast: Cast, meeting: Meeting) -> None:
    left = sitting.put_item(cast.community, meeting.pk, wording())
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.SIGNED)
    second = ten_people_meeting(cast, topic=left.topic)
    sitting.open_meeting(cast.convenor, second.pk)
    now = queries.sitting(cast.again(second))
    assert queries.left_over(second, now.topics) == [left]
    taken = sitting.put_item(cast.community, second.pk, wording(), continues=left.pk)
    assert (second.round, taken.continues) == (2, left)
    assert queries.left_over(second, now.topics) == []


def test_a_refused_item_comes_back_with_all_that_was_typed(cast: Cast, meeting: Meeting) -> None:
    client, address = cast.client("community"), cast.url("deliberation:put_item", meeting_id=meeting.pk)
    typed = {"text": "建棚", "outcome": "task", "owner": "区房管局", "due": "2020-01-01", "id": str(uuid7())}
    page = client.post(address, typed)
    assert page.status_code == 422
    assert "这个日子已经过了" in page.content.decode()
    assert 'value="区房管局"' in page.content.decode()
    assert client.post(address, typed | {"due": ""}).status_code == 302
    item = Item.objects.get()
    edit = cast.url("deliberation:edit_item", meeting_id=meeting.pk, item_id=item.pk)
    due = (clock.today() + dt.timedelta(days=9)).isoformat()
    assert client.post(edit, typed | {"due": due, "seen": 0}).status_code == 302
    settle = cast.url("deliberation:settle_item", meeting_id=meeting.pk, item_id=item.pk, to="agreed")
    client.post(settle, {"seen": 1})
    assert cast.again(item).status == Item.Status.AGREED


# --- questions from outside -------------------------------------------------------------------------------


def test_a_question_is_read_out_and_its_answer_is_tied_to_it(cast: Cast, meeting: Meeting) -> None:
    question = asked(cast, meeting)
    line = questions.take(cast.community, question)
    assert (line.kind, line.attendee) == (Line.Kind.ASKED, None)
    answer = lines.Written(
        uuid4(), "有顶，不漏。", kind="answered", attendee=people(meeting)[8].pk, answers=question.pk
    )
    lines.write_lines(cast.community, meeting.pk, [answer])
    assert cast.again(question).line_id == answer.id
    with pytest.raises(Refused, match="处理过"):
        questions.leave_out(cast.community, question)


def test_a_question_left_out_leaves_no_trace_of_who_asked(cast: Cast, meeting: Meeting) -> None:
    question = asked(cast, meeting, attendee=people(meeting)[0])
    questions.leave_out(cast.community, question)
    assert cast.again(question).attendee is None
    assert timeline(meeting.pk, kinds=["question.left_out"])[0].words == {}


def test_the_public_form_takes_a_question_once_and_no_numbers(cast: Cast, meeting: Meeting) -> None:
    client, address = cast.client(), cast.url("deliberation:ask", meeting_id=meeting.pk)
    stamp = stamps.draw()
    assert client.get(address).status_code == 200
    refused = client.post(address, {"words": "打我电话 13800000000", "stamp": stamp})
    assert refused.status_code == 422
    assert "13800000000" in refused.content.decode()
    for _retry in range(2):
        assert client.post(address, {"words": "下雨天漏不漏？", "stamp": stamp}).status_code == 302
    assert OutsideQuestion.objects.count() == 1
    statuses = [client.post(address, {"words": "又一个", "stamp": stamps.draw()}).status_code for _n in range(6)]
    assert statuses[-1] == 429
    Meeting.objects.update(status=Meeting.Status.SIGNED)
    assert client.get(address).status_code == 404


def test_somebody_at_the_table_online_raises_a_hand(cast: Cast, meeting: Meeting) -> None:
    one = people(meeting)[2]
    address = cast.url("deliberation:speak_up", token=token_of(one))
    assert cast.client().post(address, {"words": "我同意", "stamp": stamps.draw()}).status_code == 302
    page = cast.client("community").get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).content.decode()
    assert "在线上举手" in page


# --- reading ----------------------------------------------------------------------------------------------


def test_the_screen_costs_the_same_however_much_was_said(cast: Cast, meeting: Meeting, at_most: Any) -> None:
    somebody = [one.pk for one in people(meeting)]
    batch = [lines.Written(uuid4(), f"第 {n} 句", attendee=somebody[n % 10]) for n in range(60)]
    lines.write_lines(cast.community, meeting.pk, batch)
    for number in range(6):
        item = sitting.put_item(cast.community, meeting.pk, wording(f"第 {number} 条"))
        sitting.reserve(cast.community, item, somebody[0], "不放心")
    found = read_meeting(meeting.pk)
    assert found is not None
    with at_most(12):
        now = queries.sitting(found)
    assert (len(now.spoken), len(now.items)) == (60, 6)
    with at_most(3):
        assert len(queries.changes(meeting.pk, 0).spoken) == 60
    with at_most(1):
        assert queries.changes(meeting.pk, found.version).spoken == []


def test_the_screen_of_a_meeting_that_is_over_takes_nothing(cast: Cast, meeting: Meeting) -> None:
    item = sitting.put_item(cast.community, meeting.pk, wording())
    Meeting.objects.update(status=Meeting.Status.SIGNED)
    page = cast.client("community").get(cast.url("deliberation:sitting", meeting_id=meeting.pk)).content.decode()
    assert 'id="say"' not in page
    for act in (
        lambda: sitting.put_item(cast.community, meeting.pk, wording()),
        lambda: sitting.settle_item(cast.community, item, 0, "agreed"),
        lambda: sitting.begin_part(cast.community, meeting.pk, 0),
    ):
        with pytest.raises(NotAllowed, match="会没有在开"):
            act()
