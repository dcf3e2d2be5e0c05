"""Parts of the acts of duty: rows locked, and what a turn may and may not become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Changed, Refused
from shangliang.people.models import Person
from shangliang.studios.models import DutyShift, Studio, Turn
from shangliang.studios.queries import duty as queries


def studio_of(studio_id: UUID, *, lock: bool = False) -> Studio:
    rows = Studio.objects.select_for_update(of=("self",)) if lock else Studio.objects.all()
    return rows.select_related("body__place").get(pk=studio_id)


def shift_of(shift_id: UUID) -> DutyShift:
    rows = DutyShift.objects.select_for_update(of=("self",)).select_related("studio__body__place")
    return rows.get(pk=shift_id)


def turn_of(turn_id: UUID) -> Turn:
    """A turn with its shift locked, as both are now."""
    shift = shift_of(Turn.objects.values_list("shift", flat=True).get(pk=turn_id))
    turn = Turn.objects.select_related("person").get(pk=turn_id)
    turn.shift = shift
    return turn


def lock_together(*turns: UUID | None) -> None:
    """Lock the shifts of some turns, always in one order, so that two swaps never wait for each other."""
    meant = Turn.objects.filter(pk__in=[turn for turn in turns if turn])
    rows = DutyShift.objects.select_for_update().filter(pk__in=meant.values("shift"))
    list(rows.order_by("pk").values_list("pk"))


def stands(turn: Turn) -> None:
    """Raises Changed when the turn was given up, or its shift cancelled."""
    if turn.given_up_at is not None:
        raise Changed(_("这一班刚刚换了人，请看一眼最新的安排。"))
    if turn.shift.cancelled_at is not None:
        raise Changed(_("这一班刚刚有人取消了。"))


def is_over(row: DutyShift) -> bool:
    return dt.datetime.combine(row.day, row.ends, clock.SHANGHAI) < clock.now()


def not_over(row: DutyShift) -> None:
    if is_over(row):
        raise Refused(_("这一班已经过了，不能再改。"))


def call_off(row: DutyShift, why: str) -> None:
    now = clock.now()
    if not DutyShift.objects.filter(pk=row.pk, cancelled_at=None).update(cancelled_at=now, cancelled_why=why[:120]):
        raise Changed(_("这一班刚刚有人取消了。"))
    row.cancelled_at, row.cancelled_why = now, why[:120]


def end(turn: Turn, why: str) -> None:
    now = clock.now()
    if not Turn.objects.filter(pk=turn.pk, given_up_at=None).update(given_up_at=now, given_up_why=why[:120]):
        raise Changed(_("这一班刚刚换了人，请看一眼最新的安排。"))
    turn.given_up_at = now


def hand_on(row: DutyShift, person: Person, replaced: Turn | None) -> Turn:
    turn = begin(row, person, field="person")
    first = (replaced.stands_in_for_id or replaced.person_id) if replaced else None
    if first and first != person.pk:  # who takes their own turn back stands in for nobody
        Turn.objects.filter(pk=turn.pk).update(stands_in_for=first)
    if row.cancelled_at is not None:
        take_place(row)
    return turn


def take_place(row: DutyShift) -> None:
    DutyShift.objects.filter(pk=row.pk).update(cancelled_at=None, cancelled_why="")
    row.cancelled_at, row.cancelled_why = None, ""


def begin(row: DutyShift, person: Person, *, field: str) -> Turn:
    can_come(row, person, field=field)
    return Turn.objects.create(tenant_id=row.tenant_id, shift=row, person=person)


def can_come(row: DutyShift, person: Person, *, leaving: UUID | None = None, field: str) -> None:
    """Raises Refused when somebody does not receive here, is away, or is elsewhere at that hour (the turn
    `leaving`, which they would give, aside)."""
    name = {"name": person.name}
    groups = [row.group_id] if row.group_id else []
    if person.pk not in {one.pk for one in queries.receivers(row.studio, row.day, groups)}:
        raise Refused(_("%(name)s那天不在这个工作室接待。") % name, field)
    if person.pk in queries.on_leave(row.day):
        raise Refused(_("%(name)s那天请了假。") % name, field)
    busy = Turn.objects.filter(
        person=person,
        given_up_at=None,
        shift__cancelled_at=None,
        shift__day=row.day,
        shift__starts__lt=row.ends,
        shift__ends__gt=row.starts,
    )
    if (busy.exclude(pk=leaving) if leaving else busy).exists():
        raise Refused(_("%(name)s那个时间已经有班了。") % name, field)


def to_come(rows: QuerySet[DutyShift]) -> list[UUID]:
    """Of some shifts those that are not cancelled and not over, locked."""
    now = clock.now().astimezone(clock.SHANGHAI)
    rows = rows.filter(cancelled_at=None).exclude(day__lt=now.date()).exclude(day=now.date(), ends__lte=now.time())
    return list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def people_of(rows: Any) -> set[UUID]:
    return set(Turn.objects.filter(shift__in=rows, given_up_at=None).values_list("person", flat=True))


def subjects_of(studio: Studio) -> list[tuple[str, UUID]]:
    return [("studio", studio.pk), ("body", studio.body_id)]


def persons(people: Iterable[UUID]) -> list[tuple[str, UUID]]:
    return [("person", person) for person in sorted(people)]


def facts_of(row: DutyShift) -> dict[str, Any]:
    return {"day": row.day.isoformat(), "starts": f"{row.starts:%H:%M}", "ends": f"{row.ends:%H:%M}"}
