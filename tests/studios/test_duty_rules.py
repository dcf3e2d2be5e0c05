"""Rules as the form takes them, and what they give where they begin and where they meet."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shangliang.core import clock
from shangliang.studios.actions import duty
from shangliang.studios.duty_dates import DutyRule
from shangliang.studios.models import DutyPlan
from shangliang.studios.queries.rostering import propose
from tests.cast import Cast
from tests.studios.duty_circle import WEDNESDAYS, Circle, open_circle

MONDAY = clock.start_of(dt.date(2026, 11, 2)) + dt.timedelta(hours=9)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def circle(cast: Cast):
    with clock.pretending(MONDAY):
        yield open_circle(cast)


def days(circle: Circle) -> list[dt.date]:
    return [row.day for row, _names in propose(circle.studio, MONDAY.date(), MONDAY.date() + 4 * WEEK).rows]


@pytest.mark.parametrize(("since", "given"), [(7, [dt.date(2026, 11, 9)]), (8, [])])
def test_a_day_off_before_a_rule_began_is_not_moved_into_it(circle: Circle, since: int, given: list[dt.date]):
    rule = {"days": [7], "hours": ["9:00-11:00"]}  # 7 November 2026 is a Saturday
    duty.set_plan(circle.cast.convenor, circle.studio.pk, rule, since=dt.date(2026, 11, since))
    assert days(circle) == given


@pytest.mark.parametrize(("hours", "said"), [("9:00-10:00", "只排前一条"), ("10:00-12:00", "两班都排了")])
def test_two_rules_that_meet_on_one_day_are_both_named(circle: Circle, hours: str, said: str):
    other = {"weekdays": [2, 3], "hours": [hours]}
    for rule in (WEDNESDAYS, other):
        duty.set_plan(circle.cast.convenor, circle.studio.pk, rule, since=MONDAY.date())
    sentences = propose(circle.studio, MONDAY.date(), MONDAY.date() + 4 * WEEK).sentences
    (sentence,) = [one for one in sentences if said in one]
    assert str(DutyRule.parse(WEDNESDAYS)) in sentence
    assert str(DutyRule.parse(other)) in sentence
    assert "11 月 4 日" in sentence


def test_two_rules_that_do_not_meet_are_not_complained_of(circle: Circle):
    for rule in (WEDNESDAYS, WEDNESDAYS | {"hours": ["11:00-12:00"]}):
        duty.set_plan(circle.cast.convenor, circle.studio.pk, rule, since=MONDAY.date())
    proposal = propose(circle.studio, MONDAY.date(), MONDAY.date() + 4 * WEEK)
    assert not [one for one in proposal.sentences if "前一条" in one or "两班都排了" in one]


def filled(**more: Any) -> dict[str, Any]:
    given = {"hours": "9:00-11:00", "day_off": "skip", "who": "turn", "needed": "1", "since": "2026-11-02"}
    return given | more


def set_rule(circle: Circle, **more: Any) -> DutyRule:
    address = circle.cast.url("studios:set_plan", studio_id=circle.studio.pk)
    assert circle.cast.client("convenor").post(address, filled(**more)).status_code == 302
    return DutyRule.parse(DutyPlan.objects.get().rule)


def test_a_rule_of_a_quarter_says_in_which_month(circle: Circle):
    rule = set_rule(circle, kind="days", days="15", every="3", month="2")
    assert rule.when == "每季度第 2 个月 15 日"


def test_a_month_that_the_rule_does_not_have_is_refused_beside_its_field(circle: Circle):
    address = circle.cast.url("studios:set_plan", studio_id=circle.studio.pk)
    answer = circle.cast.client("convenor").post(address, filled(kind="days", days="15", every="2", month="3"))
    assert answer.status_code == 422
    assert "month" in answer.context["form"].errors


def test_a_month_is_not_asked_of_a_rule_of_every_month(circle: Circle):
    assert set_rule(circle, kind="days", days="15", every="1", month="3").month == 1


def test_a_rule_may_count_working_days(circle: Circle):
    rule = set_rule(circle, kind="working_days", days="1、11、最后")
    assert rule.working_days == (1, 11, -1)
    assert rule.when == "每月第一、第 11 个和最后一个工作日"


@pytest.mark.parametrize(("kind", "words"), [("working_days", "24"), ("days", "32"), ("days", "二十"), ("days", "0")])
def test_a_day_that_there_is_not_is_refused(circle: Circle, kind: str, words: str):
    address = circle.cast.url("studios:set_plan", studio_id=circle.studio.pk)
    answer = circle.cast.client("convenor").post(address, filled(kind=kind, days=words))
    assert answer.status_code == 422
    assert "days" in answer.context["form"].errors


def test_leaders_who_come_receive_members(circle: Circle):
    rule = set_rule(circle, kind="week", weekdays=["3"], who="leaders")
    assert rule.receives == "members"
    assert "接待委员" in str(rule)
