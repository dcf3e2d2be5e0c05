"""The named methods that ship: each says what the text about it says, and no more than that."""

from __future__ import annotations

import pytest

from shangliang.playbooks import queries
from shangliang.playbooks.deliberation_rules import DeliberationRules
from shangliang.playbooks.library import METHODS, OWN, Shipped, playbook_of, shipped
from shangliang.studios.duty_dates import DutyRule

# Every named method that the sources tell of, with its steps; None where a text gives a name or a rule, and no steps.
STEPS: dict[str, str | None] = {
    "luxian": "确立协商主题 组织调查研究 面对面开展协商 推动成果转化",
    "yunyan": "收集议题 确定议题 商前调研 协商议事 公开公示 民主监督",
    "wushi": None,
    "tiyibanping": "提 议 办 评",
    "pingjiaobandufu": "评 交 办 督 复",
    "erjiax": None,
    "pinghu": "走 听 访 商 转",
    "wugong": "共谋 共建 共管 共评 共享",
    "chizhou": "群众点单 委员接单 部门办单 群众评单",
    "gongxian": "平台收诉求 村两委调查 镇政协工委建议纳入议题 实地调研走访 制定协商方案 议题公示 协商议事会",
    "jinan": "公开征题 实地调研现场商量 圆桌商量 播出 回访",
    "wuhu": "线上线下征集 专题调研 协商 以提案交办 跟踪",
    "yingcheng": None,
    "laibin": "媒体征集议题 发问卷 电视圆桌 成果公布",
    "wujiagang": "社区报议题 集中发布 委员小组认领 调研 落实 次年通报",
    "yingze": "年度计划 会前调研 委员发言 居民提问 部门逐条作答",
    "yuanzhou": None,
    "qidong": None,
    "puyuan": None,
    "shangcheng": None,
    "daxing": None,
    "haian": "看 12345 工单/一周一村现场办公/施工方案和时间节点",
    "yonganzhou": None,
    "guicheng": None,
    "simin": None,
    "yueyue": "提 议 办 评",
    "shanrun": None,
    "tongxin": None,
    "bihuan": "听 调研 协商 反馈部门 落实回话",
    "yisuhe": None,
    "xinshi": None,
    "shantang": None,
    "zhenjiang": None,
    "xishanqiao": None,
    "ningguo": None,
    "jingan": "提出 入户走访 征求意愿 签约 生效实施",
}
# Which method a locality takes up, and in what.
TAKEN_UP = {
    "decheng": (("tiyibanping", "steps"), ("erjiax", "selection"), ("erjiax", "meetings"), ("erjiax", "least")),
    "guichi": (("shanrun", ""),),
    "xincheng": (("bihuan", ""),),
    "qingshan": (("tongxin", ""),),
}


def rules(name: str) -> DeliberationRules:
    return playbook_of(name).deliberation


def labels(name: str) -> list[str]:
    return [step.label for step in rules(name).steps.values()]


def test_every_method_that_ships_is_on_the_list() -> None:
    assert {path.stem for path in METHODS.glob("*.yaml")} == set(STEPS)


@pytest.mark.parametrize("name", STEPS)
def test_a_method_has_the_steps_of_its_text_or_those_of_the_package(name: str) -> None:
    told = STEPS[name]
    if told is None:
        assert rules(name).steps == queries.default().deliberation.steps
    else:
        assert labels(name) == (told.split("/") if "/" in told else told.split())


@pytest.mark.parametrize("one", [one for one in shipped() if one.name != OWN], ids=lambda one: one.name)
def test_a_file_says_what_is_not_in_its_text(one: Shipped) -> None:
    text = one.path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "文中" in text


@pytest.mark.parametrize("name", STEPS)
def test_a_method_keeps_what_is_no_matter_of_deliberation(name: str) -> None:
    playbook, package = playbook_of(name), queries.default()
    assert playbook.name != package.name
    assert (playbook.clocks, playbook.decline_reasons) == (package.clocks, package.decline_reasons)
    assert playbook.studios.life == package.studios.life


@pytest.mark.parametrize(("locality", "parts"), TAKEN_UP.items())
def test_a_locality_takes_a_method_up_as_it_stands(locality: str, parts: tuple[tuple[str, str], ...]) -> None:
    for method, part in parts:
        if part:
            assert getattr(rules(locality), part) == getattr(rules(method), part)
        else:
            assert rules(locality) == rules(method)


def test_names_without_steps_say_so_in_their_note() -> None:
    for name in ("wushi", "simin", "shangcheng", "daxing", "puyuan", "qidong", "yuanzhou", "yonganzhou"):
        assert "没有写" in rules(name).note


# --- what the texts say in figures -------------------------------------------------------------------


def test_jinan_sits_nine_to_eleven_after_three_site_investigations_on_eight_to_ten_topics_a_year() -> None:
    found = rules("jinan")
    table, topics = found.meetings["table"], found.least[0]
    assert (table.least, table.most) == (9, 11)
    assert found.steps["table"].needs == {"site": 3}
    assert (topics.of, topics.per, topics.least, topics.most, topics.each) == ("topics", "year", 8, 10, ())
    assert "40" in found.steps["broadcast"].asks["minutes"].label
    assert found.steps["broadcast"].asks["minutes"].kind == "number"
    assert len(found.sources) == 4


def test_the_rule_of_the_city_level_has_fifteen_ten_and_seven_working_days() -> None:
    form = rules("guicheng").meetings["formal"]
    assert (form.notice, form.papers, form.minutes) == (15, 10, 7)


def test_jingan_takes_effect_when_ninety_eight_in_a_hundred_households_have_signed() -> None:
    found = rules("jingan")
    decide = found.meetings[found.steps["sign"].form].decide
    assert (decide.rule, decide.share, decide.of, decide.how) == ("share", 9800, "entitled", "signing")
    assert decide.by == ("household",)
    assert found.steps["sign"].needs == {"meetings": 1}


