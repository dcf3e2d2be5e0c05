"""Reading the calendar and the playbook in force. Each enters the tenant it is asked about."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from uuid import UUID

from django_scopes import scope, scopes_disabled

from shangliang.core import clock
from shangliang.core.keys import data_folder
from shangliang.ledger.models import Bookmark, Chain
from shangliang.playbooks.calendar import Calendar, Day, Deadline, Pause
from shangliang.playbooks.definition import DEFAULT, Playbook, parse
from shangliang.playbooks.models import Adoption, LocalDay, NationalDay, PlaybookText
from shangliang.playbooks.remembered import Remembered
from shangliang.tenants.models import Tenant

LAST_BACKUP = "last-backup"  # in the data folder; touched when a backup was finished


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
    return kept(tenant_id, digests[-1]) if digests else default()


def kept(tenant_id: UUID, digest: str) -> Playbook:
    """The playbook of the text stored under this hash (`actions.keep`, `actions.adopt`): what began under it
    goes on under it, whatever came into force since. Raises PlaybookText.DoesNotExist."""
    return default() if digest == default().digest else _stored(tenant_id, digest)


@dataclass(frozen=True, slots=True)
class Version:
    """A playbook that was adopted, and what of it: `now` it is in force, or it is still to `come`, or over."""

    adoption: Adoption
    playbook: Playbook
    state: str  # come, now or over


def versions(tenant_id: UUID) -> list[Version]:
    """What was adopted, the latest first (one query, and one for each text this process has not read yet)."""
    with scope(tenant=tenant_id):
        rows = Adoption.objects.filter(tenant_id=tenant_id).select_related("playbook").defer("playbook__text")
        found, states = [], iter(("now",))
        for row in rows.order_by("-in_force_from"):
            state = "come" if row.in_force_from > clock.today() else next(states, "over")
            found.append(Version(row, kept(tenant_id, row.playbook.digest), state))
        return found


def text_of(tenant_id: UUID, digest: str) -> str:
    """The text stored under this hash; also the package's own. Raises PlaybookText.DoesNotExist."""
    if digest == default().digest:
        return DEFAULT.read_text(encoding="utf-8")
    with scope(tenant=tenant_id):
        return PlaybookText.objects.get(tenant_id=tenant_id, digest=digest).text


@dataclass(frozen=True, slots=True)
class Change:
    """A national day as it would become, and what it is now; `was` None when it is an ordinary day."""

    day: dt.date
    working: bool
    name: str
    was: NationalDay | None


def changes(days: Mapping[dt.date, tuple[bool, str]]) -> list[Change]:
    """Which national days would change, and how, in order (one query)."""
    known = {row.day: row for row in NationalDay.objects.filter(day__in=list(days))}
    wanted = (Change(day, working, name, known.get(day)) for day, (working, name) in sorted(days.items()))
    return [one for one in wanted if one.was is None or (one.was.working, one.was.name) != (one.working, one.name)]


def published_years() -> list[int]:
    """The years whose national days were published."""
    return [day.year for day in NationalDay.objects.dates("day", "year")]


def national_days(year: int) -> list[NationalDay]:
    """The national days of a year, in order."""
    return list(NationalDay.objects.filter(day__year=year).order_by("day"))


@dataclass(frozen=True, slots=True)
class Running:
    """How a tenant's machinery stands: what its ledger holds, and how far the worker is behind it."""

    tenant: Tenant
    entries: int
    behind: int | None  # entries that some reader has not done; None when the worker never ran


def running() -> list[Running]:
    """All tenants, as whoever runs the machine sees them: numbers, and nothing of what they are about (three queries)."""
    tenants = list(Tenant.objects.order_by("slug"))
    with scopes_disabled():
        sizes = dict(Chain.objects.filter(tenant__in=tenants).values_list("tenant", "size"))
        done: dict[UUID, int] = {}
        for tenant_id, seq in Bookmark.objects.filter(tenant__in=tenants).values_list("tenant", "seq"):
            done[tenant_id] = min(seq, done.get(tenant_id, seq))
    return [
        Running(tenant, size := sizes.get(tenant.pk, 0), size - done[tenant.pk] if tenant.pk in done else None)
        for tenant in tenants
    ]


def last_backup() -> dt.datetime | None:
    """When the last backup was finished, if `shangliang backup` left word of it in the data folder."""
    try:
        return dt.datetime.fromtimestamp((data_folder() / LAST_BACKUP).stat().st_mtime, dt.UTC)
    except OSError:
        return None


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
def _stored(tenant_id: UUID, digest: str) -> Playbook:
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
