"""The answer that another level owes: who owes it to whom, until when, and how late it is.

Passing up or down owes an answer back (`Referral`). While one waits, the last step of the chain is the one that
counts; those before it wait for it, and then owe their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangliang.core import clock
from shangliang.matters.models import Matter, Referral
from shangliang.places.models import Place
from shangliang.playbooks.deliberation_rules import Levels
from shangliang.playbooks.queries import calendar, in_force, kept
from shangliang.web.deadlines import ICONS, Level, light

WAITING = (Referral.Status.SENT, Referral.Status.ACCEPTED)
TALKED_ABOUT = ("put_forward", "chosen")  # a topic that is not over
WHERE = {
    Place.Level.CITY: gettext_lazy("市里"),
    Place.Level.DISTRICT: gettext_lazy("区里"),
    Place.Level.STREET: gettext_lazy("街道"),
    Place.Level.COMMUNITY: gettext_lazy("社区"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """The answer that is owed now. `waiting`: the steps below that wait for it, the nearest first."""

    now: Referral
    waiting: tuple[Referral, ...]
    left: int  # working days until it is due; negative: working days it is late
    level: Level

    @property
    def due(self) -> dt.date:
        """The day it is due."""
        return self.now.due

    @property
    def where(self) -> str:
        """The level that owes it, as people say it."""
        return str(WHERE.get(Place.Level(self.now.to_body.place.level), _("那边")))

    @property
    def is_taken(self) -> bool:
        """Whether that level has said that it takes it."""
        return self.now.status == Referral.Status.ACCEPTED

    @property
    def words(self) -> str:
        """How the time stands: 还有 5 个工作日, 今天到期, 晚了 3 个工作日."""
        if self.level == "late":
            late = -self.left
            # Over a weekend no working day has passed yet, and it is late all the same.
            return ngettext("晚了 %(n)s 个工作日", "晚了 %(n)s 个工作日", late) % {"n": late} if late else _("过期了")
        if self.due == clock.today():
            return _("今天到期")
        return ngettext("还有 %(n)s 个工作日", "还有 %(n)s 个工作日", self.left) % {"n": self.left}

    @property
    def light(self) -> SafeString:
        """The same as a light: a shape and words."""
        return light(self.level, self.words)

    @property
    def icon(self) -> str:
        """The shape alone."""
        return ICONS[self.level]


def owed(matter: Matter) -> Owed | None:
    """What is owed now, None when nobody waits for another level (one query).

    It is `soon` from as many working days before as the way of working says (`levels.warn`).
    """
    rows = Referral.objects.filter(matter=matter, status__in=WAITING).annotate(way=Subquery(_way(matter)))
    chain = list(rows.select_related("from_body", "to_body__place").order_by("-sent_at"))
    if not chain:
        return None
    now, *waiting = chain
    today, days = clock.today(), calendar(matter.tenant_id)
    left = days.working_days_between(today, now.due)
    way: str | None = now.way
    warn = (kept(matter.tenant_id, way) if way else in_force(matter.tenant_id)).deliberation.levels.warn
    level: Level = "late" if now.due < today else "soon" if left <= warn else "ok"
    return Owed(now, tuple(waiting), left, level)


def levels_of_topic(matter: Matter) -> Levels | None:
    """The clocks between levels by the way of working that a matter's open topic began with; None for a matter that
    is no topic (one query)."""
    digest = next(iter(_way(matter)), None)
    return kept(matter.tenant_id, digest).deliberation.levels if digest else None


def _way(matter: Matter) -> QuerySet[Matter, str]:
    """The digest of the playbook that a matter's open topic began with."""
    # Told by the reverse key: this room does not know deliberation.
    rows = Matter.objects.filter(pk=matter.pk, topics__status__in=TALKED_ABOUT)
    return rows.order_by().values_list("topics__playbook__digest", flat=True)[:1]
