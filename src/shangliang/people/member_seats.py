"""The bodies that a list of members names, and which seats follow from it. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.files.tables import Problem
from shangliang.people.member_columns import BODY_COLUMNS
from shangliang.people.member_rows import Line, Wanted
from shangliang.people.member_spans import DAY, Span
from shangliang.people.models import Body, Member, Membership
from shangliang.people.rules import DUTIES_IN

Duty = Membership.Duty
COLUMN_OF = {kind: column for column, kind in BODY_COLUMNS.items()}
PLAIN = (Duty.MEMBER, Duty.DELEGATE)  # what a list may take back; who runs a body is ended by hand


class WrongBodies(Exception):
    """A line names bodies that are not there, or a duty that fits none of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Wish:
    """A seat that a line names. `duty` is "" where the list does not say it."""

    body: Body
    duty: str


@dataclass(slots=True)
class SeatPlan:
    """The seats to be given and to be ended."""

    given: list[tuple[Body, str]] = field(default_factory=list)
    since: dt.date | None = None
    until: dt.date | None = None
    ended: list[tuple[Membership, dt.date]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.given or self.ended)


class Bodies:
    """The open bodies, found by what a list calls them."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self.by_kind: dict[str, list[Body]] = {}
        self.found: dict[tuple[str, str], list[Body]] = {}
        self.missing: Counter[tuple[str, str]] = Counter()
        for body in bodies:
            self.by_kind.setdefault(body.kind, []).append(body)

    def with_unit_as_body(self, line: Line) -> Line:
        """The line with 所在单位 read as a body, where it is one and 职务 beside it is a duty there. Otherwise it is
        where somebody works."""
        unit = _plain(line.given.get("unit", ""))
        found = [
            body
            for kind in COLUMN_OF
            for body in self.by_kind.get(kind, [])
            if unit == _plain(body.name) and any(duty in DUTIES_IN[kind] for duty in line.duties)
        ]
        if len(found) != 1:
            return line
        (body,), column = found, COLUMN_OF[found[0].kind]
        sits = [duty for duty in line.duties if duty in DUTIES_IN[body.kind]]
        return replace(
            line,
            given={name: value for name, value in line.given.items() if name != "unit"},
            duties=[duty for duty in line.duties if duty not in sits],
            bodies=line.bodies + [Wanted(column, body.name, duty) for duty in sits],
            headings={**line.headings, column: line.headings.get("unit", "")},
        )

    def wished_by(self, line: Line) -> list[Wish]:
        """The seats a line names. Raises WrongBodies."""
        wishes, problems = list[Wish](), list[Problem]()
        for wanted in line.bodies:
            found = self._named(wanted)
            if len(found) == 1 and (not wanted.duty or wanted.duty in DUTIES_IN[found[0].kind]):
                wishes.append(Wish(found[0], wanted.duty))
            else:
                problems.append(line.problem(wanted.column, self._why(wanted, found)))
        for duty in line.duties:
            fitting = [at for at, wish in enumerate(wishes) if not wish.duty and duty in DUTIES_IN[wish.body.kind]]
            if len(fitting) == 1:
                wishes[fitting[0]] = Wish(wishes[fitting[0]].body, duty)
            elif duty not in PLAIN and not problems:
                problems.append(line.problem("duty", _duty_of_none(line, duty)))
        if problems:
            raise WrongBodies(problems)
        return wishes

    def _named(self, wanted: Wanted) -> list[Body]:
        kind = BODY_COLUMNS[wanted.column]
        known = (kind, wanted.name)
        if known not in self.found:
            bodies, name = self.by_kind.get(kind, []), _plain(wanted.name)
            self.found[known] = (
                [body for body in bodies if _plain(body.name) == name]
                or [body for body in bodies if body.place.short_name == wanted.name]
                or [body for body in bodies if name in _plain(body.name)]
            )
        return self.found[known]

    def _why(self, wanted: Wanted, found: Sequence[Body]) -> str:
        if not found:
            self.missing[BODY_COLUMNS[wanted.column], wanted.name] += 1
            kind = Body.Kind(BODY_COLUMNS[wanted.column]).label
            return _("没有叫“%(name)s”的%(kind)s。") % {"name": wanted.name, "kind": kind}
        if len(found) > 1:
            names = "、".join(body.name for body in found[:5])
            return _("“%(name)s”可能是：%(names)s。请写全。") % {"name": wanted.name, "names": names}
        return _("%(body)s没有这个职责。") % {"body": found[0].name}


def plan_seats(
    wishes: Sequence[Wish], held: Sequence[Membership], spans: Sequence[Span], on: dt.date, *, is_new: bool
) -> SeatPlan:
    """The seats that follow. A kind of body of which the list names one is complete: another one left out of it
    ends. A kind that the list does not speak of stays as it is, and with the last term all of them end."""
    plan, last = SeatPlan(), spans[-1]
    if last.until is not None and last.until < on:
        plan.ended = [(seat, max(last.until, on - DAY)) for seat in held if not is_new]
        return plan
    plan.since, plan.until = (last.since if is_new else max(on, last.since)), last.until
    duties: dict[UUID, set[str]] = {}
    for seat in held:
        duties.setdefault(seat.body_id, set()).add(seat.duty)
    asked: dict[UUID, set[str]] = {}
    for wish in wishes:
        asked.setdefault(wish.body.pk, set()).add(wish.duty)
        has = duties.get(wish.body.pk, set())
        duty = wish.duty or ("" if has else _plain_duty(wish.body, last))
        if duty and duty not in has and (wish.body, duty) not in plan.given:
            plan.given.append((wish.body, duty))
    kinds = {wish.body.kind for wish in wishes}
    for seat in held:
        left_out = seat.body.kind in kinds and seat.body_id not in asked
        risen = any(body.pk == seat.body_id for body, _duty in plan.given)
        if seat.duty in PLAIN and (left_out or risen):
            plan.ended.append((seat, on - DAY))
        elif last.until is not None and seat.until is None:
            plan.ended.append((seat, last.until))
    return plan


def _plain_duty(body: Body, last: Span) -> str:
    delegate = last.facts["role"] != Member.Role.MEMBER and Duty.DELEGATE in DUTIES_IN[body.kind]
    return str(Duty.DELEGATE if delegate else Duty.MEMBER)


def _duty_of_none(line: Line, duty: str) -> str:
    """Why a duty that stands in a column of its own goes with no body, and where to write it."""
    if unit := line.given.get("unit"):
        why = _(
            "“%(unit)s”不是这里的委员单位，不知道是哪里的%(duty)s。工作上的职务，和单位写在一格，列名用“工作单位及职务”；"
            "委员的职责，单位那一列的列名用“工作室”“专委会”或“街道联络委”。"
        )
        return why % {"unit": unit[:30], "duty": Duty(duty).label}
    why = _("分不清是哪个单位的%(duty)s。写在单位后面，比如“同光委员工作室（%(duty)s）”。")
    return why % {"duty": Duty(duty).label}


def _plain(name: str) -> str:
    """A name without the difference of full- and half-width signs."""
    return "".join(unicodedata.normalize("NFKC", name).split())
