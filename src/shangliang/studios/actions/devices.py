"""Devices that take notes without a line: given out with slip codes, filled up, retired."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.ledger.actions import append
from shangliang.people.rules import may_run
from shangliang.studios import rules
from shangliang.studios.models import Device, IssuedSlip, Studio
from shangliang.studios.queries import reception as queries
from shangliang.tenants.models import Tenant
from shangliang.voices import slips
from shangliang.voices.queries import slip_digest

CODES = 60  # on a device: more than a studio hears in a day


@dataclass(frozen=True, slots=True)
class Issued:
    """What a device is given. The server keeps neither the secret nor the codes, only what they are found by."""

    device: Device
    secret: str
    codes: list[str]


def issue(actor: Actor, tenant: Tenant, studio: Studio, name: str) -> Issued:
    """Set up a device of a studio, with slip codes to hand out while it has no line. Entry: device.issued.

    Raises NotAllowed, and Refused for a studio that is closed.
    """
    seat = may_run(actor, studio.body).grant()
    assert actor.person_id is not None  # seats are people's
    _must_be_open(studio)
    now, secret = clock.now(), secrets.token_urlsafe(32)
    with transaction.atomic():
        device = Device.objects.create(
            tenant_id=tenant.pk,
            studio=studio,
            name=name,
            digest=queries.secret_digest(secret, tenant.pk),
            issued_to_id=actor.person_id,
            issued_at=now,
            seen_at=now,
        )
        codes = _codes(tenant, device, CODES)
        append(actor, "device.issued", _subjects(device), {"codes": len(codes)}, seat=seat)
    return Issued(device, secret, codes)


def fill_up(actor: Actor, tenant: Tenant, studio: Studio, device: Device, have: int) -> list[str]:
    """Further codes for a device that has `have` left. Entry: slips.issued, if there were any to give.

    Raises NotAllowed, and Refused for a device that was retired or a studio that is closed.
    """
    on_duty = queries.is_on_duty(studio, actor.person_id, {clock.today()})
    seat = rules.may_receive(actor, studio, on_duty=on_duty).grant()
    must_be_in_use(device)
    _must_be_open(studio)
    with transaction.atomic():
        seen(device)
        codes = _codes(tenant, device, max(0, CODES - max(0, have)))
        if codes:
            append(actor, "slips.issued", _subjects(device), {"codes": len(codes)}, seat=seat)
    return codes


def retire(actor: Actor, studio: Studio, device: Device) -> None:
    """Take a device out of use: its notes are not taken in, unless it is set up anew; then under the codes it handed
    out before. Entry: device.retired.

    Raises NotAllowed, and Refused if it was retired before.
    """
    seat = may_run(actor, studio.body).grant()
    with transaction.atomic():
        if not Device.objects.filter(pk=device.pk, retired_at=None).update(retired_at=clock.now()):
            raise Refused(_("这台设备先前已经停用了。"))
        append(actor, "device.retired", _subjects(device), {}, seat=seat)


def seen(device: Device) -> None:
    """Note that a device is on the line."""
    Device.objects.filter(pk=device.pk).update(seen_at=clock.now())


def must_be_in_use(device: Device) -> None:
    """Raises Refused for a device that was retired."""
    if device.retired_at is not None:
        raise Refused(_("这台设备停用了。请召集人重新登记一次，里面的记录还在。"), "device")


def _codes(tenant: Tenant, device: Device, number: int) -> list[str]:
    now = clock.now()
    codes = [slips.new_code(tenant.mark) for _one in range(number)]
    IssuedSlip.objects.bulk_create(
        IssuedSlip(tenant_id=tenant.pk, device=device, digest=slip_digest(code, tenant.pk), issued_at=now)
        for code in codes
    )
    return codes


def _must_be_open(studio: Studio) -> None:
    if studio.status in rules.GONE:
        raise Refused(_("%(name)s已经退出，不再登记设备。") % {"name": studio.body.name})


def _subjects(device: Device) -> list[tuple[str, UUID]]:
    return [("device", device.pk), ("studio", device.studio_id)]
