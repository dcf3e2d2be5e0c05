"""A studio's duty rule, and the shifts that it gives: «每周三», «第一、第三、第四个周六», «每月 10 日和 20 日» as data.

Pure: a rule is read from a plain mapping (a playbook's YAML, a JSON column), says itself in a
sentence for the public page, and together with a working-day calendar gives dated shifts.
The kinds are those met in real localities: weekly (清新, 婺城), a week of the month (婺城, 镇江),
fixed days moved past holidays (易俗河), and days counted in working days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

from django.utils.translation import gettext as _

from shangliang.core.errors import Refused
from shangliang.playbooks import wording
from shangliang.playbooks.calendar import ONE_DAY, Calendar

DayOff = Literal["keep", "next_working_day", "skip"]
Who = Literal["turn", "group", "leaders"]
Receives = Literal["residents", "members"]
Hours = tuple[dt.time, dt.time]

LAST = -1  # the last such day of the month
CYCLES = (1, 2, 3, 4, 6, 12)  # months after which it comes round: those that divide a year
LOOK = dt.timedelta(days=62)  # how far one step looks when the nearest shift is wanted
STEPS = 50  # such steps: past the eight years that can lie between two 29ths of February


@dataclass(frozen=True, slots=True)
class Shift:
    """One turn of duty: a day, its hours, and how many are needed, of which group ("": anyone's turn).

    `needed` = 0 stands for the whole group.
    """

    day: dt.date
    starts: dt.time
    ends: dt.time
    needed: int = 1
    group: str = ""
    moved_from: dt.date | None = None
    why: str = ""

    def overlaps(self, other: Shift) -> bool:
        """Whether nobody can be at both."""
        return self.day == other.day and self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class DutyRule:
    """When a studio is manned. Exactly one of `weekdays`, `days` and `working_days` is given.

    Weekdays count from 1 (Monday) to 7. With `nth` they are the n-th of the month («第二周周三» is
    the second Wednesday), without it every week's. In `nth`, `days` and `working_days`, -1 is the last.
    """

    hours: tuple[Hours, ...]
    weekdays: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    working_days: tuple[int, ...] = ()
    every: int = 1  # months: 3 is a quarter
    month: int = 1  # which month of those: 1 is January, April, July and October if `every` is 3
    day_off: DayOff = "skip"
    needed: int = 1
    who: Who = "turn"
    group: str = ""
    receives: Receives = "residents"
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> DutyRule:
        """The rule that `data` describes.

        `day_off` is `next_working_day` for days of the month and `skip` for weekdays unless said
        otherwise. Raises Refused, with the key as its field, for anything that is not a rule.
        """
        for key in data:
            if key not in cls.__dataclass_fields__:
                raise Refused(_("值班规则里没有“%(key)s”这一项。") % {"key": key}, str(key))
        who: Who = _choice(data, "who", get_args(Who), "turn")
        rule = cls(
            hours=_hours(data),
            weekdays=_numbers(data, "weekdays", range(1, 8)),
            nth=_numbers(data, "nth", (*range(1, 6), LAST)),
            days=_numbers(data, "days", (*range(1, 32), LAST)),
            working_days=_numbers(data, "working_days", (*range(1, 24), LAST)),
            every=_number(data, "every", CYCLES, 1),
            month=_number(data, "month", range(1, 13), 1),
            day_off=_choice(data, "day_off", get_args(DayOff), "next_working_day" if data.get("days") else "skip"),
            needed=_number(data, "needed", range(100), 0 if who == "group" else 1),
            who=who,
            group=str(data.get("group") or "").strip() or (_("政协领导") if who == "leaders" else ""),
            receives=_choice(data, "receives", get_args(Receives), "members" if who == "leaders" else "residents"),
            since=_date(data, "since"),
            until=_date(data, "until"),
        )
        rule._check()
        return rule

    def as_mapping(self) -> dict[str, Any]:
        """What `parse` reads back to the same rule: numbers, strings and lists, fit for JSON and YAML."""
        plain: dict[str, Any] = {key: getattr(self, key) for key in self.__dataclass_fields__}
        for key, value in plain.items():
            if isinstance(value, tuple):
                plain[key] = list(value)
            elif isinstance(value, dt.date):
                plain[key] = value.isoformat()
        plain["hours"] = [f"{starts:%H:%M}-{ends:%H:%M}" for starts, ends in self.hours]
        return {key: value for key, value in plain.items() if value not in ([], "", None)}

    def _check(self) -> None:
        kinds = [key for key in ("weekdays", "days", "working_days") if getattr(self, key)]
        if len(kinds) != 1:
            raise Refused(_("写明哪几天值班：星期几、每月几日、第几个工作日，三样里选一样。"), "weekdays")
        if self.nth and not self.weekdays:
            raise Refused(_("“第几个”要和星期几一起写。"), "nth")
        if self.every > 1 and self.weekdays and not self.nth:
            raise Refused(_("隔几个月才有一次的，要写明是当月第几个星期几。"), "every")
        if self.month > self.every:
            raise Refused(_("每 %(n)d 个月一轮，没有第 %(m)d 个月。") % {"n": self.every, "m": self.month}, "month")
        if self.days and all(not _exists(self, day) for day in self.days):
            raise Refused(_("这个月份没有这一天。"), "days")
        if (self.who != "turn") != bool(self.group):
            raise Refused(_("由一个组来值班的，写明是哪个组；大家轮流的，不用写组。"), "group")
        if not self.needed and self.who == "turn":
            raise Refused(_("每次至少要 1 名委员。"), "needed")
        if self.since and self.until and self.until < self.since:
            raise Refused(_("结束的日子在开始之前。"), "until")

    def __str__(self) -> str:
        """The rule as a sentence for the public page."""
        parts = [_who(self), _day_off(self), _validity(self)]
        hours = _("、").join(f"{starts.hour}:{starts:%M}–{ends.hour}:{ends:%M}" for starts, ends in self.hours)
        return _("，").join([f"{self.when} {hours}", *filter(None, parts)])

    @property
    def when(self) -> str:
        """The days alone: 每周三, 每月第一、第三个周六, 每季度第一个月 15 日."""
        if self.weekdays and not self.nth:
            return _("每%(weekdays)s") % {"weekdays": _weekdays(self)}
        spaced = False
        if self.weekdays:
            what = _("%(nth)s%(weekdays)s") % {"nth": _ordinals(self.nth), "weekdays": _weekdays(self)}
        elif self.working_days:
            what = _("%(nth)s工作日") % {"nth": _ordinals(self.working_days)}
        else:
            what = _("、").join(_("最后一天") if day == LAST else _("%(n)d 日") % {"n": day} for day in self.days)
            spaced = self.days[0] != LAST  # a figure stands apart from the words around it
        month = {"n": self.every, "m": self.month}
        match self.every, self.month:
            case 1, _one:
                period = _("每月")
            case 2, first:
                period = _("单月") if first == 1 else _("双月")
            case 3, _any:
                period = _("每季度第 %(m)d 个月") % month
            case 12, _any:
                period = _("每年 %(m)d 月") % month
            case _every, _any:
                period = _("每 %(n)d 个月的第 %(m)d 个月") % month
        whole = _("%(period)s %(what)s") if spaced else _("%(period)s%(what)s")
        return whole % {"period": period, "what": what}


@dataclass(frozen=True, slots=True)
class Nearest:
    """The shifts nearest to a period in which a rule gives none, and the sentence that says so."""

    before: Shift | None
    after: Shift | None
    sentence: str


def describe(rules: Iterable[DutyRule]) -> str:
    """All of a studio's rules in one line for the public page."""
    return _("；").join(map(str, rules))


def shifts(rule: DutyRule, calendar: Calendar, first: dt.date, last: dt.date) -> list[Shift]:
    """The shifts from `first` to `last`, both included, in order; empty if there are none (see `nearest`).

    A day off that is moved goes to the next working day; where the rule has a shift there already,
    the two become one. A rule that names Saturday or Sunday means them: for it only holidays are days off.
    """
    origin = first
    while not calendar.is_working(origin - ONE_DAY):
        origin -= ONE_DAY  # what was moved from these days may fall on `first`
    held: dict[dt.date, tuple[dt.date | None, str]] = {}
    moved: list[tuple[dt.date, dt.date, str]] = []
    for day in _regular(rule, calendar, origin, last):
        if not _is_off(rule, calendar, day):
            held[day] = (None, rule.when)
        elif rule.day_off == "keep":
            held[day] = (None, _("%(why)s，照常值班") % {"why": calendar.day(day).why})
        elif rule.day_off == "next_working_day":
            moved.append((calendar.add_working_days(day, 0).due, day, calendar.day(day).why))
    for day, regular, why in moved:
        also = {"day": wording.date(regular), "why": why}
        if day in held:
            before, reason = held[day]
            held[day] = (before, _("%(reason)s；%(day)s%(why)s，也并到这天") % {"reason": reason, **also})
        else:
            held[day] = (regular, _("%(day)s%(why)s，顺延到这天") % also)
    return [
        Shift(day, starts, ends, rule.needed, rule.group, *held[day])
        for day in sorted(held)
        if first <= day <= last
        for starts, ends in rule.hours
    ]


def nearest(rule: DutyRule, calendar: Calendar, first: dt.date, last: dt.date) -> Nearest:
    """For a period without a shift: why there is none, and the nearest before and after it."""
    before = after = None
    for step in range(STEPS):
        if before is None and (
            found := shifts(rule, calendar, first - LOOK * (step + 1), first - LOOK * step - ONE_DAY)
        ):
            before = found[-1]
        if after is None and (found := shifts(rule, calendar, last + LOOK * step + ONE_DAY, last + LOOK * (step + 1))):
            after = found[0]
    off = [day for day in _regular(rule, calendar, first, last) if _is_off(rule, calendar, day)]
    period = {"first": wording.date(first), "last": wording.date(last), "rule": rule.when}
    sentence = [_("%(first)s到 %(last)s之间没有“%(rule)s”的班。") % period]
    sentence += [_("%(day)s%(why)s。") % {"day": wording.date(day), "why": calendar.day(day).why} for day in off[:3]]
    if before:
        sentence.append(_("往前最近的一次是 %(day)s。") % {"day": wording.date(before.day)})
    if after:
        sentence.append(_("往后最近的一次是 %(day)s。") % {"day": wording.date(after.day)})
    if not before and not after:
        sentence.append(_("前后几年里也一次都没有，规则要改。"))
    return Nearest(before, after, "".join(sentence))


# --- which days ---------------------------------------------------------------------------------


def _regular(rule: DutyRule, calendar: Calendar, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The days that the rule names, holidays or not."""
    first, last = max(first, rule.since or first), min(last, rule.until or last)
    if rule.weekdays and not rule.nth:
        days = (first + ONE_DAY * n for n in range((last - first).days + 1))
        yield from (day for day in days if day.isoweekday() in rule.weekdays)
        return
    month = first.replace(day=1)
    while month <= last:
        following = (month + ONE_DAY * 31).replace(day=1)
        if (month.month - 1) % rule.every == rule.month - 1:
            whole = [month + ONE_DAY * n for n in range((following - month).days)]
            yield from (day for day in sorted(_of_month(rule, calendar, whole)) if first <= day <= last)
        month = following


def _of_month(rule: DutyRule, calendar: Calendar, month: list[dt.date]) -> set[dt.date]:
    if rule.days:
        return set(_picked(month, rule.days))
    if rule.working_days:
        return set(_picked([day for day in month if calendar.is_working(day)], rule.working_days))
    return {
        day
        for weekday in rule.weekdays
        for day in _picked([day for day in month if day.isoweekday() == weekday], rule.nth)
    }


def _picked(days: list[dt.date], numbers: Iterable[int]) -> Iterator[dt.date]:
    """The n-th of `days`; months that have none are passed over."""
    for n in numbers:
        if n == LAST or n <= len(days):
            yield from days[LAST:] if n == LAST else [days[n - 1]]


def _is_off(rule: DutyRule, calendar: Calendar, day: dt.date) -> bool:
    what = calendar.day(day)
    return not what.working and not (rule.weekdays and what.source == "week")


def _exists(rule: DutyRule, day: int) -> bool:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    months = range(rule.month, 13, rule.every)
    return any(day <= longest.get(month, 31) for month in months)


# --- reading ------------------------------------------------------------------------------------


def _numbers(data: Mapping[str, Any], key: str, allowed: Iterable[int]) -> tuple[int, ...]:
    value = data.get(key)
    given = [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
    numbers = {_whole(one, key, allowed) for one in given}
    return tuple(sorted(numbers, key=lambda n: (n == LAST, n)))


def _number(data: Mapping[str, Any], key: str, allowed: Iterable[int], default: int) -> int:
    value = data.get(key)
    return default if value is None else _whole(value, key, allowed)


def _whole(value: Any, key: str, allowed: Iterable[int]) -> int:
    allowed = list(allowed)
    with_sign = str(value).strip()
    if isinstance(value, bool) or not with_sign.removeprefix("-").isdecimal() or int(with_sign) not in allowed:
        choice = _("、").join(map(str, allowed)) if len(allowed) < 9 else f"{allowed[0]}–{max(allowed)}"
        raise Refused(_("“%(value)s”不行，可以写 %(choice)s。") % {"value": value, "choice": choice}, key)
    return int(with_sign)


def _choice(data: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str) -> Any:
    value = data.get(key) or default
    if value not in allowed:
        raise Refused(
            _("“%(value)s”不行，可以写 %(choice)s。") % {"value": value, "choice": _("、").join(allowed)}, key
        )
    return value


def _hours(data: Mapping[str, Any]) -> tuple[Hours, ...]:
    value = data.get("hours")
    hours = []
    for one in value if isinstance(value, list | tuple) else [value or ""]:
        parts = str(one).replace("–", "-").replace("—", "-").replace("：", ":").split("-")
        try:
            starts, ends = (dt.datetime.strptime(part.strip(), "%H:%M").time() for part in parts)  # noqa: DTZ007
        except ValueError:
            raise Refused(_("“%(value)s”不是时间，写成“9:00-11:00”这样。") % {"value": one}, "hours") from None
        if starts >= ends:
            raise Refused(_("“%(value)s”：结束要晚于开始。") % {"value": one}, "hours")
        hours.append((starts, ends))
    hours.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
        raise Refused(_("同一天的两个班时间重叠了。"), "hours")
    return tuple(hours)


def _date(data: Mapping[str, Any], key: str) -> dt.date | None:
    value = data.get(key)
    if value is None or value == "" or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value or None
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise Refused(_("“%(value)s”不是日期，写成“2026-09-01”这样。") % {"value": value}, key) from None


# --- saying it ----------------------------------------------------------------------------------


def _listed(words: list[str]) -> str:
    """甲、乙和丙"""
    head, tail = _("、").join(words[:-1]), words[-1]
    return _("%(head)s和%(tail)s") % {"head": head, "tail": tail} if head else tail


def _weekdays(rule: DutyRule) -> str:
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    if len(rule.weekdays) > 2 and rule.weekdays[-1] - rule.weekdays[0] == len(rule.weekdays) - 1:
        return _("%(first)s到%(last)s") % {"first": names[rule.weekdays[0] - 1], "last": names[rule.weekdays[-1] - 1]}
    return _("、").join(names[n - 1] for n in rule.weekdays)


def _ordinals(numbers: tuple[int, ...]) -> str:
    """第一、第三个和最后一个"""
    names = (_("第一"), _("第二"), _("第三"), _("第四"), _("第五"))
    counted = [names[n - 1] if n <= len(names) else _("第 %(n)d ") % {"n": n} for n in numbers if n != LAST]
    words = [_("%(numbers)s个") % {"numbers": _("、").join(counted)}] if counted else []
    return _listed([*words, _("最后一个")] if LAST in numbers else words)


def _who(rule: DutyRule) -> str:
    if rule.who == "turn":
        count = _("每次 %(n)d 名委员") % {"n": rule.needed}
        return count if rule.receives == "residents" else _("%(count)s，接待委员") % {"count": count}
    count = _("每次 %(n)d 人") % {"n": rule.needed} if rule.needed else _("全组一起")
    says = _("%(group)s接待委员，%(count)s") if rule.receives == "members" else _("%(group)s值班，%(count)s")
    return says % {"group": rule.group, "count": count}


def _day_off(rule: DutyRule) -> str:
    if rule.working_days:
        return ""
    days = _("周末、节假日") if rule.days else _("节假日")
    if rule.day_off == "keep":
        return _("%(days)s照常") % {"days": days}
    if rule.day_off == "skip":
        return _("%(days)s停一次") % {"days": days}
    return _("遇%(days)s顺延到下一个工作日") % {"days": days}


def _validity(rule: DutyRule) -> str:
    since = _("%(day)s起") % {"day": wording.date(rule.since)} if rule.since else ""
    until = _("到 %(day)s为止") % {"day": wording.date(rule.until)} if rule.until else ""
    return since + until
