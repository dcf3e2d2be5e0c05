"""社区吹哨: blowing, asking further members, saying who leads, ending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from shangliang.core import clock
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.gathering import actions
from shangliang.gathering.models import Asked, Whistle
from shangliang.ledger.queries import timeline
from shangliang.playbooks.queries import in_force
from tests.cast import DONGMEN, GUANGMING, Cast
from tests.gathering.circle import Circle

Status = Whistle.Status
Freeze = Callable[[str], dt.datetime]


@pytest.fixture(autouse=True)
def _monday_morning(freeze: Freeze) -> None:
    freeze("2026-11-23 09:00")


def kinds(subject: object) -> list[str]:
    return [line.entry.kind for line in timeline(subject)]  # type: ignore[arg-type]


def test_a_whistle_asks_those_who_were_picked_until_the_hours_of_work_are_over(circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安")
    asked = circle.asked(whistle, "许望舒")
    assert circle.answers(whistle) == {"许望舒": "", "何其安": ""}
    assert (whistle.body.name, whistle.status, whistle.at_once) == ("光明社区", Status.OPEN, 2)
    assert "编在光明社区" in asked.reasons
    assert asked.due_at > clock.now()
    (line,) = timeline(whistle.pk)
    assert line.entry.kind == "whistle.blown"
    assert line.words["what"] == whistle.what
    named = {(kind, row) for kind, row in line.body["subjects"]}
    assert {("person", str(circle["许望舒"])), ("person", str(circle["何其安"]))} <= named


def test_a_whistle_about_a_matter_stands_in_its_timeline(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    whistle = circle.blown("许望舒", matter=matter.pk)
    assert whistle.matter_id == matter.pk
    assert kinds(matter.pk)[0] == "whistle.blown"
    assert cast.again(matter).version == matter.version + 1


def test_somebody_acted_on_the_matter_meanwhile(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    with pytest.raises(Changed):
        actions.blow(
            cast.community,
            what="来看看",
            place=matter.place,
            ask_first=[circle["许望舒"]],
            matter_id=matter.pk,
            seen=matter.version - 1,
        )


@pytest.mark.parametrize("role", ["neighbour", "member", "handler", "far_street"])
def test_only_staff_over_the_place_blow_a_whistle(cast: Cast, circle: Circle, role: str) -> None:
    place = cast.place(GUANGMING)
    with pytest.raises(NotAllowed):
        actions.blow(getattr(cast, role), what="来看看", place=place, ask_first=[circle["许望舒"]])


@pytest.mark.parametrize("role", ["community", "street", "convenor", "office"])
def test_community_street_studio_and_office_blow_one(cast: Cast, circle: Circle, role: str) -> None:
    place = cast.place(GUANGMING)
    whistle = actions.blow(getattr(cast, role), what="来看看", place=place, ask_first=[circle["许望舒"]])
    assert whistle.blown_by_id == getattr(cast, role).person_id


def test_a_community_cannot_whistle_for_the_next_one(cast: Cast, circle: Circle) -> None:
    with pytest.raises(NotAllowed, match="这个地方不在您负责的范围里"):
        actions.blow(cast.community, what="来看看", place=cast.place(DONGMEN), ask_first=[circle["许望舒"]])


def test_a_matter_of_ones_own_opens_no_other_place(cast: Cast, circle: Circle) -> None:
    with pytest.raises(NotAllowed, match="这个地方不在您负责的范围里"):
        actions.blow(
            cast.community,
            what="来看看",
            place=cast.place(DONGMEN),
            ask_first=[circle["许望舒"]],
            matter_id=cast.accepted().pk,
        )


def test_nobody_picked_too_many_picked_or_somebody_unknown_is_refused(cast: Cast, circle: Circle) -> None:
    with pytest.raises(Refused, match="至少请一位"):
        circle.blown()
    most = in_force(cast.tenant.pk).whistle.at_most
    with pytest.raises(Refused, match=f"最多请 {most} 位"):
        actions.blow(
            cast.community, what="来", place=cast.place(GUANGMING), ask_first=[uuid4() for _n in range(most + 1)]
        )
    with pytest.raises(Refused, match="不是委员"):
        actions.blow(cast.community, what="来", place=cast.place(GUANGMING), ask_first=[uuid4()])


def test_nobody_on_leave_is_asked(circle: Circle) -> None:
    circle.away("许望舒", dt.date(2026, 11, 20), dt.date(2026, 11, 25))
    with pytest.raises(Refused, match="许望舒不能请：请了假"):
        circle.blown("许望舒")


def test_nobody_who_must_stay_out_is_asked(cast: Cast, circle: Circle) -> None:
    matter = cast.accepted()
    actions.recuse(cast.community, matter.pk, person_id=circle["许望舒"], why="是物业的股东")
    with pytest.raises(Refused, match="许望舒不能请：要回避：是物业的股东"):
        circle.blown("许望舒", matter=matter.pk)
    assert circle.answers(circle.blown("许望舒", what="另一件事")) == {"许望舒": ""}


def test_the_same_whistle_pressed_twice_is_blown_once(circle: Circle, freeze: Freeze) -> None:
    circle.blown("许望舒")
    with pytest.raises(Refused, match="刚刚吹过"):
        circle.blown("许望舒")
    freeze("2026-11-23 09:30")
    circle.blown("许望舒")
    assert Whistle.objects.count() == 2


def test_further_members_are_asked_and_nobody_twice(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    actions.ask_more(cast.street, whistle.pk, ask_next=[circle["江流"]])
    assert circle.answers(whistle) == {"许望舒": "", "江流": ""}
    with pytest.raises(Refused, match="请过了"):
        actions.ask_more(cast.community, whistle.pk, ask_next=[circle["江流"]])
    with pytest.raises(NotAllowed):
        actions.ask_more(cast.neighbour, whistle.pk, ask_next=[circle["宋时雨"]])
    assert kinds(whistle.pk) == ["whistle.asked", "whistle.blown"]


def test_a_whistle_that_is_done_tells_those_who_were_to_come(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安", "江流", needed=2)
    circle.says(whistle, "许望舒")
    actions.end_whistle(cast.community, whistle.pk, done=True)
    assert cast.again(whistle).status == Status.DONE
    assert circle.answers(whistle) == {"许望舒": "come", "何其安": "spared", "江流": "spared"}
    facts = timeline(whistle.pk)[0].facts
    assert facts["coming"] == [str(circle["许望舒"])]
    assert set(facts["spared"]) == {str(circle["何其安"]), str(circle["江流"])}


def test_taking_back_needs_a_reason_and_ends_everything(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    with pytest.raises(Refused, match="为什么收回"):
        actions.end_whistle(cast.community, whistle.pk, done=False)
    with pytest.raises(NotAllowed):
        actions.end_whistle(cast.neighbour, whistle.pk, done=True)
    actions.end_whistle(cast.community, whistle.pk, done=False, why="物业今天修好了")
    assert cast.again(whistle).status == Status.WITHDRAWN
    with pytest.raises(NotAllowed, match="已经结束"):
        actions.ask_more(cast.community, whistle.pk, ask_next=[circle["江流"]])
    with pytest.raises(NotAllowed, match="已经结束"):
        actions.end_whistle(cast.community, whistle.pk, done=True)


def test_the_first_to_come_leads_a_squad_until_another_is_named(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒", "何其安", needed=2)
    circle.says(whistle, "何其安")
    circle.says(whistle, "许望舒")
    assert cast.again(whistle).led_by_id == circle["何其安"]
    actions.name_lead(cast.community, whistle.pk, person_id=circle["许望舒"])
    assert cast.again(whistle).led_by_id == circle["许望舒"]
    with pytest.raises(Refused, match="从答应来的委员里选"):
        actions.name_lead(cast.community, whistle.pk, person_id=circle["江流"])
    with pytest.raises(NotAllowed):
        actions.name_lead(cast.far, whistle.pk, person_id=circle["何其安"])
    circle.says(whistle, "许望舒", "cannot", why="病了")
    assert cast.again(whistle).led_by_id == circle["何其安"]


def test_every_act_leaves_one_entry(cast: Cast, circle: Circle) -> None:
    whistle = circle.blown("许望舒")
    circle.says(whistle, "许望舒")
    actions.record_visit(circle.acts("许望舒"), whistle.pk, on=clock.today(), words="看过了")
    actions.end_whistle(cast.community, whistle.pk, done=True)
    assert kinds(whistle.pk) == ["whistle.ended", "whistle.visited", "whistle.answered", "whistle.blown"]
    assert Asked.objects.count() == 1
