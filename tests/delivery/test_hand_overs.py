"""交办: handing over, taking in hand, extending, returning, supervising, and the dates that come of it."""

import datetime as dt

import pytest

from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions
from shangliang.delivery.models import HandOver
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Matter, Point
from shangliang.playbooks.actions import adopt
from shangliang.playbooks.queries import DEFAULT, calendar
from tests.cast import Cast

Status = HandOver.Status


def test_a_body_gets_numbered_points_with_a_date_and_holds_the_matter(cast: Cast) -> None:
    row = cast.handed()
    assert [item.point.number for item in cast.points(row)] == [1, 2]
    assert row.due == calendar(cast.tenant.pk).add_working_days(row.started, 15).due
    matter = cast.again(row.matter)
    assert (matter.status, matter.holder.name, matter.due) == (Matter.Status.DELIVERED, "区城管执法局", row.due)


def test_other_days_than_the_playbooks_may_be_set(cast: Cast) -> None:
    matter = cast.accepted()
    row = actions.hand_over(cast.street, matter.pk, None, body=cast.body("区房管局"), points=["换灯"], days=3)
    assert (row.days, row.due) == (3, calendar(cast.tenant.pk).add_working_days(row.started, 3).due)


def test_what_is_not_accepted_is_not_handed_over(cast: Cast) -> None:
    matter = cast.raised()
    with pytest.raises(NotAllowed, match="先受理，再交办"):
        actions.hand_over(cast.street, matter.pk, None, body=cast.body("区房管局"), points=["换灯"])


def test_a_hand_over_without_a_point_is_refused(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(Refused, match="至少写一点"):
        actions.hand_over(cast.street, matter.pk, None, body=cast.body("区房管局"), points=["  "])


def test_a_point_that_is_out_with_one_body_does_not_go_to_another(cast: Cast) -> None:
    row = cast.handed(points=("换灯",))
    ids = [item.point_id for item in cast.points(row)]
    with pytest.raises(Refused, match="已经交给别的单位"):
        actions.hand_over(cast.street, row.matter_id, None, body=cast.body("区房管局"), point_ids=ids)


def test_taking_in_hand_notes_the_bodys_own_number_and_who_handles_it(cast: Cast) -> None:
    row = cast.handed()
    actions.take_in_hand(cast.citymanager, row, None, own_number="CG-31")
    row = cast.again(row)
    assert (row.status, row.own_number, row.handler.name) == (Status.IN_HAND, "CG-31", "唐渡")
    with pytest.raises(NotAllowed, match="已经接办了"):
        actions.take_in_hand(cast.citymanager, row, None)


def test_another_body_does_not_take_it(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(NotAllowed, match="这是交给区城管执法局办的"):
        actions.take_in_hand(cast.handler, row, None)


def test_returning_gives_the_matter_back_with_its_points_open(cast: Cast) -> None:
    row = cast.handed()
    actions.return_(cast.citymanager, row, None, why="归房管局。")
    assert cast.again(row).status == Status.RETURNED
    assert cast.again(row.matter).holder.name == "新沟桥街道"
    assert set(Point.objects.filter(matter=row.matter_id).values_list("status", flat=True)) == {"open"}


def test_what_was_answered_is_not_returned(cast: Cast) -> None:
    row = cast.replied()
    with pytest.raises(NotAllowed, match="不能再退"):
        actions.return_(cast.citymanager, row, None, why="x")


def test_extending_counts_from_the_start_and_only_once(cast: Cast) -> None:
    row = cast.handed()
    actions.extend(cast.citymanager, row, None, days=15, why="等招标", approved_by="分管局长")
    row = cast.again(row)
    assert row.due == calendar(cast.tenant.pk).add_working_days(row.started, 30).due
    assert cast.again(row.matter).due == row.due
    with pytest.raises(NotAllowed, match="已经延过一次"):
        actions.extend(cast.citymanager, row, None, days=1, why="x", approved_by="x")


def test_extending_by_more_than_the_playbook_allows_is_refused(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(Refused, match="最多再延 15 个工作日"):
        actions.extend(cast.citymanager, row, None, days=16, why="x", approved_by="x")


def test_a_playbook_that_changes_meanwhile_does_not_bend_the_date_of_an_extension(cast: Cast, freeze) -> None:  # type: ignore[no-untyped-def]
    freeze("2026-03-02 10:00")
    row = cast.handed()
    slower = DEFAULT.read_text(encoding="utf-8").replace("hand_over: 15", "hand_over: 20")
    adopt(cast.office, slower, "区政协", "青政协〔2026〕9号", dt.date(2026, 3, 5))
    freeze("2026-03-06 10:00")
    actions.extend(cast.citymanager, row, None, days=5, why="等材料", approved_by="科长")
    assert cast.again(row).due == calendar(cast.tenant.pk).add_working_days(dt.date(2026, 3, 2), 20).due


def test_supervising_names_the_bodies_that_have_it(cast: Cast) -> None:
    row = cast.handed()
    actions.supervise(cast.street, row.matter_id, None, words="抓紧。")
    line = timeline(row.matter_id)[0]
    assert (line.entry.kind, line.facts["bodies"], line.words["words"]) == (
        "matter.supervised",
        ["区城管执法局"],
        "抓紧。",
    )


def test_without_anything_out_there_is_nothing_to_supervise(cast: Cast) -> None:
    row = cast.replied()
    with pytest.raises(NotAllowed, match="没有正在办的交办"):
        actions.supervise(cast.street, row.matter_id, None, words="抓紧。")


def test_reporting_progress_takes_it_in_hand(cast: Cast) -> None:
    row = cast.handed()
    actions.report_progress(cast.citymanager, row, None, words="量好尺寸了。")
    assert cast.again(row).status == Status.IN_HAND


def test_reassigning_leaves_it_in_the_body(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    person = cast.accounts["section"].person
    actions.reassign(cast.handler, row, None, person=person)
    assert cast.again(row).handler == person


def test_a_matter_out_with_two_bodies_is_due_when_the_first_of_them_is(cast: Cast) -> None:
    slow = cast.handed()
    quick = actions.hand_over(cast.street, slow.matter_id, None, body=cast.body("区房管局"), points=["划线"], days=3)
    matter = cast.again(slow.matter)
    assert (matter.due, matter.holder.name) == (quick.due, "区房管局")
    later = actions.hand_over(cast.street, slow.matter_id, None, body=cast.body("新沟桥街道"), points=["看看"], days=40)
    assert later.due > slow.due
    assert cast.again(matter).due == quick.due
