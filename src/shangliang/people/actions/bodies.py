"""Bodies and seats."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.ledger.actions import append, open_ledger
from shangliang.people import queries, rules
from shangliang.people.actions.checks import manager_of, one_at_a_time
from shangliang.people.models import Body, Membership, Person
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
    under: Body | None = None,
) -> Body:
    """Open a body of the tenant over a place, perhaps as part of another one (`under`). Raises NotAllowed unless
    the actor manages the tenant, or Refused when there is a body of this name, or the other one is closed."""
    manager = manager_of(actor)
    if under is not None and under.closed_on is not None:
        raise Refused(_("%(body)s已经关了。") % {"body": under.name}, "under")
    if Body.objects.filter(name=name).exists():
        raise Refused(_("已经有叫“%(name)s”的单位了，换个名字，或者在原来的上面改。") % {"name": name}, "name")
    body = Body.objects.create(
        tenant_id=actor.tenant_id,
        kind=kind,
        name=name,
        place=place,
        phone=phone,
        address=address,
        hours=hours,
        sign_off=list(sign_off),
        under=under,
    )
    facts = {"kind": str(kind), "name": name, "place": str(place.pk)}
    subjects = [("body", body.pk)]
    if under is not None:
        facts["under"] = str(under.pk)
        subjects.append(("body", under.pk))
    append(actor, "body.opened", subjects, facts, seat=manager)
    return body


@transaction.atomic
def change_body(actor: Actor, body: Body, *, phone: str, address: str, hours: str, sign_off: Sequence[str]) -> Body:
    """Correct how to reach a body, and its steps of internal sign-off. The phone and hours of the district
    office are those at the foot of every page. Raises NotAllowed."""
    manager = manager_of(actor)
    given = {"phone": phone, "address": address, "hours": hours, "sign_off": list(sign_off)}
    changed = {name: value for name, value in given.items() if getattr(body, name) != value}
    if not changed:
        return body
    Body.objects.filter(pk=body.pk).update(**changed)
    if body.kind == Body.Kind.DISTRICT_OFFICE:
        Tenant.objects.filter(pk=actor.tenant_id).update(office_phone=phone, office_hours=hours)
    append(actor, "body.changed", [("body", body.pk)], {"changed": sorted(changed)}, seat=manager)
    return body


@transaction.atomic
def close_body(actor: Actor, body: Body, on: dt.date) -> None:
    """Close a body on a day that has come; its seats give nothing from then on. Raises NotAllowed, or
    Refused for the district office, a day to come, or a body closed before.

    That nothing is left with the body is for `delivery.actions.close_body` to see, which calls this.
    """
    manager = manager_of(actor)
    if body.kind == Body.Kind.DISTRICT_OFFICE:
        raise Refused(_("区政协办公室不能关：没有它，就没人管这里的单位和人了。"))
    if body.closed_on is not None:
        raise Refused(_("这个单位已经关了。"))
    if on > clock.today():
        raise Refused(_("到了那一天再来关。"), "on")
    Body.objects.filter(pk=body.pk).update(closed_on=on)
    append(actor, "body.closed", [("body", body.pk)], {"on": on.isoformat()}, seat=manager)


@transaction.atomic
def open_receiving_bodies(actor: Actor, places: Sequence[Place], *, phone: str = "") -> list[Body]:
    """Open one body for each street and community among `places` that has none, in one entry."""
    manager = manager_of(actor)
    kinds = {Place.Level.STREET: Body.Kind.STREET_OFFICE, Place.Level.COMMUNITY: Body.Kind.COMMUNITY}
    taken = set(Body.objects.filter(kind__in=kinds.values()).values_list("place_id", flat=True))
    names = set(Body.objects.values_list("name", flat=True))
    by_id = {place.pk: place for place in places}
    bodies = []
    for place in places:
        if place.level not in kinds or place.pk in taken or place.statistical_only:
            continue
        name = next(one for one in _ways_to_call(place, by_id) if one not in names)
        names.add(name)
        kind = kinds[Place.Level(place.level)]
        bodies.append(Body(tenant_id=actor.tenant_id, kind=kind, name=name, place=place, phone=phone))
    Body.objects.bulk_create(bodies)
    if bodies:
        append(actor, "bodies.opened", [], {"bodies": len(bodies)}, seat=manager)
    return bodies


def _ways_to_call(place: Place, by_id: Mapping[UUID, Place]) -> Iterator[str]:
    """The names of a place, the shortest first: a city has several 光明社区, told apart by street and district."""
    yield place.short_name
    yield place.name
    above, before = place.parent_id and by_id.get(place.parent_id), ""
    while above:
        before = above.short_name + before
        yield before + place.short_name
        above = above.parent_id and by_id.get(above.parent_id)
    yield f"{before}{place.name}（{place.code}）"


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
    """Give a person a seat in a body, from a date to a date (the last one included).

    Raises NotAllowed unless the actor manages the tenant, or Refused for a duty that such a body has
    not, a closed body, dates in the wrong order, or a seat the person has already.
    """
    manager = manager_of(actor)
    since = since or clock.today()
    if duty not in rules.DUTIES_IN[body.kind]:
        raise Refused(_("%(body)s没有这个职责。") % {"body": body.name}, "duty")
    if body.closed_on is not None:
        raise Refused(_("%(body)s已经关了。") % {"body": body.name})
    if until and until < since:
        raise Refused(_("结束的日子在开始的前面。"), "until")
    same = Membership.objects.filter(person=person, body=body, duty=duty)
    if same.filter(Q(until=None) | Q(until__gte=since)).exists():
        raise Refused(_("%(name)s在这里已经有这个席位了。") % {"name": person.name})
    row = Membership.objects.create(
        tenant_id=actor.tenant_id,
        person=person,
        body=body,
        duty=duty,
        since=since,
        until=until,
        signs=list(signs),
    )
    facts = {"duty": str(duty), "since": since.isoformat(), "until": until.isoformat() if until else None}
    append(actor, "seat.given", [("person", person.pk), ("body", body.pk), ("seat", row.pk)], facts, seat=manager)
    return row


@transaction.atomic
def end_seat(actor: Actor, seat_id: UUID, off: dt.date) -> None:
    """End a seat: from the day `off` on it gives nothing, and what was before stays as it was.

    Raises NotAllowed, or Refused for a day that is past, a seat that has ended, or the last one from
    which the tenant is managed.
    """
    manager = manager_of(actor)
    one_at_a_time(actor)
    row = Membership.objects.select_related("body").get(pk=seat_id)
    today = clock.today()
    if row.until is not None and row.until < today:
        raise Refused(_("这个席位已经结束了。"))
    if off < today:
        raise Refused(_("过去的事不改：最早从今天起。"), "off")
    if row.duty == Membership.Duty.DISTRICT_OFFICE and queries.nobody_left_without(seat_id=row.pk):
        raise Refused(_("这是区政协办公室最后一个长期席位，结束了就没人能管这里。请先安排接替的人。"))
    until = off - dt.timedelta(days=1)
    Membership.objects.filter(pk=row.pk).update(until=until)
    subjects = [("person", row.person_id), ("body", row.body_id), ("seat", row.pk)]
    append(actor, "seat.ended", subjects, {"duty": row.duty, "until": until.isoformat()}, seat=manager)


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
