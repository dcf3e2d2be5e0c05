"""开会之前: what the way of working lets through, what it refuses, and who hears."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.deliberation import meeting_clock
from shangliang.deliberation.actions import invitations, meetings
from shangliang.deliberation.models import AgendaPart, Attendee, Conversation, Count, Item, Meeting
from shangliang.deliberation.queries import meetings as queries
from shangliang.ledger.queries import timeline
from shangliang.playbooks.calendar import Calendar
from shangliang.playbooks.deliberation_rules import Window
from shangliang.playbooks.queries import default
from tests import scenes_meetings as scenes
from tests.cast import Cast
from tests.scenes_investigation import chosen_topic

TUESDAY = dt.date(2026, 12, 1)


def kinds(meeting: Meeting) -> list[str]:
    return [line.entry.kind for line in timeline(meeting.pk)]


def told(meeting: Meeting, kind: str) -> set[Any]:
    """The persons an entry names."""
    line = next(line for line in timeline(meeting.pk) if line.entry.kind == kind)
    return {one for name, one in line.body["subjects"] if name == "person"}


def counting(meeting: Meeting) -> Count:
    """Votes are being cast about something on the table."""
    topic = queries.first_topic(meeting)
    now, here = clock.now(), {"tenant_id": meeting.tenant_id, "meeting": meeting, "topic": topic}
    item = Item.objects.create(**here, number=1, text="棚子建在东门", outcome="task", worded_at=now)
    return Count.objects.create(tenant_id=meeting.tenant_id, item=item, how="hands", yes=0, base=10, opened_at=now)


# --- planning ----------------------------------------------------------------------------------------------


def test_a_planned_meeting_begins_with_the_agenda_of_its_form(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    form = queries.form_of(meeting)
    assert [part.label for part in queries.agenda(meeting)] == [part.label for part in form.agenda]
    assert meeting.how == "room"
    assert meeting.seats == 12
    assert len(meeting.door_code) == 4
    assert kinds(meeting) == ["meeting.planned"]


def test_planning_shows_what_is_missing_and_calling_is_refused_until_it_is_there(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast, chosen_topic(cast))
    lacks = queries.lacking(meeting)
    assert any(one.key.startswith("gate:") and one.blocks for one in lacks)
    with pytest.raises(Refused):
        meetings.call(cast.convenor, meeting.pk, None)
    assert cast.again(meeting).status == Meeting.Status.PLANNED


def test_only_who_works_on_the_topic_plans_and_only_who_runs_the_meeting_calls(cast: Cast) -> None:
    topic = scenes.investigated_topic(cast)
    plan = scenes.plan_for(cast, scenes.in_working_days(cast, 5))
    for stranger in (cast.far, cast.handler, cast.member):
        with pytest.raises(NotAllowed):
            meetings.plan(stranger, [topic], "council", plan)
    meeting = scenes.planned_meeting(cast, topic)
    with pytest.raises(NotAllowed):
        meetings.call(cast.far, meeting.pk, None)


@pytest.mark.parametrize(
    ("seats", "field"),
    [({"residents": 1}, "side_residents"), ({"members": 11}, "side_members"), ({"departments": 9}, "side_departments")],
)
def test_seats_that_the_form_does_not_allow_are_refused_beside_their_side(
    cast: Cast, seats: dict[str, int], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        scenes.planned_meeting(cast, by_side=scenes.SIDES | seats)
    assert refused.value.field == field


def test_too_few_and_too_many_seats_in_all_are_refused(cast: Cast) -> None:
    topic = scenes.investigated_topic(cast)
    few = {"residents": 2, "members": 1, "departments": 0, "others": 0}
    with pytest.raises(Refused, match="5 到 40"):
        scenes.planned_meeting(cast, topic, by_side=few)
    with pytest.raises(Refused, match="5 到 40"):
        scenes.planned_meeting(cast, topic, by_side={"residents": 20, "members": 10, "departments": 8, "others": 10})


def test_a_meeting_in_a_room_says_where(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        scenes.planned_meeting(cast, where=" ")
    assert refused.value.field == "where"


def test_several_topics_lie_on_one_table(cast: Cast) -> None:
    one, other = scenes.investigated_topic(cast), scenes.investigated_topic(cast, title="东门路灯")
    plan = scenes.plan_for(cast, scenes.in_working_days(cast, 5))
    meeting = meetings.plan(cast.convenor, [one, other], "council", plan)
    assert queries.topics_of(meeting) == [one, other]
    named = {str(one.pk), str(other.pk), str(one.matter_id), str(other.matter_id)}
    assert named <= {row for _name, row in timeline(meeting.pk)[0].body["subjects"]}


# --- clocks ------------------------------------------------------------------------------------------------


def test_a_notice_that_would_be_too_late_is_refused_with_the_arithmetic(cast: Cast) -> None:
    topic = scenes.investigated_topic(cast)
    with clock.pretending(clock.start_of(TUESDAY) + dt.timedelta(hours=9)):
        with pytest.raises(Refused) as refused:
            scenes.planned_meeting(cast, topic, starts_at=clock.start_of(dt.date(2026, 12, 3)) + dt.timedelta(hours=19))
        meeting = scenes.planned_meeting(
            cast, topic, starts_at=clock.start_of(dt.date(2026, 12, 4)) + dt.timedelta(hours=19)
        )
    assert refused.value.field == "starts_at"
    for words in ("提前 3 个工作日", "最晚 11 月 30 日", "今天 12 月 1 日", "最早 12 月 4 日"):
        assert words in str(refused.value)
    with (
        clock.pretending(clock.start_of(dt.date(2026, 12, 2)) + dt.timedelta(hours=9)),
        pytest.raises(Refused, match="最晚 12 月 1 日"),
    ):
        meetings.call(cast.convenor, meeting.pk, None)


def test_a_form_without_a_notice_is_called_the_same_day(cast: Cast) -> None:
    with clock.pretending(clock.start_of(TUESDAY) + dt.timedelta(hours=9)):
        soon = clock.now() + dt.timedelta(minutes=40)
        meeting = scenes.planned_meeting(cast, form="small", starts_at=soon, by_side={}, seats=8)
        assert meetings.call(cast.convenor, meeting.pk, None).status == Meeting.Status.CALLED


def test_papers_later_than_their_clock_hold_up_the_call(cast: Cast) -> None:
    form = replace(default().deliberation.meetings["council"], papers=5)
    dates = meeting_clock.dates(Calendar(), form, dt.date(2026, 12, 4), dt.date(2026, 12, 1))
    assert dates.papers_by == dt.date(2026, 11, 27)
    assert "最晚 11 月 27 日" in dates.late_papers(dt.date(2026, 12, 1))
    assert dates.late_papers(dt.date(2026, 11, 27)) == ""


@pytest.mark.parametrize(
    ("windows", "day", "refused"),
    [
        ((Window("上半年", "06-01", "06-30"), Window("年底", "11-15", "12-15")), dt.date(2026, 12, 1), False),
        ((Window("上半年", "06-01", "06-30"),), dt.date(2026, 12, 1), True),
        ((Window("冬天", "11-15", "02-28"),), dt.date(2026, 1, 31), False),
        ((Window("冬天", "11-15", "02-28"),), dt.date(2026, 3, 1), True),
        ((), dt.date(2026, 3, 1), False),
    ],
)
def test_a_day_outside_the_season_is_refused_naming_the_season(
    windows: tuple[Window, ...], day: dt.date, refused: bool
) -> None:
    words = meeting_clock.out_of_season(windows, day)
    assert bool(words) is refused
    assert all(one.label in words for one in windows if refused)


# --- calling -----------------------------------------------------------------------------------------------


def test_calling_names_everybody_invited_who_has_a_name(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    people = {str(scenes.person(cast, role).pk) for role in ("member", "convenor", "citymanager", "community")}
    assert told(meeting, "meeting.called") == people
    assert Attendee.objects.filter(meeting=meeting, invited_at=None).count() == 0
    assert meeting.papers_at is not None
    with pytest.raises(NotAllowed):
        meetings.call(cast.convenor, meeting.pk, None)


def test_nobody_changes_what_another_has_just_changed(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    meetings.change(cast.convenor, meeting.pk, meeting.version, scenes.plan_for(cast, meeting.starts_at))
    with pytest.raises(Changed):
        meetings.change(cast.convenor, meeting.pk, meeting.version, scenes.plan_for(cast, meeting.starts_at))


def test_a_changed_plan_has_the_agenda_as_written(cast: Cast) -> None:
    meeting = scenes.planned_meeting(cast)
    parts = [meetings.Part("看现场", 20), meetings.Part("逐条定", 30, "当场数")]
    meetings.change(cast.convenor, meeting.pk, None, scenes.plan_for(cast, meeting.starts_at, agenda=parts))
    rows = AgendaPart.objects.filter(meeting=meeting).order_by("position").values_list("label", "minutes", "note")
    assert list(rows) == [("看现场", 20, ""), ("逐条定", 30, "当场数")]


# --- moving and calling off --------------------------------------------------------------------------------


def test_a_moved_meeting_tells_everybody_and_asks_them_again(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    one = Attendee.objects.filter(meeting=meeting, person=None).order_by("pk")[0]
    invitations.answer(cast.convenor, one, True)
    later = scenes.in_working_days(cast, 8)
    meetings.move_to(cast.convenor, meeting.pk, meeting.version, starts_at=later, where=scenes.WHERE, why="停电")
    assert cast.again(meeting).starts_at == later
    assert cast.again(one).answer == Attendee.Answer.INVITED
    assert told(meeting, "meeting.moved") == told(meeting, "meeting.called")
    assert timeline(meeting.pk)[0].words == {"why": "停电"}


def test_another_room_leaves_the_answers_as_they_are(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    one = Attendee.objects.filter(meeting=meeting, person=None).order_by("pk")[0]
    invitations.answer(cast.convenor, one, True)
    meetings.move_to(cast.convenor, meeting.pk, None, starts_at=meeting.starts_at, where="三楼")
    assert cast.again(one).answer == Attendee.Answer.COMING
    assert cast.again(meeting).where == "三楼"


def test_a_meeting_is_not_moved_nearer_than_its_notice_allows(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    nearer = scenes.in_working_days(cast, 1)
    with pytest.raises(Refused, match="来不及"):
        meetings.move_to(cast.convenor, meeting.pk, None, starts_at=nearer, where=scenes.WHERE)
    with pytest.raises(Refused, match="都没变"):
        meetings.move_to(cast.convenor, meeting.pk, None, starts_at=meeting.starts_at, where=scenes.WHERE)


def test_a_conversation_that_closes_with_the_meeting_moves_along(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    topic, day = queries.first_topic(meeting), clock.day_of(meeting.starts_at)
    made: dict[str, Any] = {"tenant_id": topic.tenant_id, "body": meeting.body, "topic": topic, "question": "建在哪里"}
    made |= {"words": 140, "each": 5, "check_by": "device", "opened_at": clock.now()}
    with_it = Conversation.objects.create(**made, closes_on=day)
    earlier = Conversation.objects.create(**made, closes_on=day - dt.timedelta(days=1))
    later = scenes.in_working_days(cast, 8)
    meetings.move_to(cast.convenor, meeting.pk, None, starts_at=later, where=scenes.WHERE)
    assert cast.again(with_it).closes_on == clock.day_of(later)
    assert cast.again(earlier).closes_on == day - dt.timedelta(days=1)


def test_while_people_vote_a_meeting_is_neither_moved_nor_called_off(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast)
    count = counting(meeting)
    later = scenes.in_working_days(cast, 8)
    with pytest.raises(Refused, match="正在表决"):
        meetings.move_to(cast.convenor, meeting.pk, None, starts_at=later, where=scenes.WHERE)
    with pytest.raises(Refused, match="正在表决"):
        meetings.cancel(cast.convenor, meeting.pk, None, "下雨")
    Count.objects.filter(pk=count.pk).update(closed_at=clock.now())
    meetings.move_to(cast.convenor, meeting.pk, None, starts_at=later, where=scenes.WHERE)


def test_a_meeting_that_is_on_is_not_moved(cast: Cast) -> None:
    meeting = scenes.ten_people_meeting(cast)
    Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.OPEN)
    with pytest.raises(NotAllowed, match="正在开"):
        meetings.move_to(cast.convenor, meeting.pk, None, starts_at=scenes.in_working_days(cast, 8), where="三楼")


def test_calling_off_tells_why(cast: Cast) -> None:
    meeting = scenes.called_meeting(cast)
    with pytest.raises(Refused):
        meetings.cancel(cast.convenor, meeting.pk, None, " ")
    meetings.cancel(cast.convenor, meeting.pk, None, "先把数据补齐")
    assert cast.again(meeting).status == Meeting.Status.CANCELLED
    assert told(meeting, "meeting.cancelled") == told(meeting, "meeting.called")
