"""交办: handing over, taking in hand, progress, extension, supervision, return."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.deliberation import gates
from shangliang.delivery import queries, rules
from shangliang.delivery.actions._shared import body_facts, due_first, holder_after, lock, named
from shangliang.delivery.models import HandedPoint, HandOver
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter, Point
from shangliang.matters.queries import points as points_of
from shangliang.people.models import Body, Person
from shangliang.playbooks.queries import calendar, in_force

Status = Matter.Status


@transaction.atomic
def hand_over(
    actor: Actor,
    matter_id: UUID,
    seen: int | None,
    *,
    body: Body,
    points: Sequence[str] = (),
    point_ids: Sequence[UUID] = (),
    days: int | None = None,
    own_number: str = "",
    note: str = "",
) -> HandOver:
    """交办: hand numbered points (new texts, or open points of the matter) to a body, with a working-day deadline.

    Raises NotAllowed, or Refused when there is no point or one is already out elsewhere.
    """
    matter = matters.lock(matter_id, seen)
    seat = rules.may_hand_over(actor, matter).grant()
    # What is being deliberated is handed over by its path, or by its chair's signed reason.
    gates.require_of(matter, "hand_over")
    carried = _carried(matter, points, point_ids)
    start = clock.today()
    given = in_force(matter.tenant_id).clocks["hand_over"] if days is None else days
    due = calendar(matter.tenant_id).add_working_days(start, given)
    row = HandOver.objects.create(
        tenant_id=matter.tenant_id,
        matter=matter,
        body=body,
        from_body_id=seat.body_id if seat else matter.holder_id,
        started=start,
        days=due.days,
        due=due.due,
        own_number=own_number,
        sent_at=clock.now(),
    )
    HandedPoint.objects.bulk_create(
        HandedPoint(tenant_id=matter.tenant_id, hand_over=row, point=point) for point in carried
    )
    matters.change(matter, to=Status.DELIVERED, **due_first(matter))
    append(
        actor,
        "matter.handed_over",
        named(matter, row),
        matters.facts(matter)
        | {
            "body": str(body.pk),
            "body_name": body.name,
            "points": [point.number for point in carried],
            "days": due.days,
            "hand_over_due": due.due.isoformat(),
        },
        {f"point-{point.number}": point.text for point in carried} | {"note": note},
        seat=seat,
    )
    return row


@transaction.atomic
def take_in_hand(actor: Actor, row: HandOver, seen: int | None, *, own_number: str = "") -> None:
    """接办: the body takes it in hand, with its own number if it has one."""
    matter = lock(row, seen)
    seat = rules.may_take_in_hand(actor, row).grant()
    move(row, HandOver.Status.IN_HAND, handler_id=actor.person_id, own_number=own_number or row.own_number)
    matters.change(matter)
    append(actor, "handover.taken", named(matter, row), matters.facts(matter) | body_facts(row), seat=seat)


@transaction.atomic
def return_(actor: Actor, row: HandOver, seen: int | None, *, why: str) -> None:
    """退回: not ours, and why. The points are open again with whoever handed them over."""
    matter = lock(row, seen)
    seat = rules.may_return(actor, row).grant()
    move(row, HandOver.Status.RETURNED, replied_at=clock.now())
    matters.change(matter, **holder_after(matter, row))
    append(
        actor, "handover.returned", named(matter, row), matters.facts(matter) | body_facts(row), {"why": why}, seat=seat
    )


@transaction.atomic
def report_progress(actor: Actor, row: HandOver, seen: int | None, *, words: str, own_number: str = "") -> None:
    """办理进展: one sentence that everybody behind the matter hears."""
    matter = lock(row, seen)
    seat = rules.may_work(actor, row).grant()
    if row.status == HandOver.Status.SENT:
        move(row, HandOver.Status.IN_HAND, handler_id=actor.person_id)
    if own_number:
        HandOver.objects.filter(pk=row.pk).update(own_number=own_number)
    matters.change(matter)
    append(
        actor,
        "handover.progressed",
        named(matter, row),
        matters.facts(matter) | body_facts(row),
        {"words": words},
        seat=seat,
    )


@transaction.atomic
def extend(actor: Actor, row: HandOver, seen: int | None, *, days: int, why: str, approved_by: str) -> None:
    """延期: once, by at most the playbook's working days, with who approved and why. The new date shows its arithmetic."""
    matter = lock(row, seen)
    at_most = in_force(matter.tenant_id).clocks["extension"]
    seat = rules.may_extend(actor, row, at_most).grant()
    if not 1 <= days <= at_most - row.extended_days:
        raise Refused(_("最多再延 %(days)s 个工作日。") % {"days": at_most - row.extended_days}, "days")
    due = calendar(matter.tenant_id).add_working_days(row.started, row.days + days)
    HandOver.objects.filter(pk=row.pk).update(days=due.days, extended_days=row.extended_days + days, due=due.due)
    row.days, row.extended_days, row.due = due.days, row.extended_days + days, due.due
    matters.change(matter, **due_first(matter))
    append(
        actor,
        "handover.extended",
        named(matter, row),
        matters.facts(matter) | body_facts(row) | {"days": days, "hand_over_due": due.due.isoformat()},
        {"why": why, "approved_by": approved_by},
        seat=seat,
    )


@transaction.atomic
def supervise(actor: Actor, matter_id: UUID, seen: int | None, *, words: str) -> None:
    """督办: those who follow the matter press for it, in public."""
    matter = matters.lock(matter_id, seen)
    rows = queries.open_hand_overs(matter.pk)
    seat = rules.may_supervise(actor, matter, rows).grant()
    matters.change(matter)
    append(
        actor,
        "matter.supervised",
        [("matter", matter.pk), *(("hand_over", row.pk) for row in rows)],
        matters.facts(matter) | {"bodies": [row.body.name for row in rows]},
        {"words": words},
        seat=seat,
    )


@transaction.atomic
def reassign(actor: Actor, row: HandOver, seen: int | None, *, person: Person) -> None:
    """Inside the body, another person handles it from now on."""
    matter = lock(row, seen)
    seat = rules.may_work(actor, row).grant()
    HandOver.objects.filter(pk=row.pk).update(handler=person)
    matters.change(matter)
    append(
        actor,
        "handover.reassigned",
        [*named(matter, row), ("person", person.pk)],
        matters.facts(matter) | body_facts(row),
        seat=seat,
    )


def _carried(matter: Matter, texts: Sequence[str], point_ids: Sequence[UUID]) -> list[Point]:
    """The points that go out: open ones of the matter, and new ones. Raises Refused for one that cannot, and for none."""
    carried = [point for point in points_of(matter) if point.pk in set(point_ids)]
    if any(point.status != Point.Status.OPEN for point in carried):
        raise Refused(_("有一点已经答复过了，不能再交。"), "points")
    if _out_already(carried):
        raise Refused(_("有一点已经交给别的单位在办。"), "points")
    return carried + matters.add_points(matter, texts) if texts or not carried else carried


def _out_already(points: Sequence[Point]) -> bool:
    return HandedPoint.objects.filter(point__in=list(points), hand_over__status__in=rules.OPEN).exists()
