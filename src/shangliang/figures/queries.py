"""Reading figures: sums of tallies over days, and the matters behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.figures.definitions import FIGURES, MINIMUM_BASE, Figure
from shangliang.figures.models import EVERYWHERE, Course, Tally

PERIODS = ("month", "year")
LONG_AGO = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its number, and its base where it has one."""

    figure: Figure
    over: int
    base: int

    @property
    def enough(self) -> bool:
        """Whether the base bears a share or a mean at all."""
        if self.figure.kind == "count":
            return True
        return self.base >= (MINIMUM_BASE if self.figure.kind == "share" else 1)

    @property
    def number(self) -> str:
        """As it is printed: 1,286, 99.5 or 1.8; "" when the base does not bear it. Shares are never rounded up."""
        if self.figure.kind == "count":
            return f"{self.over:,}"
        if not self.enough:
            return ""
        tenths = (1000 * self.over // self.base) if self.figure.kind == "share" else round(10 * self.over / self.base)
        return f"{tenths / 10:g}"

    @property
    def words(self) -> str:
        """What stands behind the number: its base, or why there is no share."""
        if self.figure.kind == "count":
            return ""
        if not self.base:
            return _("还没有")
        base = f"{self.base:,} {self.figure.among}"
        if self.enough:
            return base
        return _("%(over)s，共 %(base)s，太少，先不算比例") % {"over": f"{self.over:,}", "base": base}


def month() -> tuple[dt.date, dt.date]:
    """From the first of this month to today."""
    today = clock.today()
    return today.replace(day=1), today


def year() -> tuple[dt.date, dt.date]:
    """From the first of January to today."""
    today = clock.today()
    return today.replace(month=1, day=1), today


def totals(period: str, names: Iterable[str] = FIGURES, place: UUID = EVERYWHERE) -> dict[str, Value]:
    """The figures called `names` over this "month" or "year", in one place or everywhere (one query).

    What is owed has no beginning: it counts from the first entry on.
    """
    wanted = [FIGURES[name] for name in names]
    sums = _sums(wanted, period, place)
    return {
        figure.name: Value(
            figure, sum(sums.get(one, 0) for one in figure.over), sum(sums.get(one, 0) for one in figure.base)
        )
        for figure in wanted
    }


def behind(name: str, period: str) -> QuerySet[Course]:
    """The courses of the matters that figure `name` counted in this "month" or "year". Raises KeyError."""
    figure = FIGURES[name]
    since, until = _window(figure, period)
    rows = Course.objects.filter(held=False, **{f"{figure.dated_by}__gte": since, f"{figure.dated_by}__lte": until})
    return rows.filter(status=figure.status) if figure.status else rows


def _sums(figures: list[Figure], period: str, place: UUID) -> Mapping[str, int]:
    names: dict[tuple[dt.date, dt.date], set[str]] = {}  # no tally is asked for over two stretches of days
    for figure in figures:
        names.setdefault(_window(figure, period), set()).update((*figure.over, *figure.base))
    # A union of ranges of the index: with one condition of “or”s, SQLite would read every day of the place.
    sums = [
        Tally.objects.filter(place=place, name__in=of, day__range=days)
        .order_by()
        .values_list("name")
        .annotate(Sum("value"))
        for days, of in names.items()
    ]
    return dict(sums[0].union(*sums[1:], all=True)) if sums else {}


def _window(figure: Figure, period: str) -> tuple[dt.date, dt.date]:
    since, until = month() if period == "month" else year()
    if figure.name == "owed":
        since = LONG_AGO
    return since, until - dt.timedelta(days=1) if figure.until_yesterday else until
