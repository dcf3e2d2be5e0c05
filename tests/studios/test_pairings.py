"""结对共建: drafted by one side, signed by each from its own seat, done task by task, reviewed, renewed, ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shangliang.core.clock import today
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.files.actions import store_document
from shangliang.ledger.models import Entry
from shangliang.ledger.queries import timeline
from shangliang.studios.actions import pairings
from shangliang.studios.models import Pairing, PairingTask
from shangliang.studios.queries import pairings as queries
from tests.cast import Cast
from tests.scenes_studios import HOME, days_ago, paired, scan


def draft(cast: Cast, role: str = "convenor", **more: Any) -> Pairing:
    given: dict[str, Any] = {"one": cast.body(HOME), "other": cast.body("光明社区"), "title": "红色共建", **more}
    given = {"since": today(), "until": days_ago(-365)} | given
    return pairings.draft(getattr(cast, role), given.pop("one"), given.pop("other"), **given)


# --- drafting -----------------------------------------------------------------------------------------


def test_one_side_drafts_what_each_does_in_one_entry(cast: Cast) -> None:
    before = Entry.objects.count()
    row = paired(cast, signed=False)
    assert Entry.objects.count() == before + 1
    assert row.status == "draft"
    assert [(task.kind, task.body_id) for task in queries.tasks(row)] == [
        ("duty", row.one_id),
        ("duty", row.other_id),
        ("activity", None),
    ]
    for body in (row.one, row.other):
        assert timeline(body.pk)[0].entry.kind == "pairing.drafted"
        assert queries.of(body) == [row]


def test_the_office_drafts_for_any_two_and_nobody_else_for_strangers(cast: Cast) -> None:
    draft(cast, "office", one=cast.body("新沟桥街道"), other=cast.body("区房管局"))
    with pytest.raises(NotAllowed, match="不能替别的两家起草"):
        draft(cast, "convenor", one=cast.body("新沟桥街道"), other=cast.body("区房管局"))
    with pytest.raises(NotAllowed):
        draft(cast, "member")


def test_a_draft_that_makes_no_sense_is_refused_beside_its_field(cast: Cast) -> None:
    home, far = cast.body(HOME), cast.body("南苑社区")
    cases: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"other": home}, "不能和自己结对", "other"),
        ({"until": today()}, "结束的日子要在开始的后面", "until"),
        ({"until": today() + dt.timedelta(days=2000)}, "最多签五年", "until"),
        ({"tasks": [pairings.Task(days_ago(1), "义诊", home)]}, "“义诊”的日子不在协议的期限里", "by_one"),
        ({"tasks": [pairings.Task(days_ago(1), "义诊")]}, "不在协议的期限里", "together"),
        ({"tasks": [pairings.Task(days_ago(-5), "义诊", far)]}, "只能由结对的两家来做", "together"),
        ({"tasks": [pairings.Task(days_ago(-5), "义诊")] * 61}, "最多 60 件", "together"),
    )
    for given, words, field in cases:
        with pytest.raises(Refused, match=words) as refused:
            draft(cast, **given)
        assert refused.value.field == field
    assert not Pairing.objects.exists()


def test_a_body_that_is_closed_pairs_with_nobody(cast: Cast) -> None:
    far = cast.body("南苑社区")
    far.closed_on = days_ago(3)
    far.save()
    with pytest.raises(Refused, match="南苑社区已经关了") as refused:
        draft(cast, other=far)
    assert refused.value.field == "other"


# --- signing ------------------------------------------------------------------------------------------


def test_it_holds_once_both_have_signed(cast: Cast) -> None:
    row = draft(cast)
    pairings.sign(cast.convenor, row.pk, row.one)
    row.refresh_from_db()
    assert (row.status, row.one_signed_on, row.other_signed_on) == ("draft", today(), None)
    assert timeline(row.pk)[0].facts["in_force"] is False
    pairings.sign(cast.community, row.pk, row.other)
    row.refresh_from_db()
    assert row.status == "signed"
    assert timeline(row.pk)[0].facts["in_force"] is True


def test_nobody_signs_for_the_other_side(cast: Cast) -> None:
    row = draft(cast)
    for role, body in (
        ("convenor", row.other),
        ("community", row.one),
        ("office", row.one),
        ("street", row.other),
        ("neighbour", row.other),
    ):
        with pytest.raises(NotAllowed, match=f"由{body.name}自己来签"):
            pairings.sign(getattr(cast, role), row.pk, body)


def test_the_office_records_a_signature_on_paper_with_its_number_or_a_scan(cast: Cast) -> None:
    row = draft(cast)
    with pytest.raises(Refused, match="写纸质协议的编号") as refused:
        pairings.record_signature(cast.office, row.pk, row.one, on=today())
    assert refused.value.field == "document"
    with pytest.raises(Refused) as refused:
        pairings.record_signature(cast.office, row.pk, row.one, on=days_ago(-1), document="1 号")
    assert refused.value.field == "on"
    with pytest.raises(NotAllowed):
        pairings.record_signature(cast.convenor, row.pk, row.one, on=today(), document="1 号")
    pairings.record_signature(cast.office, row.pk, row.one, on=days_ago(2), document="共建 1 号")
    attachment = store_document(cast.tenant.pk, scan())
    pairings.record_signature(cast.office, row.pk, row.other, on=today(), attachment=attachment)
    row.refresh_from_db()
    assert (row.status, row.one_paper, row.one_signed_on, row.other_file_id) == (
        "signed",
        "共建 1 号",
        days_ago(2),
        attachment.pk,
    )
    assert timeline(row.pk)[0].facts["on_paper"] is True


def test_a_side_signs_once(cast: Cast) -> None:
    row = draft(cast)
    pairings.sign(cast.convenor, row.pk, row.one)
    with pytest.raises(Changed, match="已经签过了"):
        pairings.sign(cast.convenor, row.pk, row.one)
    pairings.sign(cast.community, row.pk, row.other)
    with pytest.raises(NotAllowed, match="不在等签字了"):
        pairings.sign(cast.community, row.pk, row.other)


def test_a_body_outside_it_does_not_sign_and_what_ran_out_is_not_signed(cast: Cast) -> None:
    row = draft(cast)
    with pytest.raises(Refused, match="不在这份协议里"):
        pairings.sign(cast.far, row.pk, cast.body("南苑社区"))
    old = draft(cast, since=days_ago(20), until=days_ago(1))
    with pytest.raises(Refused, match="期限已经过了"):
        pairings.sign(cast.convenor, old.pk, old.one)


# --- doing it -----------------------------------------------------------------------------------------


def test_either_side_writes_down_what_was_done(cast: Cast) -> None:
    task = queries.tasks(paired(cast))[0]
    pairings.task_done(cast.community, task.pk, on=days_ago(3), note="46 人来听")
    found = PairingTask.objects.get(pk=task.pk)
    assert (found.done_on, found.note) == (days_ago(3), "46 人来听")
    line = timeline(task.pk)[0]
    assert (line.entry.kind, line.words) == ("pairing.task_done", {"note": "46 人来听"})
    with pytest.raises(Changed, match="已经有人记过"):
        pairings.task_done(cast.convenor, task.pk, on=today())


def test_a_task_is_done_between_the_first_day_and_today_and_only_once_it_holds(cast: Cast) -> None:
    task = queries.tasks(paired(cast))[0]
    for on in (days_ago(11), days_ago(-1)):
        with pytest.raises(Refused) as refused:
            pairings.task_done(cast.convenor, task.pk, on=on)
        assert refused.value.field == "on"
    with pytest.raises(NotAllowed, match="由结对的两家来做"):
        pairings.task_done(cast.neighbour, task.pk, on=today())
    unsigned = queries.tasks(paired(cast, signed=False))[0]
    with pytest.raises(Refused, match="两家都签了才算数"):
        pairings.task_done(cast.convenor, unsigned.pk, on=today())


def test_what_is_due_is_listed_by_body(cast: Cast) -> None:
    waiting, running = paired(cast, signed=False), paired(cast)
    ending = paired(cast, since=days_ago(300), until=days_ago(-30))
    PairingTask.objects.filter(pairing=ending).update(done_on=days_ago(5))
    due = queries.due([running.one_id])
    assert due.unsigned == [waiting]
    assert due.renewals == [ending]
    assert [task.what for task in due.tasks] == ["讲一堂物业课", "腾出二楼会议室"]
    assert queries.due([cast.body("南苑社区").pk]) == queries.Due([], [], [])
    assert queries.due(on=days_ago(1)).renewals == []


# --- looking back, going on, ending -------------------------------------------------------------------


def test_how_it_went_is_written_and_not_overwritten_unseen(cast: Cast) -> None:
    row = paired(cast)
    pairings.review(cast.convenor, row.pk, words="办了两场，还差义诊。")
    with pytest.raises(Changed, match="刚刚有人写过了"):
        pairings.review(cast.community, row.pk, words="都办了。", seen="")
    pairings.review(cast.community, row.pk, words="都办了。", seen="办了两场，还差义诊。")
    row.refresh_from_db()
    assert (row.review, row.reviewed_on) == ("都办了。", today())
    assert [line.words["review"] for line in timeline(row.pk, limit=2)] == ["都办了。", "办了两场，还差义诊。"]


def test_a_draft_is_not_reviewed_and_strangers_review_nothing(cast: Cast) -> None:
    with pytest.raises(Refused, match="两家都签了才算数"):
        pairings.review(cast.convenor, paired(cast, signed=False).pk, words="好。")
    with pytest.raises(NotAllowed):
        pairings.review(cast.far, paired(cast).pk, words="好。")


def test_a_renewal_is_a_further_pairing_that_both_sign_anew(cast: Cast) -> None:
    old = paired(cast, since=days_ago(300), until=days_ago(-20))
    span = {"since": days_ago(-21), "until": days_ago(-385)}
    row = pairings.renew(cast.community, old.pk, title="红色共建二期", **span)
    assert (row.renews_id, row.status, row.one_id) == (old.pk, "draft", old.one_id)
    assert queries.renewed_by(old) == row
    assert queries.due().renewals == []
    assert timeline(old.pk)[0].entry.kind == timeline(row.pk)[0].entry.kind == "pairing.renewed"
    with pytest.raises(Changed, match="已经有人起草续签了"):
        pairings.renew(cast.convenor, old.pk, title="又一份", **span)


def test_a_renewal_begins_after_the_old_one_and_a_draft_is_not_renewed(cast: Cast) -> None:
    old = paired(cast)
    with pytest.raises(Refused) as refused:
        pairings.renew(cast.convenor, old.pk, title="二期", since=old.until, until=old.until + dt.timedelta(days=9))
    assert refused.value.field == "since"
    with pytest.raises(Refused, match="还没签，不用续"):
        pairings.renew(cast.convenor, paired(cast, signed=False).pk, title="二期", since=today(), until=days_ago(-9))
    with pytest.raises(NotAllowed):
        pairings.renew(cast.far, old.pk, title="二期", since=days_ago(-356), until=days_ago(-400))


def test_a_renewal_that_was_given_up_leaves_the_old_one_due_again(cast: Cast) -> None:
    old = paired(cast, since=days_ago(300), until=days_ago(-20))
    row = pairings.renew(cast.convenor, old.pk, title="二期", since=days_ago(-21), until=days_ago(-385))
    pairings.end(cast.convenor, row.pk, on=today(), why="条件没谈拢。")
    assert queries.renewed_by(old) is None
    assert queries.due().renewals == [old]


def test_a_pairing_ends_with_a_reason_and_only_once(cast: Cast) -> None:
    row = paired(cast)
    for given, field in (({"on": today(), "why": ""}, "why"), ({"on": days_ago(-1), "why": "完成"}, "on")):
        with pytest.raises(Refused) as refused:
            pairings.end(cast.convenor, row.pk, **given)  # type: ignore[arg-type]
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        pairings.end(cast.far, row.pk, on=today(), why="完成")
    pairings.end(cast.community, row.pk, on=today(), why="任务完成。")
    row.refresh_from_db()
    assert (row.status, row.ended_on, row.ended_why) == ("ended", today(), "任务完成。")
    with pytest.raises(NotAllowed, match="已经结束了"):
        pairings.end(cast.community, row.pk, on=today(), why="再来一次")


def test_a_body_named_in_full_is_found(cast: Cast) -> None:
    assert queries.body_named("光明社区") == cast.body("光明社区")
    assert queries.body_named("光明社区", "studio") is None
    assert queries.body_named("光明") is None
