"""Votes from files, good and bad, and the command that draws their map."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from shangliang.core.errors import Refused
from shangliang.deliberation.opinions.files import read_arrays, read_statements, read_votes
from shangliang.deliberation.opinions.votes import Id, Votes
from shangliang.manage.cli import main

HEADINGS = "timestamp,datetime,comment-id,voter-id,vote"


class Told:
    """What was said of bad rows."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []

    def __call__(self, row: int, why: str) -> None:
        self.rows.append((row, why))


def read(*rows: str, headings: str = HEADINGS, told: Told | None = None) -> Votes:
    return read_votes([headings, *rows], [], told or Told())


def pairs(votes: Votes) -> dict[tuple[Id, Id], int]:
    table = votes.matrix.tocoo()
    return {
        (votes.participants[row], votes.statements[column]): int(vote)
        for row, column, vote in zip(table.row, table.col, table.data, strict=True)
    }


def test_the_last_vote_by_time_counts_whatever_its_row() -> None:
    assert pairs(read("30,,1,7,-1", "10,,1,7,1", "20,,1,7,0")) == {(7, 1): -1}


def test_of_votes_at_the_same_time_the_last_row_counts() -> None:
    assert pairs(read("10,,1,7,1", "10,,1,7,-1")) == {(7, 1): -1}


def test_a_pass_is_a_vote() -> None:
    assert pairs(read("10,,1,7,0")) == {(7, 1): 0}


def test_times_may_be_dates() -> None:
    rows = ["2026-11-22T09:00,,1,7,1", "2026-11-22T02:00:00Z,,1,7,-1"]  # the second is at ten in Shanghai
    assert pairs(read(*rows)) == pairs(read(*reversed(rows))) == {(7, 1): -1}


def test_columns_may_stand_in_any_order() -> None:
    votes = read("1,张三,9,5", headings="Vote, voter-id ,comment-id,timestamp")
    assert pairs(votes) == {("张三", 9): 1}


def test_numbers_are_sorted_as_numbers_and_stay_apart_from_words() -> None:
    votes = read("1,,10,b,1", "1,,9,2,1", "1,,010,10,1")
    assert votes.participants == [2, 10, "b"]
    assert votes.statements == [9, 10, "010"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("10,,1,7,2", "票只能是 1、0、-1，这里是：2"),
        ("10,,1,7,", "票只能是 1、0、-1，这里是："),
        ("昨天,,1,7,1", "时间看不懂：昨天"),
        ("9" * 30 + ",,1,7,1", "时间看不懂：" + "9" * 30),
        ("10,,,7,1", "没有编号"),
        ("10,,1, ,1", "没有编号"),
        ("10,,1,7", "这一行的列不够"),
    ],
)
def test_a_bad_row_is_told_by_its_number_and_the_good_ones_are_kept(row: str, why: str) -> None:
    told = Told()
    votes = read("10,,1,7,1", row, "", "11,,2,7,-1", told=told)
    assert told.rows == [(3, why)]
    assert pairs(votes) == {(7, 1): 1, (7, 2): -1}


def test_a_field_without_end_is_told() -> None:
    told = Told()
    read('10,,1,7,"' + "1" * 200_000, told=told)
    assert len(told.rows) == 1


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(Refused, match="voter-id、vote"):
        read("1,2", headings="timestamp,comment-id")


def test_statements_are_taken_out_by_moderation_or_as_meta() -> None:
    rows = ["comment-id,moderated,is-meta,comment-body", "1,1,false,好", "2,-1,false,广告", '3,0,True,"问卷\n太长"']
    assert read_statements(rows, Told()) == {1: False, 2: True, 3: True}
    assert read_statements(["comment-id", "1"], Told()) == {1: False}


def arrays(folder: Path, **columns: object) -> Path:
    path = folder / "votes.npz"
    np.savez(path, **{name: np.asarray(column) for name, column in columns.items()})
    return path


def test_arrays_are_read_and_the_last_vote_of_a_pair_counts(tmp_path: Path) -> None:
    path = arrays(tmp_path, participant=[5, 9, 5], statement=[1, 1, 1], vote=np.array([1, 0, -1], np.int8))
    votes = read_arrays(path, [1, 2], Told())
    assert pairs(votes) == {(5, 1): -1, (9, 1): 0}
    assert votes.statements == [1, 2]


def test_a_bad_vote_among_arrays_is_told(tmp_path: Path) -> None:
    told = Told()
    path = arrays(tmp_path, participant=[-5, 10**9], statement=[1, 1], vote=[1, 4])
    assert pairs(read_arrays(path, [], told)) == {(-5, 1): 1}
    assert [row for row, _ in told.rows] == [2]


def test_arrays_of_something_else_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("no")
    np.save(tmp_path / "one.npy", np.ones(3))
    wrong = [
        arrays(tmp_path, participant=[1], statement=[1]),
        tmp_path / "text.npz",
        tmp_path / "one.npy",
        tmp_path / "nowhere.npz",
    ]
    for path in wrong:
        with pytest.raises(Refused):
            read_arrays(path, [], Told())
    with pytest.raises(Refused):
        read_arrays(arrays(tmp_path, participant=[1, 2], statement=[1], vote=[1]), [], Told())


def test_the_command_writes_the_map(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{at},,{at % 8},{person},{1 if person % 2 else -1}" for person in range(20) for at in range(8)]
    with gzip.open(tmp_path / "votes.csv.gz", "wt") as file:
        file.write("\n".join([HEADINGS, *rows, "99,,0,20,1", "100,,0,1,5"]))
    (tmp_path / "comments.csv").write_text("comment-id,moderated\n" + "".join(f"{at},1\n" for at in range(9)))
    out = tmp_path / "map.json"
    assert (
        main(["opinion-map", *(str(tmp_path / name) for name in ("votes.csv.gz", "comments.csv")), "--out", str(out)])
        == 0
    )
    drawn = json.loads(out.read_text())
    assert "votes.csv.gz 第 163 行：票只能是 1、0、-1，这里是：5" in capsys.readouterr().out
    assert [one["participant"] for one in drawn["participants"]] == list(range(21))
    assert drawn["participants"][20]["group"] is None
    assert {one["group"] for one in drawn["participants"][:20:2]} != {
        one["group"] for one in drawn["participants"][1:20:2]
    }
    assert drawn["statements"][0] == {
        "id": 0,
        "agree": 11,
        "disagree": 10,
        "pass": 0,
        "by_group": {
            "0": {"agree": 0, "disagree": 10, "pass": 0},
            "1": {"agree": 10, "disagree": 0, "pass": 0},
        },
        "consensus": pytest.approx(11 / 144, abs=1e-6),
        "used": True,
    }
    assert [statement["id"] for statement in drawn["statements"]] == list(range(9))
    assert [(group["id"], group["size"]) for group in drawn["groups"]] == [(0, 10), (1, 10)]
    assert set(drawn["timing"]) == {"read", "compute", "write"}


def test_the_command_says_what_it_could_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["opinion-map", "nowhere.csv", "nowhere.csv", "--out", str(tmp_path / "map.json")]) == 1
    assert "读不到文件 nowhere.csv" in capsys.readouterr().err
