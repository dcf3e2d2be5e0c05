"""答复: every point answered, signed off in order, passed back when it is not good enough."""

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import HandOver, Promise
from shangliang.ledger.queries import timeline
from shangliang.matters.models import Point
from tests.cast import Cast

FOUR = ("拆飞线", "建棚", "定收费", "装摄像头")


def test_a_reply_missing_a_point_is_refused(cast: Cast) -> None:
    row = cast.handed(points=FOUR)
    answers = cast.answers(row)
    third = next(item for item in cast.points(row) if item.point.number == 3)
    del answers[third.pk]
    with pytest.raises(Refused, match="第3点未答") as refused:
        actions.reply(cast.citymanager, row, None, answers=answers)
    assert refused.value.field == f"outcome-{third.pk}"
    assert cast.again(row).status == HandOver.Status.SENT


def test_an_answer_without_words_is_refused(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(Refused, match="第2点还没写答复的话"):
        actions.reply(cast.citymanager, row, None, answers=cast.answers(row, p2=Answer("done", "  ")))


@pytest.mark.parametrize("days", [None, -1], ids=["no date", "yesterday"])
def test_a_promise_needs_a_date_to_come(cast: Cast, days: int | None) -> None:
    row = cast.handed()
    by_when = clock.today() + dt.timedelta(days=days) if days else None
    with pytest.raises(Refused, match="第2点要写清哪天以前办好"):
        actions.reply(cast.citymanager, row, None, answers=cast.answers(row, p2=Answer("promised", "会办", by_when)))


def test_a_promise_in_a_year_that_was_mistyped_is_refused(cast: Cast) -> None:
    row = cast.handed()
    late = Answer("promised", "会办", dt.date(2206, 12, 1))
    with pytest.raises(Refused, match="第2点写的是 2206 年"):
        actions.reply(cast.citymanager, row, None, answers=cast.answers(row, p2=late))


def test_a_full_reply_settles_the_points_and_gives_the_matter_back(cast: Cast) -> None:
    by_when = clock.today() + dt.timedelta(days=90)
    row = cast.replied(p2=Answer(Point.Status.PROMISED, "列入计划", by_when))
    assert row.status == HandOver.Status.REPLIED
    assert list(Point.objects.filter(matter=row.matter_id).order_by("number").values_list("status", flat=True)) == [
        "done",
        "promised",
    ]
    assert Promise.objects.get(matter=row.matter_id).by_when == by_when
    assert cast.again(row.matter).holder.name == "新沟桥街道"


def test_signatures_come_in_order_from_the_right_people(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    actions.reply(cast.handler, row, None, answers=cast.answers(row))
    row = HandOver.objects.select_related("body").get(pk=row.pk)
    assert row.status == HandOver.Status.SIGNING
    for who in ("chief", "handler", "citymanager"):
        with pytest.raises(NotAllowed, match="这一步由科室来签"):
            actions.sign(getattr(cast, who), row, None)
    actions.sign(cast.section, row, None, words="同意")
    with pytest.raises(NotAllowed, match="这一步由领导来签"):
        actions.sign(cast.section, row, None)
    actions.sign(cast.chief, row, None)
    assert cast.again(row).status == HandOver.Status.REPLIED
    assert timeline(row.matter_id)[0].entry.kind == "handover.replied"


def test_while_it_is_being_signed_the_points_stay_open_and_nothing_is_told(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    actions.reply(cast.handler, row, None, answers=cast.answers(row), words="内部的话")
    assert set(Point.objects.filter(matter=row.matter_id).values_list("status", flat=True)) == {"open"}
    with pytest.raises(NotAllowed, match="正在审签"):
        actions.reply(cast.handler, cast.again(row), None, answers=cast.answers(row))


def test_a_draft_sent_back_is_the_handlers_again(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    actions.reply(cast.handler, row, None, answers=cast.answers(row))
    row = HandOver.objects.select_related("body").get(pk=row.pk)
    actions.send_draft_back(cast.section, row, None, why="日期写清楚")
    row = HandOver.objects.select_related("body").get(pk=row.pk)
    assert row.status == HandOver.Status.IN_HAND
    actions.reply(cast.handler, row, None, answers=cast.answers(row))
    assert cast.again(row).signed == 0


def test_passing_back_opens_the_points_and_replaces_the_promise(cast: Cast) -> None:
    row = cast.replied(p2=Answer(Point.Status.PROMISED, "列入计划", clock.today() + dt.timedelta(days=90)))
    actions.pass_back(cast.street, row, None, why="没说清哪天开工。")
    row = cast.again(row)
    assert row.status == HandOver.Status.IN_HAND
    assert set(Point.objects.filter(matter=row.matter_id).values_list("status", flat=True)) == {"open"}
    assert Promise.objects.get(matter=row.matter_id).status == Promise.Status.REPLACED
    assert cast.again(row.matter).holder.name == "区城管执法局"


def test_what_has_no_reply_is_not_passed_back(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(NotAllowed, match="还没有答复可退"):
        actions.pass_back(cast.street, row, None, why="x")


def test_the_department_does_not_pass_its_own_reply_back(cast: Cast) -> None:
    row = cast.replied()
    with pytest.raises(NotAllowed, match="不在您负责的范围里"):
        actions.pass_back(cast.citymanager, row, None, why="x")
