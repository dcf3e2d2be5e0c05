"""How far a step is: what of its needs is met, and on which day it was done. Computed from the facts, never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.deliberation.models import Finding, GatePass, Meeting, Topic
from shangliang.deliberation.queries.evidence import Evidence, is_accepted
from shangliang.playbooks.deliberation_rules import Step, upstream
from shangliang.playbooks.queries import calendar

# What an investigation has to bring; the rest of `NEEDS` comes about by other steps.
INVESTIGATED = ("sides", "heard", "facts", "site", "photos", "visits", "cost", "authority")
# Done when somebody ticks it: the product sees no sign of it.
BY_HAND = ("plan", "publish", "look_back")
HELD = (Meeting.Status.READ, Meeting.Status.SIGNED)
Kind = Finding.Kind


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there yet: its key (`heard:<side>`, `facts`, `step:investigate`, `approval:…`), in words,
    and how much of it."""

    key: str
    sentence: str
    short: int = 1
    then: str = ""  # the same as minutes say it of a day that is over; empty for `sentence`

    @property
    def told(self) -> str:
        """What was missing, for the record."""
        return self.then or self.sentence


# --- needs -------------------------------------------------------------------------------------------


def unmet(needs: Mapping[str, int], seen: Evidence) -> list[Missing]:
    """What of `needs` is not there, in the order of the file."""
    return [one for need, least in needs.items() for one in _NEEDS[need](least, seen)]


def _sides(least: int, seen: Evidence) -> Iterator[Missing]:
    if (now := len(seen.sides)) < least:
        numbers = {"short": least - now, "least": least, "now": now}
        said = _("碰到哪几方还差 %(short)s 方没写，要 %(least)s 方，现有 %(now)s 方") % numbers
        yield Missing("sides", said, least - now, _("碰到哪几方只写了 %(now)s 方，要 %(least)s 方") % numbers)


def _heard(least: int, seen: Evidence) -> Iterator[Missing]:
    if not seen.sides:
        yield Missing("heard", _("还没听过哪一方的话，先写清碰到哪几方"), then=_("哪一方的话都没有听"))
    for one in seen.sides:
        if one.people < least:
            numbers = {"side": one.side.label, "short": least - one.people, "least": least, "now": one.people}
            said = _("“%(side)s”还要再听 %(short)s 个人，要 %(least)s 人，听过 %(now)s 人") % numbers
            then = _("“%(side)s”只听过 %(now)s 人，要 %(least)s 人") if one.people else _("“%(side)s”没有去听")
            yield Missing(f"heard:{one.side.pk}", said, least - one.people, then % numbers)


def _facts(least: int, seen: Evidence) -> Iterator[Missing]:
    sentence = _("还差 %(short)s 条有出处的事实，要 %(least)s 条，现有 %(now)s 条")
    then = _("有出处的事实只有 %(now)s 条，要 %(least)s 条")
    return _count("facts", least, sum(1 for one in seen.of_kind(Kind.FACT) if one.finding.source), sentence, then)


def _site(least: int, seen: Evidence) -> Iterator[Missing]:
    sentence = _("还差 %(short)s 处现场记录，要 %(least)s 处，现有 %(now)s 处")
    then = _("现场记录只有 %(now)s 处，要 %(least)s 处")
    return _count("site", least, sum(1 for one in seen.of_kind(Kind.SITE)), sentence, then)


def _photos(least: int, seen: Evidence) -> Iterator[Missing]:
    sentence = _("还差 %(short)s 张现场照片，要 %(least)s 张，现有 %(now)s 张")
    then = _("现场照片只有 %(now)s 张，要 %(least)s 张")
    return _count("photos", least, sum(len(one.photos) for one in seen.found if one.counts), sentence, then)


def _visits(least: int, seen: Evidence) -> Iterator[Missing]:
    sentence = _("还差 %(short)s 次走访，要 %(least)s 次，现有 %(now)s 次")
    then = _("只走访了 %(now)s 次，要 %(least)s 次")
    return _count("visits", least, sum(1 for one in seen.of_kind(Kind.VISIT)), sentence, then)


def _cost(least: int, seen: Evidence) -> Iterator[Missing]:
    found = sum(1 for one in seen.of_kind(Kind.COST))
    return _count("cost", least, found, _("还没弄清要花多少钱"), _("没弄清要花多少钱"))


def _authority(least: int, seen: Evidence) -> Iterator[Missing]:
    found = sum(1 for one in seen.of_kind(Kind.AUTHORITY))
    return _count("authority", least, found, _("还没弄清归谁管、定不定得了"), _("没弄清归谁管、定不定得了"))


