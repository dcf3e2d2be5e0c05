"""Everything a studio's public page shows, in few queries: what it keeps in small tables comes in one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.matters.models import ENDS
from shangliang.playbooks.queries import in_force
from shangliang.studios.duty_dates import DutyRule, describe
from shangliang.studios.models import (
    Call,
    DutyPlan,
    DutyShift,
    Evidence,
    Honour,
    Pairing,
    PairingTask,
    PlanItem,
    PostedRule,
    Reception,
    Studio,
    StudioVoice,
)
from shangliang.studios.queries.duty import Shown
from shangliang.studios.queries.studios import RECEIVING, Done, Item

Status = Studio.Status
PUBLIC = (*RECEIVING, Status.SUSPENDED, Status.CLOSED)  # before it is approved, it is nobody's business
DONE_SHOWN, CALLS_SHOWN = 6, 5


@dataclass(slots=True)
class Around:
    """What a studio keeps beside its duty and its people."""

    items: list[Item] = field(default_factory=list)
    posted: list[tuple[str, str, dt.date]] = field(default_factory=list)  # title, text, since
    done: list[Done] = field(default_factory=list)
    pairings: list[tuple[str, str, dt.date]] = field(default_factory=list)  # with whom, title, until
    running: list[Call] = field(default_factory=list)
    concluded: list[Call] = field(default_factory=list)
    rule: str = ""

    @property
    def has(self) -> int:
        return sum(item.has for item in self.items)

    @property
    def lacks(self) -> int:
        return len(self.items) - self.has


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who receives now, and when the next time is. `off` is a time of today that was cancelled."""

    now: Shown | None
    next: Shown | None
    off: Shown | None


def public_studio(studio_id: UUID) -> Studio | None:
    """A studio the public may see, with its body and place, and counts of its year (one query)."""
    first, today = clock.today().replace(month=1, day=1), clock.today()
    said = StudioVoice.objects.filter(voice__held=False, voice__happened_at__gte=clock.start_of(first))
    held = DutyShift.objects.filter(day__gte=first, day__lte=today, cancelled_at=None)
    received = Reception.objects.filter(day__gte=first, status=Reception.Status.DONE)
    rows = Studio.objects.select_related("body__place__parent", "body__under").annotate(
        said=_number(said),
        said_ended=_number(said.filter(voice__matter__status__in=ENDS)),
        held=_number(held.filter(turns__given_up_at=None, turns__isnull=False).exclude(turns__came=False)),
        received=_number(received),
    )
    return rows.filter(pk=studio_id, status__in=PUBLIC).first()


def duty_now(shown: Iterable[Shown]) -> OnDuty:
    """Of the shifts of some days, in order: the one that runs, the next one, and one of today that was cancelled."""
    now, today = clock.now(), clock.today()
    standing = [one for one in shown if not one.cancelled and one.ends_at() > now]
    running = next((one for one in standing if one.starts_at() <= now), None)
    off = next((one for one in shown if one.cancelled and one.shift.day == today and one.ends_at() > now), None)
    return OnDuty(running, next((one for one in standing if one.starts_at() > now), None), off)


def around(studio: Studio) -> Around:
    """What stands in the small tables of a studio (one query)."""
    found, today = Around(), clock.today()
    evidence: dict[str, list[Evidence]] = {}
    rules: list[DutyRule] = []
    first, *others = _parts(studio, today)
    for kind, row_id, on, until, title, text, flag in first.union(*others, all=True):
        match kind:
            case "evidence":
                row = Evidence(item=title, what=text, has=bool(flag), on=on, mend_by=until)
                evidence.setdefault(title, []).append(row)
            case "posted":
                found.posted.append((title, text, on))
            case "rule":
                rules.append(DutyRule.parse(json.loads(text)))
            case "pairing":
                found.pairings.append((title, text, until))
            case "call" | "concluded":
                call = Call(id=row_id, studio=studio, question=title, outcome=text, since=on, until=until)
                (found.running if kind == "call" else found.concluded).append(call)
            case _:
                found.done.append(Done(on, title, kind, _labels()[kind], text))
    found.items = _standing(studio, evidence)
    found.rule = describe(rules)
    found.running.sort(key=lambda call: call.until)
    found.concluded.sort(key=lambda call: call.until, reverse=True)
    found.done += [Done(call.until, call.question, "call", _("征集"), call.outcome) for call in found.concluded]
    if studio.opened_on:
        found.done.append(Done(studio.opened_on, _("揭牌开放"), "opened", _("开放")))
    found.done.sort(key=lambda done: done.on, reverse=True)
    return found


