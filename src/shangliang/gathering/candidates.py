"""Whom a whistle could ask, in which order, and why: each place has its reasons in words. Pure.

The order serves whoever blows the whistle and decides; the sum behind it is never shown, and there is
no list of members by it. Nearness and what was asked for weigh most, then being there today; who has much
in hand or was asked often lately stands further back, so that turns stay fair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.people.models import Body
from shangliang.playbooks import wording

RECENT = dt.timedelta(days=90)  # how far back asking counts
COMMUNITY, STREET = 4, 2  # weight of being enrolled there, or of sitting in a body there
WANTED, ON_DUTY = 3, 1  # of each kind of thing that was asked for, of being in a studio today
MOST = 3  # more in hand, or asked more often, than this weighs no more
NEVER = dt.date.min


@dataclass(frozen=True, slots=True)
class Sits:
    """A body somebody sits in: a street's liaison committee, a studio."""

    kind: str
    name: str
    path: str  # of its place


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody who could be asked."""

    person_id: UUID
    name: str
    sector: str = ""
    specialties: Sequence[str] = ()
    languages: Sequence[str] = ()
    place_path: str = ""  # where they are enrolled
    place_name: str = ""
    seats: Sequence[Sits] = ()
    on_duty_at: str = ""  # the studio in which they receive today
    in_hand: int = 0  # whistles they come to, questions put to them
    asked_lately: int = 0
    last_asked: dt.date | None = None
    on_leave: bool = False
    recused: str = ""  # why they must stay out


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a whistle asks for, and where."""

    path: str  # of the place
    what: str = ""
    specialties: Sequence[str] = ()
    sectors: Sequence[str] = ()
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody at their place in the order, with the reasons for it; `out` says why they cannot be asked."""

    person_id: UUID
    name: str
    sector: str
    reasons: tuple[str, ...]
    out: str = ""


@dataclass(slots=True)
class _Sum:
    reasons: list[str] = field(default_factory=list)
    weight: int = 0

    def add(self, weight: int, reason: str) -> None:
        self.weight += weight
        self.reasons.append(reason)


def ranked(people: Iterable[Facts], wanted: Wanted) -> list[Candidate]:
    """Everybody, those who could be asked first in their order, those who are out behind them."""
    rows = []
    for one in people:
        total = _weighed(one, wanted)
        # Among equals, whoever waited longest; then by name, so that the order stays the same on every page.
        place = (bool(out := _out(one)), -total.weight, one.last_asked or NEVER, one.name, str(one.person_id))
        rows.append((place, Candidate(one.person_id, one.name, one.sector, tuple(total.reasons), out)))
    return [candidate for _place, candidate in sorted(rows, key=lambda row: row[0])]


def _out(one: Facts) -> str:
    if one.recused:
        return _("要回避：%(why)s") % {"why": one.recused}
    return _("请了假") if one.on_leave else ""


def _weighed(one: Facts, wanted: Wanted) -> _Sum:
    total = _Sum()
    _near(one, wanted.path, total)
    if one.sector and one.sector in wanted.sectors:
        total.add(WANTED, _("是%(sector)s的") % {"sector": one.sector})
    if known := [each for each in one.specialties if _fits(each, wanted)]:
        total.add(WANTED, _("懂%(what)s") % {"what": "、".join(known)})
    if spoken := [each for each in one.languages if each in wanted.languages or each in wanted.what]:
        total.add(WANTED, _("会说%(languages)s") % {"languages": "、".join(spoken)})
    if one.on_duty_at:
        total.add(ON_DUTY, _("今天在%(studio)s值班") % {"studio": one.on_duty_at})
    if one.in_hand:
        total.add(-min(one.in_hand, MOST), _("手上还有 %(n)s 件") % {"n": one.in_hand})
    if one.asked_lately:
        total.add(-min(one.asked_lately, MOST), _asked(one))
    else:
        total.add(0, _("近 90 天没被请过"))
    return total


def _near(one: Facts, path: str, total: _Sum) -> None:
    """Where somebody is at home: the community itself, a body of it, its street."""
    street = _street_of(path)
    if one.place_path == path:
        total.add(COMMUNITY, _("编在%(place)s") % {"place": one.place_name})
    elif one.place_path and _within(one.place_path, street):
        total.add(STREET, _("在本街道（%(place)s）") % {"place": one.place_name})
    here = [seat for seat in one.seats if seat.kind in (Body.Kind.STUDIO, Body.Kind.LIAISON_COMMITTEE)]
    if at := [seat.name for seat in here if seat.path == path]:
        total.add(STREET, _("在%(bodies)s") % {"bodies": "、".join(at)})
    elif at := [seat.name for seat in here if _within(seat.path, street)]:
        total.add(STREET // 2, _("在%(bodies)s") % {"bodies": "、".join(at)})


def _fits(specialty: str, wanted: Wanted) -> bool:
    return any(specialty in each or each in specialty for each in wanted.specialties) or specialty in wanted.what


def _asked(one: Facts) -> str:
    said = {"n": one.asked_lately, "day": wording.date(one.last_asked) if one.last_asked else ""}
    return _("近 90 天请过 %(n)s 次，上次 %(day)s") % said


def _street_of(path: str) -> str:
    """The street that a place lies in, the place itself if it is one or lies above one."""
    labels = path.split("/")
    return "/".join(labels[:STREET_LABELS])


STREET_LABELS = 4  # province, city, district, street


def _within(path: str, above: str) -> bool:
    return path == above or path.startswith(above + "/")
