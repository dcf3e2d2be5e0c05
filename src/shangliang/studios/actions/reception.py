"""The desk of a studio: who waits, who is talked with, and what is written down of it.

Waiting and calling leave no entry: nothing was said yet. A talk leaves one: `voice.raised` if it became a voice,
else `reception.recorded`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.core.states import move
from shangliang.ledger.actions import append, batch
from shangliang.people.rules import may_manage
from shangliang.studios import reception_notes, rules
from shangliang.studios.models import Device, IssuedSlip, Reception, Studio
from shangliang.studios.queries import reception as queries
from shangliang.studios.queries.studios import holder
from shangliang.studios.reception_notes import Kept, Note
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import raise_voice
from shangliang.voices.contacts import phone_hash
from shangliang.voices.queries import slip_digest

Status, Outcome = Reception.Status, Reception.Outcome
NOTED = "reception.recorded"


@dataclass(frozen=True, slots=True)
class FromDevice:
    """What a note written without a line brings along: its device, the code handed out, and when it was."""

    device: Device
    code: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a note."""

    reception: Reception
    known: bool = False  # the key had been recorded before


def take_number(actor: Actor, studio: Studio, key: str, *, people: int = 1, name: str = "") -> Reception:
    """The next number of today for somebody who came in; the same key gives the same number again.

    Raises NotAllowed, and Refused for a studio that is closed.
    """
    now, today = clock.now(), clock.today()
    _may_receive(actor, studio, today)
    with transaction.atomic():
        Studio.objects.select_for_update().get(pk=studio.pk)  # one number after the other
        if known := queries.by_key(key):
            return known
        last = Reception.objects.filter(studio=studio.pk, day=today).aggregate(last=Max("number"))["last"]
        row = Reception(
            tenant_id=studio.tenant_id,
            studio=studio,
            key=key,
            day=today,
            number=(last or 0) + 1,
            people=people,
            came_at=now,
            recorded_at=now,
        )
        if name:
            row.sealed = reception_notes.sealed(Kept(name=name), row)
        row.save(force_insert=True)
    return row


def call(actor: Actor, studio: Studio, row: Reception) -> None:
    """Somebody who waits is talked with now. Raises NotAllowed, or Changed if they wait no longer."""
    _may_receive(actor, studio, clock.today())
    _must_be(row, Status.WAITING)
    move(row, Status.TALKING, receiver_id=actor.person_id)


def left(actor: Actor, studio: Studio, row: Reception) -> None:
    """Somebody went away without a talk. Their name goes with them. Raises NotAllowed or Changed."""
    _may_receive(actor, studio, clock.today())
    _must_be(row, Status.WAITING, Status.TALKING)
    move(row, Status.LEFT, finished_at=clock.now(), sealed=None)


def record(
    actor: Actor,
    tenant: Tenant,
    studio: Studio,
    note: Note,
    key: str,
    *,
    waiting: Reception | None = None,
    brought: FromDevice | None = None,
) -> Recorded:
    """Write down a talk; if something is to be done, it becomes a voice that the studio holds, in the same
    transaction.

    Recording twice under one key gives the first again. `waiting` is the visitor's place in the queue. Raises
    NotAllowed; Changed if somebody else recorded that visitor; Refused for a studio closed before that day and
    for a code that was not given to this device or was used. Entry: voice.raised or reception.recorded.
    """
    at = _bounded(brought) if brought else clock.now()
    seat = _may_receive(actor, studio, clock.day_of(at))
    try:
        with batch(tenant.pk):
            if known := queries.by_key(key):
                return Recorded(known, known=True)
            return Recorded(_record(actor, tenant, studio, note, key, seat, at, waiting, brought))
    except IntegrityError:
        if known := queries.by_key(key):  # the same note, arriving twice at this very moment
            return Recorded(known, known=True)
        raise


def correct(actor: Actor, studio: Studio, row: Reception, note: Note) -> None:
    """Put right a note of today. What became a voice keeps its words. Entry: reception.corrected.

    Raises NotAllowed, and Refused for a note of another day, erased, or whose outcome cannot change so.
    """
    seat = _may_receive(actor, studio, row.day)
    with transaction.atomic():
        row = Reception.objects.select_for_update().get(pk=row.pk)
        was = reception_notes.opened(row)
        if row.day != clock.today():
            raise Refused(_("只能改今天的记录。以前的要更正，另记一条说明。"))
        if was is None or row.status != Status.DONE:
            raise Refused(_("这一条没有可以改的内容。"))
        kept = note.kept
        if row.voice_id:
            kept = replace(was, answer=kept.answer, others=kept.others)
        elif note.outcome == Outcome.VOICE:
            raise Refused(_("要办的话，请另记一条，好出回执。"), "outcome")
        Reception.objects.filter(pk=row.pk).update(
            sealed=reception_notes.sealed(kept, row),
            phone_hash=phone_hash(kept.phone, row.tenant_id),
            outcome=row.outcome if row.voice_id else note.outcome,
            category=note.category,
            people=note.people,
            receiver=note.receiver,
        )
        append(actor, "reception.corrected", _subjects(row), {"day": row.day.isoformat()}, seat=seat)


