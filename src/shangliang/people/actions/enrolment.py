"""Enrolling members in communities: all of them by their addresses, the doubtful ones by hand."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.ledger.actions import append
from shangliang.people import queries
from shangliang.people.actions.checks import manager_of, one_at_a_time
from shangliang.people.actions.members import AT_ONCE
from shangliang.people.enrolling import Enroller, Outcome
from shangliang.people.member_spans import DAY
from shangliang.people.models import Enrolment, Person
from shangliang.people.private import address_digest, private_of
from shangliang.people.queries.enrolment import current_enrolments
from shangliang.places import queries as places
from shangliang.places.models import Place
from shangliang.places.resolve import address_reader
from shangliang.tenants.models import Tenant

Status = Enrolment.Status
Read = tuple[Outcome, bytes]  # with the digest of the addresses it was read from


def enrol(actor: Actor, tenant: Tenant) -> dict[str, int]:
    """Enrol all members of today by their addresses, in one act; gives how many of each there are now, how many
    of them changed, and how many settled by hand were left as they are. What was settled by hand is read again
    only when an address has changed. Raises NotAllowed, or Refused where the tenant's place is not loaded."""
    manager = manager_of(actor)
    today = clock.today()
    read = _read_all(tenant, today)  # before the transaction: nobody waits for it
    with transaction.atomic():
        one_at_a_time(actor)
        known = current_enrolments()
        fresh, ended, kept = list[Enrolment](), list[UUID](), 0
        for person_id, (outcome, digest) in read.items():
            row = known.get(person_id)
            if row and row.by_hand and _same_address(row, digest):
                kept += 1
            elif row is None or not _says(row, outcome, digest):
                fresh.append(_row(tenant.pk, person_id, outcome, digest, today))
                if row:
                    ended.append(row.pk)
        ended += [row.pk for person_id, row in known.items() if person_id not in read]
        # Ended the day before, even if begun today: then it was never in force.
        Enrolment.objects.filter(pk__in=ended).update(until=today - DAY)
        Enrolment.objects.bulk_create(fresh, AT_ONCE)
        now = queries.enrolment_counts()
        counts = {
            "members": now.members,
            "assigned": now.assigned,
            "ambiguous": now.ambiguous,
            "not_found": now.not_found,
            "changed": len(fresh),
            "kept": kept,
        }
        append(actor, "members.enrolled", [], counts, seat=manager)
    return counts


@transaction.atomic
def settle(actor: Actor, person: Person, place: Place) -> Enrolment:
    """Enrol a member in a community (or, where none is known, a street) by hand, from today on. A later run leaves
    it alone until an address changes. Raises NotAllowed, or Refused for a place that is not the tenant's, and
    somebody who is no member."""
    manager = manager_of(actor)
    tenant = Tenant.objects.get(pk=actor.tenant_id)
    if not place.path.startswith(tenant.place_path + "/") or place.level < Place.Level.STREET:
        raise Refused(_("“%(place)s”不是这里的社区。") % {"place": place.short_name}, "place")
    if place.succeeded_by_id is not None or place.statistical_only:
        raise Refused(_("“%(place)s”已经不用了，或者只在统计里有。") % {"place": place.short_name}, "place")
    member = queries.member_of(person.pk)
    if member is None:
        raise Refused(_("%(name)s今天不是委员。") % {"name": person.name})
    today, why = clock.today(), f"人工定的：{place.short_name}。"  # a record, so never translated
    row = Enrolment.objects.filter(person=person, until=None).first()
    if row is not None and row.status != Status.ASSIGNED:
        move(row, Status.ASSIGNED, place=place, by_hand=True, why=why)
    elif row is None or row.place_id != place.pk or not row.by_hand:
        digest = address_digest(private_of(member), actor.tenant_id)
        if row is not None:
            Enrolment.objects.filter(pk=row.pk).update(until=today - DAY)
        row = _row(actor.tenant_id, person.pk, Outcome(Status.ASSIGNED, place, (), why), digest, today)
        row.by_hand = True
        row.save(force_insert=True)
    else:
        return row
    append(
        actor,
        "enrolment.settled",
        [("person", person.pk), ("place", place.pk)],
        {"place": str(place.pk), "by_hand": True},
        seat=manager,
    )
    return row


def _read_all(tenant: Tenant, today: dt.date) -> dict[UUID, Read]:
    """Where the addresses of each member lead."""
    within = places.by_path(tenant.place_path)
    if within is None:
        raise Refused(_("这里的街道社区还没有装进来，认不了地址。"))
    reader = address_reader(within)
    communities = [
        place for place in reader.index.places if place.level == Place.Level.COMMUNITY and not place.statistical_only
    ]
    enroller = Enroller(within, reader.resolve, communities)
    read: dict[UUID, Read] = {}
    for member in queries.members(today):
        private = private_of(member)
        if member.person_id not in read or private.home:
            read[member.person_id] = enroller.outcome(private), address_digest(private, tenant.pk)
    return read


def _row(tenant_id: UUID, person_id: UUID, outcome: Outcome, digest: bytes, today: dt.date) -> Enrolment:
    return Enrolment(
        tenant_id=tenant_id,
        person_id=person_id,
        place=outcome.place,
        status=outcome.status,
        why=outcome.why,
        candidates=[str(place.pk) for place in outcome.candidates],
        address_digest=digest,
        since=today,
    )


def _says(row: Enrolment, outcome: Outcome, digest: bytes) -> bool:
    """Whether the row says what was read now."""
    place_id = outcome.place.pk if outcome.place else None
    same = row.status == outcome.status and row.place_id == place_id and row.why == outcome.why
    return same and row.candidates == [str(place.pk) for place in outcome.candidates] and _same_address(row, digest)


def _same_address(row: Enrolment, digest: bytes) -> bool:
    return row.address_digest is not None and bytes(row.address_digest) == digest
