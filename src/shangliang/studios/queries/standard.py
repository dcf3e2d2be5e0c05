"""What a studio keeps: the steps of its life, posted rules, plan, inspections, praise; and phases of building up."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.files.models import Attachment
from shangliang.playbooks.queries import in_force
from shangliang.playbooks.studio_rules import Activity, LifeStep
from shangliang.studios.models import (
    Call,
    DutyShift,
    Honour,
    Inspection,
    Phase,
    PlanItem,
    PostedRule,
    Reception,
    Studio,
    StudioStep,
)

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Counted:
    """How much of the least that is asked was done in the period that runs."""

    activity: Activity
    n: int
    first: dt.date
    last: dt.date
    base: str  # what was counted

    @property
    def is_met(self) -> bool:
        return self.n >= self.activity.least

    @property
    def missing(self) -> int:
        return max(0, self.activity.least - self.n)


@dataclass(frozen=True, slots=True)
class Reached:
    """A phase, and how many studios opened in it."""

    phase: Phase
    opened: int

    @property
    def missing(self) -> int:
        return max(0, self.phase.target - self.opened)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.opened // self.phase.target) if self.phase.target else 100


def steps(studio: Studio) -> list[StudioStep]:
    """The steps of a studio's life, the newest first (one query)."""
    return list(studio.steps.select_related("attachment").order_by("-on", "-pk"))


def next_steps(studio: Studio) -> list[LifeStep]:
    """Where the locality's playbook lets a studio go from here, in its order (no query of its own)."""
    life = in_force(studio.tenant_id).studios.life
    return [
        step
        for step in life.values()
        if studio.status in step.after and step.status in studio.TRANSITIONS[studio.status]
    ]


def posted_rules(studio: Studio) -> list[PostedRule]:
    """The rules posted in a studio, those that hold first, then those that ended (one query)."""
    rows = studio.posted_rules.order_by("-since", "-pk")
    return sorted(rows, key=lambda row: row.until is not None)


def posted_rule(studio: Studio, title: str) -> PostedRule | None:
    """The rule of this title that holds (one query)."""
    return studio.posted_rules.filter(title=title, until=None).first()


def plan(studio: Studio, years: tuple[int, ...]) -> list[PlanItem]:
    """What a studio means to do in these years, in the order of dates (one query)."""
    return list(studio.plan.filter(year__in=years).order_by("due", "pk"))


def plan_item(item_id: UUID) -> PlanItem | None:
    """One thing planned, with its studio and body (one query)."""
    return PlanItem.objects.select_related("studio__body__place").filter(pk=item_id).first()


def inspections(studio: Studio) -> list[Inspection]:
    """The inspections of a studio, the newest first (one query)."""
    return list(studio.inspections.order_by("-on", "-pk"))


def honours(studio: Studio) -> list[Honour]:
    """The praise a studio had, the newest first (one query)."""
    return list(studio.honours.order_by("-on", "-pk"))


def file_of(studio: Studio, file_id: UUID) -> Attachment | None:
    """A paper or an evidence of this studio, by the id of the file (at most three queries)."""
    if studio.steps.filter(attachment=file_id).exists() or studio.evidence.filter(attachment=file_id).exists():
        return Attachment.objects.filter(pk=file_id).first()
    return None


def described(studio: Studio) -> str:
    """A short mark of what a studio says of itself: differs once somebody changed it."""
    body = studio.body
    said = (studio.motto, studio.about, studio.theme, studio.online, studio.way, studio.shared_with, studio.ends_with)
    return hashlib.sha256(repr((said, body.phone, body.address, body.hours)).encode()).hexdigest()[:16]


# --- minimum activity ---------------------------------------------------------------------------------


def activity(studio: Studio, on: dt.date | None = None) -> list[Counted]:
    """The minimum activity the playbook asks, and what was done of it in the week, month, quarter or year of a day,
    today if None. What leaves rows of its own is counted from them; all else from the plan (one query)."""
    day = on or clock.today()
    asked = in_force(studio.tenant_id, day).studios.activity
    if not asked:
        return []
    row, names = Studio.objects.filter(pk=studio.pk), []
    for number, one in enumerate(asked):
        names.append(f"n{number}")
        found = _counter(one.key)(*period(day, one.per), one.key)
        row = row.annotate(**{names[-1]: _number(found)})
    numbers = row.values_list(*names).get()
    return [Counted(one, n, *period(day, one.per), _base(one)) for one, n in zip(asked, numbers, strict=True)]


def period(day: dt.date, per: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of the week, month, quarter or year in which `day` lies."""
    if per == "week":
        first = day - dt.timedelta(days=day.weekday())
        return first, first + dt.timedelta(days=6)
    months = MONTHS[per]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    after = first.month + months
    return first, first.replace(year=first.year + (after > 12), month=(after - 1) % 12 + 1) - dt.timedelta(days=1)


def _held(first: dt.date, last: dt.date, _key: str) -> QuerySet[DutyShift]:
    """Shifts that took place: not cancelled, not to come, and nobody said that no one came."""
    rows = DutyShift.objects.filter(day__gte=first, day__lte=min(last, clock.today()), cancelled_at=None)
    came = Q(turns__came=None) | Q(turns__came=True)
    return rows.filter(came, turns__isnull=False, turns__given_up_at=None)


def _received(first: dt.date, last: dt.date, _key: str) -> QuerySet[Reception]:
    return Reception.objects.filter(day__gte=first, day__lte=last, status=Reception.Status.DONE)


def _called(first: dt.date, last: dt.date, _key: str) -> QuerySet[Call]:
    return Call.objects.filter(since__gte=first, since__lte=last, withdrawn_at=None)


def _planned(first: dt.date, last: dt.date, key: str) -> QuerySet[PlanItem]:
    return PlanItem.objects.filter(done_on__gte=first, done_on__lte=last, counts_as=key)


def _counter(key: str) -> Callable[[dt.date, dt.date, str], QuerySet[Any]]:
    return {"duty": _held, "reception": _received, "call": _called}.get(key, _planned)


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.filter(studio=OuterRef("pk")).order_by().values("studio").annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _base(one: Activity) -> str:
    known = {
        "duty": _("数的是没取消、有人来的班"),
        "reception": _("数的是接待登记里谈完的"),
        "call": _("数的是发出的征集"),
    }
    return known.get(one.key) or _("数的是计划里算作“%(label)s”、做完了的") % {"label": one.label}


# --- phases -------------------------------------------------------------------------------------------


def phases() -> list[Reached]:
    """The phases of building studios up, the newest first, each with how many opened in it (one query)."""
    within = Studio.objects.filter(opened_on__gte=OuterRef("since"), opened_on__lte=OuterRef("until"))
    of_kind = within.filter(kind=OuterRef("kind"))
    opened = Case(When(kind="", then=_number_of(within)), default=_number_of(of_kind))
    return [Reached(phase, phase.opened) for phase in Phase.objects.annotate(opened=opened).order_by("-since", "-pk")]


def _number_of(rows: QuerySet[Studio]) -> Coalesce:
    counted = rows.order_by().values("tenant").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
