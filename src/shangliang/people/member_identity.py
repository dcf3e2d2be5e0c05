"""Whom the lines of a list mean: by the office's own number; who has none, or could be two, is asked for. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.files.tables import Problem
from shangliang.people.member_known import Known
from shangliang.people.member_rows import Line
from shangliang.people.models import Member
from shangliang.people.private import private_of

OWN_KEY = "自编"  # how keys begin that we gave to those who came without one
Named = Sequence[tuple[str, Member]]  # key and latest row of the members of one name
LEFT_OUT, NEW, KEY, PERSON = "", "new", "key:", "person:"


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of which the list does not say whom it means."""

    row: int
    name: str
    about: str  # what tells them apart: the sector, the term
    why: str
    choices: tuple[tuple[str, str], ...]  # value, in words


@dataclass(slots=True)
class Identified:
    """The lines by key, and what could not be told."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    persons: dict[str, UUID] = field(default_factory=dict)  # key → who sits here already, and becomes a member
    questions: list[Asked] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def identify(lines: Sequence[Line], known: Known, answers: Mapping[int, str]) -> Identified:
    """Give every line a key. Two people of one name are never taken for one, nor one for two: without a key that
    tells them apart, the row is asked for, and left out until it is answered."""
    found, by_name = Identified(), known.by_name()
    numbers = _own_keys(known)
    in_list = Counter(line.name for line in lines if not line.key)
    keyed: dict[str, dict[str, Line]] = {}
    for line in lines:
        if line.key:
            keyed.setdefault(line.name, {}).setdefault(line.key, line)
    for line in lines:
        named = by_name.get(line.name, [])
        settled = line.key and line.key in found.lines  # by an earlier row of the same person
        choices = [] if settled else _choices(line, known, named, keyed.get(line.name, {}), in_list[line.name])
        answer = answers.get(line.row) if choices else NEW
        if choices and answer not in {LEFT_OUT, *(value for value, _words in choices)}:
            answer = _certain(line, named)  # not answered, or with what was not offered
        if choices and answer is None:
            found.questions.append(_asked(line, choices))
            continue
        if choices and answer == LEFT_OUT:
            continue
        _settle(found, line, answer or NEW, numbers)
    return found


def _settle(found: Identified, line: Line, answer: str, numbers: _Numbers) -> None:
    if answer.startswith(KEY):
        line.key = answer.removeprefix(KEY)
    line.key = line.key or numbers.next()
    if answer.startswith(PERSON):
        found.persons[line.key] = UUID(answer.removeprefix(PERSON))
    found.lines.setdefault(line.key, []).append(line)


def _choices(line: Line, known: Known, named: Named, keyed: Mapping[str, Line], times: int) -> list[tuple[str, str]]:
    """Who the line may mean besides somebody new; none where there is no doubt."""
    choices = []
    if line.key:
        if line.key in known.members:
            return []
    else:
        choices = [(f"{KEY}{key}", _told(key, row)) for key, row in named]
        told = {value for value, _words in choices}
        choices += [
            (f"{KEY}{key}", _("和第 %(row)d 行的编号 %(key)s 是同一个人") % {"row": other.row, "key": key})
            for key, other in keyed.items()
            if f"{KEY}{key}" not in told
        ]
    choices += [
        (
            f"{PERSON}{other.person_id}",
            _("就是已经有席位的%(name)s：%(seats)s") % {"name": other.name, "seats": other.seats},
        )
        for other in known.others.get(line.name, ())
    ]
    if choices or (not line.key and times > 1):
        choices.append((NEW, _("是另一个人，新加一位")))
    return choices


def _certain(line: Line, named: Named) -> str | None:
    """Of a line without a key, the one member of this name who has the same telephone or the same home."""
    if line.key:
        return None
    same = []
    for key, row in named:
        private = private_of(row)
        if any(line.given.get(name) and line.given[name] == getattr(private, name) for name in ("phone", "home")):
            same.append(f"{KEY}{key}")
    return same[0] if len(same) == 1 else None


def _asked(line: Line, choices: list[tuple[str, str]]) -> Asked:
    given = line.given
    about = "，".join(str(given[name]) for name in ("sector", "term") if name in given)
    why = _("没有编号，认不准是哪一位。") if not line.key else _("这里已经有一位同名的人有席位。")
    return Asked(line.row, line.name, about, why, tuple(choices))


def _told(key: str, row: Member) -> str:
    words = _("就是编号 %(key)s 的%(name)s") % {"key": key, "name": row.person.name}
    return f"{words}（{row.sector}）" if row.sector else words


class _Numbers:
    """Keys for those who came without one."""

    def __init__(self, last: int) -> None:
        self.last = last

    def next(self) -> str:
        self.last += 1
        return f"{OWN_KEY}{self.last:04}"


def _own_keys(known: Known) -> _Numbers:
    taken = [key.removeprefix(OWN_KEY) for key in known.members if key.startswith(OWN_KEY)]
    return _Numbers(max((int(number) for number in taken if number.isdigit()), default=0))
