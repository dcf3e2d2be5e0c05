"""When the calendar is edited, the due dates that were counted with it are counted anew."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from shangliang.core.actors import Actor, Seat
from shangliang.delivery.models import HandOver
from shangliang.delivery.rules import OPEN as OUT
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import OPEN, Matter, Referral
from shangliang.playbooks.queries import calendar

BATCH = 100  # matters looked at in one query


def recompute(actor: Actor, *, day: dt.date | None = None, seat: Seat | None = None) -> int:
    """Count the due dates of open matters and of the hand-overs still out anew; gives how many matters changed.

    With `day`, only of those whose time runs over that day. Each matter whose dates change is a
    transaction of its own, with one entry; whatever stops halfway, doing it again does the rest.
    """
    changed, last = 0, None
    while ids := _next(_affected(day), last):
        changed += sum(_recount(actor, matter_id, seat) for matter_id in ids)
        last = ids[-1]
    return changed


def _affected(day: dt.date | None) -> QuerySet[Matter]:
    out = HandOver.objects.filter(status__in=OUT)
    own = Q(status__in=OPEN, due__isnull=False)
    if day is not None:
        out = out.filter(started__lt=day, due__gte=day)
        own &= Q(due_started__lt=day, due__gte=day)
    return Matter.objects.filter(own | Q(pk__in=out.values("matter")))


def _next(rows: QuerySet[Matter], last: UUID | None) -> list[UUID]:
    rows = rows.filter(pk__gt=last) if last else rows
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _recount(actor: Actor, matter_id: UUID, seat: Seat | None) -> bool:
    matter = matters.lock(matter_id, None)
    days = calendar(matter.tenant_id)
    moved: dict[UUID, str] = {}
    for row in HandOver.objects.filter(matter=matter, status__in=OUT):
        due = days.add_working_days(row.started, row.days).due
        if due != row.due:
            HandOver.objects.filter(pk=row.pk).update(due=due)
            moved[row.pk] = due.isoformat()
    was, due_now = matter.due, matter.due
    if matter.status in OPEN and was is not None and matter.due_started is not None:
        due_now = days.add_working_days(matter.due_started, matter.due_days).due
    if due_now == was and not moved:
        return False
    # A referral that waits for an answer shares the clock of its matter.
    waiting = Referral.objects.filter(matter=matter, status__in=[Referral.Status.SENT, Referral.Status.ACCEPTED])
    if due_now is not None and was is not None:
        waiting.filter(due=was).update(due=due_now)
    matters.change(matter, due=due_now)
    append(
        actor,
        "deadlines.recomputed",
        [("matter", matter.pk), *(("hand_over", row_id) for row_id in moved)],
        matters.facts(matter)
        | {
            "was": was.isoformat() if was else None,
            "hand_overs": {str(row_id): due for row_id, due in moved.items()},
        },
        seat=seat,
    )
    return True
