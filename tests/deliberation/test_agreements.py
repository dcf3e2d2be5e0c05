"""What came of a meeting: what people undertook themselves, and the rules they keep to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.deliberation.actions import agreements, public_rules
from shangliang.deliberation.models import Conversation, Item, PublicRule, RuleVersion, Topic
from shangliang.deliberation.queries import agreements as queries
from shangliang.deliberation.queries import public_rules as rule_queries
from shangliang.ledger.queries import timeline
from tests.cast import Cast
from tests.scenes_minutes import DUE, read, signed

Freeze = Callable[[Any], dt.datetime]
DAY = dt.timedelta(days=1)
TEXT = "夜里十点以后不充电。充满了就挪开。"


def undertaking(cast: Cast) -> Item:
    signed(cast)
    return Item.objects.get(outcome="undertaking")


def test_everything_agreed_is_listed_with_what_becomes_of_it(cast: Cast) -> None:
    signed(cast)
    found = queries.agreed(Topic.objects.select_related("playbook").get())
    assert [(one.to, one.owner) for one in found] == [
        ("task", "区城管执法局"),
        ("task", "区房管局"),
        ("undertaking", "5 号院居民"),
        ("rule", "5 号院居民"),
    ]


def test_an_undertaking_waits_for_a_word_once_its_day_has_come(cast: Cast) -> None:
    item = undertaking(cast)
    today = clock.today()
    assert queries.due_undertakings(cast.community, today) == []
    later = today + DAY * DUE
    assert queries.due_undertakings(cast.community, later) == [item]
    assert queries.due_undertakings(cast.far, later) == []
    agreements.settle_undertaking(cast.community, item, kept=True)
    assert queries.due_undertakings(cast.community, later) == []


def test_what_was_broken_is_said_with_a_reason_and_may_be_kept_later_but_never_the_reverse(cast: Cast) -> None:
    item = undertaking(cast)
    with pytest.raises(Refused, match="为什么没做到"):
        agreements.settle_undertaking(cast.community, item, kept=False)
    agreements.settle_undertaking(cast.community, item, kept=False, words="夜里还有人充。")
    assert cast.again(item).kept == Item.Kept.BROKEN
    agreements.settle_undertaking(cast.community, item, kept=True, words="这个月没有了。")
    assert cast.again(item).kept == Item.Kept.KEPT
    with pytest.raises(NotAllowed):
        agreements.settle_undertaking(cast.community, item, kept=False, words="又有了。")
    kinds = [line.entry.kind for line in timeline(item.pk, limit=2)]
    assert kinds == ["agreement.kept", "agreement.broken"]


def test_only_those_who_work_on_the_topic_say_whether_it_was_kept(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        agreements.settle_undertaking(cast.far, undertaking(cast), kept=True)


def test_nothing_counts_before_the_minutes_are_signed_and_a_task_is_no_undertaking(cast: Cast) -> None:
    read(cast)
    item = Item.objects.get(outcome="undertaking")
    with pytest.raises(NotAllowed, match="签完字"):
        agreements.settle_undertaking(cast.community, item, kept=True)


def test_a_task_is_no_undertaking(cast: Cast) -> None:
    signed(cast)
    task = Item.objects.filter(outcome="task").order_by("number")[0]
    with pytest.raises(Refused, match="不是大家自己办的"):
        agreements.settle_undertaking(cast.community, task, kept=True)


# --- rules ---------------------------------------------------------------------------------------------


def drafted(cast: Cast, **more: Any) -> RuleVersion:
    return public_rules.draft(cast.community, cast.body("光明社区"), title="5 号院充电公约", text=TEXT, **more)


def adopted(cast: Cast, freeze: Freeze) -> RuleVersion:
    """Commented on until 1 September, adopted on the 2nd, in force from the 10th."""
    freeze("2026-08-20 09:00")
    version = drafted(cast)
    public_rules.open_comment(cast.community, version.pk, until=dt.date(2026, 9, 1))
    freeze("2026-09-02 20:00")
    return public_rules.adopt(
        cast.community,
        version.pk,
        by="5 号院居民会议",
        on=dt.date(2026, 9, 2),
        in_force_from=dt.date(2026, 9, 10),
        yes=58,
        base=60,
    )


def test_a_rule_goes_from_a_draft_by_comments_to_being_in_force(cast: Cast, freeze: Freeze) -> None:
    version = adopted(cast, freeze)
    assert not rule_queries.is_in_force(version, dt.date(2026, 9, 9))
    assert rule_queries.is_in_force(version, dt.date(2026, 9, 10))
    assert Conversation.objects.get(version=version).closes_on == dt.date(2026, 9, 1)
    kinds = [line.entry.kind for line in reversed(timeline(version.rule_id))]
    assert kinds == ["public_rule.drafted", "public_rule.opened", "public_rule.adopted"]


def test_a_rule_is_not_adopted_without_comments_or_before_they_ended(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-08-20 09:00")
    version = drafted(cast)
    given: dict[str, Any] = {"by": "居民会议", "on": dt.date(2026, 8, 20), "in_force_from": dt.date(2026, 9, 1)}
    with pytest.raises(Refused, match="先征求意见"):
        public_rules.adopt(cast.community, version.pk, **given)
    with pytest.raises(Refused, match="最早到明天"):
        public_rules.open_comment(cast.community, version.pk, until=dt.date(2026, 8, 20))
    public_rules.open_comment(cast.community, version.pk, until=dt.date(2026, 9, 1))
    freeze("2026-09-01 20:00")
    with pytest.raises(Refused, match="过了那天"):
        public_rules.adopt(cast.community, version.pk, **given)
    freeze("2026-09-03 20:00")
    for wrong in (
        {"on": dt.date(2026, 8, 30)},
        {"on": dt.date(2026, 9, 4)},
        {"on": dt.date(2026, 9, 2), "in_force_from": dt.date(2026, 9, 1)},
        {"on": dt.date(2026, 9, 2), "in_force_from": dt.date(2026, 9, 9), "yes": 61, "base": 60},
        {"on": dt.date(2026, 9, 2), "in_force_from": dt.date(2026, 9, 9), "yes": 6},
    ):
        with pytest.raises(Refused):
            public_rules.adopt(cast.community, version.pk, **given | wrong)


def test_versions_of_a_rule_follow_one_another_and_never_overlap(cast: Cast, freeze: Freeze) -> None:
    first = adopted(cast, freeze)
    second = public_rules.draft_next(cast.community, first.rule_id, text=TEXT + "一户一个桩。")
    with pytest.raises(Refused, match="还有一版没定下来"):
        public_rules.draft_next(cast.community, first.rule_id, text="再来一版。")
    public_rules.open_comment(cast.community, second.pk, until=dt.date(2026, 9, 5))
    freeze("2026-09-08 09:00")
    given: dict[str, Any] = {"by": "5 号院居民会议", "on": dt.date(2026, 9, 8)}
    with pytest.raises(Refused, match="这一版要更晚"):
        public_rules.adopt(cast.community, second.pk, **given, in_force_from=dt.date(2026, 9, 10))
    public_rules.adopt(cast.community, second.pk, **given, in_force_from=dt.date(2026, 10, 1))
    rule = PublicRule.objects.get()
    for day, number in ((dt.date(2026, 9, 30), 1), (dt.date(2026, 10, 1), 2)):
        standing = rule_queries.standing(rule, day)
        assert standing.in_force is not None
        assert standing.in_force.number == number
    pieces = rule_queries.differences(first.text, second.text)
    assert [(one.change, one.text) for one in pieces] == [("", TEXT), ("ins", "一户一个桩。")]


def test_a_rule_ends_on_a_day_with_a_reason(cast: Cast, freeze: Freeze) -> None:
    version = adopted(cast, freeze)
    with pytest.raises(Refused, match="施行以后"):
        public_rules.end(cast.community, version.pk, on=dt.date(2026, 9, 5), why="不用了。")
    public_rules.end(cast.community, version.pk, on=dt.date(2026, 12, 31), why="棚子都换了。")
    version = cast.again(version)
    assert rule_queries.is_in_force(version, dt.date(2026, 12, 31))
    assert not rule_queries.is_in_force(version, dt.date(2027, 1, 1))
    with pytest.raises(Refused):
        public_rules.end(cast.community, version.pk, on=dt.date(2026, 12, 30), why="再来一次。")


def test_a_draft_changed_while_people_comment_must_be_opened_again(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-08-20 09:00")
    version = drafted(cast)
    public_rules.open_comment(cast.community, version.pk, until=dt.date(2026, 9, 1))
    with pytest.raises(Changed):
        public_rules.redraft(cast.community, version.pk, text="新的。", was="别人改过的。")
    changed = public_rules.redraft(cast.community, version.pk, text="新的。", was=TEXT)
    assert (changed.status, changed.comment_until) == (RuleVersion.Status.DRAFT, None)
    public_rules.give_up(cast.community, version.pk, why="大家不同意。")
    assert cast.again(version).status == RuleVersion.Status.GIVEN_UP
    with pytest.raises(Refused, match="另起一版"):
        public_rules.redraft(cast.community, version.pk, text="又改。")


def test_the_public_reads_no_mere_draft(cast: Cast, freeze: Freeze) -> None:
    freeze("2026-08-20 09:00")
    version = drafted(cast)
    assert rule_queries.public(clock.today()) == []
    public_rules.open_comment(cast.community, version.pk, until=dt.date(2026, 9, 1))
    (found,) = rule_queries.public(clock.today())
    assert found.open == version


def test_a_rule_may_come_of_what_a_meeting_agreed_on_and_only_its_own_people_keep_it(cast: Cast) -> None:
    signed(cast)
    item = queries.item(Item.objects.get(outcome="rule").pk)
    version = drafted(cast, item=item)
    (found,) = (one for one in queries.agreed(Topic.objects.select_related("playbook").get()) if one.to == "rule")
    assert found.rules == [version.rule]
    with pytest.raises(NotAllowed):
        public_rules.draft_next(cast.far, version.rule_id, text="别人写的。")
    with pytest.raises(Refused, match="已经有"):
        drafted(cast)
    assert [one.rule for one in rule_queries.kept_by(cast.community, clock.today())] == [version.rule]
    assert rule_queries.kept_by(cast.far, clock.today()) == []


# --- pages ---------------------------------------------------------------------------------------------


def test_a_rule_is_made_by_its_pages_from_what_was_agreed(cast: Cast, freeze: Freeze) -> None:
    signed(cast)
    client = cast.client("community")
    topic = Topic.objects.get()
    page = client.get(cast.url("deliberation:agreements", topic_id=topic.pk)).content.decode()
    item = Item.objects.get(outcome="rule")
    new = f"{cast.url('deliberation:draft_rule')}?item={item.pk}"
    assert new in page
    asked = client.get(new).content.decode()
    assert "写一份 5 号院充电公约" in asked
    body = cast.body("同光委员工作室")
    made = client.post(new, {"body": body.pk, "title": "5 号院充电公约", "text": TEXT})
    assert made.status_code == 302
    version = RuleVersion.objects.select_related("rule").get()
    assert version.rule.topic_id == topic.pk
    until = (clock.today() + DAY).isoformat()
    client.post(cast.url("deliberation:open_rule", version_id=version.pk), {"until": until})
    freeze(clock.now() + DAY * 3)
    today = clock.today().isoformat()
    given = {"by": "居民会议", "on": today, "in_force_from": today, "yes": "58", "base": "60"}
    assert client.post(cast.url("deliberation:adopt_rule", version_id=version.pk), given).status_code == 302
    shown = client.get(cast.url("deliberation:public_rule", rule_id=version.rule_id)).content.decode()
    assert "60 人里 58 人同意" in shown
    assert TEXT in shown