def test_every_platform_of_decheng_has_two_fixed_topics_a_year_and_any_number_of_small_talks() -> None:
    fixed, micro = rules("decheng").least
    assert (fixed.of, fixed.per, fixed.least, fixed.most) == ("topics", "year", 2, 0)
    assert (micro.of, micro.form, micro.least, micro.most) == ("meetings", "small", 0, 0)
    assert fixed.each == micro.each == ("liaison_committee", "studio")
    forms = [form.label for form in rules("decheng").meetings.values()]
    assert forms[:6] == ["专题协商", "对口协商", "界别协商", "邀请协商", "重点提案办理协商", "住地委员联合协商"]
    assert rules("decheng").selection.rule == "plan"


def test_puyuan_has_its_hall_twice_a_year_and_a_small_talk_every_week() -> None:
    hall, weekly = rules("puyuan").least
    assert (hall.form, hall.per, hall.least) == ("hall", "year", 2)
    assert (weekly.form, weekly.per, weekly.least) == ("weekly", "week", 1)


def test_daxing_meets_every_other_month_where_the_problem_is() -> None:
    found = rules("daxing")
    quota = found.least[0]
    assert (quota.per, quota.every, quota.least) == ("month", 2, 1)
    assert found.meetings[quota.form].how == "site"
    assert "社区" in found.meetings[quota.form].where


def test_haian_goes_to_a_village_a_week_by_the_tickets_of_the_hotline() -> None:
    found = rules("haian")
    assert (found.least[0].per, found.least[0].least) == ("week", 1)
    assert list(found.sources.values()) == ["12345 工单"]
    assert {one.kind for one in found.steps["schedule"].asks.values()} == {"text", "date"}


def test_yonganzhou_gathers_its_meetings_in_one_month() -> None:
    (window,) = rules("yonganzhou").season
    assert window.first[:2] == window.last[:2]
    assert window.first.endswith("-01")


def test_yunyan_is_guided_by_two_and_both_agree_to_a_topic() -> None:
    found = rules("yunyan")
    assert found.guided_by == ("街道党工委", "区政协")
    assert found.steps["settle"].approvals == found.guided_by


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("yisuhe", ["每月 10 日、20 日"]),
        ("xinshi", ["每周一、周三、周五", "每月第二个周三"]),
        ("shantang", ["每周三"]),
        ("zhenjiang", ["每月第一个周二"]),
        ("xishanqiao", []),
        ("ningguo", []),
    ],
)
def test_residents_are_received_on_the_days_that_the_text_says(name: str, days: list[str]) -> None:
    assert [DutyRule.parse(rule).when for rule in playbook_of(name).studios.duty] == days


def test_leaders_receive_members_in_zhenjiang_and_two_members_sit_in_yisuhe() -> None:
    (leaders,), (pair,) = (playbook_of(name).studios.duty for name in ("zhenjiang", "yisuhe"))
    assert DutyRule.parse(leaders).receives == "members"
    assert (DutyRule.parse(pair).needed, DutyRule.parse(pair).day_off) == (2, "next_working_day")


def test_luxian_goes_the_same_way_on_three_levels() -> None:
    assert list(playbook_of("luxian").levels.values()) == ["村", "镇", "县"]


def test_a_topic_of_gongxian_is_looked_into_before_it_is_one_and_posted_before_the_meeting() -> None:
    steps = rules("gongxian").steps
    assert list(steps).index("check") < list(steps).index("propose")
    assert steps["check"].asks["cause"].needed
    assert "plan" in steps["plan"].does
    assert "posted" in steps["table"].needs


def test_groups_claim_topics_in_wujiagang_and_report_the_next_year() -> None:
    found = rules("wujiagang")
    assert found.selection.rule == "claim"
    assert found.steps["tell"].days == 250
    assert found.step_that("meet") is None


def test_what_is_agreed_in_wuhu_becomes_a_proposal() -> None:
    assert [one.to for one in rules("wuhu").outcomes.values()] == ["proposal"]


def test_a_meeting_of_pingdingshan_has_four_parts_and_three_papers_come_out() -> None:
    found = rules("yingcheng")
    assert [part.label for part in found.meetings["council"].agenda] == ["通报", "提问", "解答", "发言"]
    assert len(found.outcomes) == 3


def test_what_yuanzhou_does_not_take_up_goes_one_of_two_ways() -> None:
    assert {one.to for one in rules("yuanzhou").routes.values()} == {"body", "proposal", "brief"}


def test_each_of_the_five_forms_of_qidong_brings_two_sides_to_one_table() -> None:
    forms = rules("qidong").meetings.values()
    assert len(forms) == 5
    assert all(sum(seat.least > 0 for seat in form.seats.values()) == 2 for form in forms)


def test_residents_of_huanggang_build_for_themselves_first() -> None:
    found = rules("wugong")
    assert next(iter(found.outcomes.values())).to == "undertaking"
    assert found.meetings["council"].most >= 50


def test_delegates_and_members_of_pingba_sit_at_one_table() -> None:
    seats = rules("pingba").meetings["council"].seats
    assert {"party_delegates", "deputies", "members"} <= set(seats)


def test_nothing_comes_to_the_table_in_duyun_before_a_squad_has_been_there() -> None:
    found = rules("duyun")
    needs = next(step for step in found.steps.values() if "meet" in step.does).needs
    assert needs["visits"] >= 1
    assert needs["heard"] >= 1
    assert "不调研不协商" in found.note


def test_guiyang_goes_the_four_steps_of_its_motto() -> None:
    assert labels("guiyang") == ["你来提", "我收集", "共协商", "助落实"]
