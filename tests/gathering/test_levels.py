"""Three levels: what is passed up owes an answer, which goes down every step to the voices."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from shangliang.deliberation.actions import topics
from shangliang.gathering import actions
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter, Referral
from shangliang.matters.owed import Owed, owed
from shangliang.notices.models import Notice
from shangliang.notices.reader import read
from shangliang.publicity.slip import thread_of
from shangliang.voices.contacts import Reach
from shangliang.voices.queries import slip_code
from tests import scenes_topics as scenes
from tests.cast import Cast

Freeze = Callable[[str], dt.datetime]
LEVELS = "  levels: {accept: 2, answer: 8, warn: 3}"


def now_owed(matter: Matter) -> Owed:
    found = owed(matter)
    assert found is not None
    return found


def up(cast: Cast, matter: Matter) -> Matter:
    """From the community to the street, and from there to the district."""
    actions.refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="几个社区都有。")
    actions.take_referral(cast.street, matter.pk, None)
    actions.refer(cast.street, matter.pk, None, to_body=cast.body("青山区政协办公室"), why="要区里定。")
    return cast.again(matter)


def test_a_topic_goes_up_by_the_clocks_of_its_own_way_of_working(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")  # a Monday
    scenes.working_by(cast, scenes.DECIDE, levels=LEVELS)
    matter = up(cast, scenes.chosen(cast).matter)
    assert matter.status == Matter.Status.DELIBERATED
    assert (now_owed(matter).due, now_owed(matter).is_taken) == (dt.date(2026, 11, 4), False)
    actions.take_referral(cast.office, matter.pk, None)
    assert now_owed(matter).due == dt.date(2026, 11, 12)
    assert [step.to_body.name for step in now_owed(matter).waiting] == ["新沟桥街道"]


def test_what_is_no_topic_goes_up_by_the_clocks_of_every_referral(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    matter = cast.accepted()
    actions.refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="x")
    assert now_owed(matter).due == cast.again(matter).due
    actions.take_referral(cast.street, matter.pk, None)
    assert now_owed(matter).due == dt.date(2026, 11, 23)


def test_the_answer_owed_turns_amber_then_red_and_says_so_in_words(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    scenes.working_by(cast, scenes.DECIDE, levels=LEVELS)
    matter = up(cast, scenes.chosen(cast).matter)
    actions.take_referral(cast.office, matter.pk, None)  # due on Thursday, 12 November
    said = []
    for moment in ("11-06", "11-09", "11-12", "11-13", "11-17"):
        freeze(f"2026-{moment} 09:00")
        said.append((now_owed(matter).level, now_owed(matter).words))
    assert said == [
        ("ok", "还有 4 个工作日"),
        ("soon", "还有 3 个工作日"),
        ("soon", "今天到期"),
        ("late", "晚了 1 个工作日"),
        ("late", "晚了 3 个工作日"),
    ]
    assert 'data-l="late"' in now_owed(matter).light
    page = cast.client().get(cast.url("publicity:matter", number=matter.number)).content.decode()
    assert re.search("转到区里，青山区政协办公室最晚 <time[^>]*>11 月 12 日（周四）</time>回话。", page)
    assert "晚了 3 个工作日" in page


def test_over_a_weekend_it_is_late_before_a_working_day_has_passed(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-04 09:00")
    scenes.working_by(cast, scenes.DECIDE, levels=LEVELS)
    matter = up(cast, scenes.chosen(cast).matter)  # due on Friday, 6 November
    freeze("2026-11-07 09:00")
    assert (now_owed(matter).level, now_owed(matter).words) == ("late", "过期了")


def test_the_answer_goes_down_every_step_and_every_voice_hears_each(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    scenes.working_by(cast, scenes.DECIDE, levels=LEVELS)
    receipt = cast.said(hear_by="sms", reach=Reach(phone="13800000001"))
    matter = cast.again(receipt.voice.matter)
    actions.accept(cast.community, matter.pk, None, title="充电棚建在哪里")
    other = cast.accepted(hear_by="sms", reach=Reach(phone="13800000002"))
    actions.join(cast.community, other.pk, None, lead_number=matter.number)
    topics.choose(cast.community, scenes.put(cast, cast.again(matter)), None)
    up(cast, matter)
    actions.take_referral(cast.office, matter.pk, None)
    freeze("2026-11-10 09:00")
    actions.answer_referral(cast.office, matter.pk, None, answer="区里出一半钱。")
    assert cast.again(matter).holder.name == "新沟桥街道"
    waits = now_owed(matter)
    assert (waits.now.to_body.name, waits.due, cast.again(matter).due) == ("新沟桥街道", *[dt.date(2026, 11, 12)] * 2)
    actions.answer_referral(cast.street, matter.pk, None, answer="区里、街道各出一半。")
    assert cast.again(matter).holder.name == "光明社区"
    assert owed(matter) is None
    assert [line.words["answer"] for line in timeline(matter.pk) if line.entry.kind == "referral.answered"] == [
        "区里、街道各出一半。",
        "区里出一半钱。",
    ]
    read(cast.tenant)
    heard = {(row.voice_id, "各出一半" in row.sentence) for row in Notice.objects.filter(sentence__contains="一半")}
    assert {voice for voice, _street in heard} == {receipt.voice.pk, cast.voice(other).pk}
    assert {street for _voice, street in heard} == {True, False}


def test_returned_by_the_district_the_street_owes_the_whole_answer_itself(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    scenes.working_by(cast, scenes.DECIDE, levels=LEVELS)
    matter = up(cast, scenes.chosen(cast).matter)
    actions.return_referral(cast.office, matter.pk, None, why="街道能定。")
    assert (now_owed(matter).now.to_body.name, now_owed(matter).due) == ("新沟桥街道", dt.date(2026, 11, 12))


def test_joined_at_the_upper_level_everybody_below_has_the_answer(cast: Cast) -> None:
    matter, lead = up(cast, cast.accepted()), cast.accepted()
    actions.join(cast.office, matter.pk, None, lead_number=lead.number)
    assert set(Referral.objects.filter(matter=matter).values_list("status", flat=True)) == {Referral.Status.ANSWERED}
    assert owed(matter) is None
    assert timeline(matter.pk)[0].facts["waited"] == ["光明社区", "新沟桥街道"]
    page = cast.client().get(cast.url("publicity:matter", number=matter.number)).content.decode()
    assert "这也是给光明社区、新沟桥街道的回话。" in page


def test_the_slip_shows_who_owes_the_answer(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-11-02 09:00")
    receipt = cast.said()
    matter = receipt.voice.matter
    actions.accept(cast.community, matter.pk, None, title="充电棚")
    up(cast, matter)
    slip = receipt.voice.slips.select_related(
        "voice__matter__place", "voice__matter__holder", "voice__matter__lead"
    ).get()
    found = thread_of(slip, slip_code(slip)).owed
    assert found is not None
    assert (found.now.to_body.name, found.level) == ("青山区政协办公室", "ok")
