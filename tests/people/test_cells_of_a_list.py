"""Cells of a list of members as offices write them: sums below, brackets in names, units, telephone numbers."""

from __future__ import annotations

import pytest

from shangliang.people import actions, queries
from shangliang.people.models import Body, Membership
from shangliang.people.private import private_of
from tests.cast import Cast
from tests.people.lists import LU, SHEN, bring, changed, member, said, seen

Duty = Membership.Duty


@pytest.mark.parametrize("first", ["合计", "合 计", "小计", "总计：2人", "共2人", "共计 2 位委员", "小计（教育界）"])
def test_a_row_that_adds_up_is_no_member_and_is_counted_as_passed_over(cast: Cast, first: str) -> None:
    plan = bring(cast, [SHEN, LU, ("", first, "", "", "", "2人", "", "")])
    assert (plan.rows, plan.passed, plan.counts["new"], plan.problems) == (2, 1, 2, [])
    assert queries.members().count() == 2


def test_somebody_whose_name_only_begins_like_a_sum_stays_a_member(cast: Cast) -> None:
    plan = bring(cast, [changed(SHEN, 编号="", 姓名="共青")])
    assert (plan.passed, member("共青").person.name) == (0, "共青")


@pytest.mark.parametrize(
    ("name", "written", "duty"),
    [
        ("临江委员工作室（演示）", "临江委员工作室（演示）（召集人）", Duty.CONVENOR),
        ("临江委员工作室（演示）", "临江委员工作室(演示)(召集人)", Duty.CONVENOR),
        ("临江委员工作室（演示）", "临江委员工作室（演示）", Duty.MEMBER),
        ("临江同心·有事好商量（某街道）", "临江同心·有事好商量(某街道)", Duty.MEMBER),
        ("临江同心·有事好商量（某街道）", "临江同心·有事好商量（某街道）：联络员", Duty.LIAISON),
    ],
)
def test_only_a_duty_in_the_last_bracket_is_no_part_of_the_name(cast: Cast, name: str, written: str, duty: str) -> None:
    body = actions.open_body(cast.office, Body.Kind.STUDIO, name, cast.body("同光委员工作室").place)
    assert said(bring(cast, [("061", "贺一", written)], ("编号", "姓名", "工作室"))) == []
    seat = Membership.objects.get(person=member("贺一").person_id)
    assert (seat.body_id, seat.duty) == (body.pk, duty)


def test_a_unit_beside_a_duty_is_the_body_of_that_duty(cast: Cast) -> None:
    headings = ("编号", "姓名", "所在单位", "职务")
    rows = [("062", "贺二", "同光委员工作室", "召集人"), ("063", "贺三", "某某小学", "教师")]
    assert said(bring(cast, rows, headings)) == []
    seat = Membership.objects.select_related("body").get(person=member("贺二").person_id)
    assert (seat.body.name, seat.duty) == ("同光委员工作室", Duty.CONVENOR)
    assert private_of(member("贺二")).unit == ""
    assert private_of(member("贺三")).unit == "某某小学 教师"


def test_a_duty_at_a_unit_that_is_no_body_is_refused_with_the_heading_to_use(cast: Cast) -> None:
    (problem,) = said(seen(cast, [("064", "贺四", "某某医院", "主任")], ("编号", "姓名", "所在单位", "职务")))
    assert problem.startswith("第 2 行「职务」：“某某医院”不是这里的委员单位")
    assert "列名用“工作单位及职务”" in problem
    assert "列名用“工作室”" in problem


@pytest.mark.parametrize("phone", ["027-86860012", "(027)8686 0012", "0710-3456789", "010-12345678", "86860012"])
def test_a_landline_with_all_its_digits_is_taken(cast: Cast, phone: str) -> None:
    assert said(bring(cast, [changed(SHEN, 手机=phone)])) == []


def test_several_numbers_of_one_member_stay_several(cast: Cast) -> None:
    bring(cast, [changed(SHEN, 手机="13800000012 027-86860012")])
    assert private_of(member("沈见青")).phone == "13800000012 02786860012"
