"""Dates as tables write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from shangliang.core.clock import SHANGHAI

EARLIEST = 1949
# 2019/2/28 11:25:05, 2019-04-12T00:00:00.000, 2019.4.2, 2019年4月2日 下午3点20分, 20190402
_WRITTEN = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))"
    r"(?:[T ]*(上午|下午|晚上|凌晨|[AaPp][Mm])? *(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?[秒分]?)?"
    r"(?: *([AaPp][Mm]))?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_WITH_ZONE = re.compile(r".*\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)")
_AFTERNOON = frozenset({"下午", "晚上", "pm"})


def moment(value: object, epoch: dt.datetime = WINDOWS_EPOCH) -> dt.datetime | None:
    """The moment that a cell means, in Shanghai time unless it says otherwise; None if it means none.

    `epoch` is the day from which the workbook counts its serial days.
    """
    if isinstance(value, str):
        found = _read(unicodedata.normalize("NFKC", value).strip(), epoch)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _counted(float(value), epoch)
    elif isinstance(value, dt.datetime):
        found = value
    elif isinstance(value, dt.date):
        found = dt.datetime.combine(value, dt.time())
    else:
        return None
    if found is None or found.year < EARLIEST:
        return None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _read(text: str, epoch: dt.datetime) -> dt.datetime | None:
    if match := _WRITTEN.fullmatch(text):
        year, month, day, joined_month, joined_day, half, hour, minute, second, half_after = match.groups()
        hours = int(hour or 0)
        if (half or half_after or "").lower() in _AFTERNOON and hours < 12:
            hours += 12
        try:
            return dt.datetime(  # noqa: DTZ001 - the zone is set by the caller, for every way of writing
                int(year), int(month or joined_month), int(day or joined_day), hours, int(minute or 0), int(second or 0)
            )
        except ValueError:
            return None
    if _SERIAL.fullmatch(text):
        return _counted(float(text), epoch)
    if _WITH_ZONE.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return None
    return None


def _counted(days: float, epoch: dt.datetime) -> dt.datetime | None:
    if not 10_000 <= days < 100_000:
        return None
    found = from_excel(days, epoch)
    return found if isinstance(found, dt.datetime) else None
