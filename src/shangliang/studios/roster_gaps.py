"""Why something in a roster could not be done, and the nearest that can: empty seats, open wishes, impossible rules."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from django.utils.translation import gettext as _

from shangliang.playbooks import wording
from shangliang.studios.duty_dates import Shift
from shangliang.studios.roster_question import Held, Month, Person, Question

LOOK = 31  # days within which another day is offered
NAMED = 2  # up to so many people are named, more are counted


class Standing:
    """A roster as it came out: who has how much, and what keeps whom from a seat."""

    def __init__(self, question: Question, held: Held) -> None:
        self.q, self.held = question, held
        self.counts = question.counts(held)
        turns = [(unit, shift) for shift, units in enumerate(held) for unit in units]
        self.in_month = Counter((unit, question.months[shift]) for unit, shift in turns)
        self.busy = {(unit, question.shifts[shift].day) for unit, shift in turns}

    def missing(self, shift: int) -> int:
        """Seats of the shift that stay empty."""
        return self.q.seats[shift] - sum(self.q.size[unit] for unit in self.held[shift])

    @cached_property
    def empty(self) -> list[int]:
        """Shifts with an empty seat."""
        return [shift for shift in range(len(self.held)) if self.missing(shift)]

    def obstacle(self, person: int, shift: int) -> str:
        """What keeps a person from a seat of the shift; "" if nothing does."""
        who, what, unit = self.q.people[person], self.q.shifts[shift], self.q.unit_of[person]
        if what.group and what.group not in who.groups:
            return "group"
        if who.on_leave(what.day):
            return "leave"
        if not who.suits(what):
            return "weekday"
        if (unit, what.day) in self.busy:
            return "day"
        if self.in_month[unit, self.q.months[shift]] >= self.q.caps[unit]:
            return "cap"
        if not self.q.can(unit, shift) or self.q.size[unit] > self.missing(shift):
            return "pair"
        return "foe" if self.q.foes[unit] & self.held[shift] else ""

    def free_on(self, day: dt.date, like: Shift) -> list[Person]:
        """Who could take a shift like this on another day, as the roster stands."""
        other = Shift(day, like.starts, like.ends, like.needed, like.group)
        return [
            person
            for n, person in enumerate(self.q.people)
            if person.free(other)
            and self.q.size[unit := self.q.unit_of[n]] == 1
            and (unit, day) not in self.busy
            and self.in_month[unit, (day.year, day.month)] < self.q.caps[unit]
        ]


def gaps(standing: Standing) -> tuple[str, ...]:
    """A sentence for each shift with an empty seat: why, and which day somebody could instead.

    Shifts that no day or person could save are left to `impossible`.
    """
    hopeless = _hopeless(standing)
    return tuple(_gap(standing, shift) for shift in standing.empty if shift not in hopeless)


def impossible(standing: Standing) -> tuple[str, ...]:
    """A sentence for each rule that cannot be kept in this period, and what would help."""
    found = (_weekdays(standing), _groups(standing), _teams(standing), _caps(standing), _away(standing))
    return tuple(sentence for sentences in found for sentence in sentences)


def wishes(standing: Standing) -> tuple[str, ...]:
    """A sentence for each day that was asked for and not given."""
    served = {(unit, day) for unit, day in standing.busy}
    return tuple(
        _wish(standing, n, day)
        for n, person in enumerate(standing.q.people)
        for day in sorted(person.wants)
        if (standing.q.unit_of[n], day) not in served
    )


# --- empty seats --------------------------------------------------------------------------------


def _gap(standing: Standing, shift: int) -> str:
    what, missing = standing.q.shifts[shift], standing.missing(shift)
    day = wording.date(what.day)
    if what.group:
        day = _("%(day)s%(group)s的班") % {"day": day, "group": what.group}
    elif sum(other.day == what.day for other in standing.q.shifts) > 1:
        day = f"{day} {what.starts.hour}:{what.starts:%M}"
    facts = {"day": day, "n": missing, "why": "，".join(_obstacles(standing, shift))}
    if standing.held[shift]:
        said = _("%(day)s还缺 %(n)d 人：%(why)s。") % facts
    else:
        said = _("%(day)s没有人有空：%(why)s。") % facts
    return said + _instead(standing, what)


def _obstacles(standing: Standing, shift: int) -> Iterator[str]:
    """What keeps people away, by kind."""
    kept: dict[str, list[Person]] = {}
    for n, person in enumerate(standing.q.people):
        if standing.q.unit_of[n] not in standing.held[shift]:
            kept.setdefault(standing.obstacle(n, shift), []).append(person)
    what = standing.q.shifts[shift]
    away = kept.get("leave", [])
    if len(away) <= NAMED:
        for person in away:
            until = _back_after(person, what.day)
            yield _("%(who)s请假到 %(day)s") % {"who": person.name, "day": wording.date(until)}
    else:
        yield _("%(who)s请假") % {"who": _who(away)}
    says = {
        "weekday": _("%(who)s%(weekday)s来不了"),
        "cap": _("%(who)s这个月到上限了"),
        "day": _("%(who)s这天已经有班"),
        "pair": _("%(who)s要和搭档一起，搭档来不了或者位子不够"),
        "foe": _("%(who)s不和班上的人同班"),
    }
    for kind, pattern in says.items():
        if kind in kept:
            yield pattern % {"who": _who(kept[kind]), "weekday": weekday_name(what.day.isoweekday())}


def _back_after(person: Person, day: dt.date) -> dt.date:
    """The last day of the leave that `day` falls into, leave that follows on it included."""
    while person.on_leave(day):
        day += dt.timedelta(1)
    return day - dt.timedelta(1)


def _who(people: list[Person]) -> str:
    if len(people) <= NAMED:
        return "、".join(person.name for person in people)
    return _("%(n)d 人") % {"n": len(people)}


def _instead(standing: Standing, what: Shift) -> str:
    """The nearest day on which somebody could, later days first."""
    first, last = standing.q.shifts[0].day, standing.q.shifts[-1].day + dt.timedelta(LOOK)
    for distance in range(1, LOOK + 1):
        for day in (what.day + dt.timedelta(distance), what.day - dt.timedelta(distance)):
            if first <= day <= last and (able := standing.free_on(day, what)):
                return _("最近的是 %(day)s，%(who)s可以。") % {"day": wording.date(day), "who": _who(able)}
    return _("前后一个月都没有人能替。")


# --- rules that cannot be kept ------------------------------------------------------------------


def weekday_name(weekday: int) -> str:
    """周一 for 1."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[weekday - 1]