def _posted(least: int, seen: Evidence) -> Iterator[Missing]:
    since = seen.topic.posted_on
    if since is None:
        said = _("议题还没公示，要公示满 %(least)s 个工作日") % {"least": least}
        yield Missing("posted", said, least, _("议题没有公示"))
        return
    now = max(calendar(seen.topic.tenant_id).working_days_between(since, clock.today()), 0)
    sentence = _("公示还差 %(short)s 个工作日，要满 %(least)s 个，到今天 %(now)s 个")
    yield from _count("posted", least, now, sentence, _("公示只满了 %(now)s 个工作日，要 %(least)s 个"))


def _online(least: int, seen: Evidence) -> Iterator[Missing]:
    sentence = _("线上还差 %(short)s 个人参加，要 %(least)s 人，现有 %(now)s 人")
    then = _("线上只有 %(now)s 人参加，要 %(least)s 人")
    return _count("online", least, _people_online(seen), sentence, then)


def _meetings(least: int, seen: Evidence) -> Iterator[Missing]:
    sentence = _("还要再开 %(short)s 次会，要 %(least)s 次，开过 %(now)s 次")
    then = _("会只开过 %(now)s 次，要 %(least)s 次")
    return _count("meetings", least, sum(1 for one in seen.meetings if one.status in HELD), sentence, then)


def _count(key: str, least: int, now: int, sentence: str, then: str) -> Iterator[Missing]:
    if now < least:
        numbers = {"short": least - now, "least": least, "now": now}
        yield Missing(key, sentence % numbers, least - now, then % numbers)


def _people_online(seen: Evidence) -> int:
    return max((one.people for one in seen.conversations), default=0)


_NEEDS: Mapping[str, Callable[[int, Evidence], Iterable[Missing]]] = {
    "sides": _sides,
    "heard": _heard,
    "facts": _facts,
    "site": _site,
    "photos": _photos,
    "visits": _visits,
    "cost": _cost,
    "authority": _authority,
    "posted": _posted,
    "online": _online,
    "meetings": _meetings,
}


def wanted_of(step: Step, seen: Evidence) -> dict[str, int]:
    """What the steps after this one ask of an investigation, the most of each."""
    wanted: dict[str, int] = {}
    for key, other in seen.rules.steps.items():
        if key == step.key or step.key in upstream(seen.rules.steps, key):
            for need, least in other.needs.items():
                if need in INVESTIGATED:
                    wanted[need] = max(least, wanted.get(need, 0))
    return wanted


# --- whether a step is done --------------------------------------------------------------------------


def is_by_hand(step: Step, seen: Evidence) -> bool:
    """Whether somebody ticks the step, since nothing else tells that it was done."""
    if not step.does or any(does in BY_HAND for does in step.does):
        return True
    return step.does == ("investigate",) and not wanted_of(step, seen)


def unsaid(step: Step, seen: Evidence) -> list[Missing]:
    """What the step's own form and those who must agree still owe."""
    given = {one.who for one in seen.approvals if one.step == step.key}
    record = seen.records.get(step.key)
    answers = record.answers if record else {}
    said, then = _("“%(who)s”还没有点头"), _("“%(who)s”没有点头")
    lacking = [
        Missing(f"approval:{who}", said % {"who": who}, then=then % {"who": who})
        for who in step.approvals
        if who not in given
    ]
    for key, question in step.asks.items():
        if question.needed and key not in answers:
            words = {"label": question.label}
            lacking.append(Missing(f"ask:{key}", _("“%(label)s”还没写") % words, then=_("“%(label)s”没有写") % words))
    return lacking


def lacks(step: Step, seen: Evidence, *, passed: bool = True) -> list[Missing]:
    """What keeps a step from being done although it was begun: evidence, approvals, its form. With `passed`, what
    a chair let pass is left out: evidence anywhere on the path, approvals and the form at this step."""
    needed: list[Missing] = []
    if "investigate" in step.does:
        needed += unmet(wanted_of(step, seen), seen)
    if "online" in step.does:
        needed += _online(_least_online(seen), seen)
    said = unsaid(step, seen)
    if passed:
        here = [one for one in seen.standing if one.step == step.key]
        return remaining(needed, let_through(seen.standing)) + remaining(said, let_through(here))
    return needed + said


def let_through(passes: Iterable[GatePass]) -> dict[str, int]:
    """What was let pass, and how much of each: who signed under one missing fact did not sign under three."""
    most: dict[str, int] = {}
    for one in passes:
        for key, short in one.missing.items():
            most[key] = max(short, most.get(key, 0))
    return most


def remaining(missing: Iterable[Missing], passed: Mapping[str, int]) -> list[Missing]:
    """What is missing beyond what was let pass."""
    return [one for one in missing if one.short > passed.get(one.key, 0)]


