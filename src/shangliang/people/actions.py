"""Bodies, persons, seats and log-ins."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.ledger.actions import append, open_ledger
from shangliang.people import queries, rules
from shangliang.people.models import Account, Body, Look, Membership, Person
from shangliang.places.models import Place
from shangliang.tenants.models import Tenant

MARK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of slip codes
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is mistaken for something else


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
    """Open a body of the tenant over a place. Raises NotAllowed unless the actor manages the tenant, or
    Refused when there is a body of this name."""
    manager = _check(actor)
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
    )
    facts = {"kind": str(kind), "name": name, "place": str(place.pk)}
    append(actor, "body.opened", [("body", body.pk)], facts, seat=manager)
    return body


@transaction.atomic
def change_body(actor: Actor, body: Body, *, phone: str, address: str, hours: str, sign_off: Sequence[str]) -> Body:
    """Correct how to reach a body, and its steps of internal sign-off. The phone and hours of the district
    office are those at the foot of every page. Raises NotAllowed."""
    manager = _check(actor)
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
    manager = _check(actor)
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
    manager = _check(actor)
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
        append(actor, "bodies.opened", [], {"bodies": len(bodies)}, seat=manager)
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
    """Give a person a seat in a body, from a date to a date (the last one included).

    Raises NotAllowed unless the actor manages the tenant, or Refused for a duty that such a body has
    not, a closed body, dates in the wrong order, or a seat the person has already.
    """
    manager = _check(actor)
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
    manager = _check(actor)
    _one_at_a_time(actor)
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


@transaction.atomic
def take_on(
    actor: Actor,
    body: Body,
    duty: str,
    *,
    username: str,
    name: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    signs: Sequence[str] = (),
) -> tuple[Membership, str]:
    """Give a seat to whoever logs in by `username`; with a `name`, to somebody new, whose log-in is opened first.

    Gives the seat, and for somebody new the password to hand over, which is kept nowhere. Raises as
    `seat` does, and Refused when the name of the log-in is taken, or nobody has it.
    """
    manager = _check(actor)
    account, password = queries.by_username(username), ""
    if account and name:
        raise Refused(
            _("“%(username)s”已经有人用了。就是这个人，把姓名清空；是别人，换一个登录名。") % {"username": username},
            "username",
        )
    if account is None:
        if not name:
            raise Refused(_("没有人用“%(username)s”登录。要新开账号，就写上姓名。") % {"username": username}, "name")
        password = new_password()
        account = open_account(username.lower(), password, name, must_change_password=True)
        append(actor, "account.opened", _whom(account), {}, seat=manager)
    if account.person is None or not account.is_active:
        raise Refused(_("这个账号停用了，先恢复再安排。"), "username")
    return seat(actor, account.person, body, duty, since=since, until=until, signs=signs), password


@transaction.atomic
def reset_account(actor: Actor, account: Account) -> str:
    """A new password to hand over, and the second factor taken off: for whoever lost either. All their
    sessions end. Gives the password, which is kept nowhere. Raises NotAllowed."""
    manager = _check_account(actor, account)
    password = new_password()
    account.password, account.must_change_password = make_password(password), True
    account.save(update_fields=["password", "must_change_password"])
    Authenticator.objects.filter(user=account).delete()
    append(actor, "account.reset", _whom(account), {}, seat=manager)
    return password


@transaction.atomic
def set_active(actor: Actor, account: Account, active: bool) -> None:
    """Close a log-in, or open it again. A closed one ends its sessions and keeps its seats. Raises NotAllowed,
    or Refused for the last one from which the tenant is managed."""
    manager = _check_account(actor, account)
    _one_at_a_time(actor)
    if account.is_active == active:
        return
    sits_here = Membership.Duty.DISTRICT_OFFICE in {row.duty for row in queries.seats_held(account)}
    if not active and sits_here and queries.nobody_left_without(person_id=account.person_id):
        raise Refused(_("区政协办公室只剩这一个能用的账号，停了就没人能管这里。请先安排接替的人。"))
    account.is_active = active
    account.save(update_fields=["is_active"])
    kind = "account.reopened" if active else "account.closed"
    append(actor, kind, _whom(account), {}, seat=manager)


def new_password() -> str:
    """A password that can be read aloud: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def open_account(
    username: str,
    password: str,
    name: str,
    *,
    is_operator: bool = False,
    email: str = "",
    must_change_password: bool = False,
) -> Account:
    """A person with a log-in. Global: no tenant and no entry."""
    person = Person.objects.create(name=name)
    return Account.objects.create(
        username=username,
        password=make_password(password),
        email=email,
        person=person,
        is_operator=is_operator,
        must_change_password=must_change_password,
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


def _check(actor: Actor) -> Seat | None:
    return None if actor.kind == "system" else rules.may_manage(actor).grant()


def _one_at_a_time(actor: Actor) -> None:
    """Two of the office must not take each other out at the same moment, each believing the other stays."""
    Tenant.objects.select_for_update().get(pk=actor.tenant_id)


def _whom(account: Account) -> list[tuple[str, UUID]]:
    return [("person", account.person_id or account.pk)]


def _check_account(actor: Actor, account: Account) -> Seat | None:
    elsewhere = queries.sits_elsewhere(account, actor.tenant_id)
    return rules.may_keep_account(actor, account, elsewhere=elsewhere).grant()