def _of_weekday(question: Question, weekday: int) -> list[int]:
    return [n for n, shift in enumerate(question.shifts) if shift.day.isoweekday() == weekday and not shift.group]


def _dead_weekdays(standing: Standing) -> list[int]:
    """Weekdays that everybody ruled out although there are shifts."""
    return [
        weekday
        for weekday in range(1, 8)
        if _of_weekday(standing.q, weekday) and all(weekday in person.never for person in standing.q.people)
    ]


def _dead_groups(standing: Standing) -> list[str]:
    """Groups that have shifts and no people."""
    groups = {shift.group for shift in standing.q.shifts if shift.group}
    return sorted(group for group in groups if not any(group in person.groups for person in standing.q.people))


def _hopeless(standing: Standing) -> set[int]:
    weekdays, groups = _dead_weekdays(standing), _dead_groups(standing)
    of_weekdays = {shift for weekday in weekdays for shift in _of_weekday(standing.q, weekday)}
    return of_weekdays | {n for n, shift in enumerate(standing.q.shifts) if shift.group in groups}


def _weekdays(standing: Standing) -> Iterator[str]:
    for weekday in _dead_weekdays(standing):
        able = {n: sum(n not in person.never for person in standing.q.people) for n in range(1, 8)}
        near = sorted((n for n in able if able[n]), key=lambda n: (min((n - weekday) % 7, (weekday - n) % 7), n))
        said = _("%(weekday)s没有一个人能来，这天的班排不出。") % {"weekday": weekday_name(weekday)}
        if near:
            facts = {"weekday": weekday_name(near[0]), "n": able[near[0]]}
            said += _("最近的是%(weekday)s，有 %(n)d 人能来。") % facts
        yield said


def _groups(standing: Standing) -> Iterator[str]:
    for group in _dead_groups(standing):
        facts = {"group": group, "n": sum(shift.group == group for shift in standing.q.shifts)}
        yield _("%(group)s有 %(n)d 个班，名单里却没有%(group)s的人。先把人编进组。") % facts


