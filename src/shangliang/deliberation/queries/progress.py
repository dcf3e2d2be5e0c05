"""How many topics and meetings there were in a period, against what the way of working asks for; and its seasons."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.deliberation.models import Meeting, Topic
from shangliang.people.models import Body
from shangliang.playbooks.deliberation_rules import DeliberationRules, Quota, Window
from shangliang.playbooks.queries import in_force

HELD = (Meeting.Status.READ, Meeting.Status.SIGNED)
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
THIS = {
    "week": gettext_lazy("这一周"),
    "month": gettext_lazy("这个月"),
    "quarter": gettext_lazy("这个季度"),
    "half": gettext_lazy("这半年"),
    "year": gettext_lazy("今年"),
}
THESE = {
    "week": gettext_lazy("这 %(n)s 周"),
    "month": gettext_lazy("这 %(n)s 个月"),
    "quarter": gettext_lazy("这 %(n)s 个季度"),
    "half": gettext_lazy("这 %(n)s 个半年"),
    "year": gettext_lazy("这 %(n)s 年"),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """A quota and how far it is met in the period that a day lies in; `body` None for the whole locality."""

    quota: Quota
    body: Body | None
    first: dt.date
    last: dt.date
    done: int

    @property
    def is_short(self) -> bool:
        """Whether more are needed."""
        return self.done < self.quota.least

    @property
    def is_full(self) -> bool:
        """Whether no more may be."""
        return bool(self.quota.most) and self.done >= self.quota.most

    @property
    def words(self) -> str:
        """今年已开 1 次，至少 2 次"""
        per, every = self.quota.per, self.quota.every
        period = str(THESE[per]) % {"n": every} if every > 1 else str(THIS[per])
        counted = _("%(period)s已开 %(n)s 次") if self.quota.of == "meetings" else _("%(period)s已选 %(n)s 个")
        parts = [counted % {"period": period, "n": self.done}]
        if self.quota.least:
            parts.append(_("至少 %(n)s") % {"n": self.quota.least})
        if self.quota.most:
            parts.append(_("最多 %(n)s") % {"n": self.quota.most})
        return "，".join(parts)


@dataclass(frozen=True, slots=True)
class Season:
    """The season that is on, or comes next."""

    label: str
    first: dt.date
    last: dt.date
    is_on: bool


def progress(tenant_id: UUID, body: Body | None, day: dt.date) -> list[Progress]:
    """How far each quota of the way of working in force on `day` is met: those that `body` has to meet, or, without
    one, those of the whole locality together (one query for each)."""
    quotas = in_force(tenant_id, day).deliberation.least
    own = [quota for quota in quotas if (body.kind in quota.each if body else not quota.each)]
    return [_progress(body, quota, day) for quota in own]


def season(rules: DeliberationRules, day: dt.date) -> Season | None:
    """The season that `day` lies in, else the next to come; None where meetings are held all the year."""
    found = [_season(window, year, day) for window in rules.season for year in (day.year, day.year + 1)]
    return min((one for one in found if one.last >= day), key=lambda one: one.first, default=None)


def period(per: str, every: int, day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the week, month, quarter, half or whole year that `day` lies in; of `every` of
    them at a time."""
    if per == "week":
        week = dt.timedelta(weeks=every)
        first = dt.date.fromordinal((day.toordinal() - 1) // week.days * week.days + 1)
        return first, first + week - dt.timedelta(days=1)
    length = MONTHS[per] * every
    begins = (day.year * 12 + day.month - 1) // length * length
    return _first_of(begins), _first_of(begins + length) - dt.timedelta(days=1)


def _first_of(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def _progress(body: Body | None, quota: Quota, day: dt.date) -> Progress:
    first, last = period(quota.per, quota.every, day)
    if quota.of == "topics":
        topics = Topic.objects.filter(chosen_on__range=(first, last))
        return Progress(quota, body, first, last, (topics.filter(put_by=body) if body else topics).count())
    after = clock.start_of(last + dt.timedelta(days=1))
    rows = Meeting.objects.filter(status__in=HELD, starts_at__gte=clock.start_of(first), starts_at__lt=after)
    rows = rows.filter(body=body) if body else rows
    return Progress(quota, body, first, last, (rows.filter(form=quota.form) if quota.form else rows).count())


def _season(window: Window, year: int, day: dt.date) -> Season:
    first, last = _on(window.first, year), _on(window.last, year)
    return Season(window.label, first, last, first <= day <= last)


def _on(month_and_day: str, year: int) -> dt.date:
    month, day = (int(part) for part in month_and_day.split("-"))
    return dt.date(year, month, min(day, months.monthrange(year, month)[1]))
