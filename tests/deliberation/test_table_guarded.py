"""What a sceptic tries at a table: opening by the side door, voting on old words, secrets of others, floods."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.cache import cache

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import deciding
from shangliang.deliberation.actions import (
    arriving,
    invitations,
    lines,
    meetings,
    public_rules,
    questions,
    signing,
    sitting,
    voting,
)
from shangliang.deliberation.actions.lines import Written
from shangliang.deliberation.forms.meetings import PlanForm
from shangliang.deliberation.links import token_of
from shangliang.deliberation.models import (
    Attendee,
    Ballot,
    Conversation,
    Item,
    Line,
    Meeting,
    OutsideQuestion,
    Reservation,
    Topic,
)
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.queries.meetings import form_of
from shangliang.deliberation.queries.voting import voter_key
from shangliang.ledger.queries import timeline
from shangliang.playbooks.deliberation_rules import Decide
from shangliang.voices import stamps
from tests import scenes_investigation as ways
from tests.cast import Cast
from tests.scenes_meetings import (
    called_meeting,
    in_working_days,
    investigated_topic,
    plan_for,
    planned_meeting,
    public_request,
)
from tests.scenes_minutes import read, rule_version, signed
from tests.scenes_sitting import open_meeting, people, put, wording

Status = Item.Status


# --- opening ------------------------------------------------------------------------------------------


def test_a_meeting_opens_on_its_day_and_not_before(cast: Cast) -> None:
    meeting = called_meeting(cast)
    with pytest.raises(NotAllowed, match="还没到开会那天"):
        sitting.open_meeting(cast.convenor, meeting.pk)
    with clock.pretending(meeting.starts_at):
        assert sitting.open_meeting(cast.convenor, meeting.pk).status == Meeting.Status.OPEN


def test_a_meeting_that_is_to_be_announced_does_not_open_unannounced(cast: Cast) -> None:
    meeting = planned_meeting(cast)
    with clock.pretending(meeting.starts_at), pytest.raises(Refused, match="还没发通知"):
        sitting.open_meeting(cast.convenor, meeting.pk)


def test_a_small_meeting_opens_where_people_stand(cast: Cast) -> None:
    soon = clock.now() + dt.timedelta(minutes=5)
    meeting = planned_meeting(cast, form="small", starts_at=soon, by_side={}, seats=8)
    assert sitting.open_meeting(cast.convenor, meeting.pk).status == Meeting.Status.OPEN


# --- before it --------------------------------------------------------------------------------------------


def test_who_asked_something_beforehand_can_be_taken_off_and_the_question_stays(cast: Cast) -> None:
    meeting = called_meeting(cast)
    one = people(meeting)[0]
    key = uuid7()
    questions.ask(Actor("link", cast.tenant.pk), meeting.pk, "棚子漏不漏？", key=key, attendee=one)
    invitations.take_off(cast.convenor, one)
    assert OutsideQuestion.objects.get(pk=key).attendee_id is None


def test_a_recusal_noted_by_mistake_is_taken_back_until_the_meeting_opens(cast: Cast) -> None:
    meeting = called_meeting(cast)
    one = arriving.recuse(cast.convenor, people(meeting)[0], "记错了人")
    page = cast.client("convenor").get(cast.url("deliberation:meeting", meeting_id=meeting.pk)).text
    address = cast.url("deliberation:take_back_recusal", attendee_id=one.pk)
    assert address in page
    cast.client("convenor").post(address)
    now = Attendee.objects.get(pk=one.pk)
    assert (now.recused_at, now.recused_why) == (None, None)
    assert timeline(meeting.pk, kinds=["attendee.recusal_taken_back"])[0].facts == {"role": one.role}
    with pytest.raises(Refused):
        arriving.take_back_recusal(cast.convenor, now)


def test_a_recusal_stands_once_the_meeting_is_on(cast: Cast) -> None:
    one = arriving.recuse(cast.convenor, people(open_meeting(cast))[0], "亲戚承包")
    with pytest.raises(NotAllowed):
        arriving.take_back_recusal(cast.convenor, one)


def test_the_stamp_of_one_meeting_does_not_get_into_another(cast: Cast) -> None:
    topic = investigated_topic(cast)
    key = public_request(cast, called_meeting(cast, topic=topic)).pk
    other = called_meeting(cast, topic=topic)
    with pytest.raises(Refused, match="另一次会"):
        public_request(cast, other, key=key)


STEPS = """
choose: {label: 议题选出, by: 工作室, does: [choose]}
small: {label: 小院先谈, by: 工作室, after: [choose], does: [meet], form: small}
council: {label: 正式商量, by: 工作室, after: [small], does: [meet, agree], form: council}
give: {label: 交给有关单位, by: 工作室, after: [council], does: [hand_over]}
"""


def test_a_step_that_names_its_form_of_meeting_holds_no_other(cast: Cast) -> None:
    ways.way(cast, STEPS)
    topic = investigated_topic(cast)
    plan = plan_for(cast, in_working_days(cast, 8), by_side={}, seats=8)
    with pytest.raises(Refused, match="不开网络协商") as refused:
        meetings.plan(cast.convenor, [topic], "online", plan)
    assert refused.value.field == "form"
    assert meetings.plan(cast.convenor, [topic], "small", plan).form == "small"
    address = cast.url("deliberation:plan_meeting", topic_id=topic.pk)
    page = cast.client("convenor").get(address)
    assert page.context["meeting_form"].key == "small", "that of the step which comes next"
    assert cast.client("convenor").get(f"{address}?form=council").context["meeting_form"].key == "council"
    assert {key for key, *_rest in cast.client("convenor").get(f"{address}?form=-").context["forms"]} == {
        "small",
        "council",
    }


def test_the_kind_of_place_that_a_form_names_is_hinted_at(cast: Cast) -> None:
    topic = investigated_topic(cast)
    known = form_of(planned_meeting(cast, topic), topic)
    form = PlanForm(form=replace(known, where="小院、楼门口"), bodies=[cast.body("光明社区")], people=[])
    assert "工作法写的是小院、楼门口。" in str(form["where"].help_text)
    assert form["where"].field.widget.attrs["placeholder"] == "小院、楼门口"


# --- lines ----------------------------------------------------------------------------------------------------


def test_a_line_that_corrects_one_refused_is_kept_by_itself(cast: Cast) -> None:
    meeting = open_meeting(cast)
    empty, after = Written(uuid4(), " "), Written(uuid4(), "棚顶用不燃的料")
    told = lines.write_lines(cast.community, meeting.pk, [empty, Written(after.id, after.text, corrects=empty.id)])
    assert told[empty.id]
    assert not told[after.id]
    assert Line.objects.get(pk=after.id).corrects_id is None


def test_what_corrects_a_line_stands_in_the_minutes_where_that_line_was_said(cast: Cast) -> None:
    meeting = open_meeting(cast)
    first, second = Written(uuid4(), "一座三万二", said_at=meeting.opened_at), Written(uuid4(), "月卡三十")
    lines.write_lines(cast.community, meeting.pk, [first])
    lines.write_lines(cast.community, meeting.pk, [second])
    lines.write_lines(cast.community, meeting.pk, [Written(uuid4(), "一座三万三", corrects=first.id)])
    text = queries.minutes_of(cast.again(meeting)).text()
    assert "三万二" not in text
    assert text.index("一座三万三") < text.index("月卡三十")


def test_who_is_no_body_is_named_in_words_that_can_go_and_never_in_facts(cast: Cast) -> None:
    item = sitting.put_item(cast.community, open_meeting(cast).pk, wording("楼下不充电", owner="一单元王阿姨"))
    entry = timeline(item.pk, kinds=["item.put"])[0]
    assert "王阿姨" not in str(entry.body)
    assert entry.words["owner"] == "一单元王阿姨"


def test_a_number_in_what_is_put_to_the_table_is_pointed_out_before_everybody_reads_it(cast: Cast) -> None:
    meeting = open_meeting(cast)
    sent = {
        "text": "找 13800001234 修",
        "outcome": "task",
        "owner": "区房管局",
        "due": str(clock.today() + dt.timedelta(9)),
    }
    answer = cast.client("convenor").post(cast.url("deliberation:put_item", meeting_id=meeting.pk), sent)
    assert answer.status_code == 422
    assert "找 13800001234 修" in answer.text
    assert 'type="checkbox" name="screened"' in answer.text
    again = cast.client("convenor").post(
        cast.url("deliberation:put_item", meeting_id=meeting.pk), sent | {"screened": "on"}
    )
    assert again.status_code == 302


# --- counting ---------------------------------------------------------------------------------------------------


def test_a_counted_item_that_was_withdrawn_leaves_the_minutes_whole(cast: Cast) -> None:
    meeting = open_meeting(cast)
    item = put(cast, meeting)
    voting.count_hands(cast.convenor, item, yes=3, no=7)
    sitting.settle_item(cast.convenor, item, cast.again(item).version, Status.WITHDRAWN)
    assert "建充电棚一座" not in queries.minutes_of(cast.again(meeting)).text()


def test_the_minutes_say_that_a_count_was_of_other_words(cast: Cast) -> None:
    meeting = open_meeting(cast)
    item = put(cast, meeting)
    voting.count_hands(cast.convenor, item, yes=10)
    sitting.edit_item(cast.convenor, item, cast.again(item).version, wording("建充电棚三座"))
    assert "第1条（改字以前数的，不算）：举手" in queries.minutes_of(cast.again(meeting)).text()


def test_reservations_about_old_words_do_not_stand_under_new_ones(cast: Cast) -> None:
    meeting = open_meeting(cast)
    item, one = put(cast, meeting), people(meeting)[0]
    sitting.reserve(cast.convenor, item, one.pk, "怕占绿地")
    sitting.edit_item(cast.convenor, item, cast.again(item).version, wording("不占绿地，建一座"))
    assert not Reservation.objects.filter(item=item).exists()
    assert sitting.settle_item(cast.convenor, item, cast.again(item).version, Status.AGREED).status == Status.AGREED


def test_what_lost_and_then_carried_is_settled_with_the_reservations_it_had(cast: Cast) -> None:
    meeting = open_meeting(cast)
    item, one = put(cast, meeting), people(meeting)[0]
    sitting.reserve(cast.convenor, item, one.pk, "怕占绿地")
    voting.count_hands(cast.convenor, item, yes=3, no=7)
    assert cast.again(item).status == Status.OPEN
    voting.count_hands(cast.convenor, item, yes=10)
    assert cast.again(item).status == Status.RESERVED


def test_where_so_many_must_take_part_nothing_is_agreed_uncounted() -> None:
    aloud = Decide("consensus", 10_000, "present", "hands", ("person",), 0)
    assert not deciding.needs_count(aloud)
    assert deciding.needs_count(Decide("consensus", 10_000, "present", "hands", ("person",), 6_667))


def test_after_the_count_nobody_can_find_out_whose_a_ballot_was(cast: Cast) -> None:
    meeting = open_meeting(cast)
    count = voting.open_ballot(cast.community, put(cast, meeting))
    voters = people(meeting)[:3]
    for one in voters:
        voting.cast(one, count, 1)
    known = {voter_key(count.pk, one.pk) for one in voters}
    assert {bytes(one.voter) for one in Ballot.objects.all()} == known
    assert voting.close_ballot(cast.community, count).yes == 3
    assert Ballot.objects.count() == 3
    assert known.isdisjoint(bytes(one.voter) for one in Ballot.objects.all())


def test_enough_signatures_after_the_minutes_end_the_topic_as_agreed(cast: Cast) -> None:
    meeting = signed(cast, wordings=(("月卡 30 元", "task", "区房管局"), ("拆飞线", "task", "区城管执法局")))
    Item.objects.filter(meeting=meeting).update(status=Status.OPEN)
    item = Item.objects.filter(meeting=meeting).select_related("topic__matter").order_by("number")[0]
    Topic.objects.filter(pk=item.topic_id).update(status="chosen", ended_at=None)
    voting.collect_signatures(cast.community, item, signed=60, entitled=60)
    assert cast.again(item).status == Status.AGREED
    assert cast.again(item.topic).status == "agreed"


@pytest.mark.parametrize("how", ["adopted", "given up", "written anew"])
def test_what_people_say_of_a_draft_ends_with_it(cast: Cast, how: str) -> None:
    version = rule_version(cast, commented=True)
    Conversation.objects.update(closes_on=clock.today())
    today = clock.today()
    if how == "adopted":
        public_rules.adopt(cast.community, version.pk, by="5 号院居民会议", on=today, in_force_from=today)
    elif how == "given up":
        public_rules.give_up(cast.community, version.pk, why="大家不同意")
    else:
        public_rules.redraft(cast.community, version.pk, text="夜里十点以后不充电。")
    talk = Conversation.objects.get(version=version)
    assert talk.status == Conversation.Status.CLOSED
    assert timeline(talk.pk, kinds=["conversation.closed"])


def test_what_residents_undertook_stands_before_staff_when_its_day_comes(cast: Cast) -> None:
    signed(cast)
    item = Item.objects.get(outcome="undertaking")
    queue, address = cast.url("desk:queue"), cast.url("deliberation:settle_undertaking", item_id=item.pk)
    assert address not in cast.client("community").get(queue).text
    Item.objects.filter(pk=item.pk).update(due=clock.today())
    assert address in cast.client("community").get(queue).text
    assert address not in cast.client("neighbour").get(queue).text


# --- pages of those without an account ----------------------------------------------------------------------------


def test_who_may_only_read_the_minutes_sees_no_signatures_and_no_reasons(cast: Cast) -> None:
    meeting = read(cast)
    signing.decline(cast.convenor, meeting.pk, people(meeting)[0].pk, why="没听清第三条")
    address = cast.url("deliberation:minutes", meeting_id=meeting.pk)
    assert "没听清第三条" in cast.client("convenor").get(address).text
    page = cast.client("member").get(address).text
    assert "不签" in page
    assert "没听清第三条" not in page


def test_a_hand_that_is_refused_keeps_what_was_written(cast: Cast) -> None:
    meeting = open_meeting(cast)
    one = people(meeting)[0]
    Attendee.objects.filter(pk=one.pk).update(is_online=True)
    address = cast.url("deliberation:speak_up", token=token_of(one))
    answer = cast.client("neighbour").post(address, {"stamp": stamps.draw(), "words": "打 13800001234 找我"})
    assert answer.status_code == 422
    assert "打 13800001234 找我</textarea>" in answer.text
    assert "speak-why" in answer.text


def test_a_link_pressed_as_no_person_presses_it_waits(cast: Cast) -> None:
    cache.clear()
    meeting = open_meeting(cast)
    count = voting.open_ballot(cast.community, put(cast, meeting))
    mine, other = (token_of(one) for one in people(meeting)[:2])
    client = cast.client("neighbour")

    def votes(token: str) -> int:
        address = cast.url("deliberation:cast", token=token, count_id=count.pk)
        return int(client.post(address, {"choice": "1"}).status_code)

    assert {votes(mine) for _n in range(60)} == {302}
    assert votes(mine) == 429
    assert votes(other) == 302, "a room full of people has one address"
