"""Bodies, persons, seats and log-ins."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.ledger.actions import append, open_ledger
from shangliang.people import rules
from shangliang.people.models import Account, Body, Look, Membership, Person
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant

MARK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of slip codes


@transaction.atomic
def open_tenant(
    place: Place, name: str, *, slug: str = "", office_phone: str = "", office_hours: str = "", is_demo: bool = False
) -> Tenant:
    """A tenant that governs `place`, with its ledger and its office. Raises Refused when the slug is taken."""
    slug = slug or place.code
    if Tenant.objects.filter(slug=slug).exists():
        raise Refused(_("“%(slug)s”已经开过了。") % {"slug": slug})
    tenant = Tenant.objects.create(
        slug=slug,
        mark=_free_mark(slug),
        name=name,
        place_path=place.path,
        office_phone=office_phone,
        office_hours=office_hours,
        is_demo=is_demo,
    )
    with scope(tenant=tenant):
        open_ledger(tenant.pk)
        open_body(
            Actor("system", tenant.pk),
            Body.Kind.DISTRICT_OFFICE,
            f"{place.short_name}政协办公室",
            place,
            phone=office_phone,
            hours=office_hours,
        )
    return tenant


@transaction.atomic
def open_body(
    actor: Actor,
    kind: str,
    name: str,
    place: Place,
    *,
    phone: str = "",
    address: str = "",
    hours: str = "",
    sign_off: Sequence[str] = (),
) -> Body:
    """Open a body of the tenant over a place. Raises NotAllowed unless the actor manages the tenant."""
    _check(actor)
    body = Body.objects.create(
        tenant_id=actor.tenant_id,
        kind=kind,
        name=name,
        place=place,
        phone=phone,
        address=address,
        hours=hours,
        sign_off=list(sign_off),
    )
    append(actor, "body.opened", [("body", body.pk)], {"kind": kind, "name": name, "place": str(place.pk)})
    return body


@transaction.atomic
def open_receiving_bodies(actor: Actor, places: Sequence[Place], *, phone: str = "") -> list[Body]:
    """Open one body for each street and community among `places` that has none, in one entry."""
    _check(actor)
    kinds = {Place.Level.STREET: Body.Kind.STREET_OFFICE, Place.Level.COMMUNITY: Body.Kind.COMMUNITY}
    taken = set(Body.objects.filter(kind__in=kinds.values()).values_list("place_id", flat=True))
    names = set(Body.objects.values_list("name", flat=True))
    bodies = []
    for place in places:
        if place.level not in kinds or place.pk in taken or place.statistical_only:
            continue
        name = place.short_name if place.short_name not in names else place.name
        names.add(name)
        kind = kinds[Place.Level(place.level)]
        bodies.append(Body(tenant_id=actor.tenant_id, kind=kind, name=name, place=place, phone=phone))
    Body.objects.bulk_create(bodies)
    if bodies:
        append(actor, "bodies.opened", [], {"bodies": len(bodies)})
    return bodies


@transaction.atomic
def seat(
    actor: Actor,
    person: Person,
    body: Body,
    duty: str,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    signs: Sequence[str] = (),
) -> Membership:
    """Give a person a seat in a body, from a date. Raises NotAllowed unless the actor manages the tenant."""
    _check(actor)
    row = Membership.objects.create(
        tenant_id=actor.tenant_id,
        person=person,
        body=body,
        duty=duty,
        since=since or clock.today(),
        until=until,
        signs=list(signs),
    )
    append(
        actor, "seat.given", [("person", person.pk), ("body", body.pk)], {"duty": duty, "since": row.since.isoformat()}
    )
    return row


def open_account(username: str, password: str, name: str, *, is_operator: bool = False, email: str = "") -> Account:
    """A person with a log-in. Global: no tenant and no entry."""
    person = Person.objects.create(name=name)
    return Account.objects.create(
        username=username, password=make_password(password), email=email, person=person, is_operator=is_operator
    )


def looked(actor: Actor, what: str, subject: UUID, reason: str = "") -> None:
    """Record that a member of staff looked at personal data: an access record, not an entry."""
    if actor.person_id is not None:
        Look.objects.create(
            tenant_id=actor.tenant_id,
            person_id=actor.person_id,
            what=what,
            subject=subject,
            at=clock.now(),
            reason=reason,
        )


def _free_mark(slug: str) -> str:
    """Three characters that name the tenant on its slips: the first free ones from a hash of the slug on."""
    taken = set(Tenant.objects.values_list("mark", flat=True))
    number = int.from_bytes(hashlib.sha256(slug.encode()).digest()[:4])
    for step in range(32**3):
        value = (number + step) % 32**3
        mark = MARK_ALPHABET[value // 1024] + MARK_ALPHABET[value // 32 % 32] + MARK_ALPHABET[value % 32]
        if mark not in taken:
            return mark
    raise RuntimeError("32,768 tenants: no mark is left")


def _check(actor: Actor) -> None:
    if actor.kind != "system":
        rules.may_manage(actor).grant()
