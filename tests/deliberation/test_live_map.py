"""The map that is kept while people vote, what a page makes of it, and the files others read."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from shangliang.core.errors import NotAllowed, Refused
from shangliang.deliberation import exporting
from shangliang.deliberation.actions import conversations as actions
from shangliang.deliberation.actions import opinions
from shangliang.deliberation.actions.imported import bring_in, read_folder
from shangliang.deliberation.live_map import Maps
from shangliang.deliberation.models import Conversation, OpinionVote, Side, StoredMap
from shangliang.deliberation.queries import conversations as queries
from shangliang.manage.conversations import EXAMPLE
from shangliang.manage.opinion import opinion_map
from tests.cast import Cast
from tests.scenes_talk import opened, said, speaks, topic, votes

SEEDS = (
    "账要公开。",
    "自动断电。",
    "月卡三十元。",
    "离窗户远。",
    "夜里静音。",
    "多装插座。",
    "先到先充。",
    "志愿者值班。",
)
NEAR, QUIET = (1, 1, 1, -1, -1, 1, 1, 0), (1, 1, -1, 1, 1, -1, 0, 1)


def voted(cast: Cast, near: int = 6, quiet: int = 5) -> Conversation:
    """Two minds, who agree on the first two statements."""
    row = opened(cast, seeds=SEEDS)
    for number in range(near):
        votes(row, f"近{number}", *NEAR)
    for number in range(quiet):
        votes(row, f"静{number}", *QUIET)
    return cast.again(row)  # type: ignore[no-any-return]


def drawn(row: Conversation) -> dict[str, object]:
    Maps().catch_up()
    return StoredMap.objects.get(conversation=row).map  # type: ignore[no-any-return]


def test_the_map_finds_who_thinks_alike_and_what_all_share(cast: Cast) -> None:
    row = voted(cast)
    drawn(row)
    picture = queries.picture(row)
    assert (picture.people, picture.placed, picture.votes) == (11, 11, 88)
    assert [group.size for group in picture.groups] == [6, 5]
    assert {one.text for one in picture.shared} == {"账要公开。", "自动断电。"}
    assert [[share.percent for share in one.shares] for one in picture.shared] == [[100, 100]] * 2
    assert {"月卡三十元。", "离窗户远。"} <= {one.text for one in picture.apart}


def test_it_is_drawn_again_from_what_is_new_alone_as_if_from_all(cast: Cast, at_most: object) -> None:
    row = voted(cast)
    maps = Maps()
    assert maps.catch_up() == 1
    assert maps.catch_up() == 0
    votes(row, "近0", *QUIET)  # changed their mind
    for name in ("新来的", "又一位", "第三位"):
        votes(row, name, *NEAR)
    with at_most(8):  # type: ignore[operator]
        assert maps.catch_up() == 1
    kept = StoredMap.objects.get(conversation=row).map
    StoredMap.objects.filter(conversation=row).delete()
    Maps().draw(cast.again(row))
    again = StoredMap.objects.get(conversation=row).map
    assert kept["counts"] == again["counts"]
    assert [one["size"] for one in kept["groups"]] == [one["size"] for one in again["groups"]]


def test_an_idle_look_is_one_query(cast: Cast, at_most: object) -> None:
    maps = Maps()
    drawn(voted(cast))
    with at_most(1):  # type: ignore[operator]
        assert maps.catch_up() == 0


def test_a_group_keeps_its_name_when_another_outgrows_it(cast: Cast) -> None:
    row = voted(cast)
    maps = Maps()
    maps.catch_up()
    actions.name_groups(cast.community, row, {"0": "要近便", "1": "要安静"})
    for number in range(4):
        votes(row, f"又静{number}", *QUIET)
    maps.catch_up()
    picture = queries.picture(cast.again(row))
    assert [(group.name, group.size, group.mark) for group in picture.groups] == [
        ("要安静", 9, "■"),
        ("要近便", 6, "●"),
    ]


def test_fewer_than_five_make_no_map_and_the_page_says_why(cast: Cast) -> None:
    row = voted(cast, 3, 1)
    drawn(row)
    picture = queries.picture(row)
    assert not picture.groups
    assert "不到 5 个人不画图" in picture.why_none
    page = cast.client().get(cast.url("deliberation:talk_map", conversation_id=row.pk)).content.decode()
    assert "还画不出图" in page
    assert '<svg class="chart' not in page


def test_what_was_taken_away_leaves_the_map_and_its_votes_stay_counted(cast: Cast) -> None:
    row = voted(cast)
    drawn(row)
    first = queries.shown(row)[0]
    actions.decline(cast.community, first, why="重复了。")
    drawn(row)
    assert "账要公开。" not in {one.text for one in queries.picture(row).shared}
    assert OpinionVote.objects.filter(conversation=row, what=1).count() == 11


def test_who_is_missing_stands_beside_the_map(cast: Cast) -> None:
    about = topic(cast)
    sides = [
        Side.objects.create(tenant=cast.tenant, topic=about, position=at, label=label)
        for at, label in enumerate(("夜班住户", "一楼住户"))
    ]
    row = actions.open_conversation(cast.community, about, question="收多少", seeds=SEEDS)
    opinions.say_side(row.pk, speaks("王阿姨"), sides[0])
    picture = queries.picture(row)
    assert picture.sides == [("夜班住户", 1), ("一楼住户", 0)]
    assert picture.absent == ["一楼住户"]


def test_the_page_is_small_asks_little_and_sends_nothing_to_who_has_seen_it(cast: Cast, at_most: object) -> None:
    row, client = voted(cast), cast.client()
    drawn(row)
    at = cast.url("deliberation:talk_map", conversation_id=row.pk)
    with at_most(3):  # type: ignore[operator]
        queries.picture(row)
    with at_most(6):  # type: ignore[operator]
        page = client.get(at)
    assert len(gzip.compress(page.content)) < 25_000
    seen = cast.again(row).mapped
    assert client.get(f"{at}?seen={seen}", headers={"HX-Request": "true"}).status_code == 204
    votes(row, "新来的", 1)
    drawn(row)
    assert client.get(f"{at}?seen={seen}", headers={"HX-Request": "true"}).status_code == 200


# --- files -------------------------------------------------------------------------------------------


def test_its_files_make_the_same_map_by_the_command(cast: Cast, tmp_path: Path) -> None:
    row = voted(cast)
    votes(row, "近0", -1)
    kept = drawn(row)
    row = cast.again(row)
    for name, write in (("votes.csv", exporting.votes), ("comments.csv", exporting.comments)):
        (tmp_path / name).write_text("".join(write(row, for_staff=False)), encoding="utf-8")
    out = tmp_path / "map.json"
    assert opinion_map(str(tmp_path / "votes.csv"), str(tmp_path / "comments.csv"), str(out), None) == 0
    made = json.loads(out.read_text())
    assert [one["size"] for one in made["groups"]] == [one["size"] for one in kept["groups"]]  # type: ignore[attr-defined, index]
    assert [one["agree"] for one in made["statements"]] == [10, 11, 6, 5, 5, 6, 6, 5]


def test_the_file_of_participants_says_who_said_what_and_in_which_group(cast: Cast) -> None:
    row = voted(cast)
    actions.show(cast.community, said(cast, row, name="近0"))
    rows = list(csv.DictReader(io.StringIO("".join(exporting.participants_votes(cast.again(row), for_staff=False)))))
    assert rows[0].keys() >= {"participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "1", "9"}
    assert [rows[0][name] for name in ("n-comments", "n-votes", "n-agree", "n-disagree", "8", "9")] == [
        *("1", "8", "5", "2", "0", "")
    ]
    assert [row["group-id"] for row in rows] == ["0"] * 6 + ["1"] * 5


def test_the_public_gets_the_files_of_what_is_over_without_the_words_that_were_not_shown(cast: Cast) -> None:
    row = voted(cast)
    actions.decline(cast.community, said(cast, row), why="已经有了。")
    at = cast.url("deliberation:talk_file", conversation_id=row.pk, file="comments.csv")
    assert cast.client().get(at).status_code == 404
    actions.close(cast.community, row)
    text = b"".join(cast.client().get(at).streaming_content).decode()  # type: ignore[attr-defined]
    assert "账要公开。" in text
    assert "充电的钱" not in text
    staff = cast.url("deliberation:talk_file_of_staff", conversation_id=row.pk, file="comments.csv")
    assert "充电的钱" in b"".join(cast.client("community").get(staff).streaming_content).decode()  # type: ignore[attr-defined]


def test_what_was_written_is_read_again_as_a_conversation_that_is_over_and_says_whose_it_is(
    cast: Cast, tmp_path: Path
) -> None:
    row = voted(cast)
    actions.decline(cast.community, said(cast, row), why="已经有了。")
    for name, write in (("votes.csv", exporting.votes), ("comments.csv", exporting.comments)):
        (tmp_path / name).write_text("".join(write(cast.again(row), for_staff=True)), encoding="utf-8")
    given = {"question": "别处的充电棚", "about": "", "source": "别处，CC BY 4.0"}
    again = bring_in(cast.office, cast.body("光明社区"), read_folder(tmp_path), **given)
    drawn(cast.again(again))
    assert again.status == Conversation.Status.CLOSED
    columns = ("number", "author", "agree", "disagree", "passed", "status")
    before, after = (list(one.statements.order_by("number").values_list(*columns)) for one in (row, again))
    assert before == after
    assert [group.size for group in queries.picture(again).groups] == [6, 5]
    page = cast.client().get(cast.url("deliberation:talk_map", conversation_id=again.pk)).content.decode()
    assert "别处，CC BY 4.0" in page
    with pytest.raises(NotAllowed, match="别处"):
        actions.reopen(cast.community, again)


def test_the_real_conversation_that_ships_is_whole() -> None:
    held = read_folder(EXAMPLE)
    assert len(held.statements) == 197
    assert len({who for _cast, who, _what, _vote in held.votes}) == 1921
    assert "CC BY 4.0" in (EXAMPLE / "SOURCE.md").read_text()


@pytest.mark.parametrize(
    "votes_csv", ["timestamp,comment-id,voter-id\n1,1,1\n", "timestamp,comment-id,voter-id,vote\n1,1,1,很好\n"]
)
def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path, votes_csv: str) -> None:
    with pytest.raises(Refused):
        read_folder(tmp_path)
    (tmp_path / "comments.csv").write_text("timestamp,comment-id,comment-body\n1,1,好\n")
    (tmp_path / "votes.csv").write_text(votes_csv)
    with pytest.raises(Refused):
        read_folder(tmp_path)