def _caps(standing: Standing) -> Iterator[str]:
    """Months that need more turns than caps and leave allow, and how far caps would have to be raised."""
    question, hopeless = standing.q, _hopeless(standing)
    for month in sorted({question.months[shift] for shift in standing.empty if shift not in hopeless}):
        shifts = [shift for shift, of in enumerate(question.months) if of == month and shift not in hopeless]
        wanted, days = sum(question.seats[shift] for shift in shifts), _open_days(question, shifts)
        have = _room(question, days, 0)
        if have >= wanted:
            continue
        facts = {"m": month[1], "wanted": wanted, "have": have, "short": wanted - have}
        said = _("%(m)d 月要 %(wanted)d 人次，照每人每月的上限和请假，最多 %(have)d 人次，差 %(short)d 人次。") % facts
        raised = next((cap for cap in range(1, 32) if _room(question, days, cap) >= wanted), None)
        if raised:
            yield said + _("每人每月的上限不低于 %(cap)d 次，就够了。") % {"cap": raised}
        else:
            yield said + _("放宽上限也不够，要添人，或者少开几个班。")


def _open_days(question: Question, shifts: list[int]) -> list[int]:
    """For each unit, on how many days it could serve."""
    days: list[set[dt.date]] = [set() for _unit in question.units]
    for shift in shifts:
        for unit in question.able[shift] or sorted(question.whole.get(shift, set())):
            days[unit].add(question.shifts[shift].day)
    return [len(some) for some in days]


def _room(question: Question, days: list[int], least_cap: int) -> int:
    caps = (max(cap, least_cap) for cap in question.caps)
    return sum(size * min(cap, open_) for size, cap, open_ in zip(question.size, caps, days, strict=True))


def _teams(standing: Standing) -> Iterator[str]:
    """People who must serve together and cannot."""
    question = standing.q
    for unit in question.units:
        if len(unit) == 1 or not question.shifts or question.most[unit[0]]:
            continue
        names = "、".join(question.people[person].name for person in unit)
        alone = {n: sum(question.people[n].free(shift) for shift in question.shifts) for n in unit}
        widest = max(question.seats)
        able = [question.people[n] for n in unit if alone[n]]
        facts = {"who": names, "n": len(unit), "seats": widest}
        if widest < len(unit):
            yield (
                _("%(who)s要一起值班，可每次最多 %(seats)d 人，排不上。每次要 %(n)d 人，或者让他们分开值，就能排。")
                % facts
            )
        elif len(able) < len(unit):
            away = [question.people[n] for n in unit if not alone[n]]
            said = _("%(who)s要一起值班，可%(away)s这段时间一个班也来不了。") % {"who": names, "away": _who(away)}
            for person in able:
                said += _("让%(who)s单独值，有 %(n)d 个班可排。") % {
                    "who": person.name,
                    "n": alone[question.index[person.id]],
                }
            yield said
        else:
            yield _("%(who)s要一起值班，可没有一个班是都有空的。让他们分开值，就能排。") % facts


def _away(standing: Standing) -> Iterator[str]:
    for n, person in enumerate(standing.q.people):
        if standing.q.size[standing.q.unit_of[n]] == 1 and not standing.q.most[n] and standing.q.shifts:
            if all(person.on_leave(shift.day) for shift in standing.q.shifts):
                yield _("%(who)s整段时间都来不了，没有排。") % {"who": person.name}
            else:
                yield _("%(who)s没有一个班能来，没有排。") % {"who": person.name}


# --- open wishes --------------------------------------------------------------------------------


def _wish(standing: Standing, n: int, day: dt.date) -> str:
    question, person, unit = standing.q, standing.q.people[n], standing.q.unit_of[n]
    that_day = [shift for shift, what in enumerate(question.shifts) if what.day == day]
    month: Month = (day.year, day.month)
    if not that_day:
        why = _("这天没有班")
    elif person.on_leave(day):
        why = _("这天在请假")
    elif day.isoweekday() in person.never:
        why = _("自己说过%(weekday)s来不了") % {"weekday": weekday_name(day.isoweekday())}
    elif not any(unit in question.able[shift] for shift in that_day):
        why = _("这天的班要和别人一起，或者归别的组")
    elif standing.in_month[unit, month] >= question.caps[unit]:
        why = _("这个月到上限了")
    else:
        why = _("这天的位子给了别人")
    said = _("%(who)s想在 %(day)s值班，没排上：%(why)s。") % {"who": person.name, "day": wording.date(day), "why": why}
    turns = [question.shifts[shift].day for shift, units in enumerate(standing.held) if unit in units]
    if turns:
        nearest = min(turns, key=lambda turn: (abs((turn - day).days), turn))
        said += _("排给%(who)s的班里，离得最近的是 %(day)s。") % {"who": person.name, "day": wording.date(nearest)}
    return said
