"""Whom the rows of an office's list mean: by key; two of one name are asked for, never guessed."""

from __future__ import annotations

from shangliang.people import queries
from shangliang.people.models import Member, Membership, Person
from tests.cast import Cast
from tests.people.lists import LU, SHEN, bring, changed, member, said, seen


def test_two_people_of_one_name_with_their_own_keys_are_two_persons(cast: Cast) -> None:
    bring(cast, [SHEN, changed(LU, 姓名="沈见青")])
    assert len({row.person_id for row in queries.members(words="沈见青")}) == 2


def test_another_name_under_a_known_key_is_refused(cast: Cast) -> None:
    (problem,) = said(bring(cast, [SHEN, changed(LU, 编号="012")]))
    assert "编号 012 是沈见青" in problem
    assert problem.startswith("第 3 行「姓名」")


def test_the_same_name_without_a_key_is_asked_for_and_never_guessed(cast: Cast) -> None:
    bring(cast, [SHEN])
    nameless = changed(SHEN, 编号="", 手机="", 家庭住址="", 界别="法律界")
    (question,) = seen(cast, [nameless]).questions
    assert [value for value, _words in question.choices] == ["key:012", "new"]
    assert bring(cast, [nameless]).counts["asked"] == 1
    assert Member.objects.count() == 1
    bring(cast, [nameless], answers={2: "key:012"})
    assert Person.objects.filter(name="沈见青").count() == 1
    assert member("沈见青").sector == "法律界"


def test_asked_for_somebody_else_of_that_name_a_key_of_our_own_is_given(cast: Cast) -> None:
    bring(cast, [SHEN])
    bring(cast, [changed(SHEN, 编号="", 手机="13900000000", 家庭住址="")], answers={2: "new"})
    assert [row.key for row in queries.members(words="沈见青")] == ["012", "自编0001"]


def test_two_rows_of_one_name_without_keys_are_both_asked_for(cast: Cast) -> None:
    rows = [changed(SHEN, 编号=""), changed(SHEN, 编号="", 手机="13900000000", 家庭住址="东门社区")]
    assert [question.row for question in seen(cast, rows).questions] == [2, 3]


def test_without_a_key_the_same_name_and_phone_are_the_same_person(cast: Cast) -> None:
    bring(cast, [SHEN])
    plan = bring(cast, [changed(SHEN, 编号="", 界别="法律界")])
    assert (plan.counts["changed"], plan.counts["asked"]) == (1, 0)


def test_an_answer_that_leaves_a_row_out_leaves_it_out(cast: Cast) -> None:
    bring(cast, [SHEN])
    nameless = changed(SHEN, 编号="", 手机="", 家庭住址="", 界别="法律界")
    plan = bring(cast, [nameless, LU], answers={2: ""})
    assert (plan.counts["new"], plan.counts["changed"], plan.counts["asked"]) == (1, 0, 0)
    assert member("沈见青").sector == "教育界"


def test_somebody_who_sits_here_already_is_asked_for_before_becoming_a_member(cast: Cast) -> None:
    person = cast.accounts["member"].person_id
    row = changed(SHEN, 姓名="周见山")
    (question,) = seen(cast, [row]).questions
    assert question.choices[0][0] == f"person:{person}"
    assert "新沟桥街道联络委" in question.choices[0][1]
    bring(cast, [row], answers={2: f"person:{person}"})
    assert member("周见山").person_id == person
    assert Membership.objects.filter(person=person).count() == 1  # the seat that was there


def test_an_answer_that_was_not_offered_counts_as_none(cast: Cast) -> None:
    bring(cast, [SHEN])
    elsewhere = Person.objects.create(name="沈见青")
    nameless = changed(SHEN, 编号="", 手机="", 家庭住址="", 界别="法律界")
    for answer in (f"person:{elsewhere.pk}", "person:nobody", "key:999"):
        assert bring(cast, [nameless], answers={2: answer}).counts["asked"] == 1
    assert not Member.objects.filter(person=elsewhere).exists()
