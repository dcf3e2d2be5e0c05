"""交办共识: what a meeting agreed on goes to those who said they would do it, by the day that was agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.deliberation import gates
from shangliang.delivery import queries, rules
from shangliang.delivery.actions.hand_overs import hand_over
from shangliang.delivery.models import HandOver
from shangliang.ledger.actions import batch
from shangliang.matters import actions as matters
from shangliang.people.models import Body
from shangliang.playbooks.queries import calendar


@dataclass(frozen=True, slots=True)
class Given:
    """A point that came of a meeting, to whom it goes, and by when."""

    point_id: UUID
    body: Body
    due: dt.date


def hand_over_consensus(actor: Actor, matter_id: UUID, seen: int | None, *, given: Sequence[Given]) -> list[HandOver]:
    """Hand over points that came of meetings: one hand-over for each body and day, each with its own entry.

    The working days of each are those until the agreed day; where that is no working day, it is due on the one
    before. All or none. Raises NotAllowed, Changed, or Refused: for nothing ticked, for a point that came of no
    meeting or is out already, for a day that has passed, and when something is missing before handing over.
    """
    if not given:
        raise Refused(_("勾上要交办的。"))
    by_body: dict[tuple[UUID, dt.date], list[Given]] = {}
    for one in given:
        by_body.setdefault((one.body.pk, one.due), []).append(one)
    with transaction.atomic():
        matter = matters.lock(matter_id, seen)
        rules.may_hand_over(actor, matter).grant()
        waiting = {item.point_id: item for item in queries.consensus(matter)}
        if any(one.point_id not in waiting for one in given):
            raise Refused(_("有一条已经交办了，或者不是会上定的。"))
        for topic in {waiting[one.point_id].topic_id: waiting[one.point_id].topic for one in given}.values():
            gates.require(topic, "hand_over")
        with batch(matter.tenant_id):
            return [
                hand_over(
                    actor,
                    matter_id,
                    None,
                    body=together[0].body,
                    point_ids=[one.point_id for one in together],
                    days=_days_until(matter.tenant_id, together[0].due),
                    note=_("会上定的，纪要签了字。"),
                )
                for together in by_body.values()
            ]


def _days_until(tenant_id: UUID, due: dt.date) -> int:
    days = calendar(tenant_id).working_days_between(clock.today(), due)
    if due <= clock.today() or days < 1:
        raise Refused(_("说好的 %(day)s 已经过了，或者中间没有工作日，换一个日子。") % {"day": due.isoformat()})
    return days
