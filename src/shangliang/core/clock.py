"""The one clock. Dates are dates in Asia/Shanghai; moments are stored in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_pretended: ContextVar[dt.datetime | None] = ContextVar("pretended", default=None)


def now() -> dt.datetime:
    """This moment, timezone-aware, in UTC."""
    return _pretended.get() or dt.datetime.now(dt.UTC)


@contextmanager
def pretending(moment: dt.datetime) -> Iterator[None]:
    """Inside, it is `moment`: for invented matters with a past, and for tests."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


def today() -> dt.date:
    """Today's date in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def day_of(moment: dt.datetime) -> dt.date:
    """The Shanghai date on which `moment` falls."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a Shanghai `day`, timezone-aware."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI)
