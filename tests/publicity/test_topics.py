"""The public pages of deliberation: what is shown of a topic, to whom, and with how many questions to the database."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager

from shangliang.core import clock
from shangliang.deliberation import gates
from shangliang.deliberation.actions import (
    agreements,
    conversations,
    invitations,
    meetings,
    minutes,
    public_rules,
    topics,
)
from shangliang.deliberation.actions import gates as gate_actions
from shangliang.deliberation.live_map import Maps
from shangliang.deliberation.models import Attendee, Finding, Item, Meeting, TopicVote
from shangliang.deliberation.queries.meetings import topics_of
from shangliang.gathering import actions as gathering
from tests.cast import Cast
from tests.scenes_investigation import again, chosen_topic, find, investigated_topic, name_side, photos, put_forward
from tests.scenes_meetings import called_meeting
from tests.scenes_minutes import read, sign_all, signed
from tests.scenes_talk import SEEDS, votes
from tests.scenes_topics import RESIDENTS, put, working_by

AtMost = Callable[[int], AbstractContextManager[None]]


def test_the_list_names_topics_being_talked_over_and_the_meetings_to_come(cast: Cast, at_most: AtMost) -> None:
    meeting = called_meeting(cast)
    with at_most(4):
        page = cast.client().get(cast.url("publicity:topics"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "号院楼道充电" in text.replace("\xa0", " ")
    assert meeting.where in text


def test_a_topic_that_waits_is_nobodys_business_yet(cast: Cast) -> None:
    topic = put_forward(cast)
    assert "号院楼道充电" not in cast.client().get(cast.url("publicity:topics")).content.decode()
    topics.choose(cast.convenor, topic, None)
    assert "号院楼道充电" in cast.client().get(cast.url("publicity:topics")).content.decode()


def test_a_topic_that_was_not_taken_up_says_why(cast: Cast) -> None:
    topic = put_forward(cast)
    topics.turn_down(cast.convenor, topic, None, why="物业已经答应下周来修。", route="answer")
    page = cast.client().get(cast.url("publicity:topics") + "?tab=stopped").content.decode()
    assert "物业已经答应下周来修。" in page
    page = cast.client().get(cast.url("publicity:topic", topic_id=topic.pk)).content.decode()
    assert "物业已经答应下周来修。" in page
    assert "当面答复" in page


def test_a_topic_shows_its_path_whom_was_heard_and_the_next_meeting(cast: Cast, at_most: AtMost) -> None:
    topic = investigated_topic(cast)
    called_meeting(cast, topic=topic)
    address = cast.url("publicity:topic", topic_id=topic.pk)
    page = cast.client().get(address).content.decode()
    for words in ("先调研", "共协商", "底楼住户", "听了 6 人", "签到，念规矩", "座位 12 个"):
        assert words in page
    with at_most(8):  # nothing happened since somebody looked
        cast.client().get(address)


def test_what_happens_to_a_topic_is_seen_at_once(cast: Cast) -> None:
    topic = chosen_topic(cast)
    address = cast.url("publicity:topic", topic_id=topic.pk)
    assert "住在一楼的人" not in cast.client().get(address).content.decode()
    name_side(cast, topic, label="住在一楼的人")
    assert "住在一楼的人" in cast.client().get(address).content.decode()


def test_a_topic_with_everything_on_it_takes_few_queries_and_is_light(cast: Cast, at_most: AtMost) -> None:
    """Talked about online, met once and signed, met again soon, passed up a level that owes an answer."""
    meeting = signed(cast)
    topic = topics_of(meeting)[0]
    topics.go_again(cast.convenor, topic, None, why="还有一条没谈拢。")
    called_meeting(cast, topic=again(topic))
    talk = conversations.open_conversation(cast.convenor, again(topic), question="月卡多少钱？", seeds=SEEDS)
    for number in range(12):
        votes(talk, f"手机 {number}", 1, -1 if number % 2 else 1, 1, 0)
    Maps().catch_up()
    gathering.refer(cast.community, topic.matter_id, None, to_body=cast.body("新沟桥街道"), why="街道管物业。")
    address = cast.url("publicity:topic", topic_id=topic.pk)
    page = cast.client().get(address)
    text = page.content.decode()
    for words in ("谈成的", "拆掉二单元的飞线", "月卡 30 元", "看纪要", "第 2 次会", "最晚", "说了要来"):
        assert words in text, words
    assert len(gzip.compress(page.content)) < 60_000
    with at_most(8):  # nothing happened since somebody looked
        cast.client().get(address)
    votes(talk, "后来的人", 1)
    assert "13 人已在线上说过" in cast.client().get(address).content.decode()


def test_what_comes_of_a_meeting_is_seen_at_once(cast: Cast) -> None:
    """Every act that changes the page leaves an entry that names the topic or its matter."""
    meeting = called_meeting(cast)
    topic = topics_of(meeting)[0]
    address = cast.url("publicity:topic", topic_id=topic.pk)

    def page() -> str:
        return cast.client().get(address).content.decode()

    assert "19:00" in page()
    assert "<b>0<small>人</small></b>" in page()
    somebody = Attendee.objects.filter(meeting=meeting).order_by("pk")[0]
    invitations.answer(cast.convenor, somebody, True)
    assert "<b>1<small>人</small></b>" in page()
    later = meeting.starts_at + dt.timedelta(days=1, hours=1)
    meetings.move_to(cast.convenor, meeting.pk, None, starts_at=later, where="光明小学食堂", why="楼上漏水。")
    assert "光明小学食堂" in page()
    assert "20:00" in page()
    meetings.cancel(cast.convenor, meeting.pk, None, "街道已经修好了。")
    assert "街道已经修好了。" in page()


def test_what_was_agreed_is_seen_once_the_minutes_are_signed_and_whether_it_was_kept(cast: Cast) -> None:
    meeting = read(cast)
    address = cast.url("publicity:topic", topic_id=topics_of(meeting)[0].pk)
    assert "拆掉二单元的飞线" not in cast.client().get(address).content.decode()
    sign_all(cast, meeting)
    minutes.finish(cast.convenor, meeting.pk, None)
    text = cast.client().get(address).content.decode()
    assert "拆掉二单元的飞线" in text
    assert "还没谈拢的" in text
    assert "做到了" not in text
    undertaking = Item.objects.get(meeting=meeting, outcome="undertaking")
    agreements.settle_undertaking(cast.convenor, undertaking, kept=True)
    assert "做到了" in cast.client().get(address).content.decode()


def test_a_rule_that_came_of_a_topic_is_shown_once_people_may_comment(cast: Cast) -> None:
    meeting = signed(cast)
    address = cast.url("publicity:topic", topic_id=topics_of(meeting)[0].pk)
    item = Item.objects.get(meeting=meeting, outcome="rule")
    studio = cast.body("同光委员工作室")
    version = public_rules.draft(cast.convenor, studio, title="门前约定", text="夜里十点后不充电。", item=item)
    assert "门前约定" not in cast.client().get(address).content.decode()
    assert cast.client().get(cast.url("publicity:rule", rule_id=version.rule_id)).status_code == 404
    public_rules.open_comment(cast.convenor, version.pk, until=clock.today() + dt.timedelta(days=7))
    assert "门前约定" in cast.client().get(address).content.decode()
    rule = cast.client().get(cast.url("publicity:rule", rule_id=version.rule_id)).content.decode()
    assert "正在征求意见" in rule
    assert "我来说说" in rule
    assert "门前约定" in cast.client().get(cast.url("publicity:rules")).content.decode()


def test_minutes_are_public_once_signed_and_only_of_a_public_meeting(cast: Cast) -> None:
    meeting = read(cast)
    address = cast.url("publicity:minutes", meeting_id=meeting.pk)
    assert cast.client().get(address).status_code == 404
    sign_all(cast, meeting)
    minutes.finish(cast.convenor, meeting.pk, None)
    text = cast.client().get(address).content.decode()
    assert "拆掉二单元的飞线" in text
    minutes.amend(cast.convenor, meeting.pk, was="飞线本周就能拆", text="飞线下周拆", why="说错了日子。")
    assert "飞线下周拆" in cast.client().get(address).content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(is_public=False)
    assert cast.client().get(address).status_code == 404


def test_a_photo_taken_on_site_is_not_on_a_public_page(cast: Cast) -> None:
    topic = chosen_topic(cast)
    find(cast, topic, Finding.Kind.SITE, "南门空地 6 米宽。", photos=photos(cast), position=(30.6, 114.3))
    page = cast.client().get(cast.url("publicity:topic", topic_id=topic.pk)).content.decode()
    assert "南门空地" in page
    assert "/photos/" not in page


def test_a_phone_votes_once_for_a_topic(cast: Cast) -> None:
    working_by(cast, RESIDENTS)
    topic = put(cast)
    phone, other = cast.client(), cast.client()
    address, press = (cast.url(f"publicity:{name}", topic_id=topic.pk) for name in ("topic", "vote_for_topic"))
    assert "充电棚建在哪里" in phone.get(cast.url("publicity:topics") + "?tab=waiting").content.decode()
    for client in (phone, phone, other):
        answer = client.post(press)
        assert (answer.status_code, answer["Location"]) == (303, address)
    assert TopicVote.objects.filter(topic=topic).count() == 2
    topics.choose(cast.community, topic, None)
    assert cast.client().post(press).status_code == 409


def test_the_matter_and_the_slip_lead_to_the_topic_in_few_queries(cast: Cast, at_most: AtMost) -> None:
    receipt = cast.said()
    matter = receipt.voice.matter
    gathering.accept(
        cast.community, matter.pk, None, title="楼道里有人充电", summary="楼道充电。", category="complaint"
    )
    topic = investigated_topic(cast, cast.again(matter))
    meeting = called_meeting(cast, topic=topic)
    gathering.refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="街道管物业。")
    link = f'href="{cast.url("publicity:topic", topic_id=topic.pk)}"'
    own_page = cast.url("publicity:matter", number=matter.number)
    for ask in (lambda: cast.client().get(own_page), lambda: cast.client().post("/s/", {"code": receipt.code})):
        ask()
        with at_most(8):
            text = ask().content.decode()
        assert "正在商量：" in text
        assert link in text
        assert f"{meeting.starts_at.astimezone(clock.SHANGHAI):%H:%M}" in text.split("正在商量：")[1].split("开会")[0]


def test_a_step_that_was_let_pass_is_not_called_done(cast: Cast) -> None:
    topic = chosen_topic(cast)
    lacking = gates.sizes(gates.missing(topic, "meet"))
    gate_actions.pass_gate(
        cast.convenor, topic, "deliberate", name="林知夏", why="线已经冒烟，等不到下个月。", seen=lacking
    )
    page = cast.client().get(cast.url("publicity:topic", topic_id=topic.pk)).content.decode()
    assert "主持人放行，没做全" in page
    assert "材料没齐，主持人林知夏签名放行：" in page
