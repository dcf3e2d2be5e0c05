"""Members and delegates: recorded one by one, brought in by the list, leaving."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.core.ids import uuid7
from shangliang.ledger.actions import append
from shangliang.people import queries
from shangliang.people.actions.bodies import open_body
from shangliang.people.actions.checks import manager_of, one_at_a_time
from shangliang.people.member_import import Read, look
from shangliang.people.member_plan import Plan, Step
from shangliang.people.member_spans import DAY, DoesNotFit, Said, Span, fit, span_of
from shangliang.people.models import Body, Enrolment, Member, Membership, Person
from shangliang.people.private import sealed
from shangliang.places import queries as places
from shangliang.places.models import Place
from shangliang.places.resolve import resolve
from shangliang.tenants.models import Tenant

AT_ONCE = 500  # rows of a statement
# A studio has a life of its own, and is opened where that begins.
OPENED_BY_A_LIST = (
    Body.Kind.LIAISON_COMMITTEE,
    Body.Kind.SPECIAL_COMMITTEE,
    Body.Kind.GROUP,
    Body.Kind.PARTY_BRANCH,
    Body.Kind.SQUAD,
)


def import_members(
    actor: Actor,
    tenant: Tenant,
    found: Read,
    *,
    on: dt.date | None = None,
    answers: Mapping[int, str] | None = None,
    open_bodies: Sequence[tuple[str, str]] = (),
) -> Plan:
    """Bring in the good rows of a list (`member_import.read`) in one act; gives what was done with every row.

    `answers` says by row whom a row means of which the list does not say it; `open_bodies` are (kind, name) of
    bodies to be opened first. Raises NotAllowed, or Changed when somebody else wrote the same members meanwhile.
    """
    manager = manager_of(actor)
    with transaction.atomic():
        one_at_a_time(actor)
        for kind, name in open_bodies:
            _open_named(actor, tenant, kind, name)
        plan = look(tenant, found, on or clock.today(), answers or {})
        counts = _write(actor.tenant_id, [step for step in plan.steps if step.how != "same"])
        if counts["rows_begun"] or counts["rows_ended"] or counts["rows_corrected"] or counts["seats"]:
            append(actor, "members.imported", [], plan.counts | counts, seat=manager)
    return plan


@transaction.atomic
def record_member(
    actor: Actor,
    *,
    key: str,
    name: str,
    given: Mapping[str, Any],
    on: dt.date | None = None,
    until: dt.date | None = None,
    person: Person | None = None,
) -> Member:
    """Record what is so of a member from a day on (today): a new one, or a change of one known by this key.

    `given` holds fields of `member_columns.PUBLIC` and `PRIVATE`; those left out stay as they are, an empty text
    clears. `person` makes a member of somebody who sits here already. Gives the row in force from then on.
    Raises NotAllowed, or Refused for a key that somebody else has, dates that overlap, and a change of the past.
    """
    manager = manager_of(actor)
    one_at_a_time(actor)
    today = clock.today()
    rows = list(Member.objects.filter(key=key).select_related("person").order_by("since"))
    if rows and (person is None or rows[0].person_id != person.pk):
        raise Refused(_("编号 %(key)s 已经有了：%(name)s。") % {"key": key, "name": rows[-1].person.name}, "key")
    day = on or today
    if rows and day < today:
        raise Refused(_("过去的事不改：最早从今天起。"), "on")
    spans = [span_of(row) for row in rows]
    try:
        changes = fit(
            spans, Said(dict(given), None, until), day, queries.level_of(Tenant.objects.get(pk=actor.tenant_id))
        )
    except DoesNotFit as error:
        raise Refused(error.why, error.field_name) from error
    step = Step(0, key, name, person.pk if person else None, not rows, spans, changes)
    renamed = bool(rows) and rows[-1].person.name != name
    if renamed:
        Person.objects.filter(pk=rows[-1].person_id).update(name=name)
    if changes or not rows:
        _write(actor.tenant_id, [step])
    if changes or not rows or renamed:
        fields = sorted({change.name for change in changes} | ({"name"} if renamed else set()))
        facts = {"new": not rows, "from": day.isoformat(), "changed": fields}
        assert step.person_id is not None
        append(actor, "member.recorded", [("person", step.person_id)], facts, seat=manager)
    return Member.objects.select_related("person").get(key=key, since=spans[-1].since)


@transaction.atomic
def leave(actor: Actor, person: Person, off: dt.date) -> None:
    """Somebody is a member no more from the day `off` on: their rows end, and all their seats here and their
    enrolment with them. What was before stays. Raises NotAllowed, or Refused for a day that is past, somebody
    who is no member, and the last one from which the tenant is managed."""
    manager = manager_of(actor)
    one_at_a_time(actor)
    if off < clock.today():
        raise Refused(_("过去的事不改：最早从今天起。"), "off")
    until = off - DAY
    rows = Member.objects.filter(person=person).exclude(until__lt=off)
    if not rows.exists():
        raise Refused(_("%(name)s到那天已经不是委员了。") % {"name": person.name}, "off")
    seats = Membership.objects.filter(person=person).exclude(until__lt=off)
    managing = seats.filter(duty=Membership.Duty.DISTRICT_OFFICE).exists()
    if managing and queries.nobody_left_without(person_id=person.pk):
        raise Refused(_("这是区政协办公室最后一个长期席位，结束了就没人能管这里。请先安排接替的人。"))
    named = [("person", person.pk), *(("seat", pk) for pk in seats.values_list("pk", flat=True))]
    rows.update(until=until)
    ended = seats.update(until=until)
    Enrolment.objects.filter(person=person).exclude(until__lt=off).update(until=until)
    append(actor, "member.left", named, {"until": until.isoformat(), "seats": ended}, seat=manager)


def _open_named(actor: Actor, tenant: Tenant, kind: str, name: str) -> Body:
    """Open a body that a list names: a liaison committee over the street it is called after, others over all."""
    within = places.by_path(tenant.place_path)
    if within is None or kind not in OPENED_BY_A_LIST:
        raise Refused(_("“%(name)s”不能这样开，请先在“单位和人”里开。") % {"name": name})
    place = within
    if kind == Body.Kind.LIAISON_COMMITTEE:
        found = resolve(name, within).place
        place = found if found is not None and found.level == Place.Level.STREET else within
        name = name if "联络" in name else f"{name}联络委"
    return open_body(actor, kind, name, place)


# --- writing ----------------------------------------------------------------------------------------


def _write(tenant_id: UUID, steps: Sequence[Step]) -> dict[str, int]:
    """Carry out steps, table by table; gives how many rows of which kind. Raises Changed."""
    fresh = [step for step in steps if step.person_id is None]
    persons = Person.objects.bulk_create([Person(name=step.name) for step in fresh], AT_ONCE)
    for step, person in zip(fresh, persons, strict=True):
        step.person_id = person.pk
    begun, corrected, ended = list[Member](), list[Member](), defaultdict[dt.date | None, list[UUID]](list)
    for step in steps:
        for span in step.spans:
            if span.member is None:
                begun.append(_row(Member(id=uuid7(), tenant_id=tenant_id, key=step.key), step, span))
            elif span.corrected:
                corrected.append(_row(span.member, step, span))
            elif span.ended:
                ended[span.until].append(span.member.pk)
    for until, ids in ended.items():
        if Member.objects.filter(pk__in=ids).update(until=until) != len(ids):
            raise Changed(_("刚刚有人也在改委员名册，请再看一遍。"))
    fields = ["role", "level", "sector", "term", "specialties", "languages", "sealed", "until"]
    Member.objects.bulk_update(corrected, fields, batch_size=AT_ONCE)
    Member.objects.bulk_create(begun, AT_ONCE)
    seats, left = _write_seats(tenant_id, steps)
    return {
        "rows_begun": len(begun),
        "rows_ended": sum(len(ids) for ids in ended.values()),
        "rows_corrected": len(corrected),
        "seats": seats + left,
        "seats_given": seats,
        "seats_ended": left,
    }


def _row(member: Member, step: Step, span: Span) -> Member:
    assert step.person_id is not None
    member.person_id = step.person_id
    for name, value in span.facts.items():
        setattr(member, name, value)
    member.since, member.until = span.since, span.until
    member.sealed = sealed(span.private, member.tenant_id, member.pk) if span.private else None
    return member


def _write_seats(tenant_id: UUID, steps: Sequence[Step]) -> tuple[int, int]:
    given, ended = list[Membership](), defaultdict[dt.date, list[UUID]](list)
    for step in steps:
        plan = step.seats
        for body, duty in plan.given:
            assert step.person_id is not None
            assert plan.since is not None
            seat = Membership(tenant_id=tenant_id, person_id=step.person_id, body=body, duty=duty)
            seat.since, seat.until = plan.since, plan.until
            given.append(seat)
        for held, until in plan.ended:
            ended[until].append(held.pk)
    for until, ids in ended.items():
        Membership.objects.filter(pk__in=ids).update(until=until)
    Membership.objects.bulk_create(given, AT_ONCE)
    return len(given), sum(len(ids) for ids in ended.values())