def rule_of(studio: Studio) -> str:
    """When a studio receives, in words (one query)."""
    today = clock.today()
    plans = DutyPlan.objects.filter(Q(until=None) | Q(until__gte=today), studio=studio).order_by("since", "pk")
    return describe(DutyRule.parse(plan.rule) for plan in plans)


def standard_name(studio: Studio) -> str:
    """What the locality calls its standard: 六有."""
    return in_force(studio.tenant_id).studios.standard.name


def _labels() -> dict[str, str]:
    return {"plan": _("计划里的事"), "honour": _("获评"), "task": _("结对共建")}


def _standing(studio: Studio, evidence: dict[str, list[Evidence]]) -> list[Item]:
    """The items of the standard in force, each with its newest finding."""
    for rows in evidence.values():
        rows.sort(key=lambda row: row.on, reverse=True)
    standard = in_force(studio.tenant_id).studios.standard
    return [
        Item(key, item.label, item.ask, tuple(evidence.get(key, ())[:1]), True) for key, item in standard.items.items()
    ]


def _parts(studio: Studio, today: dt.date) -> list[QuerySet[Any, tuple[Any, ...]]]:
    """One query for each small table, all with the same columns: kind, id, day, until, title, text, flag."""
    none = Value(None, output_field=DateField())
    sides = Q(one=studio.body_id) | Q(other=studio.body_id)
    other = Case(When(one=studio.body_id, then=F("other__name")), default=F("one__name"), output_field=CharField())
    done = PairingTask.objects.filter(Q(pairing__one=studio.body_id) | Q(pairing__other=studio.body_id))
    calls = Call.objects.filter(studio=studio, withdrawn_at=None, since__lte=today)
    posted = PostedRule.objects.filter(Q(until=None) | Q(until__gte=today), studio=studio, since__lte=today)
    plans = DutyPlan.objects.filter(Q(until=None) | Q(until__gte=today), studio=studio)
    pairings = Pairing.objects.filter(sides, status=Pairing.Status.SIGNED, since__lte=today, until__gte=today)
    plan = PlanItem.objects.filter(studio=studio).exclude(done_on=None)
    return [
        _rows(Evidence.objects.filter(studio=studio), "evidence", F("on"), F("mend_by"), "item", "what", F("has")),
        _rows(posted, "posted", F("since"), none, "title", "text"),
        _rows(plans, "rule", F("since"), none, "where", "rule"),
        _rows(pairings, "pairing", F("since"), F("until"), other, "title"),
        _rows(calls.filter(concluded_at=None, until__gte=today), "call", F("since"), F("until"), "question", "about"),
        _rows(calls.exclude(concluded_at=None), "concluded", F("since"), F("until"), "question", "outcome"),
        _rows(plan, "plan", F("done_on"), none, "what", "note"),
        _rows(Honour.objects.filter(studio=studio), "honour", F("on"), none, "title", "document"),
        _rows(done.exclude(done_on=None), "task", F("done_on"), none, "what", "note"),
    ]


def _rows(
    rows: QuerySet[Any], kind: str, on: Any, until: Any, title: Any, text: str, flag: Any = None
) -> QuerySet[Any, tuple[Any, ...]]:
    return rows.order_by().values_list(
        Value(kind, output_field=CharField()),
        Cast("pk", UUIDField()),
        Cast(on, DateField()),
        Cast(until, DateField()),
        Cast(title, TextField()),
        Cast(text, TextField()),
        Cast(flag, IntegerField()) if flag is not None else Value(0, output_field=IntegerField()),
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(studio=OuterRef("pk")).order_by().values("studio").annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
