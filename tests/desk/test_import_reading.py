"""Reading somebody's table: columns, dates, words, and what is wrong with a row."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.desk.import_columns import understand
from shangliang.desk.import_files import open_table
from shangliang.desk.import_rows import Message, read_row
from shangliang.files.cell_dates import moment
from shangliang.files.tables import OLD_OFFICE, Problem, check_size
from shangliang.files.uploads import MEGABYTE
from tests.desk.tables import HEADINGS, answered, csv, row, xlsx

TENANT = uuid4()


def read(content: bytes) -> list[Message | list[Problem]]:
    table = open_table(content)
    return [read_row(table, one, TENANT) for one in table.rows]


def only(content: bytes) -> Message:
    (found,) = read(content)
    assert isinstance(found, Message), found
    return found


def wrong(*cells: Any, **kwargs: Any) -> list[tuple[str, str]]:
    """Column and reason of everything wrong with the first row."""
    found = read(xlsx([*cells], **kwargs))[0]
    assert isinstance(found, list)
    return [(problem.column, problem.why) for problem in found]


# --- columns --------------------------------------------------------------------------------------


def test_columns_are_known_by_many_names() -> None:
    headings = [
        "工单编号",
        "标题（必填）",
        "提交时间",
        "投诉件内容",
        "点赞",
        "回复1",
        "所属社区",
        "手机 号",
        "ＩＤ",
        "河流",
    ]
    assert understand(headings) == {
        "number": 0,
        "title": 1,
        "at": 2,
        "words": 3,
        "likes": 4,
        "reply": 5,
        "community": 6,
        "phone": 7,
    }


def test_of_two_columns_that_mean_the_same_the_more_telling_one_counts() -> None:
    assert understand(["时间", "留言时间", "内容"])["at"] == 1


def test_headings_are_found_below_a_merged_title() -> None:
    above = [["2025 年留言汇总"], ["制表：信访科", None, None], []]
    content = xlsx([row()], above=above, merged=["A1:I1"])
    assert only(content).row == 5


def test_blank_rows_and_repeated_headings_are_no_messages() -> None:
    content = xlsx([row("1"), [None, "  ", None], HEADINGS, row("2")])
    assert [one.row for one in read(content) if isinstance(one, Message)] == [2, 5]


def test_a_table_without_headings_is_refused_with_what_is_missing() -> None:
    with pytest.raises(Refused, match="没找到表头.*时间.*内容"):
        open_table(xlsx([["2025-01-01", "灯坏了"]], headings=["甲", "乙"]))


def test_a_serial_number_is_no_number_of_a_message() -> None:
    message = only(xlsx([["1", "2025-03-03", "灯坏了"]], headings=["序号", "时间", "内容"]))
    assert not message.numbered


def test_a_sheet_without_messages_is_passed_over_and_named() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx([row()])))
    book.create_sheet("说明", 0).append(["本表每周更新"])
    out = io.BytesIO()
    book.save(out)
    table = open_table(out.getvalue())
    assert (table.sheets_left, len(list(table.rows))) == (["说明"], 1)


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2019/2/28 11:25:05", "2019-02-28 11:25:05"),
        ("2019-04-12 00:00:00", "2019-04-12 00:00:00"),
        ("2019-04-12T08:30:00.000", "2019-04-12 08:30:00"),
        ("2019年4月2日", "2019-04-02 00:00:00"),
        ("2019年4月2日 下午3点20分", "2019-04-02 15:20:00"),
        ("2019.4.2", "2019-04-02 00:00:00"),
        ("20190402", "2019-04-02 00:00:00"),
        ("２０１９／４／２　９：０５", "2019-04-02 09:05:00"),
        ("2019/4/2 9:05 PM", "2019-04-02 21:05:00"),
        ("43557.5", "2019-04-02 12:00:00"),
        (43557.25, "2019-04-02 06:00:00"),
        (dt.datetime(2019, 4, 2, 9, 5), "2019-04-02 09:05:00"),  # noqa: DTZ001 - Excel knows no zones
        (dt.date(2019, 4, 2), "2019-04-02 00:00:00"),
        ("2019-04-02T01:05:00Z", "2019-04-02 09:05:00"),
    ],
)
def test_a_date_is_read_however_it_is_written(written: object, meant: str) -> None:
    assert moment(written) == dt.datetime.fromisoformat(meant).replace(tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    "written", ["昨天", "2019/13/1", "2019-02-30", "0219-02-28", "12", 12, True, "2019/2/28 25:00", None]
)
def test_what_is_no_date_is_none(written: object) -> None:
    assert moment(written) is None


# --- words ----------------------------------------------------------------------------------------


def test_only_white_space_around_the_words_goes() -> None:
    words = "\n\t\t\t　　第一行\t有制表符\n\n　　第二段 😀 𠮷 㙍\u0000\u0007。\u3000\n"
    message = only(csv([row(留言详情=words)]))
    assert message.words == "第一行\t有制表符\n\n　　第二段 😀 𠮷 㙍。"


def test_carriage_returns_of_excel_become_line_ends() -> None:
    assert only(xlsx([row(留言详情="一\r\n二_x000D_\n三")])).words == "一\n二\n三"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_any_encoding_people_send(encoding: str) -> None:
    message = only(csv([row(留言详情="㙍㵲路口，红灯太短")], encoding=encoding))
    assert message.words == "㙍㵲路口，红灯太短"


@pytest.mark.parametrize("by", [",", "\t", ";"])
def test_a_csv_is_read_whatever_stands_between_its_cells(by: str) -> None:
    message = only(csv([row(留言详情='他说："灯,坏了;真的"\n第二行')], by=by))
    assert message.words == '他说："灯,坏了;真的"\n第二行'


def test_who_asks_to_stay_unnamed_is_not_kept_anywhere() -> None:
    headings = ["时间", "内容", "姓名", "电话", "匿名"]
    message = only(xlsx([["2025-03-03", "灯坏了", "甲某某", "13000000000", "1"]], headings=headings))
    assert not message.reach
    assert "甲某某" not in str(message.original)
    assert "13000000000" not in str(message.original)


def test_whether_somebody_asks_to_stay_unnamed_is_not_guessed() -> None:
    headings = ["时间", "内容", "姓名", "匿名"]
    found = wrong(["2025-03-03", "灯坏了", "甲某某", "保密"], headings=headings)
    assert found == [("匿名", "“保密”看不出匿名不匿名，写“是”或者“否”。")]


# --- what is wrong with a row -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "column", "why"),
    [
        ({"留言详情": " \t　", "留言主题": None}, "留言详情", "没有写内容"),
        ({"留言时间": None}, "留言时间", "没有写时间"),
        ({"留言时间": "上个月"}, "留言时间", "“上个月”不像日期"),
        ({"留言时间": "2999-01-01"}, "留言时间", "2999-01-01 还没到"),
        ({"留言详情": "长" * 20_001}, "留言详情", "太长了：20001 字，最多 20000 字"),
        ({"留言详情": "=A1&B1"}, "留言详情", "公式"),
        ({"点赞数": "很多"}, "点赞数", "“很多”不是整数"),
        ({"点赞数": -1}, "点赞数", "-1 不对"),
        ({"答复意见": "好的", "答复时间": None}, "答复时间", "没有写时间"),
        ({"答复意见": "好的", "答复时间": "2025/3/2"}, "答复时间", "答复（2025-03-02）比提出还早"),
        ({"答复意见": "好的", "答复时间": "2999/3/2"}, "答复时间", "2999-03-02 还没到"),
    ],
)
def test_what_is_wrong_is_said_with_the_column_and_the_reason(changed: dict[str, Any], column: str, why: str) -> None:
    ((where, said),) = wrong(row(**changed))
    assert where == column
    assert why in said


def test_everything_wrong_with_a_row_is_said_at_once() -> None:
    assert [column for column, _why in wrong(row(留言时间="?", 点赞数="?"))] == ["留言时间", "点赞数"]


def test_a_value_hidden_in_a_merged_cell_is_not_guessed() -> None:
    rows = read(xlsx([row("1"), row("2"), row("3")], merged=["F2:F3"]))
    assert [isinstance(one, Message) for one in rows] == [True, False, True]
    (problem,) = rows[1]  # type: ignore[misc]
    assert (problem.row, problem.column) == (3, "社区")  # type: ignore[union-attr]
    assert "合并" in problem.why  # type: ignore[union-attr]


def test_a_merged_cell_in_a_column_nobody_reads_does_no_harm() -> None:
    content = xlsx([[*row("1"), "备注"], [*row("2"), None]], headings=[*HEADINGS, "备注"], merged=["J2:J3"])
    assert all(isinstance(one, Message) for one in read(content))


def test_a_reply_on_the_same_day_may_have_no_hour() -> None:
    message = only(xlsx([answered(留言时间="2025/3/3 9:15:00", 答复时间="2025-03-03 00:00:00")]))
    assert message.replied_at == message.at


def test_the_date_of_a_reply_may_be_given_in_days() -> None:
    headings = ["标题", "时间", "投诉件内容", "回复1", "最终回复-投诉事件(天)"]
    message = only(csv([["河水发黑", "2020-09-03 00:00:00", "又黑又臭", "已清淤", "6"]], headings=headings))
    assert message.replied_at == dt.datetime(2020, 9, 9, tzinfo=clock.SHANGHAI)


def test_a_reply_without_any_date_is_not_guessed() -> None:
    ((column, why),) = wrong(["2025-03-03", "灯坏了", "已修"], headings=["时间", "内容", "答复"])
    assert column == "答复"
    assert "没有答复时间" in why


# --- files that are no tables -------------------------------------------------------------------------


def parcel(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, "words")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "是空的"),
        (OLD_OFFICE + bytes(600), "旧格式的 Excel（.xls）"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le") + bytes(600), "加了密码"),
        (parcel("readme.txt"), "不是 Excel 表格"),
        (b"PK\x03\x04 broken", "打不开"),
        (parcel("xl/workbook.xml"), "打不开"),
        (b"%PDF-1.7\n" + bytes(100), "打不开"),
        (bytes(range(256)) * 20, "打不开"),
        ('时间,内容\n2025-01-01,"没有配对'.encode() + "的引号".encode() * 60_000, "引号没有配对"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        list(open_table(content).rows)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused, match="有 200 MB，一次最多 20 MB"):
        check_size(200 * MEGABYTE)


def test_a_workbook_cut_short_is_refused() -> None:
    content = xlsx([row(str(number)) for number in range(300)])
    with pytest.raises(Refused, match="打不开"):
        open_table(content[: len(content) // 2])
