"""Reading the calendar and the playbook in force. Each enters the tenant it is asked about."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from uuid import UUID

from django_scopes import scope

from shangliang.core import clock
from shangliang.playbooks.calendar import Calendar, Day, Deadline, Pause
from shangliang.playbooks.definition import Playbook, parse
from shangliang.playbooks.models import Adoption, LocalDay, NationalDay, PlaybookText
from shangliang.playbooks.remembered import Remembered

DEFAULT = Path(__file__).parent / "data" / "default.yaml"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar page."""

    number: int
    days: tuple[Day, ...]


def calendar(tenant_id: UUID) -> Calendar:
    """The tenant's calendar: two small queries, then remembered for a minute.

    A process that follows the entry of an edit made by another one calls `calendars.forget()`
    first, in the transaction in which it reads.
    """
    return calendars.of(tenant_id)


def days_of_year(tenant_id: UUID, year: int) -> tuple[Month, ...]:
    """The twelve months of `year`, each day with its state and the reason for it."""
    days = calendar(tenant_id)
    return tuple(
        Month(
            month,
            tuple(days.day(dt.date(year, month, n)) for n in range(1, months.monthrange(year, month)[1] + 1)),
        )
        for month in range(1, 13)
    )


def in_force(tenant_id: UUID, day: dt.date | None = None) -> Playbook:
    """The playbook in force on `day` (today if None): the one last adopted, or the package's own."""
    day = day or clock.today()
    digests = [digest for since, digest in adoptions.of(tenant_id) if since <= day]
    return _adopted(tenant_id, digests[-1]) if digests else default()


def deadline(
    tenant_id: UUID, start_day: dt.date, rule: str, extra_days: int = 0, pauses: Iterable[Pause] = ()
) -> Deadline:
    """When the clock called `rule` runs out, started on `start_day`, by the playbook then in force.

    `extra_days` are working days granted on top. Raises KeyError for a clock no playbook has.
    """
    days = in_force(tenant_id, start_day).clocks[rule] + extra_days
    return calendar(tenant_id).add_working_days(start_day, days, pauses)


@cache
def default() -> Playbook:
    """The playbook that ships with the package, in force where none was adopted."""
    return parse(DEFAULT.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _adopted(tenant_id: UUID, digest: str) -> Playbook:
    # A text never changes under its hash, so what was parsed once stays right.
    with scope(tenant=tenant_id):
        return parse(PlaybookText.objects.get(tenant_id=tenant_id, digest=digest).text)


def _read_calendar(tenant_id: UUID) -> Calendar:
    national = {
        day: Day(day, working, name, "national")
        for day, working, name in NationalDay.objects.values_list("day", "working", "name")
    }
    with scope(tenant=tenant_id):
        local = {
            day: Day(day, working, reason, "local")
            for day, working, reason in LocalDay.objects.filter(tenant_id=tenant_id).values_list(
                "day", "working", "reason"
            )
        }
    until = dt.date(max(national).year, 12, 31) if national else dt.date.min
    return Calendar(national, local, until)


def _read_adoptions(tenant_id: UUID) -> tuple[tuple[dt.date, str], ...]:
    with scope(tenant=tenant_id):
        rows = Adoption.objects.filter(tenant_id=tenant_id).order_by("in_force_from")
        return tuple(rows.values_list("in_force_from", "playbook__digest"))


calendars = Remembered(_read_calendar)
adoptions = Remembered(_read_adoptions)
