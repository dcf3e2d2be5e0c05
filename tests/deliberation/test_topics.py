"""议题: from every source to being chosen or not, by the rule of the place."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation import rules
from shangliang.deliberation.actions import choosing, meetings
from shangliang.deliberation.actions import topics as actions
from shangliang.deliberation.models import Topic, TopicVote
from shangliang.deliberation.queries import choice as choices
from shangliang.deliberation.queries import topics as queries
from shangliang.delivery import actions as delivery
from shangliang.gathering import actions as gathering
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter
from shangliang.people.actions import open_body, seat
from shangliang.people.models import Body, Membership
from tests import scenes_topics as scenes
from tests.cast import GUANGMING, STREET, Cast
from tests.scenes_meetings import planned_meeting


def last(row: Matter | Topic) -> tuple[str, dict[str, object], dict[str, str]]:
    line = timeline(row.pk)[0]
    return line.entry.kind, line.facts, line.words


# --- putting forward ----------------------------------------------------------------------------------


def test_an_accepted_matter_becomes_a_topic_by_the_way_of_working_of_that_day(cast: Cast) -> None:
    topic = scenes.put(cast)
    assert (topic.status, topic.put_by.name, topic.source) == ("put_forward", "光明社区", "residents")
    assert last(topic)[0] == "topic.put_forward"
    scenes.working_by(cast, scenes.SCORE)
    assert choices.choice(scenes.again(topic)).rule.rule == "decide"


def test_a_matter_is_a_topic_once(cast: Cast) -> None:
    topic = scenes.put(cast)
    with pytest.raises(Refused, match="已经是议题"):
        scenes.put(cast, topic.matter)


def test_what_nobody_accepted_is_no_topic(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="先受理"):
        scenes.put(cast, cast.raised())


def test_staff_put_forward_what_nobody_raised_with_one_entry_and_everybody_may_read_it(cast: Cast) -> None:
    topic = actions.propose(
        cast.street,
        cast.tenant,
        place=cast.place(GUANGMING),
        title="老年食堂怎么办",
        summary="三个社区没有。",
        source="party",
    )
    matter = cast.again(topic.matter)
    assert (matter.status, matter.title, matter.holder.name, matter.is_public) == (
        Matter.Status.GATHERED,
        "老年食堂怎么办",
        "光明社区",
        True,
    )
    assert topic.put_by.name == "新沟桥街道"
    assert [line.entry.kind for line in timeline(matter.pk)] == ["topic.put_forward"]
    page = cast.client().get(cast.url("publicity:matter", number=matter.number))
    assert page.status_code == 200


def test_a_members_topic_goes_to_who_receives_for_the_place_and_is_read_once_it_is_chosen(cast: Cast) -> None:
    topic = actions.propose(cast.member, cast.tenant, place=cast.place(GUANGMING), title="雨棚漏水", source="members")
    assert (topic.put_by.name, cast.again(topic.matter).is_public) == ("光明社区", False)
    actions.choose(cast.community, scenes.again(topic), None)
    assert cast.again(topic.matter).is_public


def test_a_member_recommends_only_for_places_they_sit_over(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="不在您负责的范围"):
        actions.propose(cast.member, cast.tenant, place=cast.place("420107004"), title="x", source="members")
    with pytest.raises(NotAllowed):
        actions.propose(cast.handler, cast.tenant, place=cast.place(STREET), title="x", source="members")


def test_matters_that_read_alike_are_offered_to_be_joined_first(cast: Cast) -> None:
    matter = cast.accepted("楼道里充电怎么管")
    alike, _other = cast.accepted("3 号院楼道里有人充电"), cast.accepted("广场舞太吵")
    assert choices.near(matter) == [alike]
    page = cast.client("community").get(cast.url("deliberation:put_forward", number=matter.number)).content.decode()
    assert cast.url("gathering:join", number=alike.number) + f"?lead={matter.number}" in page
    join = cast.client("community").get(cast.url("gathering:join", number=alike.number), {"lead": matter.number})
    assert f'value="{matter.number}"' in join.content.decode()


def test_a_topic_joined_to_another_matter_is_talked_about_there(cast: Cast) -> None:
    topic, lead = scenes.chosen(cast), cast.accepted()
    gathering.join(cast.community, topic.matter_id, None, lead_number=lead.number)
    with pytest.raises(NotAllowed, match="在那一件上商量"):
        actions.end(cast.community, scenes.again(topic), None, why="x")
    gathering.take_out(cast.community, topic.matter_id, None, why="不是一回事")
    actions.end(cast.community, scenes.again(topic), None, why="条件还不够")
    assert cast.again(topic.matter).status == Matter.Status.GATHERED


# --- choosing -----------------------------------------------------------------------------------------


def test_chosen_it_goes_into_deliberation_and_says_who_decided_and_who_chairs(cast: Cast) -> None:
    topic = scenes.put(cast)
    actions.choose(cast.community, topic, None, chair=cast.accounts["convenor"].person, by="社区议事会")
    assert (topic.status, topic.chosen_by, topic.posted_on) == ("chosen", "社区议事会", clock.today())
    assert cast.again(topic.matter).status == Matter.Status.DELIBERATED
    assert last(topic)[1]["by"] == "社区议事会"


def test_a_body_talks_about_no_more_topics_than_the_playbook_lets_it(cast: Cast) -> None:
    scenes.working_by(cast, scenes.DECIDE, open_at_most="  open_at_most: 1")
    scenes.chosen(cast)
    topic = scenes.put(cast)
    with pytest.raises(Refused, match="同时最多商量 1 个"):
        actions.choose(cast.community, topic, None)


def test_one_turned_down_says_why_and_where_it_goes_for_those_who_raised_it(cast: Cast) -> None:
    topic = scenes.put(cast)
    with pytest.raises(Refused, match="写一句"):
        actions.turn_down(cast.community, topic, None, why=" ")
    actions.turn_down(cast.community, topic, None, why="社区自己就能办。", route="community")
    kind, facts, words = last(topic.matter)
    assert (kind, facts["route_label"], words["why"]) == ("topic.turned_down", "社区自行解决", "社区自己就能办。")
    assert cast.again(topic.matter).status == Matter.Status.GATHERED


def test_what_was_agreed_is_talked_about_for_another_round(cast: Cast) -> None:
    topic = scenes.agreed(cast)
    actions.go_again(cast.community, topic, None, why="棚子建了，收费还没谈。")
    assert scenes.again(topic).status == Topic.Status.CHOSEN
    assert last(topic)[1]["again"] is True
    with pytest.raises(NotAllowed, match="谈完一轮"):
        actions.go_again(cast.community, scenes.again(topic), None, why="x")


def test_a_member_chooses_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.choose(cast.member, scenes.put(cast), None)


# --- by points ----------------------------------------------------------------------------------------


def test_points_are_averaged_and_below_the_least_it_takes_a_reason(cast: Cast) -> None:
    scenes.working_by(cast, scenes.SCORE)
    topic = scenes.put(cast)
    choosing.score(cast.member, topic, {"many": 6, "able": 4})
    choosing.score(cast.community, topic, {"many": 9, "able": 2})
    choosing.score(cast.community, topic, {"many": 8, "able": 4})  # again: it replaces
    standing = choices.choice(topic, cast.community.person_id)
    assert (standing.weighed.total, standing.weighed.people, standing.own_points["many"]) == (11.0, 2, 8)
    with pytest.raises(Refused, match="现在 11 分，不到 12 分"):
        actions.choose(cast.community, topic, None)
    actions.choose(cast.community, topic, None, despite="马上要入冬，不能等。")
    assert scenes.again(topic).chosen_despite == "马上要入冬，不能等。"
    assert (last(topic)[1]["points"], last(topic)[1]["weighed_by"]) == ("11", 2)


def test_points_are_within_what_the_criterion_gives(cast: Cast) -> None:
    scenes.working_by(cast, scenes.SCORE)
    topic = scenes.put(cast)
    with pytest.raises(Refused, match="办得成办不成") as caught:
        choosing.score(cast.member, topic, {"many": 6, "able": 11})
    assert caught.value.field == "able"
    with pytest.raises(NotAllowed):
        choosing.score(cast.far, topic, {"many": 6, "able": 1})


def test_where_topics_are_not_chosen_by_points_none_are_given(cast: Cast) -> None:
    with pytest.raises(Refused, match="不打分"):
        choosing.score(cast.member, scenes.put(cast), {})


# --- by votes -----------------------------------------------------------------------------------------


def test_members_vote_once_each_and_nothing_tells_who_voted(cast: Cast) -> None:
    scenes.working_by(cast, scenes.VOTE)
    topic = scenes.put(cast)
    assert choosing.vote(cast.member, topic)
    assert not choosing.vote(cast.member, topic)
    assert TopicVote.objects.filter(topic=topic).count() == 1
    with pytest.raises(Refused, match="现在 1 票，不到 2 票"):
        actions.choose(cast.community, topic, None)
    choosing.vote(cast.convenor, topic)
    actions.choose(cast.community, topic, None)
    assert (scenes.again(topic).chosen_despite, last(topic)[1]["votes"]) == ("", 2)


def test_residents_vote_by_device_where_the_place_wants_that(cast: Cast) -> None:
    scenes.working_by(cast, scenes.RESIDENTS)
    topic = scenes.put(cast)
    assert choosing.vote_for(topic, b"a" * 32)
    assert not choosing.vote_for(topic, b"a" * 32)
    assert choosing.vote_for(topic, b"b" * 32)
    assert choices.votes([topic])[topic.pk] == 2
    with pytest.raises(Refused, match="由居民来投票"):
        choosing.vote(cast.member, topic)
    actions.choose(cast.community, topic, None)
    with pytest.raises(Refused, match="已经定过"):
        choosing.vote_for(scenes.again(topic), b"c" * 32)


# --- from a plan, and claimed ---------------------------------------------------------------------------


def test_a_topic_of_a_plan_is_chosen_once_the_plan_was_agreed_to(cast: Cast) -> None:
    scenes.working_by(cast, scenes.PLAN)
    topic, plan = scenes.put(cast), scenes.plan(cast)
    with pytest.raises(Refused, match="先把它列进计划"):
        actions.choose(cast.community, topic, None, despite="急")
    choosing.put_in_plan(cast.community, topic, plan)
    with pytest.raises(Refused, match="还没有定下来"):
        actions.choose(cast.community, scenes.again(topic), None, despite="急")
    choosing.agree_plan(
        cast.office, plan, agreed_by="区委、区政府、区政协", document="青办〔2026〕1号", agreed_on=clock.today()
    )
    actions.choose(cast.community, scenes.again(topic), None)
    other = scenes.put(cast)
    with pytest.raises(Refused, match="不能再加"):
        choosing.put_in_plan(cast.community, other, plan)


def test_a_body_has_one_plan_a_year_and_it_is_agreed_to_once(cast: Cast) -> None:
    plan = scenes.plan(cast)
    with pytest.raises(Refused, match="已经有了"):
        scenes.plan(cast)
    with pytest.raises(Refused, match="还没到这一天"):
        choosing.agree_plan(cast.office, plan, agreed_by="x", document="x", agreed_on=clock.today() + scenes.days(1))
    with pytest.raises(NotAllowed):
        choosing.agree_plan(cast.far, plan, agreed_by="x", document="x", agreed_on=clock.today())
    choosing.agree_plan(cast.office, plan, agreed_by="x", document="x", agreed_on=clock.today())
    with pytest.raises(Refused, match="已经定了"):
        choosing.agree_plan(cast.office, plan, agreed_by="x", document="x", agreed_on=clock.today())


def test_a_studio_claims_a_topic_before_it_is_chosen_and_nobody_takes_it_from_them(cast: Cast) -> None:
    scenes.working_by(cast, scenes.CLAIM)
    topic = scenes.put(cast)
    with pytest.raises(Refused, match="还没有人认领"):
        actions.choose(cast.community, topic, None)
    with pytest.raises(NotAllowed, match="负责人来认领"):
        choosing.claim(cast.member, topic, cast.body("新沟桥街道联络委"))
    group = open_body(cast.office, Body.Kind.GROUP, "城建小组", cast.place("420107"))
    with pytest.raises(NotAllowed, match="自己负责"):
        choosing.claim(cast.convenor, topic, group)
    choosing.claim(cast.convenor, topic, cast.body("同光委员工作室"))
    seat(cast.office, cast.accounts["member"].person, group, Membership.Duty.CONVENOR, since=dt.date(2020, 1, 1))
    with pytest.raises(NotAllowed, match="同光委员工作室已经认领"):
        choosing.claim(cast.member, topic, group)
    actions.choose(cast.community, scenes.again(topic), None)


def test_the_lot_falls_on_one_that_waits_and_anybody_can_work_it_out_again(cast: Cast) -> None:
    scenes.working_by(cast, scenes.LOT)
    topics = {row.pk: row for row in (scenes.put(cast, title=f"第 {n} 个") for n in range(4))}
    first, *_others = topics.values()
    with pytest.raises(Refused, match="还没有抽到它"):
        actions.choose(cast.community, first, None)
    drawn = choosing.draw(cast.community, first)
    kind, facts, words = last(drawn)
    lots = {str(pk): hashlib.sha256(f"{facts['seed']}:{pk}".encode()).hexdigest() for pk in topics}
    assert (kind, words["title"], facts["lots"]) == ("topic.drawn", drawn.title, lots)
    assert str(drawn.pk) == min(lots, key=lambda pk: lots[pk])
    assert all(last(row)[0] == "topic.drawn" for row in topics.values()), "those not drawn say so too"
    with pytest.raises(Refused, match=f"已经抽中了“{drawn.title}”"):
        choosing.draw(cast.community, first)
    actions.choose(cast.community, scenes.again(drawn), None)
    assert choosing.draw(cast.community, scenes.again(next(row for row in topics.values() if row != drawn))) != drawn


def test_a_lot_drawn_in_front_of_everybody_is_written_down_with_who_was_there(cast: Cast) -> None:
    scenes.working_by(cast, scenes.LOT)
    topic = scenes.put(cast)
    page = cast.client("community").get(cast.url("deliberation:draw_topics", topic_id=topic.pk))
    assert "一起抽的有 1 个：充电棚建在哪里" in page.text
    actions.choose(cast.community, topic, None, despite="11 月 20 日院里当众抽的，派出所在场。")
    with pytest.raises(NotAllowed):
        choosing.draw(cast.community, scenes.again(topic))


def test_where_topics_are_chosen_otherwise_no_lots_are_drawn(cast: Cast) -> None:
    with pytest.raises(Refused, match="不抽签"):
        choosing.draw(cast.community, scenes.put(cast))


def test_what_was_settled_otherwise_is_chosen_no_more_and_can_be_turned_down(cast: Cast) -> None:
    topic = scenes.put(cast)
    gathering.decline(cast.community, topic.matter_id, None, reason="duplicate", elsewhere="x", why="x")
    with pytest.raises(NotAllowed, match="已经有了结果"):
        actions.choose(cast.community, scenes.again(topic), None)
    actions.turn_down(cast.community, scenes.again(topic), None, why="别处已经办了。")


def test_what_is_talked_about_is_not_closed_behind_the_topics_back(cast: Cast) -> None:
    topic = scenes.chosen(cast)
    with pytest.raises(Refused, match="正在商量"):
        delivery.close(cast.community, topic.matter_id, None, words="已经修好了。", outcome="done")
    actions.end(cast.community, topic, None, why="物业已经修好了。")
    delivery.close(cast.community, topic.matter_id, None, words="已经修好了。", outcome="done")


def test_a_matter_with_a_meeting_to_come_is_not_joined_to_another(cast: Cast) -> None:
    meeting, lead = planned_meeting(cast), cast.accepted()
    matter = Topic.objects.get().matter
    with pytest.raises(Refused, match="有会还没开完"):
        gathering.join(cast.street, matter.pk, None, lead_number=lead.number)
    meetings.cancel(cast.convenor, meeting.pk, None, "先归到一起。")
    gathering.join(cast.street, matter.pk, None, lead_number=lead.number)


def test_who_sees_a_topic_finds_it_in_the_list(cast: Cast) -> None:
    topic = scenes.chosen(cast)
    handler = cast.handler
    assert not rules.sees_topic(handler, topic)
    Topic.objects.filter(pk=topic.pk).update(chair=handler.person_id)
    topic = scenes.again(topic)
    assert rules.sees_topic(handler, topic)
    assert list(queries.listed(queries.seen_by(handler), "talking")) == [topic.pk]


def test_acts_at_the_same_time_are_stopped_by_what_stands(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-20 09:00")
    topic, seen = scenes.put(cast), scenes.put(cast)
    actions.choose(cast.community, topic, None)
    with pytest.raises(NotAllowed, match="已经定过"):
        actions.turn_down(cast.street, topic, None, why="x")
    actions.turn_down(cast.street, seen, None, why="x")
    with pytest.raises(NotAllowed, match="现在不在商量"):
        actions.end(cast.community, seen, None, why="x")
