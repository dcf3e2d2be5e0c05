"""What bringing in a list of members would do: whom it brings, whom it changes and how, and what is wrong with it.

Pure: it compares lines with what is known, and writes nothing. The same plan is shown first and carried out then.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from shangliang.files.tables import Problem
from shangliang.people.member_identity import Asked, identify
from shangliang.people.member_known import Known
from shangliang.people.member_rows import Line
from shangliang.people.member_seats import Bodies, SeatPlan, Wish, WrongBodies, plan_seats
from shangliang.people.member_spans import Change, DoesNotFit, Said, Span, fit, span_of


@dataclass(slots=True)
class Step:
    """What becomes of one member of the list."""

    row: int
    key: str
    name: str
    person_id: UUID | None  # None: somebody new
    is_new: bool
    spans: list[Span] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    seats: SeatPlan = field(default_factory=SeatPlan)

    @property
    def how(self) -> str:
        return "new" if self.is_new else "changed" if self.changes or self.seats else "same"


@dataclass(slots=True)
class Plan:
    """What becomes of every row."""

    columns: list[tuple[str, str]] = field(default_factory=list)  # heading, how it was understood ("" if not)
    sheets_left: list[str] = field(default_factory=list)
    rows: int = 0
    passed: int = 0  # rows that only add up the others
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)  # kind and name of bodies that are not there

    def of(self, how: str) -> list[Step]:
        return [step for step in self.steps if step.how == how]

    @property
    def wrong_rows(self) -> int:
        return len({problem.row for problem in self.problems})

    @property
    def counts(self) -> dict[str, int]:
        """For the ledger and the page: how many of each. No word of anybody."""
        kinds = Counter(step.how for step in self.steps)
        return {
            "rows": self.rows,
            "new": kinds["new"],
            "changed": kinds["changed"],
            "same": kinds["same"],
            "errors": self.wrong_rows,
            "asked": len(self.questions),
        }


def plan(lines: Iterable[Line], known: Known, on: dt.date, today: dt.date, answers: Mapping[int, str]) -> Plan:
    """What these lines would do to what is known. Who is new begins `on`, unless the list says when; what changes
    does so `on`, and never before today. `answers` says by row whom those lines mean of which the list does not
    say it."""
    made = Plan()
    identified = identify(list(lines), known, answers)
    made.problems += identified.problems
    made.questions += identified.questions
    bodies = Bodies(known.bodies)
    for key, of_key in identified.lines.items():
        person_id = identified.persons.get(key)
        day = max(on, today) if key in known.members else on
        step = _step(key, of_key, known, person_id, day, bodies, made)
        if step is not None:
            made.steps.append(step)
    made.problems.sort(key=lambda problem: problem.row)
    made.missing = bodies.missing
    return made


def _step(
    key: str,
    lines: Sequence[Line],
    known: Known,
    person_id: UUID | None,
    on: dt.date,
    bodies: Bodies,
    made: Plan,
) -> Step | None:
    rows = known.members.get(key, [])
    named = _one_name(lines, rows[-1].person.name if rows else lines[0].name, made)
    good = [bodies.with_unit_as_body(line) for line in named]
    spans = [span_of(row) for row in rows]
    changes: list[Change] = []
    used: list[Line] = []
    wishes: list[Wish] = []
    for line in sorted(_joined(good, made), key=lambda one: one.since or on):
        try:
            found = bodies.wished_by(line)
            changes += fit(spans, Said(line.given, line.since, line.until), on, known.level)
        except WrongBodies as wrong:
            made.problems += wrong.problems
        except DoesNotFit as error:
            made.problems.append(line.problem(error.field_name, error.why))
        else:
            used.append(line)
            wishes += found
    if not used:
        return None
    person_id = rows[-1].person_id if rows else person_id
    step = Step(used[0].row, key, used[0].name, person_id, not rows, spans, changes)
    held = known.seats.get(person_id, []) if person_id else []
    step.seats = plan_seats(wishes, held, spans, on, is_new=not rows)
    return step


def _one_name(lines: Sequence[Line], name: str, made: Plan) -> list[Line]:
    """The lines under this name: another one with the same key is a mistake, or somebody else."""
    good = []
    for line in lines:
        if line.name == name:
            good.append(line)
            continue
        why = _("编号 %(key)s 是%(name)s。改了名，到他的页面上改；是另一个人，换一个编号。")
        made.problems.append(line.problem("name", why % {"key": line.key, "name": name}))
    return good


def _joined(lines: Sequence[Line], made: Plan) -> list[Line]:
    """Several rows of one member that speak of one term are one: a row for each body they sit in."""
    joined: list[Line] = []
    for line in lines:
        same = next((one for one in joined if _same_term(one, line)), None)
        if same is None:
            joined.append(line)
            continue
        against = [name for name, value in line.given.items() if same.given.get(name, value) != value]
        if against:
            why = _("同一个编号，和第 %(row)d 行写的不一样。") % {"row": same.row}
            made.problems += [line.problem(name, why) for name in against]
            continue
        same.given |= line.given
        same.since, same.until = same.since or line.since, same.until or line.until
        same.bodies += line.bodies
        same.duties += line.duties
    return joined


def _same_term(one: Line, other: Line) -> bool:
    pairs = [
        (one.given.get("term"), other.given.get("term")),
        (one.since, other.since),
        (one.until, other.until),
    ]
    return all(left is None or right is None or left == right for left, right in pairs)
