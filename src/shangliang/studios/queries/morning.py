"""What the convenor of some studios wants to know in the morning, beside who is on duty (`queries.duty`)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shangliang.studios.models import Call, Device, Reception, Studio
from shangliang.studios.queries import duty
from shangliang.studios.queries.duty import Shown

ENDING = dt.timedelta(days=7)  # a call that ends within
AHEAD = dt.timedelta(days=14)  # turns that need somebody else
SILENT = dt.timedelta(hours=18)  # a device not seen for so long may hold notes of yesterday
AT_MOST = 60  # studios


@dataclass(frozen=True, slots=True)
class Morning:
    """One studio: how many wait at its desk and since when, devices that were not on the line, calls that end, and
    turns of the next two weeks whose people said leave or no longer receive there; and its shifts until then."""

    studio: Studio
    waiting: int
    since: dt.datetime | None
    silent: int
    ending: int
    uncovered: int = 0
    shown: tuple[Shown, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to see to."""
        return not (self.waiting or self.silent or self.ending or self.uncovered)


def mornings(now: dt.datetime, today: dt.date, body_ids: Collection[UUID] | None = None) -> list[Morning]:
    """The studios of these bodies that have not left, or all of them, in the order of places (five queries)."""
    here = {"studio": OuterRef("pk"), "tenant": OuterRef("tenant")}
    waiting = Reception.objects.filter(**here, day=today, status=Reception.Status.WAITING)
    silent = Device.objects.filter(**here, retired_at=None, seen_at__lt=now - SILENT)
    ending = Call.objects.filter(
        **here, withdrawn_at=None, concluded_at=None, since__lte=today, until__range=(today, today + ENDING)
    )
    rows = Studio.objects.exclude(status=Studio.Status.CLOSED).select_related("body__place")
    if body_ids is not None:
        rows = rows.filter(body__in=body_ids)
    rows = rows.annotate(
        waiting_count=_count(waiting),
        waiting_since=Subquery(waiting.order_by().values("studio").annotate(first=Min("came_at")).values("first")),
        silent_count=_count(silent),
        ending_count=_count(ending),
    )
    found: list[Any] = list(rows.order_by("body__place__path", "body__name")[:AT_MOST])
    shown = duty.on_duty(today, [row.pk for row in found], until=today + AHEAD)
    away, gone = duty.cannot_come([one for one in shown if one.ends_at() > now])
    uncovered = Counter(one.shift.studio_id for one in shown for turn in one.turns if turn.pk in away | gone)
    shifts: dict[UUID, list[Shown]] = {}
    for one in shown:
        shifts.setdefault(one.shift.studio_id, []).append(one)
    return [
        Morning(
            row,
            row.waiting_count,
            row.waiting_since,
            row.silent_count,
            row.ending_count,
            uncovered[row.pk],
            tuple(shifts.get(row.pk, ())),
        )
        for row in found
    ]


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("studio").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
