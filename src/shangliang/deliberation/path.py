"""走到哪一步: the steps of a topic's path, each done, being done, or waiting, computed from the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shangliang.core import clock
from shangliang.deliberation.gates import before
from shangliang.deliberation.models import Approval, GatePass, StepRecord, Topic
from shangliang.deliberation.progress import Missing, done_on, is_by_hand, lacks
from shangliang.deliberation.queries.evidence import Evidence, evidence
from shangliang.playbooks.calendar import Deadline
from shangliang.playbooks.deliberation_rules import Step
from shangliang.playbooks.queries import calendar


@dataclass(frozen=True, slots=True)
class Walked:
    """A step and how it stands."""

    step: Step
    state: Literal["done", "now", "waiting"]
    missing: tuple[Missing, ...]  # of itself; that steps before it are not done is told by their own state
    needed: int  # how many things it asks for, of which `missing` are not there
    let_pass: int  # nor are these, which a chair let pass
    done_on: dt.date | None
    deadline: Deadline | None  # of a step with days of its own, once what comes before is done
    is_late: bool
    is_shut: bool  # its gate: something is missing before it, here or in a step behind
    is_by_hand: bool  # somebody ticks it
    record: StepRecord | None
    approvals: tuple[Approval, ...]
    passes: tuple[GatePass, ...]

    @property
    def due(self) -> dt.date | None:
        return self.deadline.due if self.deadline else None

    @property
    def met(self) -> int:
        """How many of the things it asks for are there."""
        return self.needed - len(self.missing) - self.let_pass


def walk(topic: Topic) -> list[Walked]:
    """The steps of a topic's path in the order of its playbook (the twelve queries of `evidence`)."""
    return walked(evidence(topic))


def walked(seen: Evidence) -> list[Walked]:
    """The same, of facts that were read already."""
    ends = {key: done_on(step, seen) for key, step in seen.rules.steps.items()}
    return [_walked(step, ends, seen) for step in seen.rules.steps.values()]


def now(steps: list[Walked]) -> list[Walked]:
    """The steps one can work on."""
    return [one for one in steps if one.state == "now"]


def _walked(step: Step, ends: dict[str, dt.date | None], seen: Evidence) -> Walked:
    end = ends[step.key]
    lacking: list[Missing] = []
    ahead: list[Missing] = []
    state: Literal["done", "now", "waiting"] = "done"
    if end is None:
        ahead = before(step, seen)
        is_blocked = any(one.key.startswith("step:") for one in ahead)
        lacking = _own(step, seen)
        state = "waiting" if is_blocked or _waits_behind(step, ends, seen) else "now"
    let_pass = len(_own(step, seen, passed=False)) - len(_own(step, seen))
    deadline = _deadline(step, ends, seen)
    late = deadline is not None and (end or clock.today()) > deadline.due
    return Walked(
        step=step,
        state=state,
        missing=tuple(lacking),
        needed=max(_needed(step, seen), len(lacking) + let_pass),
        let_pass=let_pass,
        done_on=end,
        deadline=deadline,
        is_late=late,
        is_shut=bool(ahead),
        is_by_hand=is_by_hand(step, seen),
        record=seen.records.get(step.key),
        approvals=tuple(one for one in seen.approvals if one.step == step.key),
        passes=tuple(one for one in seen.passes if one.step == step.key),
    )


def _own(step: Step, seen: Evidence, *, passed: bool = True) -> list[Missing]:
    """What is missing of the step itself, before it is begun or before it is done."""
    found = {one.key: one for one in (*before(step, seen, passed=passed), *lacks(step, seen, passed=passed))}
    return [one for key, one in found.items() if not key.startswith("step:")]


def _waits_behind(step: Step, ends: dict[str, dt.date | None], seen: Evidence) -> bool:
    """Whether a step right before it is not done, and nobody let this one begin without it."""
    let_through = {key for one in seen.standing if one.step == step.key for key in one.missing}
    waits_for = [key for key in step.after if not seen.rules.steps[key].optional]
    return any(ends[key] is None and f"step:{key}" not in let_through for key in waits_for)


def _needed(step: Step, seen: Evidence) -> int:
    sides = max(len(seen.sides), 1)
    counted = sum(sides if need == "heard" else 1 for need in step.needs)
    return counted + len(step.approvals) + sum(1 for question in step.asks.values() if question.needed)


def _deadline(step: Step, ends: dict[str, dt.date | None], seen: Evidence) -> Deadline | None:
    began = [ends[key] for key in step.after if not seen.rules.steps[key].optional] or [clock.day_of(seen.topic.put_at)]
    there = list(_there(began))
    if not step.days or len(there) < len(began):
        return None
    return calendar(seen.topic.tenant_id).add_working_days(max(there), step.days)


def _there(days: list[dt.date | None]) -> Iterator[dt.date]:
    return (day for day in days if day)
