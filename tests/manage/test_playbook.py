"""`shangliang playbook`: what is printed, and what status it ends with."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from shangliang.manage.cli import main
from shangliang.playbooks.definition import DEFAULT
from tests.scenes_playbooks import PART


def test_a_sound_file_is_told_in_words_and_whether_it_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(PART, encoding="utf-8")
    assert main(["playbook", "check", str(file)]) == 0
    said = capsys.readouterr().out
    assert "没写的照通用的一份：议题从哪里来、怎么选议题" in said
    assert "2. 一起议：召集人\n   办什么：开会、达成一致\n   关口：街道党工委同意" in said
    assert "3. 有回音：街道，5 个工作日内" in said
    picture = tmp_path / "own.svg"
    assert main(["playbook", "check", str(DEFAULT), "--picture", str(picture)]) == 0
    assert "共协商" in picture.read_text(encoding="utf-8")
    assert "完整的一份" in capsys.readouterr().out


def test_every_mistake_of_a_file_is_printed_with_its_line_and_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(PART.replace("after: [raise]", "after: [rise]").replace("days: 5", "days: 五天"), encoding="utf-8")
    assert main(["playbook", "check", str(file)]) == 1
    first, second, count = capsys.readouterr().out.splitlines()
    assert first.startswith("第 6 行，deliberation.steps.meet.after[1]：")
    assert second.startswith("第 7 行，deliberation.steps.reply.days：")
    assert count == "一共 2 处要改。"


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "check", str(tmp_path / "none.yaml")]) == 1
    assert "none.yaml" in capsys.readouterr().err


def test_a_way_that_ships_is_shown_whole_and_its_path_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "path.svg"
    assert main(["playbook", "show", "qingshan", "--picture", str(picture)]) == 0
    shown = tmp_path / "shown.yaml"
    shown.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["playbook", "check", str(shown)]) == 0
    drawn = ElementTree.parse(picture).getroot()
    assert drawn.tag.endswith("svg")
    assert "共协商" in "".join(drawn.itertext())


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "show", "nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_all_that_ship_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "list"]) == 0
    said = capsys.readouterr().out
    assert "default" in said
    assert "你来提 → 我收集 →" in said
