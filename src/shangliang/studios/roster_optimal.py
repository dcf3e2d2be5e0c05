"""The best roster there is, by OR-Tools' CP-SAT: the same question and answer as `roster`, slower, and with its proof.

An optional part: `pip install shangliang[roster]`. It is the yardstick by which `roster` is measured.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.studios import roster
from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster_answer import Roster, answer
from shangliang.studios.roster_question import Held, Pair, Person, Question

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SECONDS = 30  # for all aims together
SEED = 1


def plan_optimal(people: Iterable[Person], pairs: Iterable[Pair], shifts: Iterable[Shift]) -> Roster:
    """As `roster.plan`, with the fewest empty seats, then open wishes, then the smallest spread.

    What it found when time was up if that comes first. Raises Refused as `plan` does, and if OR-Tools is not installed.
    """
    question = Question.ask(people, pairs, shifts)
    return answer(question, solve(question)[0])


def solve(question: Question) -> tuple[Held, bool]:
    """For each shift, the units that serve; and whether it is proved that nothing is better."""
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        raise Refused(_("这台服务器没有装 OR-Tools，算不了最优排班。用普通排班就行。")) from None
    model = cp_model.CpModel()
    serves = {
        (unit, shift): model.new_bool_var(f"{unit} serves {shift}")
        for shift, units in enumerate(question.able)
        for unit in units
    }
    _bind(model, question, serves)
    aims = [_empty_seats(question, serves), _open_wishes(model, question, serves), _spread(model, question, serves)]
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.linearization_level = 2  # seats, caps and loads are a flow, which linear relaxation sees through
    until, proved, held = time.monotonic() + SECONDS, True, roster.solve(question)
    for aim in aims:
        model.clear_hints()  # type: ignore[no-untyped-call]
        for (unit, shift), var in serves.items():
            model.add_hint(var, unit in held[shift])
        model.minimize(aim)
        solver.parameters.max_time_in_seconds = max(0.1, until - time.monotonic())
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return held, False
        proved = proved and status == cp_model.OPTIMAL
        chosen = {key for key, var in serves.items() if solver.value(var)}
        held = [
            {*question.whole.get(shift, ()), *(unit for unit in units if (unit, shift) in chosen)}
            for shift, units in enumerate(question.able)
        ]
        model.add(aim == round(solver.objective_value))
    return held, proved


Vars = dict[tuple[int, int], "cp_model.IntVar"]


def _bind(model: cp_model.CpModel, question: Question, serves: Vars) -> None:
    """What always holds: seats, one turn a day, caps of a month, those who never serve together."""
    for shift, units in enumerate(question.able):
        model.add(sum(question.size[unit] * serves[unit, shift] for unit in units) <= question.seats[shift])
        for unit in units:
            for foe in question.foes[unit]:
                if unit < foe and (foe, shift) in serves:
                    model.add_at_most_one(serves[unit, shift], serves[foe, shift])
    for unit, cap in enumerate(question.caps):
        mine = [shift for shift in range(len(question.shifts)) if (unit, shift) in serves]
        for day in {question.shifts[shift].day for shift in mine}:
            model.add_at_most_one(serves[unit, shift] for shift in mine if question.shifts[shift].day == day)
        for month in {question.months[shift] for shift in mine}:
            settled = sum(unit in units for shift, units in question.whole.items() if question.months[shift] == month)
            model.add(sum(serves[unit, shift] for shift in mine if question.months[shift] == month) <= cap - settled)


def _empty_seats(question: Question, serves: Vars) -> cp_model.LinearExprT:
    settled = sum(question.size[unit] for units in question.whole.values() for unit in units)
    return sum(question.seats) - settled - sum(question.size[unit] * var for (unit, _shift), var in serves.items())


def _open_wishes(model: cp_model.CpModel, question: Question, serves: Vars) -> cp_model.LinearExprT:
    met = []
    for unit, day in question.wishes:
        turns = [serves[key] for key in serves if key[0] == unit and question.shifts[key[1]].day == day]
        met.append(sum(turns))  # never more than one a day
    return len(met) - sum(met)


def _spread(model: cp_model.CpModel, question: Question, serves: Vars) -> cp_model.LinearExprT:
    bound = len(question.shifts) + max((abs(base) for base in question.base), default=0)
    lowest, highest = model.new_int_var(-bound, bound, "lowest"), model.new_int_var(-bound, bound, "highest")
    of_unit: dict[int, list[cp_model.IntVar]] = {unit: [] for unit in range(len(question.units))}
    for (unit, _shift), var in serves.items():
        of_unit[unit].append(var)
    loads = []
    for person in question.circle:
        unit = question.unit_of[person]
        settled = sum(unit in units for units in question.whole.values())
        load = model.new_int_var(-bound, bound, f"load of {person}")
        model.add(load == sum(of_unit[unit]) + settled + question.base[person])
        model.add(load >= lowest)
        model.add(load <= highest)
        loads.append(load)
    # What all carry together is known as soon as the empty seats are: without it, the proof takes long.
    everything = sum(question.seats) + sum(question.base[person] for person in question.circle)
    model.add(sum(loads) == everything - _empty_seats(question, serves))
    return highest - lowest
