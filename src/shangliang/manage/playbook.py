"""`shangliang playbook`: the ways of working that ship, and checking a file of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.playbooks import library, words
from shangliang.playbooks.definition import Playbook, PlaybookError
from shangliang.playbooks.schema import schema
from shangliang.playbooks.way import Way, told


def names() -> int:
    """Print the name of every way of working that ships, with what it is called and how it goes. Gives 0."""
    for one in library.shipped():
        playbook = library.playbook_of(one.name)
        print(f"{one.name:<20} {playbook.name}（{playbook.version}）")
        print(f"{'':<20} {_path(told(playbook))}")
    return 0


def print_schema() -> int:
    """Print the JSON schema of a playbook file, as it ships in `playbooks/data`. Gives 0."""
    print(json.dumps(schema(), ensure_ascii=False, indent=1))
    return 0


def check(file: str, picture: str | None) -> int:
    """Print every mistake of a file and give 1; or what the file says, and give 0; with `picture`, write its path
    there as SVG. Raises Refused if there is no such file, and for a picture that cannot be written."""
    text = _read(file)
    try:
        whole = library.is_whole(text)
        playbook = library.understand(text)
        if not whole:
            library.whole(text)
    except PlaybookError as mistake:
        for one in mistake.every:
            print(one)
        print(_("一共 %(n)s 处要改。") % {"n": len(mistake.every)})
        return 1
    left_out = _("、").join(str(words.PARTS[part]) for part in library.left_out(text))
    said = _("只写了不同的地方，没写的照通用的一份")
    said = _("完整的一份") if whole else f"{said}：{left_out}" if left_out else said
    print(_("没有错。%(said)s。") % {"said": said})
    if picture:
        _draw(playbook, picture)
    print("\n".join(_summary(told(playbook))))
    return 0


def show(name: str, picture: str | None) -> int:
    """Print the whole text of one that ships; with `picture`, write its path there as SVG. Gives 0. Raises Refused
    for a name there is none of, and a file that cannot be written."""
    text = library.text_of(name)
    if picture:
        _draw(library.playbook_of(name), picture)
    print(text, end="")
    return 0


def _read(file: str) -> str:
    try:
        return library.text_in(Path(file).read_bytes())
    except OSError as error:
        raise Refused(_("读不了 %(file)s：%(why)s") % {"file": file, "why": error.strerror}) from error


def _draw(playbook: Playbook, picture: str) -> None:
    try:
        Path(picture).write_text(_drawn(playbook), encoding="utf-8")
    except OSError as error:
        raise Refused(_("写不了 %(file)s：%(why)s") % {"file": picture, "why": error.strerror}) from error


def _drawn(playbook: Playbook) -> str:
    way = told(playbook)
    page = {"picture": way.picture, "standalone": True, "title": f"{playbook.name}：{_path(way)}"}
    return render_to_string("playbooks/_path_picture.svg", page)


def _path(way: Way) -> str:
    return " → ".join(told.step.label for told in way.steps)


def _summary(way: Way) -> Iterator[str]:
    yield f"{way.playbook.name}（{way.playbook.version}）"
    if way.playbook.deliberation.note:
        yield way.playbook.deliberation.note
    yield ""
    for one in way.steps:
        days = _("，%(n)s 个工作日内") % {"n": one.step.days} if one.step.days else ""
        skip = _("，可以跳过") if one.step.optional else ""
        after = _("，接在%(steps)s后面") % {"steps": "、".join(one.after)} if one.after else ""
        yield (
            _("%(n)s. %(label)s：%(by)s") % {"n": one.number, "label": one.step.label, "by": one.step.by}
            + after
            + days
            + skip
        )
        if one.does:
            yield "   " + _("办什么：%(does)s") % {"does": "、".join(one.does)}
        if one.asks:
            yield "   " + _("另外要写：%(asks)s") % {"asks": "、".join(one.asks)}
        if one.gate:
            yield "   " + _("关口：%(gate)s") % {"gate": "；".join(one.gate)}
        if one.comes_out:
            yield "   " + _("谈成以后：%(out)s") % {"out": "、".join(one.comes_out)}
    yield ""
    yield from way.topics
    yield ""
    for meeting in way.meetings:
        parts = (meeting.how, meeting.form.when, meeting.people, *meeting.seats, *meeting.clocks, meeting.decided)
        yield f"{meeting.form.label}：" + "，".join(part for part in parts if part)
    yield ""
    if guides := way.playbook.deliberation.guided_by:
        yield _("谁来指导：%(who)s") % {"who": "、".join(guides)}
    yield from (*way.quotas, *way.season, *way.levels)
    yield from (_("%(what)s：%(n)s 个工作日") % {"what": what, "n": days} for what, days in way.clocks)
