"""我收集: the acts of triage. Each checks who may, writes, and appends one entry."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.gathering import rules
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters import queries
from shangliang.matters.models import Matter, Point, Referral
from shangliang.matters.owed import WAITING, levels_of_topic
from shangliang.people.models import Body
from shangliang.people.queries import level_up, levels_down, receiving_body
from shangliang.places.models import Place
from shangliang.voices.actions import refresh_public

Status = Matter.Status


@transaction.atomic
def accept(
    actor: Actor,
    matter_id: UUID,
    seen: int | None,
    *,
    title: str,
    summary: str = "",
    category: str = "",
    place: Place | None = None,
) -> Matter:
    """受理: give a matter its public face and take it into stage 收. Title and summary are what the public sees."""
    matter = matters.lock(matter_id, seen)
    seat = rules.may_accept(actor, matter).grant()
    face = {"title": title, "summary": summary, "category": category} | _settled(matter, place)
    matters.change(matter, to=Status.GATHERED, **face, **matters.clock_fields(matter.tenant_id, "hand_over"))
    refresh_public(matter)
    append(
        actor,
        "matter.accepted",
        [("matter", matter.pk)],
        matters.facts(matter) | {"category": category, "public": matter.is_public},
        {"title": title, "summary": summary},
        seat=seat,
    )
    return matter


@transaction.atomic
def decline(actor: Actor, matter_id: UUID, seen: int | None, *, reason: str, elsewhere: str, why: str) -> Matter:
    """不予受理, with the reason (a key of the playbook), and where it can go instead."""
    matter = matters.lock(matter_id, seen)
    seat = rules.may_decline(actor, matter).grant()
    if queries.points(matter):
        raise Refused(_("它列了要办的点，不能再说不受理，请办完答复。"))
    # An imported title that nobody accepted is no public face.
    face: dict[str, Any] = {"title": ""} if matter.status == Status.RAISED else {}
    matters.change(matter, to=Status.DECLINED, **face, **matters.NO_CLOCK)
    settle_referrals(matter, Referral.Status.ANSWERED)
    append(
        actor,
        "matter.declined",
        [("matter", matter.pk)],
        matters.facts(matter) | {"reason": reason},
        {"why": why, "elsewhere": elsewhere},
        seat=seat,
    )
    return matter


@transaction.atomic
def describe(
    actor: Actor,
    matter_id: UUID,
    seen: int | None,
    *,
    title: str,
    summary: str,
    category: str,
    place: Place | None = None,
) -> Matter:
    """Set title, public summary, category and place of an accepted matter anew."""
    matter = matters.lock_with_lead(matter_id, seen)
    seat = rules.may_describe(actor, matter).grant()
    was_at = matter.place_id
    matters.change(matter, title=title, summary=summary, category=category, **_settled(matter, place))
    refresh_public(matter)
    append(
        actor,
        "matter.described",
        [("matter", matter.pk)],
        matters.facts(matter) | {"category": category, "was_at": str(was_at), "public": matter.is_public},
        {"title": title, "summary": summary},
        seat=seat,
    )
    return matter


@transaction.atomic
def join(actor: Actor, matter_id: UUID, seen: int | None, *, lead_number: str) -> Matter:
    """归到一起: put a matter under a lead matter. Nothing is deleted, every slip keeps working, and it can be undone.

    The open points move to the lead. Raises Refused when one is out with a body or promised, and when
    the lead is the matter itself, is joined itself, has ended, or does not exist; depth is one.
    """
    target = queries.by_number(lead_number.strip())
    if target is None:
        raise Refused(_("没有编号是“%(number)s”的事项，请核对。") % {"number": lead_number}, "lead_number")
    matter, lead = matters.lock_both(matter_id, target.pk, seen)
    seat = rules.may_join(actor, matter).grant()
    rules.may_join(actor, lead).grant()
    if matter.pk == lead.pk:
        raise Refused(_("不能归到它自己下面。"), "lead_number")
    if Matter.objects.filter(lead=matter).exists():
        raise Refused(_("已经有别的事归在它下面。请反过来，把那一件归到它下面。"), "lead_number")
    # What a body still owes would be answered where nobody looks any more.
    if queries.is_out(matter):
        raise Refused(_("它有交办还没答复，等答复了再归。或者反过来，把那一件归到它下面。"), "lead_number")
    if queries.is_at_a_table(matter):
        raise Refused(_("它有会还没开完，开完或者取消了再归。或者反过来，把那一件归到它下面。"), "lead_number")
    if any(point.status == Point.Status.PROMISED for point in queries.points(matter)):
        raise Refused(_("它有承诺还没兑现，不能归。可以反过来，把那一件归到它下面。"), "lead_number")
    moved = _move_points(matter, lead)
    # Being joined there is the answer to every level that passed it up.
    waited = [row.from_body.name for row in queries.referrals(matter) if row.status in WAITING]
    matters.change(matter, lead=lead, **matters.NO_CLOCK)
    settle_referrals(matter, Referral.Status.ANSWERED)
    Matter.objects.filter(pk=lead.pk).update(supporters=lead.supporters + matter.supporters)
    refresh_public(matter)
    append(
        actor,
        "matter.joined",
        [("matter", matter.pk), ("matter", lead.pk)],
        matters.facts(matter) | {"lead": lead.number, "points": moved, "waited": waited},
        seat=seat,
    )
    return matter


@transaction.atomic
def take_out(actor: Actor, matter_id: UUID, seen: int | None, *, why: str) -> Matter:
    """Take a joined matter out again: it goes on by itself, from the stage in which it was joined."""
    matter = matters.lock_with_lead(matter_id, seen)
    seat = rules.may_take_out(actor, matter).grant()
    lead = matter.lead
    assert lead is not None
    _take_points_back(matter)
    Matter.objects.filter(pk=lead.pk).update(supporters=max(0, lead.supporters - matter.supporters))
    again = matters.held_by(matter, matter.holder) | matters.clock_fields(matter.tenant_id, _rule_of(matter))
    matters.change(matter, lead=None, **again)
    refresh_public(matter)
    refresh_public(matters.lock(lead.pk, None))
    append(
        actor,
        "matter.taken_out",
        [("matter", matter.pk), ("matter", lead.pk)],
        matters.facts(matter) | {"lead": lead.number},
        {"why": why},
        seat=seat,
    )
    return matter


@transaction.atomic
def refer(actor: Actor, matter_id: UUID, seen: int | None, *, to_body: Body, why: str) -> Referral:
    """Pass a matter one level up or down, with an answer owed back within the playbook's clock."""
    matter = matters.lock(matter_id, seen)
    current = queries.open_referral(matter)
    seat = rules.may_refer(actor, matter, current).grant()
    if queries.is_out(matter):
        raise Refused(_("已经交办出去，等答复了再转。"))
    sender = matter.holder or receiving_body(matter.place)
    if sender is None or to_body.pk not in {body.pk for body in [level_up(sender), *levels_down(sender)] if body}:
        raise Refused(_("只能转给上一级，或者下一级。"), "to_body")
    levels = levels_of_topic(matter)
    fields = matters.clock_fields(matter.tenant_id, "referral", days=levels.accept if levels else 0)
    referral = Referral.objects.create(
        tenant_id=matter.tenant_id,
        matter=matter,
        from_body=sender,
        to_body=to_body,
        sent_at=clock.now(),
        due=fields["due"],
    )
    matters.change(matter, holder=to_body, **fields)
    append(
        actor,
        "matter.referred",
        [("matter", matter.pk), ("referral", referral.pk)],
        matters.facts(matter)
        | {"from": str(sender.pk), "to": str(to_body.pk), "to_name": to_body.name, "from_name": sender.name},
        {"why": why},
        seat=seat,
    )
    return referral


