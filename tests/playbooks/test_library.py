"""The ways of working that ship, and putting a whole text together from one that says only what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shangliang.core.errors import Refused
from shangliang.playbooks import library
from shangliang.playbooks.definition import DEFAULT, parse, parse_over
from shangliang.playbooks.nodes import PlaybookError
from tests.scenes_playbooks import PART


@pytest.mark.parametrize("name", library.names())
def test_every_way_that_ships_is_whole_and_sound(name: str) -> None:
    playbook = parse(library.text_of(name))
    assert playbook.name
    assert playbook.deliberation.steps


def test_no_two_that_ship_have_the_same_name() -> None:
    assert len(set(library.names())) == len(library.names())


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="default"):
        library.text_of("nowhere")


def test_a_part_may_write_only_the_steps_and_they_are_replaced_whole() -> None:
    ours, theirs = parse(DEFAULT.read_text(encoding="utf-8")), parse(library.whole(PART))
    assert list(theirs.deliberation.steps) == ["raise", "meet", "reply"]
    assert theirs.deliberation.meetings == ours.deliberation.meetings
    assert theirs.studios == ours.studios


def test_the_whole_text_says_what_the_part_meant_and_keeps_the_comments() -> None:
    text = library.whole(PART)
    assert replace(parse(text), digest="") == replace(parse_over(PART), digest="")
    assert "# 会有哪几种。" in text


def test_a_part_may_be_indented_as_its_writer_likes() -> None:
    wide = PART.replace("\n    ", "\n        ").replace("\n  steps", "\n    steps")
    assert replace(parse(library.whole(wide)), digest="") == replace(parse_over(PART), digest="")


@pytest.mark.parametrize(
    "odd", ['"deliberation": {note: 一句话}', "deliberation: {note: 一句话}", "deliberation: {note: 一句话}\n# 完"]
)
def test_what_cannot_be_put_together_line_by_line_is_refused_not_broken(odd: str) -> None:
    text = f'name: 甲\nversion: "1"\n{odd}'
    assert parse_over(text).deliberation.note == "一句话"
    with pytest.raises(Refused, match="合不进"):
        library.whole(text)


def test_a_mistake_in_a_part_is_named_by_the_line_of_the_part() -> None:
    with pytest.raises(PlaybookError) as found:
        library.whole(PART.replace("after: [meet]", "after: [meeting]"))
    assert (found.value.line, found.value.path) == (7, "deliberation.steps.reply.after[1]")


def test_a_part_has_a_name_and_a_version_of_its_own() -> None:
    with pytest.raises(PlaybookError, match="少了 name"):
        library.whole(PART.replace("name: 三步走\n", ""))


def test_a_file_is_read_as_editors_in_china_write_it() -> None:
    assert library.text_in("﻿名\r\n".encode()) == "名\n"
    assert library.text_in("名\n".encode("gb18030")) == "名\n"
    assert library.text_in("名\n".encode("utf-16")) == "名\n"
    with pytest.raises(Refused):
        library.text_in(b"\xff\xff\xff")


@pytest.mark.parametrize("begins", library.WORD)
def test_the_file_of_a_word_processor_is_told_for_what_it_is(begins: bytes) -> None:
    with pytest.raises(Refused, match="全选、复制"):
        library.text_in(begins + b" and more")