def erase(actor: Actor, row: Reception, reason: str) -> None:
    """Destroy what was written down of a talk, as the law demands; that there was one stays counted.

    Raises NotAllowed, and Refused if it is gone already. Entry: reception.erased.
    """
    seat = may_manage(actor).grant()
    with transaction.atomic():
        if not Reception.objects.filter(pk=row.pk).exclude(sealed=None).update(sealed=None, phone_hash=None):
            raise Refused(_("这一条先前已经删除了。"))
        append(actor, "reception.erased", _subjects(row), {"reason": reason}, seat=seat)


def _record(
    actor: Actor,
    tenant: Tenant,
    studio: Studio,
    note: Note,
    key: str,
    seat: Seat | None,
    at: dt.datetime,
    waiting: Reception | None,
    brought: FromDevice | None,
) -> Reception:
    row = waiting or Reception(
        tenant_id=studio.tenant_id, studio=studio, status=Status.DONE, day=clock.day_of(at), came_at=at
    )
    found = {
        "key": key,
        "outcome": note.outcome,
        "category": note.category,
        "people": note.people,
        "receiver_id": note.receiver,
        "written_by_id": actor.person_id,
        "device_id": brought.device.pk if brought else None,
        "phone_hash": phone_hash(note.kept.phone, studio.tenant_id),
        "sealed": reception_notes.sealed(note.kept, row),
        "voice_id": _raised(actor, tenant, studio, note, key, seat, at, brought),
        "finished_at": at,
        "recorded_at": clock.now(),
    }
    if waiting:
        _must_be(waiting, Status.WAITING, Status.TALKING)
        move(row, Status.DONE, **found)
    else:
        for name, value in found.items():
            setattr(row, name, value)
        row.save(force_insert=True)
    if row.voice_id is None:
        facts = {
            "studio": str(studio.pk),
            "day": row.day.isoformat(),
            "outcome": row.outcome,
            "category": row.category,
            "people": row.people,
            "without_a_line": brought is not None,
        }
        append(actor, NOTED, _subjects(row), facts, seat=seat, happened_at=at)
    return row


def _raised(
    actor: Actor,
    tenant: Tenant,
    studio: Studio,
    note: Note,
    key: str,
    seat: Seat | None,
    at: dt.datetime,
    brought: FromDevice | None,
) -> UUID | None:
    if note.outcome != Outcome.VOICE:
        return None
    code = brought.code if brought else ""
    if brought and code:
        _use(brought.device, code)
    now = Studio.objects.select_for_update().get(pk=studio.pk)  # it does not close meanwhile
    to = None if now.status in rules.GONE else holder(studio)  # None: whoever receives for the place
    speech = note.speech(key, to, code=code, at=at if brought else None)
    return raise_voice(actor, tenant, speech, seat=seat).voice.pk


def _use(device: Device, code: str) -> None:
    # A device that was retired and set up anew still holds notes with the codes it handed out before.
    own = Q(device=device) | Q(device__studio=device.studio_id, device__retired_at__isnull=False)
    slip = IssuedSlip.objects.filter(own, digest=slip_digest(code, device.tenant_id)).first()
    if slip is None:
        raise Refused(_("这个回执码不是发给这台设备的。"), "code")
    if not IssuedSlip.objects.filter(pk=slip.pk, used_at=None).update(used_at=clock.now()):
        raise Refused(_("这个回执码已经用在别的记录上了。"), "code")


def _may_receive(actor: Actor, studio: Studio, day: dt.date) -> Seat | None:
    on_duty = queries.is_on_duty(studio, actor.person_id, {day, clock.today()})
    verdict = rules.may_receive(actor, studio, on_duty=on_duty)
    if not verdict:
        raise NotAllowed(verdict.why_not)
    closed = queries.closed_on(studio)
    if closed and day >= closed:
        raise Refused(
            _("%(name)s已经退出，不再接待。要说的事请到社区，或者找区政协办公室。") % {"name": studio.body.name}
        )
    return verdict.seat


def _bounded(brought: FromDevice) -> dt.datetime:
    """When a note was written, as far as its device can be believed: since it was issued, and not in the future."""
    return max(brought.device.issued_at, min(brought.at, clock.now()))


def _must_be(row: Reception, *statuses: str) -> None:
    if row.status not in statuses:
        raise Changed(_("这一位刚才已经有人接待了，请看一眼最新的名单。"))


def _subjects(row: Reception) -> list[tuple[str, UUID]]:
    return [("reception", row.pk), ("studio", row.studio_id)]