@transaction.atomic
def take_referral(actor: Actor, matter_id: UUID, seen: int | None) -> Matter:
    """接: the body it was passed to takes it, and owes an answer within the clock of a hand-over; for a topic,
    within that of its own way of working."""
    matter, referral = _referred(matter_id, seen)
    seat = rules.may_take_referral(actor, matter, referral).grant()
    levels = levels_of_topic(matter)
    fields = matters.clock_fields(matter.tenant_id, "hand_over", days=levels.answer if levels else 0)
    move(referral, Referral.Status.ACCEPTED, due=fields["due"])
    matters.change(matter, holder=referral.to_body, **fields)
    append(
        actor,
        "referral.accepted",
        [("matter", matter.pk), ("referral", referral.pk)],
        matters.facts(matter) | {"body": str(referral.to_body_id), "body_name": referral.to_body.name},
        seat=seat,
    )
    return matter


@transaction.atomic
def return_referral(actor: Actor, matter_id: UUID, seen: int | None, *, why: str) -> Matter:
    """退回: not ours, and why. It goes back to the body that passed it."""
    matter, referral = _referred(matter_id, seen)
    seat = rules.may_return_referral(actor, matter, referral).grant()
    move(referral, Referral.Status.RETURNED, answered_at=clock.now())
    matters.change(matter, **_back_with_sender(matter, referral))
    append(
        actor,
        "referral.returned",
        [("matter", matter.pk), ("referral", referral.pk)],
        matters.facts(matter) | _between(referral),
        {"why": why},
        seat=seat,
    )
    return matter


