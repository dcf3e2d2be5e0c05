"""What comes back finds somebody who deals with it: passed back, reopened, broken, half signed, or from a closed body."""

import datetime as dt

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions
from shangliang.delivery.actions import Answer
from shangliang.delivery.models import Confirmation, HandOver, Promise
from shangliang.delivery.queries import points_at_home
from shangliang.gathering import actions as gathering
from shangliang.matters.models import Matter, Point
from shangliang.people.actions import change_body
from shangliang.people.models import Body
from shangliang.voices.actions import let_through
from tests.cast import Cast

Status = Matter.Status


def promise_of(matter: Matter) -> Promise:
    return Promise.objects.select_related("matter__place", "body").get(matter=matter)


def closed_body(body: Body | None) -> None:
    assert body is not None
    Body.objects.filter(pk=body.pk).update(closed_on=clock.today())


# --- replies passed back ------------------------------------------------------------------------


def test_a_reply_of_a_reopened_matter_can_be_passed_back(cast: Cast) -> None:
    row = cast.replied()
    actions.close(cast.street, row.matter_id, None, words="都答复了。")
    actions.reopen(cast.street, row.matter_id, None, why="本人说没装。")
    actions.pass_back(cast.street, cast.again(row), None, why="没装。")
    assert cast.again(row).status == HandOver.Status.IN_HAND
    assert not points_at_home(cast.again(row.matter))


def test_a_reply_is_not_passed_back_once_its_point_was_handed_to_somebody_else(cast: Cast) -> None:
    row = cast.replied()
    actions.close(cast.street, row.matter_id, None, words="都答复了。")
    actions.reopen(cast.street, row.matter_id, None, why="换一家办。")
    point = Point.objects.filter(matter=row.matter_id).first()
    assert point is not None
    actions.hand_over(cast.street, row.matter_id, None, body=cast.body("区房管局"), point_ids=[point.pk])
    with pytest.raises(Refused, match="后来又交办过"):
        actions.pass_back(cast.street, cast.again(row), None, why="x")


def test_a_second_reply_from_an_old_page_is_refused(cast: Cast) -> None:
    row, old_page = cast.handed(), HandOver.objects.select_related("body").get()
    cast.replied(row)
    with pytest.raises(NotAllowed, match="已经结束"):
        actions.reply(cast.citymanager, old_page, None, answers=cast.answers(old_page))
    with pytest.raises(NotAllowed, match="已经结束"):
        actions.report_progress(cast.citymanager, old_page, None, words="x")


# --- sign-off -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "who"), [([], "handler"), (["领导"], "chief")], ids=["none left", "one left"])
def test_a_reply_half_signed_goes_out_when_the_body_takes_away_steps(cast: Cast, steps: list[str], who: str) -> None:
    row = cast.handed(body="区房管局")
    actions.reply(cast.handler, row, None, answers=cast.answers(row))
    actions.sign(cast.section, row, None)
    change_body(cast.office, row.body, phone="", address="", hours="", sign_off=steps)
    row = HandOver.objects.select_related("body", "matter").get(pk=row.pk)
    actions.sign(getattr(cast, who), row, None)
    assert cast.again(row).status == HandOver.Status.REPLIED


def test_who_may_not_sign_does_not_read_the_draft(cast: Cast) -> None:
    row = cast.handed(body="区房管局")
    answers = {item.pk: Answer("done", "还没签发的话") for item in cast.points(row)}
    actions.reply(cast.handler, row, None, answers=answers)
    page = cast.client("street").post(cast.url("delivery:sign", hand_over_id=row.pk), {"words": "x"})
    assert page.status_code == 403
    assert "还没签发的话" not in page.content.decode()


# --- promises ---------------------------------------------------------------------------------------


def test_a_promise_kept_beside_an_explained_point_ends_the_matter_as_explained(cast: Cast) -> None:
    later = clock.today() + dt.timedelta(days=60)
    matter = cast.closed(p1=Answer("explained", "不归这里"), p2=Answer("promised", "会办", later))
    actions.settle_promise(cast.citymanager, promise_of(matter), None, kept=True, words="建好了。")
    assert cast.again(matter).status == Status.EXPLAINED


def test_a_broken_promise_answers_those_who_sent_the_matter_back(cast: Cast) -> None:
    matter = cast.promised(clock.today() + dt.timedelta(days=60))
    actions.confirm(cast.resident, cast.voice(matter), solved="no", rating=None, sent_back=True)
    actions.settle_promise(cast.street, promise_of(matter), None, kept=False, words="没建。")
    assert Confirmation.objects.get().handled_at is not None


def test_a_promise_settled_meanwhile_does_not_move(cast: Cast) -> None:
    later = clock.today() + dt.timedelta(days=60)
    matter = cast.promised(later)
    old_page = promise_of(matter)
    actions.settle_promise(cast.street, promise_of(matter), None, kept=True, words="建好了。")
    with pytest.raises(NotAllowed, match="已经有了结果"):
        actions.move_promise(cast.street, old_page, None, by_when=later + dt.timedelta(days=30), why="x")


def test_a_matter_with_a_promise_on_it_is_not_joined(cast: Cast) -> None:
    lead, matter = cast.accepted("带头的"), cast.promised(clock.today() + dt.timedelta(days=60))
    actions.reopen(cast.street, matter.pk, None, why="再议。")
    actions.reply(cast.citymanager, row := cast.handed(("再装灯",), matter=matter), None, answers=cast.answers(row))
    with pytest.raises(Refused, match="承诺还没兑现"):
        gathering.join(cast.street, matter.pk, None, lead_number=lead.number)


# --- bodies that were closed meanwhile --------------------------------------------------------------


def test_an_answer_to_a_closed_body_comes_to_who_now_receives_for_the_place(cast: Cast) -> None:
    matter = cast.accepted()
    row = actions.hand_over(cast.convenor, matter.pk, None, body=cast.body("区城管执法局"), points=["装灯"])
    actions.hand_over(cast.community, matter.pk, None, body=cast.body("区城管执法局"), points=["拆线"])
    closed_body(cast.body("光明社区"))
    for row in HandOver.objects.select_related("body").order_by("sent_at"):
        actions.reply(cast.citymanager, row, None, answers=cast.answers(row))
    assert cast.again(matter).holder.name == "新沟桥街道"


def test_a_matter_reopened_after_its_body_was_closed_comes_to_who_now_receives_for_the_place(cast: Cast) -> None:
    matter = cast.accepted()
    actions.close(cast.community, matter.pk, None, words="讲清楚了", outcome="explained")
    closed_body(cast.body("光明社区"))
    actions.reopen(cast.street, matter.pk, None, why="还要办。")
    assert cast.again(matter).holder.name == "新沟桥街道"


# --- declined before anybody accepted it ------------------------------------------------------------


def test_an_imported_title_that_was_declined_never_becomes_public(cast: Cast) -> None:
    matter = cast.raised(title="张三欠钱不还", held=True)
    gathering.decline(cast.community, matter.pk, None, reason="lawsuit", elsewhere="12368", why="法院在办。")
    let_through(cast.community, cast.voice(matter))
    assert not cast.again(matter).is_public


def test_what_was_declined_unaccepted_is_reopened_to_be_accepted(cast: Cast) -> None:
    matter = cast.raised()
    gathering.decline(cast.community, matter.pk, None, reason="lawsuit", elsewhere="12368", why="法院在办。")
    actions.reopen(cast.community, matter.pk, None, why="法院撤了。")
    matter = cast.again(matter)
    assert (matter.status, matter.due_rule) == (Status.RAISED, "first_answer")
