"""A roster as an answer: who serves when, how fair it is, and why somebody has more than the others."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shangliang.playbooks import wording
from shangliang.studios import roster_gaps
from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster_gaps import Standing, weekday_name
from shangliang.studios.roster_question import Held, Question


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift with the people (by id) who serve, and how many are missing."""

    shift: Shift
    people: tuple[Hashable, ...]
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries: turns, what comes over from last quarter, what leave and limits excuse."""

    person: Hashable
    name: str
    turns: int
    balance: int
    excused: int
    why: str = ""  # a sentence for who has more or less than most

    @property
    def total(self) -> int:
        """What fairness compares."""
        return self.turns + self.balance + self.excused


@dataclass(frozen=True, slots=True)
class Roster:
    """The answer. Sentences are for people, each complete."""

    turns: tuple[Turn, ...]  # in the order of their days
    loads: tuple[Load, ...]  # in the order of the people
    spread: int  # the highest total less the lowest, among those who could serve at all
    missing: int  # empty seats
    fairness: str
    more: tuple[str, ...]  # why somebody has more than most
    gaps: tuple[str, ...]  # empty seats
    wishes: tuple[str, ...]  # days asked for and not given
    impossible: tuple[str, ...]  # rules that cannot be kept


def answer(question: Question, held: Held) -> Roster:
    """The roster in which these units hold the shifts, with all that is to be said about it."""
    standing = Standing(question, held)
    usual = _usual(standing)
    loads = tuple(_load(standing, n, usual) for n in range(len(question.people)))
    more = sorted((load for load in loads if load.why and load.turns > usual), key=lambda load: -load.turns)
    return Roster(
        turns=tuple(
            Turn(shift, _people(question, held[n]), standing.missing(n)) for n, shift in enumerate(question.shifts)
        ),
        loads=loads,
        spread=question.spread(held),
        missing=question.unfilled(held),
        fairness=_fairness(standing, loads),
        more=tuple(load.why for load in more),
        gaps=roster_gaps.gaps(standing),
        wishes=roster_gaps.wishes(standing),
        impossible=roster_gaps.impossible(standing),
    )


def _people(question: Question, units: set[int]) -> tuple[Hashable, ...]:
    return tuple(question.people[person].id for person in sorted(n for unit in units for n in question.units[unit]))


def _usual(standing: Standing) -> int:
    """The number of turns that most people have; the lower one if two are as common."""
    common = Counter(standing.counts[person] for person in standing.q.circle)
    return max(common, key=lambda turns: (common[turns], -turns), default=0)


def _fairness(standing: Standing, loads: tuple[Load, ...]) -> str:
    circle = [loads[person] for person in standing.q.circle]
    if not circle:
        return _("没有班，或者没有人能来。")
    turns = [load.turns for load in circle]
    facts = {"people": len(circle), "turns": sum(turns), "low": min(turns), "high": max(turns)}
    if min(turns) == max(turns):
        said = _("%(people)d 人一共值 %(turns)d 人次，每人 %(low)d 次。") % facts
    else:
        said = _("%(people)d 人一共值 %(turns)d 人次，每人 %(low)d 到 %(high)d 次。") % facts
    spread = standing.q.spread(standing.held)
    if not spread:
        return said + _("算上上季度多做少做的和请假，大家一样多。")
    return said + _("算上上季度多做少做的和请假，最多的和最少的差 %(n)d 次。") % {"n": spread}


# --- why somebody has more or less --------------------------------------------------------------


def _load(standing: Standing, n: int, usual: int) -> Load:
    person, turns = standing.q.people[n], standing.counts[n]
    why = ""
    if turns != usual and n in standing.q.circle:
        facts = {"who": person.name, "turns": turns, "n": abs(turns - usual)}
        if turns > usual:
            reasons = list(_why_more(standing, n)) or [_("班分不匀，总有人多一点")]
            said = _("%(who)s %(turns)d 次，比多数人多 %(n)d 次：") % facts
        else:
            reasons = list(_why_less(standing, n)) or [_("班分不匀，总有人少一点")]
            said = _("%(who)s %(turns)d 次，比多数人少 %(n)d 次：") % facts
        why = _("%(said)s%(why)s。") % {"said": said, "why": "；".join(reasons)}
    return Load(person.id, person.name, turns, person.balance, standing.q.excused[n], why)


def _why_more(standing: Standing, n: int) -> Iterator[str]:
    question, person = standing.q, standing.q.people[n]
    unit = question.unit_of[n]
    mine = [shift for shift, units in enumerate(standing.held) if unit in units]
    if person.balance < 0:
        yield _("上季度少做 %(n)d 次，这次补上") % {"n": -person.balance}
    if asked := len({question.shifts[shift].day for shift in mine} & person.wants):
        yield _("有 %(n)d 天是自己要的") % {"n": asked}
    yield from _scarce(standing, n, mine)
    if len(question.units[unit]) > 1:
        others = "、".join(question.people[other].name for other in question.units[unit] if other != n)
        yield _("总和%(others)s一起值，只能一起多") % {"others": others}
    spent = sum(
        standing.counts[other] == question.most[other] < standing.counts[n] for other in question.circle if other != n
    )
    if spent:
        yield _("有 %(n)d 人已经排到上限或者能来的都排了，剩下的要有人补") % {"n": spent}


def _scarce(standing: Standing, n: int, mine: list[int]) -> Iterator[str]:
    """That few others could take some of these shifts: who was away, and on which weekday."""
    question, person = standing.q, standing.q.people[n]
    able = {shift: sum(other.free(question.shifts[shift]) for other in question.people) for shift in mine}
    few = [shift for shift in mine if able[shift] <= max(2 * question.seats[shift], len(question.people) // 4)]
    for group in sorted({question.shifts[shift].group for shift in few} - {""}):
        members = sum(group in other.groups for other in question.people)
        turns = sum(question.shifts[shift].group == group for shift in mine)
        facts = {"group": group, "members": members, "n": turns}
        yield _("%(n)d 次是%(group)s的班，组里只有 %(members)d 人") % facts
    few = [shift for shift in few if not question.shifts[shift].group]
    if not few:
        return
    scarcest = min(few, key=lambda shift: (able[shift] - question.seats[shift], shift))
    day = question.shifts[scarcest].day
    away = sum(
        other.on_leave(day) and day.isoweekday() not in other.never for other in question.people if other is not person
    )
    if away:
        yield _("%(day)s有 %(n)d 人请假") % {"day": wording.date(day), "n": away}
    when = wording.date(day) if away else weekday_name(day.isoweekday())
    if able[scarcest] == 1:
        yield _("%(when)s只有%(who)s有空") % {"when": when, "who": person.name}
    else:
        yield _("%(when)s能来的只有 %(n)d 人") % {"when": when, "n": able[scarcest]}


def _why_less(standing: Standing, n: int) -> Iterator[str]:
    question, person = standing.q, standing.q.people[n]
    unit = question.unit_of[n]
    if person.balance > 0:
        yield _("上季度多做 %(n)d 次，这次少做") % {"n": person.balance}
    days: set[dt.date] = {shift.day for shift in question.shifts}
    if away := sum(person.on_leave(day) for day in days):
        yield _("请假占了 %(n)d 个值班日") % {"n": away}
    if person.cap is not None and any(
        standing.in_month[unit, month] >= person.cap for month in {(day.year, day.month) for day in days}
    ):
        yield _("每月最多 %(n)d 次") % {"n": person.cap}
    if person.never and (out := sum(day.isoweekday() in person.never for day in days)):
        yield _("有 %(n)d 个值班日是来不了的星期") % {"n": out}
    if len(question.units[unit]) > 1:
        others = "、".join(question.people[other].name for other in question.units[unit] if other != n)
        yield _("总和%(others)s一起值，要两边都有空") % {"others": others}
