"""转报: up or down one level, with an answer owed back."""

import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.delivery import actions as delivery
from shangliang.gathering import actions
from shangliang.matters.models import Matter, Referral
from shangliang.people.models import Body
from tests.cast import Cast


def referred(cast: Cast) -> Matter:
    matter = cast.accepted()
    actions.refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="几个社区都有。")
    return cast.again(matter)


def test_what_is_passed_up_is_held_there_and_owes_an_answer(cast: Cast) -> None:
    matter = referred(cast)
    referral = Referral.objects.get(matter=matter)
    assert matter.holder.name == "新沟桥街道"
    assert (referral.status, referral.due) == (Referral.Status.SENT, matter.due)


def test_taken_and_answered_it_goes_back_to_whoever_passed_it(cast: Cast) -> None:
    matter = referred(cast)
    actions.take_referral(cast.street, matter.pk, None)
    actions.answer_referral(cast.street, matter.pk, None, answer="街道统一谈。")
    assert cast.again(matter).holder.name == "光明社区"
    assert Referral.objects.get(matter=matter).status == Referral.Status.ANSWERED


def test_returned_it_goes_back_with_the_reason(cast: Cast) -> None:
    matter = referred(cast)
    actions.return_referral(cast.street, matter.pk, None, why="社区自己能办。")
    assert cast.again(matter).holder.name == "光明社区"
    assert Referral.objects.get(matter=matter).status == Referral.Status.RETURNED


def test_only_the_receiver_takes_it(cast: Cast) -> None:
    matter = referred(cast)
    with pytest.raises(NotAllowed, match="这是转给新沟桥街道的"):
        actions.take_referral(cast.community, matter.pk, None)


def test_while_another_level_owes_an_answer_it_is_not_passed_again(cast: Cast) -> None:
    matter = referred(cast)
    with pytest.raises(NotAllowed, match="等那边回话"):
        actions.refer(cast.community, matter.pk, None, to_body=cast.body("新沟桥街道"), why="再转")


def test_it_is_taken_before_it_is_passed_on(cast: Cast) -> None:
    matter = referred(cast)
    with pytest.raises(NotAllowed, match="先接下来"):
        actions.refer(cast.street, matter.pk, None, to_body=cast.body("青山区政协办公室"), why="再往上")


def test_it_goes_one_level_only(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(Refused, match="只能转给上一级"):
        actions.refer(cast.community, matter.pk, None, to_body=cast.body("青山区政协办公室"), why="直接到区")


def test_a_community_works_on_what_its_street_passed_down_to_it(cast: Cast) -> None:
    matter = cast.raised(place="420107003", place_settled=False)
    actions.refer(cast.street, matter.pk, None, to_body=cast.body("东门社区"), why="像是你们那里的。")
    actions.take_referral(cast.neighbour, matter.pk, None)
    actions.accept(cast.neighbour, matter.pk, None, title="东门的路灯")
    assert cast.again(matter).status == Matter.Status.GATHERED


def test_nothing_passed_means_nothing_to_answer(cast: Cast) -> None:
    matter = cast.accepted()
    with pytest.raises(Refused, match="没有转来的事"):
        actions.answer_referral(cast.community, matter.pk, None, answer="x")


def test_closing_answers_everybody_who_waits(cast: Cast) -> None:
    from shangliang.delivery.actions import close

    matter = referred(cast)
    actions.take_referral(cast.street, matter.pk, None)
    close(cast.street, matter.pk, None, words="谈好了。", outcome="done")
    assert Referral.objects.get(matter=matter).status == Referral.Status.ANSWERED


def test_what_is_out_with_a_body_is_neither_passed_on_nor_answered(cast: Cast) -> None:
    row = cast.handed()
    with pytest.raises(Refused, match="等答复了再转"):
        actions.refer(cast.street, row.matter_id, None, to_body=cast.body("光明社区"), why="x")
    matter = referred(cast)
    actions.take_referral(cast.street, matter.pk, None)
    cast.handed(matter=matter)
    with pytest.raises(Refused, match="等答复了再说"):
        actions.answer_referral(cast.street, matter.pk, None, answer="x")


def test_whoever_takes_it_holds_it_even_if_something_came_back_to_the_sender_meanwhile(cast: Cast) -> None:
    matter = referred(cast)
    row = delivery.hand_over(cast.community, matter.pk, None, body=cast.body("区城管执法局"), points=["装灯"])
    delivery.reply(cast.citymanager, row, None, answers=cast.answers(row))
    assert cast.again(matter).holder.name == "光明社区"
    actions.take_referral(cast.street, matter.pk, None)
    assert cast.again(matter).holder.name == "新沟桥街道"


def test_an_answer_owed_to_a_closed_body_goes_to_who_receives_for_the_place(cast: Cast) -> None:
    matter = referred(cast)
    Body.objects.filter(name="光明社区").update(closed_on=clock.today())
    actions.return_referral(cast.street, matter.pk, None, why="x")
    assert cast.again(matter).holder.name == "新沟桥街道"
