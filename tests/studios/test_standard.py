"""What a studio is held to: evidence, posted rules, the plan, minimum activity, inspections, praise and phases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from django.db import transaction

from shangliang.core.clock import today
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.files.actions import store_document
from shangliang.ledger.actions import append
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.playbooks import queries as playbooks
from shangliang.playbooks.studio_rules import Activity, StandardItem
from shangliang.studios.actions import pairings, standard
from shangliang.studios.models import DutyShift, Evidence, Inspection, PlanItem, PostedRule, Reception, Studio, Turn
from shangliang.studios.queries import standard as kept
from shangliang.studios.queries import studios
from tests.cast import Cast
from tests.scenes_studios import brought, days_ago, paired, proposed_studio, scan

Freeze = Callable[[str], dt.datetime]


@pytest.fixture
def studio(cast: Cast) -> Studio:
    return brought(cast, "open")


def has(cast: Cast, studio: Studio, item: str, **more: Any) -> Evidence:
    given = {"has": True, "what": "党群服务中心 2 楼", "on": today(), **more}
    return standard.record(cast.convenor, studio.pk, item, **given)


def with_rules(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """The locality decides otherwise on its studios."""
    default = playbooks.default()
    changed = replace(default, studios=replace(default.studios, **changes))
    monkeypatch.setattr(playbooks, "default", lambda: changed)


# --- evidence -----------------------------------------------------------------------------------------


def test_five_are_there_and_one_lacks(cast: Cast, studio: Studio) -> None:
    for item in ("venue", "signage", "rules", "activities", "evaluation"):
        has(cast, studio, item)
    lacking = has(cast, studio, "archives", has=False, what="9 月的会议纪要", mend_by=days_ago(-13))
    items = studios.standing(studio)
    assert [item.has for item in items] == [True, True, True, True, False, True]
    assert (items[4].label, items[4].latest, items[4].is_late) == ("有档案", lacking, False)
    (listed,) = studios.as_listed([studio])
    assert (listed.has, listed.lacks) == (5, 1)
    line = timeline(lacking.pk)[0]
    assert line.entry.kind == "evidence.recorded"
    assert line.facts == {
        "item": "archives",
        "has": False,
        "on": today().isoformat(),
        "mend_by": days_ago(-13).isoformat(),
    }
    assert line.words == {"what": "9 月的会议纪要"}


def test_what_was_found_later_counts_and_what_was_before_stays(cast: Cast, studio: Studio) -> None:
    has(cast, studio, "venue", on=days_ago(30), what="借的会议室")
    has(cast, studio, "venue", has=False, what="会议室收回了", mend_by=days_ago(-30))
    item = studios.standing(studio)[0]
    assert [row.has for row in item.evidence] == [False, True]
    has(cast, studio, "venue", on=days_ago(40), what="更早的")
    assert not studios.standing(studio)[0].has


def test_a_lack_past_its_day_is_late(cast: Cast, studio: Studio) -> None:
    has(cast, studio, "venue", has=False, on=days_ago(20), mend_by=days_ago(1))
    assert studios.standing(studio)[0].is_late


def test_evidence_may_come_with_a_file(cast: Cast, studio: Studio) -> None:
    attachment = store_document(cast.tenant.pk, scan())
    row = has(cast, studio, "venue", attachment=attachment)
    assert kept.file_of(studio, attachment.pk) == row.attachment


def test_evidence_that_says_too_little_is_refused_beside_its_field(cast: Cast, studio: Studio) -> None:
    cases: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("flag", {}, "item"),
        ("venue", {"on": days_ago(-1)}, "on"),
        ("venue", {"has": False}, "mend_by"),
        ("venue", {"has": False, "mend_by": days_ago(1)}, "mend_by"),
    )
    for item, given, field in cases:
        with pytest.raises(Refused) as refused:
            has(cast, studio, item, **given)
        assert refused.value.field == field
    assert not Evidence.objects.exists()


def test_only_who_runs_the_studio_and_the_office_record(cast: Cast, studio: Studio) -> None:
    for role in ("community", "street", "member", "handler"):
        with pytest.raises(NotAllowed):
            standard.record(getattr(cast, role), studio.pk, "venue", has=True, what="有", on=today())
    standard.record(cast.office, studio.pk, "venue", has=True, what="有", on=today())


def test_an_item_of_an_older_standard_stays_readable(
    cast: Cast, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    has(cast, studio, "archives", on=days_ago(5))
    default = playbooks.default().studios.standard
    now = {key: item for key, item in default.items.items() if key != "archives"}
    now["team"] = StandardItem("team", "有队伍", "人齐不齐？")
    with_rules(monkeypatch, standard=replace(default, name="新六有", items=MappingProxyType(now)))
    items = studios.standing(studio)
    assert [item.key for item in items if item.is_current][-1] == "team"
    (old,) = [item for item in items if not item.is_current]
    assert (old.key, old.has) == ("archives", True)


def test_studios_with_gaps_are_found_by_the_list(cast: Cast, studio: Studio) -> None:
    whole = brought(cast, "open", proposed_studio(cast, "东门委员工作室"))
    for item in playbooks.default().studios.standard.items:
        standard.record(cast.office, whole.pk, item, has=False, what="缺", on=days_ago(9), mend_by=days_ago(2))
        standard.record(cast.office, whole.pk, item, has=True, what="补上了", on=days_ago(1))
    has(cast, studio, "venue", has=False, on=days_ago(9), mend_by=days_ago(2))
    for gaps, found in (("lacks", [studio]), ("late", [studio]), ("", [whole, studio])):
        assert set(studios.listed(cast.tenant.pk, gaps=gaps)) == set(found)


# --- rules and plan -----------------------------------------------------------------------------------


def test_a_new_rule_ends_the_old_one_the_day_before(cast: Cast, studio: Studio) -> None:
    old = standard.post_rule(cast.convenor, studio.pk, title="学习制度", text="每月一次。", since=days_ago(100))
    new = standard.post_rule(
        cast.convenor, studio.pk, title="学习制度", text="每季度一次。", since=days_ago(10), seen=old.pk
    )
    assert PostedRule.objects.get(pk=old.pk).until == days_ago(11)
    assert [rule.pk for rule in kept.posted_rules(studio)] == [new.pk, old.pk]
    assert timeline(new.pk)[0].facts["replaces"] == str(old.pk)


def test_a_rule_posted_meanwhile_is_not_replaced_unseen(cast: Cast, studio: Studio) -> None:
    old = standard.post_rule(cast.convenor, studio.pk, title="学习制度", text="一", since=days_ago(100))
    standard.post_rule(cast.office, studio.pk, title="学习制度", text="二", since=days_ago(50), seen=old.pk)
    with pytest.raises(Changed, match="“学习制度”刚刚有人换过"):
        standard.post_rule(cast.convenor, studio.pk, title="学习制度", text="三", since=today(), seen=old.pk)


def test_a_rule_does_not_begin_before_the_one_it_replaces(cast: Cast, studio: Studio) -> None:
    standard.post_rule(cast.convenor, studio.pk, title="学习制度", text="一", since=days_ago(10))
    with pytest.raises(Refused) as refused:
        standard.post_rule(cast.convenor, studio.pk, title="学习制度", text="二", since=days_ago(10))
    assert refused.value.field == "since"


def test_a_year_is_planned_in_one_entry_and_done_one_by_one(cast: Cast, studio: Studio, freeze: Freeze) -> None:
    freeze("2026-11-20 09:00")
    items = [standard.Planned(dt.date(2026, 11, 15), "夜访 3 号院"), standard.Planned(dt.date(2026, 12, 5), "讲一堂课")]
    before = Entry.objects.count()
    first, second = standard.plan(cast.convenor, studio.pk, 2026, items)
    assert Entry.objects.count() == before + 1
    standard.plan_done(cast.convenor, first.pk, on=dt.date(2026, 11, 15), note="走访 18 户")
    assert [one.done_on for one in kept.plan(studio, (2026,))] == [dt.date(2026, 11, 15), None]
    with pytest.raises(Changed, match="已经有人记过"):
        standard.plan_done(cast.office, first.pk, on=dt.date(2026, 11, 16))
    with pytest.raises(Refused, match="到了那一天"):
        standard.plan_done(cast.convenor, second.pk, on=dt.date(2026, 12, 5))


def test_a_plan_of_nothing_of_another_year_or_of_no_activity_is_refused(cast: Cast, studio: Studio) -> None:
    day = dt.date(2026, 3, 1)
    for items, words in (
        ([], "一次写 1 到 40 件"),
        ([standard.Planned(day, "义诊")] * 41, "一次写 1 到 40 件"),
        ([standard.Planned(day.replace(year=2025), "义诊")], "“义诊”的日子不在 2026 年"),
        ([standard.Planned(day, "义诊", "dancing")], "没有这一项活动"),
    ):
        with pytest.raises(Refused, match=words):
            standard.plan(cast.convenor, studio.pk, 2026, items)
    assert not PlanItem.objects.exists()


def test_others_neither_post_nor_plan(cast: Cast, studio: Studio) -> None:
    with pytest.raises(NotAllowed):
        standard.post_rule(cast.community, studio.pk, title="学习制度", text="一", since=today())
    with pytest.raises(NotAllowed):
        standard.plan(cast.community, studio.pk, 2026, [standard.Planned(dt.date(2026, 3, 1), "义诊")])
    (item,) = standard.plan(cast.convenor, studio.pk, 2026, [standard.Planned(dt.date(2026, 3, 1), "义诊")])
    with pytest.raises(NotAllowed):
        standard.plan_done(cast.community, item.pk, on=today())


# --- minimum activity ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per", "first", "last"),
    [
        ("week", "2026-11-16", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(per: str, first: str, last: str) -> None:
    found = kept.period(dt.date(2026, 11, 22), per)
    assert found == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_activity_is_counted_from_rows_and_says_from_which(
    cast: Cast, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze("2026-11-20 09:00")
    studio = brought(cast, "open")
    asked = (
        Activity("duty", "值班", "month", 2),
        Activity("reception", "接待群众", "month", 1),
        Activity("study", "学习或调研", "quarter", 1),
    )
    with_rules(monkeypatch, activity=asked)
    person = cast.accounts["convenor"].person
    for day, cancelled, came in ((4, False, True), (11, False, False), (18, True, None), (25, False, None)):
        shift = DutyShift.objects.create(
            tenant=cast.tenant,
            studio=studio,
            day=dt.date(2026, 11, day),
            starts=dt.time(9),
            ends=dt.time(11),
            cancelled_at=dt.datetime(2026, 11, 17, tzinfo=dt.UTC) if cancelled else None,
        )
        Turn.objects.create(tenant=cast.tenant, shift=shift, person=person, came=came)
    items = [standard.Planned(dt.date(2026, 10, 8), "读书会", "study"), standard.Planned(dt.date(2026, 10, 9), "义诊")]
    for item in standard.plan(cast.convenor, studio.pk, 2026, items):
        standard.plan_done(cast.convenor, item.pk, on=item.due)
    duty, reception, study = kept.activity(studio)
    assert (duty.n, duty.missing, duty.is_met) == (1, 1, False)
    assert (reception.n, reception.base) == (0, "数的是接待登记里谈完的")
    assert (study.n, study.is_met, study.base) == (1, True, "数的是计划里算作“学习或调研”、做完了的")
    moment = dt.datetime(2026, 11, 4, 1, tzinfo=dt.UTC)
    for number, status in enumerate(("done", "left", "done")):
        Reception.objects.create(
            tenant=cast.tenant,
            studio=studio,
            key=f"k{number}",
            day=dt.date(2026, 11 - number, 4),
            status=status,
            came_at=moment,
            recorded_at=moment,
        )
    assert [one.n for one in kept.activity(studio)] == [1, 1, 1]


# --- inspections, praise, phases ----------------------------------------------------------------------

ALL = {"venue": True, "signage": True, "rules": True, "activities": True, "archives": False, "evaluation": True}


def test_an_inspection_keeps_what_was_found_item_by_item(cast: Cast, studio: Studio) -> None:
    row = standard.inspect(
        cast.office, studio.pk, on=today(), by="社法委", items=ALL, passed=True, stars=5, findings="缺 9 月纪要。"
    )
    assert (row.items, row.passed, row.stars) == (ALL, True, None)  # this locality gives no stars
    line = timeline(row.pk)[0]
    assert (line.entry.kind, line.words) == ("studio.inspected", {"findings": "缺 9 月纪要。"})
    (listed,) = studios.as_listed([studio])
    assert listed.inspected == row


def test_stars_are_given_where_the_locality_gives_them(
    cast: Cast, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rules(monkeypatch, stars=True)
    with pytest.raises(Refused) as refused:
        standard.inspect(cast.office, studio.pk, on=today(), by="社法委", items=ALL, passed=True, stars=6)
    assert refused.value.field == "stars"
    assert standard.inspect(cast.office, studio.pk, on=today(), by="社法委", items=ALL, passed=True, stars=4).stars == 4


def test_an_inspection_that_looked_at_too_little_is_refused(cast: Cast, studio: Studio) -> None:
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"items": {"venue": True}}, "signage"),
        ({"on": days_ago(-1)}, "on"),
        ({"passed": False}, "findings"),
    )
    for given, field in cases:
        with pytest.raises(Refused) as refused:
            standard.inspect(
                cast.office, studio.pk, **({"on": today(), "by": "社法委", "items": ALL, "passed": True} | given)
            )
        assert refused.value.field == field
    assert not Inspection.objects.exists()


def test_nobody_inspects_or_praises_their_own_studio(cast: Cast, studio: Studio) -> None:
    with pytest.raises(NotAllowed):
        standard.inspect(cast.convenor, studio.pk, on=today(), by="我们", items=ALL, passed=True)
    with pytest.raises(NotAllowed):
        standard.honour(cast.convenor, studio.pk, title="优秀", level="district", on=today())


def test_praise_has_a_level_and_a_day(cast: Cast, studio: Studio) -> None:
    row = standard.honour(
        cast.office, studio.pk, title="示范工作室", level="province", on=days_ago(3), document="鄂政协〔2026〕3 号"
    )
    assert kept.honours(studio) == [row]
    assert timeline(row.pk)[0].facts["level"] == "province"
    for given, field in (({"level": "world"}, "level"), ({"on": days_ago(-1)}, "on")):
        with pytest.raises(Refused) as refused:
            standard.honour(cast.office, studio.pk, **({"title": "优秀", "level": "city", "on": today()} | given))  # type: ignore[arg-type]
        assert refused.value.field == field


def test_a_phase_counts_the_studios_that_opened_in_it(cast: Cast, studio: Studio) -> None:
    span = {"since": days_ago(30), "until": days_ago(-30)}
    standard.set_phase(cast.office, name="第一批试点", target=2, **span)
    standard.set_phase(cast.office, name="同心汇", target=1, kind="sector_circle", **span)
    standard.set_phase(cast.office, name="去年", target=1, since=days_ago(400), until=days_ago(300))
    reached = {one.phase.name: (one.opened, one.missing, one.percent) for one in kept.phases()}
    assert reached == {"第一批试点": (1, 1, 50), "同心汇": (0, 1, 0), "去年": (0, 1, 0)}


def test_a_phase_that_makes_no_sense_is_refused(cast: Cast) -> None:
    for given, field in (({"until": days_ago(1)}, "until"), ({"kind": "club"}, "kind"), ({"target": 0}, "target")):
        with pytest.raises(Refused) as refused:
            standard.set_phase(
                cast.office,
                **({"name": "试点", "since": today(), "until": today(), "target": 1} | given),  # type: ignore[arg-type]
            )
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        standard.set_phase(cast.convenor, name="试点", since=today(), until=today(), target=1)


# --- what it did --------------------------------------------------------------------------------------


def test_what_a_studio_did_is_told_newest_first(cast: Cast, studio: Studio, freeze: Freeze) -> None:
    freeze("2026-11-22 09:00")
    (item,) = standard.plan(cast.convenor, studio.pk, 2026, [standard.Planned(dt.date(2026, 11, 15), "夜访 3 号院")])
    standard.plan_done(cast.convenor, item.pk, on=dt.date(2026, 11, 21), note="走访 18 户")
    standard.honour(cast.office, studio.pk, title="示范工作室", level="city", on=dt.date(2026, 11, 20))
    task = paired(cast).tasks.order_by("due")[0]
    pairings.task_done(cast.community, task.pk, on=dt.date(2026, 11, 22), note="46 人")
    whom = [("person", cast.accounts["convenor"].person_id), ("person", cast.accounts["community"].person_id)]
    with transaction.atomic():
        append(cast.convenor, "whistle.visited", whom, {"on": "2026-11-19"}, {"note": "楼道里看到三处飞线。"})  # type: ignore[arg-type]
        append(cast.community, "whistle.visited", whom, {"on": "2026-11-18"})  # type: ignore[arg-type]
    found = [(one.what, one.note) for one in studios.recent(studio)]
    assert found[3] == ("林知夏应哨走访", "")
    assert len(found) == 5
    assert found[:3] == [("讲一堂物业课", "46 人"), ("夜访 3 号院", "走访 18 户"), ("示范工作室", "")]
    assert found[-1] == ("揭牌开放", "")
