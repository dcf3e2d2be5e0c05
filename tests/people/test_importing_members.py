"""Bringing in an office's list of members: what is new, what changes, what is wrong, cell by cell."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from shangliang.core import clock
from shangliang.core.errors import NotAllowed, Refused
from shangliang.ledger.models import Entry, Words
from shangliang.people import actions, queries
from shangliang.people.member_import import read
from shangliang.people.models import Body, Member, Membership
from shangliang.people.private import private_of
from tests.cast import Cast
from tests.people.lists import HEADINGS, LU, SHEN, bring, changed, member, said, seen, xlsx

DAY = dt.timedelta(days=1)
Duty = Membership.Duty


# --- what comes in ------------------------------------------------------------------------------------


def test_a_look_shows_who_would_come_and_writes_nothing(cast: Cast) -> None:
    plan = seen(cast, [SHEN, LU])
    assert plan.counts == {"rows": 2, "new": 2, "changed": 0, "same": 0, "errors": 0, "asked": 0}
    assert not Member.objects.exists()


def test_good_rows_become_members_with_seats_in_one_entry_of_counts_only(cast: Cast) -> None:
    entries, words = Entry.objects.count(), Words.objects.count()
    bring(cast, [SHEN, LU])
    row = member("沈见青")
    assert (row.key, row.sector, row.term, row.specialties) == ("012", "教育界", "十六届", ["法律", "调解"])
    assert (row.level, row.role, row.since, row.until) == ("district", "member", clock.today(), None)
    assert private_of(row).phone == "13800000012"
    seat = Membership.objects.select_related("body").get(person=row.person_id)
    assert (seat.body.name, seat.duty) == ("新沟桥街道联络委", Duty.MEMBER)
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.kind, Entry.objects.count(), Words.objects.count()) == ("members.imported", entries + 1, words)
    for personal in ("沈见青", "13800000012", "光明社区", "012"):
        assert personal not in entry.body


def test_phone_and_addresses_do_not_stand_readable_in_the_database(cast: Cast) -> None:
    bring(cast, [SHEN])
    sealed = bytes(member("沈见青").sealed or b"")
    assert b"13800000012" not in sealed
    assert "光明社区".encode() not in sealed


def test_the_same_list_again_changes_nothing_and_leaves_no_entry(cast: Cast) -> None:
    bring(cast, [SHEN, LU])
    entries, rows = Entry.objects.count(), Member.objects.count()
    plan = bring(cast, [SHEN, LU])
    assert plan.counts["same"] == 2
    assert (Entry.objects.count(), Member.objects.count()) == (entries, rows)


def test_a_change_ends_the_old_row_and_begins_another(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-02 09:00")
    bring(cast, [SHEN, LU])
    freeze("2026-11-20 09:00")
    moved = changed(SHEN, 界别="法律界", 家庭住址="东门社区2栋")
    (step,) = seen(cast, [moved, LU]).of("changed")
    assert [(change.label, change.old, change.new) for change in step.changes] == [
        ("界别", "教育界", "法律界"),
        ("家庭住址", "", ""),
    ]
    bring(cast, [moved, LU])
    old, new = Member.objects.filter(key="012").order_by("since")
    assert (old.sector, old.until, new.sector, new.since) == (
        "教育界",
        dt.date(2026, 11, 19),
        "法律界",
        dt.date(2026, 11, 20),
    )
    assert private_of(old).home == SHEN[6]
    assert private_of(new).home == "东门社区2栋"
    assert Member.objects.filter(key="013").count() == 1
    before, now = (queries.members(dt.date(2026, 11, number), "沈见青").get() for number in (5, 20))
    assert (before.sector, now.sector) == ("教育界", "法律界")


def test_on_the_same_day_a_row_is_put_right_in_its_place(cast: Cast) -> None:
    bring(cast, [SHEN])
    bring(cast, [changed(SHEN, 界别="法律界")])
    row = Member.objects.get(key="012")
    assert (row.sector, private_of(row).phone) == ("法律界", "13800000012")


def test_an_empty_cell_changes_nothing(cast: Cast) -> None:
    bring(cast, [SHEN])
    assert bring(cast, [changed(SHEN, 界别="", 手机=None)]).counts["same"] == 1


def test_a_member_in_three_bodies_has_three_seats_however_they_are_written(cast: Cast) -> None:
    office = cast.body("青山区政协办公室").place
    for name in ("提案委", "城建委"):
        actions.open_body(cast.office, Body.Kind.SPECIAL_COMMITTEE, name, office)
    headings = ("编号", "姓名", "联络委", "专委会", "工作室")
    rows = [("021", "何岭", "新沟桥街道", "提案委、城建委", "同光委员工作室（领衔委员）")]
    assert bring(cast, rows, headings).problems == []
    seats = Membership.objects.filter(person=member("何岭").person_id).values_list("body__name", "duty")
    assert set(seats) == {
        ("新沟桥街道联络委", "member"),
        ("提案委", "member"),
        ("城建委", "member"),
        ("同光委员工作室", "lead"),
    }
    several = [
        ("022", "何澜", "新沟桥街道", "", ""),
        ("022", "何澜", "", "提案委", ""),
        ("022", "何澜", "", "", "同光委员工作室"),
    ]
    assert bring(cast, several, headings).counts["new"] == 1
    assert Membership.objects.filter(person=member("何澜").person_id).count() == 3


def test_a_body_left_out_of_the_list_ends_its_seat_and_one_the_list_does_not_speak_of_stays(cast: Cast) -> None:
    office = cast.body("青山区政协办公室").place
    for name in ("提案委", "城建委"):
        actions.open_body(cast.office, Body.Kind.SPECIAL_COMMITTEE, name, office)
    headings = ("编号", "姓名", "联络委", "专委会")
    bring(cast, [("021", "何岭", "新沟桥街道", "提案委")], headings)
    plan = bring(cast, [("021", "何岭", "", "城建委")], headings)
    assert plan.counts["changed"] == 1
    held = Membership.objects.filter(queries.in_force(clock.today()), person=member("何岭").person_id)
    assert set(held.values_list("body__name", flat=True)) == {"新沟桥街道联络委", "城建委"}


# --- as lists come ------------------------------------------------------------------------------------


def test_titles_above_moved_columns_and_other_headings_are_understood(cast: Cast) -> None:
    headings = ("序号", "家庭地址", "委员姓名*", "联系电话", "委员证号（必填）", "所属界别", "备注")
    above = [("青山区政协委员名册（2026）",), (), ("制表：委员联络室",)]
    rows = [(1, "光明社区3栋", "沈见青", 13800000012.0, 12, "教育界", "兼职")]
    assert bring(cast, rows, headings, above=above).problems == []
    row = member("沈见青")
    assert (row.key, private_of(row).phone, private_of(row).home) == ("12", "13800000012", "光明社区3栋")


def test_two_rows_of_headings_with_merged_cells_are_understood(cast: Cast) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("政协委员名册", None, None, None, None),
        ("编号", "姓名", "界别", "联系方式", None),
        (None, None, None, "手机", "家庭住址"),
        ("012", "沈见青", "教育界", "13800000012", "光明社区3栋"),
    ):
        sheet.append(row)
    for cells in ("A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"):
        sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    plan = actions.import_members(cast.office, cast.tenant, read(out.getvalue()))
    assert said(plan) == []
    row = member("沈见青")
    assert (row.sector, private_of(row).phone, private_of(row).home) == ("教育界", "13800000012", "光明社区3栋")


@pytest.mark.parametrize(
    "phone",
    [
        13800000012,
        13800000012.0,
        "13800000012.0",
        "1.3800000012E10",
        "138 0000 0012",
        "＋86-13800000012",
        "13800000012 ",
    ],
)
def test_a_phone_number_is_the_same_however_excel_keeps_it(cast: Cast, phone: object) -> None:
    assert said(bring(cast, [changed(SHEN, 手机=phone)])) == []
    assert private_of(member("沈见青")).phone == "13800000012"


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        ("1.38E+10", "后几位已经丢了"),
        (1380000001, "应当是 11 位，这里是 10 位"),
        ("问他爱人", "不像电话号码"),
        ("027-8686", "区号后面应当有 7 到 8 位"),
    ],
)
def test_a_phone_number_that_is_none_is_told_by_cell(cast: Cast, phone: object, why: str) -> None:
    plan = bring(cast, [changed(SHEN, 手机=phone), LU])
    (problem,) = said(plan)
    assert problem.startswith("第 2 行「手机」：")
    assert why in problem
    assert [row.person.name for row in queries.members()] == ["陆时遥"]


def test_what_is_wrong_is_told_by_cell_and_never_loses_the_good_rows(cast: Cast) -> None:
    headings = ("编号", "姓名", "级别", "任期开始", "任期结束", "联络委")
    rows = [
        ("031", "", "区级", "", "", ""),
        ("032", "贺一", "一级", "", "", ""),
        ("033", "贺二", "区级", "去年", "", ""),
        ("034", "贺三", "区级", "2026-02-01", "2026-01-01", ""),
        ("035", "贺四", "区级", "", "", "武东街道"),
        ("036", "贺五", "市级", "2022年1月", "2027年1月", "新沟桥"),
    ]
    plan = bring(cast, rows, headings)
    assert [problem.partition("：")[0] for problem in said(plan)] == [
        "第 2 行「姓名」",
        "第 3 行「级别」",
        "第 4 行「任期开始」",
        "第 5 行「任期结束」",
        "第 6 行「联络委」",
    ]
    row = member("贺五")
    assert (row.level, row.since, row.until) == ("city", dt.date(2022, 1, 1), dt.date(2027, 1, 31))


def test_a_file_that_is_no_list_of_members_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="至少有“姓名”"):
        read(xlsx([("楼道灯坏了", "2026-01-02")], ("内容", "时间")))


# --- terms --------------------------------------------------------------------------------------------

TERMS = ("编号", "姓名", "届次", "任期开始", "任期结束")


def test_two_terms_of_one_member_are_two_rows(cast: Cast) -> None:
    rows = [("041", "闻涛", "十五届", "2016-12-01", "2021-11-30"), ("041", "闻涛", "十六届", "2021-12-01", "")]
    assert bring(cast, rows, TERMS).counts["new"] == 1
    assert [row.term for row in Member.objects.filter(key="041").order_by("since")] == ["十五届", "十六届"]
    assert bring(cast, rows, TERMS).counts["same"] == 1


def test_terms_that_overlap_are_refused_by_cell(cast: Cast) -> None:
    rows = [("041", "闻涛", "十五届", "2016-12-01", "2021-12-31"), ("041", "闻涛", "十六届", "2021-12-01", "")]
    (problem,) = said(bring(cast, rows, TERMS))
    assert problem.startswith("第 3 行「任期开始」：和已经记着的任期重叠：十五届")
    assert Member.objects.get(key="041").term == "十五届"


def test_a_new_term_ends_the_one_before_it(cast: Cast) -> None:
    bring(cast, [("041", "闻涛", "十五届", "2016-12-01", "")], TERMS)
    bring(cast, [("041", "闻涛", "十六届", "2021-12-01", "")], TERMS)
    old, new = Member.objects.filter(key="041").order_by("since")
    assert (old.until, new.since) == (dt.date(2021, 11, 30), dt.date(2021, 12, 1))


def test_an_end_in_the_list_ends_row_and_seats(cast: Cast) -> None:
    headings = (*TERMS, "联络委")
    bring(cast, [("041", "闻涛", "十六届", "2021-12-01", "", "新沟桥街道")], headings)
    yesterday = clock.today() - DAY
    person = member("闻涛").person_id
    bring(cast, [("041", "闻涛", "十六届", "2021-12-01", yesterday.isoformat(), "新沟桥街道")], headings)
    assert queries.member_of(person) is None
    assert not Membership.objects.filter(queries.in_force(clock.today()), person=person).exists()
    assert queries.member_of(person, yesterday) is not None


def test_somebody_who_left_does_not_come_back_by_an_old_list(cast: Cast, freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-02 09:00")
    bring(cast, [("041", "闻涛", "十六届", "2021-12-01", "")], TERMS)
    actions.leave(cast.office, member("闻涛").person, dt.date(2026, 11, 10))
    freeze("2026-11-20 09:00")
    (problem,) = said(bring(cast, [("041", "闻涛", "十六届", "2021-12-01", "")], TERMS))
    assert "到 2026-11-09 为止" in problem
    assert not queries.members().exists()
    plan = bring(cast, [("041", "闻涛", "十六届", "2026-11-20", "")], TERMS)
    assert plan.counts["changed"] == 1
    assert member("闻涛").since == dt.date(2026, 11, 20)


# --- bodies, duties, who may --------------------------------------------------------------------------


def test_bodies_that_are_not_there_are_counted_and_opened_when_asked_to(cast: Cast) -> None:
    rows = [changed(SHEN, 街道联络委="钢花村街道"), changed(LU, 街道联络委="钢花村街道")]
    plan = seen(cast, rows)
    assert dict(plan.missing) == {("liaison_committee", "钢花村街道"): 2}
    assert bring(cast, rows, open_bodies=list(plan.missing)).counts["new"] == 2
    body = cast.body("钢花村街道联络委")
    assert (body.place.short_name, body.memberships.count()) == ("钢花村街道", 2)


def test_a_duty_that_fits_no_body_or_two_is_refused(cast: Cast) -> None:
    headings = ("编号", "姓名", "联络委", "工作室", "职务")
    (problem,) = said(seen(cast, [("051", "祁安", "新沟桥街道", "同光委员工作室", "召集人")], headings))
    assert "分不清是哪个单位的召集人" in problem
    (problem,) = said(seen(cast, [("051", "祁安", "新沟桥街道", "", "第一书记")], headings))
    assert problem.startswith("第 2 行「职务」")
    assert seen(cast, [("051", "祁安", "新沟桥街道", "", "主任")], headings).problems == []


def test_a_job_in_the_column_of_duties_goes_with_the_place_of_work(cast: Cast) -> None:
    headings = ("编号", "姓名", "工作单位", "职务")
    bring(cast, [("052", "祁宁", "青山小学", "教师")], headings)
    assert private_of(member("祁宁")).unit == "青山小学 教师"


def test_an_area_lead_and_a_first_secretary_come_with_the_list(cast: Cast) -> None:
    above = cast.body("新沟桥街道联络委")
    actions.open_body(cast.office, Body.Kind.PARTY_BRANCH, "新沟桥功能型党支部", above.place, under=above)
    headings = ("编号", "姓名", "联络委", "功能型党支部")
    plan = bring(cast, [("053", "祁远", "新沟桥街道（包片领导）", "新沟桥功能型党支部（第一书记）")], headings)
    assert plan.problems == []
    duties = Membership.objects.filter(person=member("祁远").person_id).values_list("duty", flat=True)
    assert set(duties) == {Duty.AREA_LEAD, Duty.FIRST_SECRETARY}


def test_a_file_with_the_old_encoding_is_read_as_well(cast: Cast) -> None:
    content = "姓名,编号,界别\n沈见青,012,教育界\n".encode("gb18030")
    actions.import_members(cast.office, cast.tenant, read(content))
    assert member("沈见青").sector == "教育界"


def test_only_the_district_office_brings_in_a_list(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.import_members(cast.street, cast.tenant, read(xlsx([SHEN])))
    assert not Member.objects.exists()


def test_a_list_is_brought_in_with_few_statements_however_long(cast: Cast, at_most: Callable[[int], Any]) -> None:
    rows = [
        (f"{n:04}", f"委员{n}", "工商联界", "十六届", "", f"138{n:08}", "光明社区", "新沟桥街道") for n in range(400)
    ]
    found = read(xlsx(rows))
    office = cast.office
    with at_most(20):
        actions.import_members(office, cast.tenant, found)
    assert queries.members().count() == 400


def test_a_month_of_no_year_is_told_by_its_cell(cast: Cast) -> None:
    (problem,) = said(bring(cast, [(*SHEN, "0000-05")], (*HEADINGS, "任期开始")))
    assert problem.startswith("第 2 行「任期开始」：“0000-05”不像日期")


def test_an_end_before_the_day_from_which_somebody_new_begins_is_told_by_its_cell(cast: Cast) -> None:
    (problem,) = said(bring(cast, [(*SHEN, "2024-05-01")], (*HEADINGS, "任期结束")))
    assert problem == "第 2 行「任期结束」：任期结束（2024-05-01）在开始的前面。"
    assert not Member.objects.exists()
