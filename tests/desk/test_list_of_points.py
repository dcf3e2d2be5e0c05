"""A department's list as Excel."""

import io

import openpyxl

from tests.cast import Cast


def sheet(cast: Cast, who: str):  # type: ignore[no-untyped-def]
    answer = cast.client(who).get(cast.url("desk:hand_overs"))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content)).active


def test_each_point_is_a_row_with_its_date_and_own_number(cast: Cast) -> None:
    from shangliang.delivery.actions import take_in_hand

    row = cast.handed()
    take_in_hand(cast.citymanager, row, None, own_number="CG-31")
    rows = list(sheet(cast, "citymanager").iter_rows(values_only=True))
    assert rows[0][:6] == ("编号", "标题", "地点", "第几点", "要办的事", "最晚")
    assert [(line[0], line[3], line[4]) for line in rows[1:]] == [
        (row.matter.number, 1, "拆掉飞线"),
        (row.matter.number, 2, "建充电棚"),
    ]
    assert rows[1][5].date() == row.due
    assert rows[1][10] == "CG-31"


def test_what_looks_like_a_formula_stays_a_text(cast: Cast) -> None:
    cast.handed(points=("=1+1", "+cmd|' /C calc'!A0"))
    cells = [row[4] for row in sheet(cast, "citymanager").iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["=1+1", "+cmd|' /C calc'!A0"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_another_department_has_an_empty_list_and_members_none(cast: Cast) -> None:
    cast.handed()
    assert sheet(cast, "handler").max_row == 1
    assert cast.client("member").get(cast.url("desk:hand_overs")).status_code == 404