def done_on(step: Step, seen: Evidence) -> dt.date | None:
    """The day on which the last part of a step was done, None while it is not."""
    if lacks(step, seen):
        return None
    days = [_DONE[does](step, seen) for does in step.does if does in _DONE]
    if is_by_hand(step, seen):
        record = seen.records.get(step.key)
        days.append(clock.day_of(record.at) if record and record.is_done else None)
    return None if None in days else max((day for day in days if day), default=None)


def _gathered(_step: Step, seen: Evidence) -> dt.date | None:
    if not is_accepted(seen.topic):
        return None
    return seen.first.get("matter.accepted") or clock.day_of(seen.topic.put_at)


def _chosen(_step: Step, seen: Evidence) -> dt.date | None:
    is_waiting = seen.topic.status in (Topic.Status.PUT_FORWARD, Topic.Status.TURNED_DOWN)
    return None if is_waiting else seen.topic.chosen_on


def _posted_on(_step: Step, seen: Evidence) -> dt.date | None:
    return seen.topic.posted_on


def _investigated(step: Step, seen: Evidence) -> dt.date | None:
    """The day of the last thing found out; what is lacking was looked at before."""
    days = [one.finding.on for one in seen.found if one.counts]
    days += [one.on for side in seen.sides for one in side.hearings if one.withdrawn_at is None]
    if not days and (record := seen.records.get(step.key)):
        days = [clock.day_of(record.at)]
    return max(days, default=seen.topic.chosen_on)


def _invited(step: Step, seen: Evidence) -> dt.date | None:
    rows = (one for one in _meetings_of(step, seen) if one.status != Meeting.Status.CANCELLED)
    return _nth("invite", step, seen, (one.called_at or one.opened_at for one in rows))


def _met(step: Step, seen: Evidence) -> dt.date | None:
    return _nth("meet", step, seen, (one.closed_at for one in _meetings_of(step, seen) if one.status in HELD))


def _agreed(step: Step, seen: Evidence) -> dt.date | None:
    signed = (one.signed_at for one in _meetings_of(step, seen) if one.status == Meeting.Status.SIGNED)
    return _nth("agree", step, seen, signed)


def _meetings_of(step: Step, seen: Evidence) -> Iterator[Meeting]:
    """The meetings of the form that the step names, or all."""
    return (one for one in seen.meetings if one.form == step.form or not step.form)


def _nth(does: str, step: Step, seen: Evidence, moments: Iterable[dt.datetime | None]) -> dt.date | None:
    """Where several steps of a path meet in one form, the second waits for the second meeting."""
    alike = [one.key for one in seen.rules.steps.values() if does in one.does and one.form == step.form]
    held, number = sorted(moment for moment in moments if moment), alike.index(step.key)
    return clock.day_of(held[number]) if number < len(held) else None


def _handed_over(_step: Step, seen: Evidence) -> dt.date | None:
    handed = [point.handed_at for point in seen.points]
    if not handed and seen.items:  # all that was agreed is done by the residents themselves, or became a rule
        return max((clock.day_of(one.signed_at) for one in seen.meetings if one.signed_at), default=None)
    return _last(handed)


def _handled(_step: Step, seen: Evidence) -> dt.date | None:
    if not seen.points and seen.items:
        return _handed_over(_step, seen)
    return _last([None if point.is_open else point.replied_at for point in seen.points])


def _supervised(step: Step, seen: Evidence) -> dt.date | None:
    # What was answered needs nobody to look after it any more.
    return seen.first.get("matter.supervised") or _handled(step, seen)


def _rated(_step: Step, seen: Evidence) -> dt.date | None:
    days = (seen.first.get(kind) for kind in ("matter.confirmed", "matter.sent_back"))
    return min((day for day in days if day), default=None)


def _talked_online(_step: Step, seen: Evidence) -> dt.date | None:
    enough = [one for one in seen.conversations if one.people >= _least_online(seen)]
    if not enough:  # then the chair let it pass: what is lacking was looked at before
        return seen.topic.chosen_on
    return clock.day_of(enough[0].closed_at or enough[0].opened_at)


def _least_online(seen: Evidence) -> int:
    return max((step.needs.get("online", 1) for step in seen.rules.steps.values()), default=1)


def _last(moments: list[dt.datetime | None]) -> dt.date | None:
    """The day of the last one when there is none without."""
    there = [moment for moment in moments if moment]
    return clock.day_of(max(there)) if there and len(there) == len(moments) else None


_DONE: Mapping[str, Callable[[Step, Evidence], dt.date | None]] = {
    "gather": _gathered,
    "choose": _chosen,
    "post": _posted_on,
    "investigate": _investigated,
    "invite": _invited,
    "meet": _met,
    "agree": _agreed,
    "online": _talked_online,
    "hand_over": _handed_over,
    "handle": _handled,
    "reply": _handled,
    "supervise": _supervised,
    "rate": _rated,
}