@transaction.atomic
def answer_referral(actor: Actor, matter_id: UUID, seen: int | None, *, answer: str) -> Matter:
    """回话: the answer owed to the body that passed it, which holds the matter again, and answers in turn whoever
    passed it to that body."""
    matter, referral = _referred(matter_id, seen)
    seat = rules.may_answer_referral(actor, matter, referral).grant()
    move(referral, Referral.Status.ANSWERED, answered_at=clock.now())
    matters.change(matter, **_back_with_sender(matter, referral))
    append(
        actor,
        "referral.answered",
        [("matter", matter.pk), ("referral", referral.pk)],
        matters.facts(matter) | _between(referral),
        {"answer": answer},
        seat=seat,
    )
    return matter


def settle_referrals(matter: Matter, status: str) -> int:
    """When a matter ends, its end is the answer to every level that waits. Gives how many waited."""
    rows = Referral.objects.filter(matter=matter, status__in=WAITING)
    count = 0
    for referral in rows:
        move(referral, status, answered_at=clock.now())
        count += 1
    return count


def _settled(matter: Matter, place: Place | None) -> dict[str, Any]:
    """The columns of a place that staff chose; a body nearer to it takes the matter over if nobody acted yet."""
    if place is None or (place.pk == matter.place_id and matter.place_settled):
        return {}
    fields: dict[str, Any] = {"place": place, "place_settled": True}
    if matter.status in (Status.RAISED, Status.GATHERED) and place.pk != matter.place_id:
        fields["holder"] = receiving_body(place)
    return fields


def _rule_of(matter: Matter) -> str:
    return "first_answer" if matter.status == Status.RAISED else "hand_over"


def _back_with_sender(matter: Matter, referral: Referral) -> dict[str, Any]:
    """The columns of a matter that is back with who passed it. Somebody further down may wait for that body: then it
    has the time of passing on for an answer it got, and the whole time again for what was returned."""
    rule, days, below = _rule_of(matter), 0, queries.open_referral(matter)
    if below is not None:
        levels, answered = levels_of_topic(matter), referral.status == Referral.Status.ANSWERED
        rule = "referral" if answered else "hand_over"
        days = (levels.accept if answered else levels.answer) if levels else 0
    fields = matters.clock_fields(matter.tenant_id, rule, days=days)
    if below is not None:
        Referral.objects.filter(pk=below.pk).update(due=fields["due"])
    return matters.held_by(matter, referral.from_body) | fields


def _between(referral: Referral) -> dict[str, str]:
    return {
        "from": str(referral.from_body_id),
        "to": str(referral.to_body_id),
        "from_name": referral.from_body.name,
        "to_name": referral.to_body.name,
    }


def _referred(matter_id: UUID, seen: int | None) -> tuple[Matter, Referral]:
    matter = matters.lock(matter_id, seen)
    referral = queries.open_referral(matter)
    if referral is None:
        raise Refused(_("没有转来的事等着办。"))
    if queries.is_out(matter):
        raise Refused(_("已经交办出去，等答复了再说。"))
    return matter, referral


def _take_points_back(matter: Matter) -> None:
    taken = Point.objects.filter(matter=matter).exclude(moved_to=None)
    moved = [row_id for row_id in taken.values_list("moved_to", flat=True) if row_id]
    Point.objects.filter(matter=matter).update(moved_to=None)
    for copy in Point.objects.filter(pk__in=moved, status=Point.Status.OPEN):
        # What the lead has already handed to a body stays in that body's hands.
        with suppress(ProtectedError), transaction.atomic():
            copy.delete()


def _move_points(matter: Matter, lead: Matter) -> int:
    points = [point for point in queries.points(matter) if point.status == Point.Status.OPEN]
    if not points:
        return 0
    for point, moved in zip(points, matters.add_points(lead, [point.text for point in points]), strict=True):
        Point.objects.filter(pk=point.pk).update(moved_to=moved)
    return len(points)
