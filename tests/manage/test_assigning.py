"""`shangliang people assign`: a list of people, and the communities they live in."""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from shangliang.manage.cli import main
from shangliang.places import actions
from shangliang.places.models import Place
from tests.places import addresses

pytestmark = pytest.mark.django_db
Printed = pytest.CaptureFixture[str]
HEADINGS = ("key", "name", "address")
ROWS = [
    HEADINGS,
    ("1", "虚构甲", "武汉市青山区新沟桥街道光明社区3号院"),
    ("2", "虚构乙", "青山区光朋社区"),
    ("3", "虚构丙", "青山区武东"),
    ("4", "虚构丁", "洪山区光明社区"),
    ("5", "虚构戊", ""),
    ("", "虚构己", "青山区新沟桥街道"),
    ("7", "虚构庚"),
    ("8", "虚构辛", "某某路12号"),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.csv"


def listed(folder: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8") -> str:
    path = folder / "list.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


def read(out: Path) -> list[list[str]]:
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def assign(file: str, out: Path, place: str = "420107") -> int:
    return main(["people", "assign", file, "--place", place, "--out", str(out)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_row_gets_an_answer_in_its_order(tmp_path: Path, out: Path, encoding: str) -> None:
    assert assign(listed(tmp_path, ROWS, encoding), out) == 0
    assert read(out) == [
        ["key", "community_code", "status", "reason"],
        ["1", "420107003011", "assigned", "认出“新沟桥街道 光明社区”"],
        ["2", "420107003011", "assigned", "认出“新沟桥街道 光明社区”，把“光朋社区”看作“光明社区”"],
        ["3", "", "ambiguous", "可能是：武东街道武东社区（420107008007）、武东街道武东村（420107008200）"],
        ["4", "", "not_found", "地址写的是“洪山区”，不在青山区"],
        ["5", "", "not_found", "没有填地址"],
        ["", "", "not_found", "只认出“新沟桥街道”，没有认出社区或村"],
        ["7", "", "not_found", "没有填地址"],
        ["8", "", "not_found", "没有认出青山区的地名"],
    ]


def test_rows_that_lack_something_are_reported_with_their_number(tmp_path: Path, out: Path, capsys: Printed) -> None:
    assign(listed(tmp_path, ROWS), out)
    printed = capsys.readouterr().out.splitlines()
    assert printed[:3] == ["第 6 行：没有填地址", "第 7 行：没有填编号", "第 8 行：没有填地址"]
    assert printed[3] == "共 8 人：认出 2，要问 1，没找到 5。"


def test_an_excel_list_with_chinese_headings_is_read_too(tmp_path: Path, out: Path) -> None:
    book, file = openpyxl.Workbook(), BytesIO()
    for row in (("委员名单",), ("序号", "姓名", "家庭住址"), (1, "虚构甲", "青山区光明社区")):
        book.active.append(row)
    book.save(file)
    path = tmp_path / "list.xlsx"
    path.write_bytes(file.getvalue())
    assert assign(str(path), out) == 0
    assert read(out)[1] == ["1", "420107003011", "assigned", "认出“新沟桥街道 光明社区”"]


def test_a_city_of_which_one_district_is_loaded_is_read_whole(tmp_path: Path, out: Path) -> None:
    actions.load("420107")
    rows = [
        HEADINGS,
        ("1", "虚构甲", "青山区和平社区"),
        ("2", "虚构乙", "江岸区一元街道天津社区"),
        ("3", "虚构丙", "和平社区"),
    ]
    assert assign(listed(tmp_path, rows), out, "4201") == 0
    answers = read(out)[1:]
    assert answers[0][1] == "420107001003"
    assert Place.objects.get(code=answers[1][1]).short_name == "天津社区"
    assert answers[2][2] == "ambiguous"


def test_many_candidates_are_counted(tmp_path: Path, out: Path) -> None:
    assign(listed(tmp_path, [HEADINGS, ("1", "虚构甲", "武汉市向阳村")]), out, "4201")
    (answer,) = read(out)[1:]
    assert answer[2] == "ambiguous"
    assert answer[3].startswith("可能是：")


def test_a_whole_list_goes_where_its_people_live(tmp_path: Path, out: Path) -> None:
    members = addresses.members("610102", 8101, 400)
    rows = [HEADINGS, *((member.key, member.name, member.address) for member in members)]
    assert assign(listed(tmp_path, rows), out, "610102") == 0
    answers = read(out)[1:]
    assert [answer[0] for answer in answers] == [member.key for member in members]
    right = sum(answer[1] == member.code for answer, member in zip(answers, members, strict=True))
    assert right >= 0.98 * len(members)


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([("姓名", "电话"), ("虚构甲", "1")], "420107"),
        ([HEADINGS, ("1", "虚构甲", "光明社区")], "999999"),
    ],
)
def test_a_list_without_addresses_or_a_place_nobody_knows_is_refused(
    tmp_path: Path, out: Path, rows: list[tuple[str, ...]], place: str
) -> None:
    assert assign(listed(tmp_path, rows), out, place) == 1
    assert not out.exists()


def test_files_that_cannot_be_read_or_written_are_refused(tmp_path: Path, out: Path, capsys: Printed) -> None:
    assert assign(str(tmp_path / "none.csv"), out) == 1
    assert assign(listed(tmp_path, ROWS), tmp_path / "no" / "out.csv") == 1
    assert "写不了文件" in capsys.readouterr().err


def test_a_number_that_stands_twice_is_assigned_both_times_and_said(tmp_path: Path, out: Path, capsys: Printed) -> None:
    rows = [HEADINGS, ROWS[1], ROWS[2], ("1", "虚构壬", "青山区光明社区"), ("", "虚构癸", ""), ("", "虚构子", "")]
    assert assign(listed(tmp_path, rows), out) == 0
    answers = read(out)[1:]
    assert [row[2] for row in answers] == ["assigned"] * 3 + ["not_found"] * 2
    assert ["编号和第 2 行重复" in row[3] for row in answers] == [False, False, True, False, False]
    assert "第 4 行：编号和第 2 行重复" in capsys.readouterr().out


def test_the_result_is_not_written_over_the_list(tmp_path: Path) -> None:
    file = Path(listed(tmp_path, ROWS))
    before = file.read_bytes()
    (tmp_path / "link.csv").symlink_to(file)
    for out in (file, tmp_path / "link.csv"):
        assert assign(str(file), out) != 0
    assert file.read_bytes() == before


def test_the_result_takes_the_place_of_an_older_one_whole(tmp_path: Path, out: Path) -> None:
    out.write_text("旧的", encoding="utf-8")
    assign(listed(tmp_path, ROWS), out)
    assert read(out)[0][0] == "key"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "out.csv"]
