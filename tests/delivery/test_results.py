"""What came of it: three ends by what the points say, reopening, and promises kept, broken or moved."""

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import Confirmation, Promise
from shangliang.matters.models import Matter, Point
from tests.cast import Cast

Status = Matter.Status


def in_days(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def promise_of(matter: Matter) -> Promise:
    return Promise.objects.select_related("matter__place", "body").get(matter=matter)


@pytest.mark.parametrize(
    ("second", "end"),
    [
        (Answer("done", "好了"), Status.DONE),
        (Answer("explained", "不归这里"), Status.EXPLAINED),
        (Answer("promised", "会办", dt.date(2030, 1, 1)), Status.PROMISED),
    ],
    ids=["all done", "one explained", "one promised"],
)
def test_the_points_decide_the_end(cast: Cast, second: Answer, end: str) -> None:
    matter = cast.closed(p2=second)
    assert (matter.status, matter.due) == (end, None)


def test_closing_with_an_open_point_is_refused_by_its_number(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(NotAllowed, match="第1、2点未答，不能了结"):
        actions.close(cast.street, row.matter_id, None, words="完了")


def test_a_matter_without_points_ends_as_staff_say(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(Refused, match="选一下") as refused:
        actions.close(cast.community, matter.pk, None, words="讲清楚了")
    assert refused.value.field == "outcome"
    actions.close(cast.community, matter.pk, None, words="讲清楚了", outcome="explained")
    assert cast.again(matter).status == Status.EXPLAINED


def test_a_matter_without_points_cannot_end_as_promised(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(Refused, match="选一下"):
        actions.close(cast.community, matter.pk, None, words="以后办", outcome="promised")


def test_what_has_not_been_accepted_cannot_be_closed(cast: Cast) -> None:
    matter = cast.raised()
    with pytest.raises(NotAllowed, match="先受理，再办结"):
        actions.close(cast.community, matter.pk, None, words="x", outcome="done")


def test_staff_reopen_after_a_send_back(cast: Cast) -> None:
    matter = cast.closed()
    voice = cast.voice(matter)
    actions.confirm(cast.resident, voice, solved="no", rating=2, words="没装", sent_back=True)
    assert cast.again(matter).status == Status.DONE
    actions.reopen(cast.street, matter.pk, None, why="本人说没装。")
    matter = cast.again(matter)
    assert (matter.status, bool(matter.due)) == (Status.DELIVERED, True)
    assert Confirmation.objects.get(matter=matter).handled_at is not None
    assert set(Point.objects.filter(matter=matter).values_list("status", flat=True)) == {"open"}


def test_what_is_being_worked_on_is_not_reopened(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(NotAllowed, match="还在办"):
        actions.reopen(cast.street, matter.pk, None, why="x")


def test_nobody_rates_what_has_no_result(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(Refused, match="还在办"):
        actions.confirm(cast.resident, cast.voice(matter), solved="yes", rating=5)


def test_a_promise_kept_makes_the_matter_done(cast: Cast) -> None:
    matter = cast.promised(in_days(60))
    actions.settle_promise(cast.citymanager, promise_of(matter), None, kept=True, words="建好了。")
    assert cast.again(matter).status == Status.DONE


def test_a_promise_broken_reopens_delivery(cast: Cast) -> None:
    matter = cast.promised(in_days(60))
    actions.settle_promise(cast.street, promise_of(matter), None, kept=False, words="没建。")
    matter = cast.again(matter)
    assert (matter.status, bool(matter.due)) == (Status.DELIVERED, True)


def test_a_settled_promise_is_not_settled_again(cast: Cast) -> None:
    matter = cast.promised(in_days(60))
    actions.settle_promise(cast.street, promise_of(matter), None, kept=True, words="建好了。")
    with pytest.raises(NotAllowed, match="已经有了结果"):
        actions.settle_promise(cast.street, promise_of(matter), None, kept=False, words="x")


def test_a_promise_moves_only_to_a_later_day(cast: Cast) -> None:
    matter = cast.promised(in_days(60))
    with pytest.raises(Refused, match="晚于原来的日期") as refused:
        actions.move_promise(cast.street, promise_of(matter), None, by_when=in_days(60), why="x")
    assert refused.value.field == "by_when"
    actions.move_promise(cast.street, promise_of(matter), None, by_when=in_days(90), why="等审批")
    assert promise_of(matter).by_when == in_days(90)


def test_a_promise_does_not_move_to_a_year_that_was_mistyped(cast: Cast) -> None:
    matter = cast.promised(in_days(60))
    with pytest.raises(Refused, match="2206 年") as refused:
        actions.move_promise(cast.street, promise_of(matter), None, by_when=dt.date(2206, 12, 1), why="x")
    assert refused.value.field == "by_when"
    assert promise_of(matter).by_when == in_days(60)


def test_a_neighbouring_community_does_not_settle_it(cast: Cast) -> None:
    matter = cast.promised(in_days(60))
    with pytest.raises(NotAllowed):
        actions.settle_promise(cast.far, promise_of(matter), None, kept=True, words="x")
