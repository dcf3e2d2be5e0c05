"""Whom a whistle could ask first: the order comes from facts, and every place has its reasons in words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from shangliang.gathering.candidates import Candidate, Facts, Sits, Wanted, ranked

STREET = "42/4201/420107/420107003"
HERE, NEXT, FAR = f"{STREET}/1", f"{STREET}/2", "42/4201/420107/420107004/9"


def somebody(name: str, **known: Any) -> Facts:
    return Facts(uuid4(), name, **known)


def order(*people: Facts, **wanted: Any) -> list[str]:
    return [one.name for one in ranked(people, Wanted(HERE, **wanted))]


def reasons(one: Facts, **wanted: Any) -> Candidate:
    return ranked([one], Wanted(HERE, **wanted))[0]


def test_who_is_enrolled_there_comes_before_the_street_and_the_street_before_the_rest() -> None:
    far, next_door = somebody("远", place_path=FAR), somebody("邻", place_path=NEXT, place_name="东门社区")
    here = somebody("近", place_path=HERE, place_name="光明社区")
    assert order(far, next_door, here) == ["近", "邻", "远"]
    assert "编在光明社区" in reasons(here).reasons
    assert "在本街道（东门社区）" in reasons(next_door).reasons


def test_what_was_asked_for_outweighs_the_same_street() -> None:
    neighbour = somebody("邻", place_path=NEXT, place_name="东门社区")
    knows = somebody("懂", place_path=FAR, specialties=("物业纠纷",))
    assert order(neighbour, knows, specialties=["物业纠纷"]) == ["懂", "邻"]
    assert "懂物业纠纷" in reasons(knows, specialties=["物业"]).reasons
    assert "懂物业纠纷" in reasons(knows, what="请懂物业纠纷的委员来").reasons


def test_languages_and_sectors_are_reasons_only_when_asked_for() -> None:
    one = somebody("何", languages=("苗语",), sector="医药卫生界")
    assert reasons(one, languages=["苗语"], sectors=["医药卫生界"]).reasons[:2] == ("是医药卫生界的", "会说苗语")
    assert reasons(one).reasons == ("近 90 天没被请过",)


def test_sitting_in_a_studio_or_a_liaison_committee_there_counts() -> None:
    one = somebody("林", seats=(Sits("studio", "同光委员工作室", HERE), Sits("department", "区房管局", HERE)))
    other = somebody("周", seats=(Sits("liaison_committee", "新沟桥街道联络委", STREET),))
    assert "在同光委员工作室" in reasons(one).reasons
    assert "在新沟桥街道联络委" in reasons(other).reasons
    assert order(other, one) == ["林", "周"]


def test_who_was_asked_often_or_has_much_in_hand_stands_further_back() -> None:
    day = dt.date(2026, 11, 2)
    fresh = somebody("新", place_path=HERE, place_name="光明社区")
    tired = somebody("累", place_path=HERE, place_name="光明社区", asked_lately=2, last_asked=day)
    busy = somebody("忙", place_path=HERE, place_name="光明社区", in_hand=3)
    assert order(busy, tired, fresh) == ["新", "累", "忙"]
    assert any("请过 2 次" in reason for reason in reasons(tired).reasons)
    assert "手上还有 3 件" in reasons(busy).reasons


def test_among_equals_the_one_who_waited_longest_is_first() -> None:
    early = somebody("甲", asked_lately=1, last_asked=dt.date(2026, 9, 1))
    late = somebody("乙", asked_lately=1, last_asked=dt.date(2026, 11, 1))
    assert order(late, early) == ["甲", "乙"]


def test_who_must_stay_out_or_is_on_leave_stands_behind_everybody_with_the_reason() -> None:
    here = somebody("近", place_path=HERE, place_name="光明社区", recused="是这家物业的股东")
    away = somebody("假", place_path=HERE, place_name="光明社区", on_leave=True)
    far = somebody("远", place_path=FAR)
    found = ranked([here, away, far], Wanted(HERE))
    assert [one.name for one in found if not one.out] == ["远"]
    assert {one.out for one in found} == {"", "请了假", "要回避：是这家物业的股东"}


def test_who_receives_in_a_studio_today_comes_before_an_equal_who_does_not() -> None:
    duty = somebody("班", place_path=HERE, place_name="光明社区", on_duty_at="同光委员工作室")
    home = somebody("家", place_path=HERE, place_name="光明社区")
    assert order(home, duty) == ["班", "家"]
    assert "今天在同光委员工作室值班" in reasons(duty).reasons


def test_no_number_of_the_order_reaches_anybody() -> None:
    assert set(Candidate.__dataclass_fields__) == {"person_id", "name", "sector", "reasons", "out"}
