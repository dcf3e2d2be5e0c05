"""«还在办»: after days without an act, those behind a matter hear by itself that it is not forgotten."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import OPEN, Matter
from shangliang.playbooks.queries import calendar, in_force

AT_ONCE = 100


def say_still_open(tenant_id: UUID) -> int:
    """Append `matter.still_open` to open matters on which nothing happened for the playbook's days of
    silence (working days). Gives how many; at most AT_ONCE a call.
    """
    days = in_force(tenant_id).clocks["silence"]
    quiet_since = calendar(tenant_id).back(clock.today(), days)
    rows = Matter.objects.filter(status__in=OPEN, lead=None, last_act_at__lt=clock.start_of(quiet_since))
    ids = list(rows.order_by("last_act_at").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_say(tenant_id, matter_id) for matter_id in ids)


@transaction.atomic
def _say(tenant_id: UUID, matter_id: UUID) -> int:
    matter = matters.lock(matter_id, None)
    if matter.status not in OPEN or matter.lead_id is not None:
        return 0
    silent_days = (clock.today() - clock.day_of(matter.last_act_at)).days
    matters.change(matter)
    holder = matter.holder.name if matter.holder else ""
    facts = matters.facts(matter) | {"holder_name": holder, "silent_days": silent_days}
    append(Actor("system", tenant_id), "matter.still_open", [("matter", matter.pk)], facts)
    return 1
