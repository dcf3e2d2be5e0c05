"""What the ledger says in plain sentences, and what it keeps to itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django_scopes import scope

import shangliang
from shangliang.core import clock
from shangliang.deliberation import telling as deliberation
from shangliang.deliberation.actions import agreements, minutes, public_rules
from shangliang.deliberation.models import Item
from shangliang.deliberation.queries.meetings import topics_of
from shangliang.delivery.telling import OWN_SPEECH, SPEECH, Told, tell
from shangliang.ledger.queries import timeline
from shangliang.playbooks import wording
from shangliang.voices import actions as voices
from shangliang.voices.queries import by_slip
from tests.cast import Cast
from tests.guard import Watch
from tests.scenes_minutes import signed
from tests.town import Town, open_town

WORDS = "我家住 3 楼，晚上摔过一跤。"
# Known only inside the offices, or counted elsewhere.
SILENT = {
    "matter.supported",
    "reply.drafted",
    "reply.signed",
    "reply.sent_back",
    "handover.reassigned",
    "handover.link_made",
    "voice.let_through",
    "whistle.asked",
    "whistle.lapsed",
    "whistle.led",
    "whistle.ended",
    "recusal.said",
    # How a topic was weighed stands at the desk; what was looked into, on the topic's page.
    "topic.scored",
    "topic.voted",
    "topic.planned",
    "side.named",
    "side.dropped",
    "side.heard",
    "side.unheard",
    "finding.recorded",
    "finding.withdrawn",
    "step.done",
    "step.written",
    "step.approved",
    # What happens around a table and at it stands in the minutes.
    "meeting.planned",
    "meeting.joined",
    "meeting.opened",
    "meeting.opened_again",
    "meeting.closed",
    "attendee.described",
    "attendee.taken_off",
    "attendee.answered",
    "attendee.seated",
    "attendee.signed_in",
    "attendee.sign_in_undone",
    "attendee.recused",
    "attendee.recusal_taken_back",
    "attendee.cleared",
    "minutes.written",
    "item.put",
    "item.settled",
    "item.counted",
    "question.asked",
    "question.taken",
    "question.left_out",
    "signature.given",
    "signature.declined",
    # What is said online is read where it is said; a draft of a rule is nobody's business yet.
    "conversation.named",
    "conversation.imported",
    "statement.made",
    "statement.shown",
    "statement.declined",
    "public_rule.drafted",
}
FILES = {"minutes.typ"}  # named like a kind
ROOMS = ("voices", "studios", "gathering", "deliberation", "delivery")
KINDS = re.compile(
    r'"((?:voice|matter|referral|handover|reply|promise|slip|answer|whistle|recusal|topic|side|finding|step|gate'
    r'|meeting|attendee|minutes|item|question|signature|agreement|conversation|statement|public_rule)\.[a-z_]+)"'
)


@pytest.fixture
def town(db: None, watch: Watch) -> Town:
    with watch.exempt():
        return open_town()


def told_of(town: Town, matter: UUID, **known: object) -> list[Told]:
    with scope(tenant=town.tenant):
        return tell(timeline(matter), **known)  # type: ignore[arg-type]


def test_a_residents_words_are_told_only_to_them_or_once_cleared(town: Town) -> None:
    voice = town.speak(WORDS).voice
    (stranger,) = told_of(town, voice.matter_id)
    assert (stranger.quote, stranger.by) == ("", "一位居民")
    (own,) = told_of(town, voice.matter_id, own={voice.pk})
    assert (own.quote, own.by) == (WORDS, "您")
    (public,) = told_of(town, voice.matter_id, cleared={voice.pk})
    assert (public.quote, public.by) == (WORDS, "一位居民")


def test_a_hand_over_and_its_reply_say_who_what_and_until_when(
    town: Town, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-02 09:00")
    receipt = town.speak()
    town.accept(receipt)
    row = town.hand_over(receipt, "换灯", "查线路")
    town.reply(row, "promised", "三月换。", dt.date(2027, 3, 31))
    reply, handed, *_before = told_of(town, receipt.voice.matter_id)
    assert handed.text.splitlines() == [
        "交给区房管局办，15 个工作日内答复，最晚 11 月 23 日（周一）。",
        "第1点：换灯",
        "第2点：查线路",
    ]
    assert handed.by == "青山区政协办公室"
    assert handed.stage == 4
    assert "内部附言" not in handed.one_line
    assert [(answer.number, answer.label, answer.text) for answer in reply.answers] == [
        (1, "承诺办", "三月换。"),
        (2, "承诺办", "三月换。"),
    ]
    assert reply.by == "区房管局"
    assert reply.one_line == "答复：第1点承诺办：三月换。 第2点承诺办：三月换。"


def test_giving_names_beforehand_spares_the_query(
    town: Town, django_assert_num_queries: Callable[[int], object]
) -> None:
    receipt = town.speak()
    town.accept(receipt)
    with scope(tenant=town.tenant):
        lines = timeline(receipt.voice.matter_id)
        office = {seat.body_id: seat.body_name for seat in town.office.seats}
        with django_assert_num_queries(0):  # type: ignore[attr-defined]
            assert tell(lines, bodies=office)[0].by == "青山区政协办公室"


def test_only_the_speaker_is_told_that_consent_was_withdrawn(town: Town) -> None:
    receipt = town.speak()
    with scope(tenant=town.tenant):
        slip = by_slip(receipt.code, town.tenant.pk)
        assert slip is not None
        voices.withdraw_consent(town.resident, slip)
    assert [told.kind for told in told_of(town, receipt.voice.matter_id)] == ["voice.raised"]
    own = told_of(town, receipt.voice.matter_id, own={receipt.voice.pk})
    assert own[0].title == "收回公开"


def test_every_act_on_a_matter_is_told_or_silent_on_purpose() -> None:
    rooms = Path(shangliang.__file__).parent
    files = [file for room in ROOMS for file in rooms.glob(f"{room}/**/*.py")]
    kinds = {kind for file in files for kind in KINDS.findall(file.read_text())} - FILES
    assert kinds == SPEECH.keys() - {"words.erased"} | OWN_SPEECH.keys() | SILENT


def test_a_matter_that_is_talked_over_tells_each_step_of_it(cast: Cast) -> None:
    meeting = signed(cast)
    topic = topics_of(meeting)[0]
    minutes.amend(cast.convenor, meeting.pk, was="飞线本周就能拆", text="飞线下周拆。", why="说错了日子。")
    undertaking = Item.objects.get(meeting=meeting, outcome="undertaking")
    agreements.settle_undertaking(cast.convenor, undertaking, kept=False, words="有两家还在楼下充。")
    told = {one.kind: one for one in tell(timeline(topic.matter_id))}
    assert {one.stage for kind, one in told.items() if kind in deliberation.SPEECH} == {3}
    assert "5 号院楼道充电" in told["topic.chosen"].text
    assert f"在{meeting.where}" in told["meeting.called"].text
    assert told["minutes.signed"].text.startswith("会开完了，纪要签了字，谈成 4 条：\n1. 拆掉二单元的飞线")
    assert "“飞线本周就能拆”，更正为“飞线下周拆”" in told["minutes.amended"].text
    assert told["agreement.broken"].text == "大家说好的“夜里十点后不在楼下充电”，没做到。有两家还在楼下充。"
    assert "attendee.signed_in" not in told


def test_a_rule_tells_when_it_is_open_adopted_and_over(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    meeting, today = signed(cast), clock.today()
    item = Item.objects.get(meeting=meeting, outcome="rule")
    studio, act = cast.body("同光委员工作室"), cast.convenor
    version = public_rules.draft(act, studio, title="充电公约", text="夜里十点后不充电。", item=item)
    public_rules.open_comment(act, version.pk, until=today + dt.timedelta(days=7))
    on, since = today + dt.timedelta(days=9), today + dt.timedelta(days=20)
    freeze(f"{on} 09:00")
    public_rules.adopt(act, version.pk, by="居民会议", on=on, in_force_from=since, yes=60, base=62)
    freeze(f"{since} 09:00")
    public_rules.end(act, version.pk, on=since + dt.timedelta(days=9), why="棚子拆了。")
    told = {one.kind: one.text for one in tell(timeline(topics_of(meeting)[0].matter_id))}
    assert wording.date(today + dt.timedelta(days=7)) in told["public_rule.opened"]
    assert "由居民会议通过《充电公约》" in told["public_rule.adopted"]
    assert "62 户（人）里 60 同意" in told["public_rule.adopted"]
    assert told["public_rule.ended"].endswith("以后不再有效。棚子拆了。")
    assert "public_rule.drafted" not in told
