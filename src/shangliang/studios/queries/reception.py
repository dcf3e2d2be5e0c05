"""Who waits at the desk of a studio, who came, and the devices that take notes there without a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.db.models import Count, Sum

from shangliang.core.seal import keyed_hash
from shangliang.people.models import Person
from shangliang.studios.models import Device, IssuedSlip, Reception, Studio, StudioStep, Turn
from shangliang.studios.queries import duty
from shangliang.studios.reception_notes import Kept, opened
from shangliang.voices.queries import slip_digest

Status, Outcome = Reception.Status, Reception.Outcome
VISITS = 20  # of one visitor that a look-up shows, the latest first


@dataclass(frozen=True, slots=True)
class Counts:
    """How many talks a studio had in a period, and what came of them. Talks that became no voice count."""

    talks: int
    people: int
    by_outcome: Mapping[str, int]
    left: int  # went away before their turn


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who is here now, and what they are called, if they said."""

    row: Reception
    name: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day at the desk: who is being talked with, who waits, and what is done."""

    talking: list[Here]
    waiting: list[Here]
    done: list[Reception]
    left: int


def is_on_duty(studio: Studio, person_id: UUID | None, days: Collection[dt.date]) -> bool:
    """Whether somebody has a turn in a studio on one of these days that was not given up (one query)."""
    if person_id is None:
        return False
    turns = Turn.objects.filter(person=person_id, given_up_at=None, shift__studio=studio.pk, shift__day__in=days)
    return bool(turns.filter(shift__cancelled_at=None).exists())


def closed_on(studio: Studio) -> dt.date | None:
    """The day a studio was closed (at most one query)."""
    if studio.status != Studio.Status.CLOSED:
        return None
    steps = StudioStep.objects.filter(studio=studio.pk, to=Studio.Status.CLOSED).order_by("-on")
    return steps.values_list("on", flat=True).first() or studio.body.closed_on or studio.proposed_on


def receivers(studio: Studio, day: dt.date) -> list[Person]:
    """Who may have received a visitor: those on duty that day first, then all who receive there (three queries)."""
    here = [turn.person for one in duty.on_duty(day, [studio.pk]) for turn in one.turns]
    return list({person.pk: person for person in (*here, *duty.receivers(studio, day))}.values())


def day_of(studio: Studio, day: dt.date) -> Day:
    """A day at the desk of a studio (one query)."""
    rows = Reception.objects.filter(studio=studio.pk, day=day).select_related("receiver", "voice__matter")
    by_status: dict[str, list[Reception]] = {status: [] for status in Status.values}
    for row in rows.order_by("number", "came_at"):
        by_status[row.status].append(row)
    done = sorted(by_status[Status.DONE], key=lambda row: row.finished_at or row.came_at, reverse=True)
    talking, waiting = (
        [Here(row, _name(row)) for row in by_status[status]] for status in (Status.TALKING, Status.WAITING)
    )
    return Day(talking, waiting, done, len(by_status[Status.LEFT]))


def reception(studio: Studio, reception_id: UUID) -> Reception | None:
    """One visitor's turn in a studio, with those who received and what became of it (one query)."""
    rows = Reception.objects.filter(studio=studio.pk, pk=reception_id)
    return rows.select_related("receiver", "written_by", "voice__matter__place", "device").first()


def by_key(key: str) -> Reception | None:
    """What was recorded under a key before (one query)."""
    return Reception.objects.filter(key=key).select_related("voice__matter", "studio").first()


def key_for(stem: str, kept: Kept) -> str:
    """The key under which a form writes this down: the same again is a retry, something else is another note."""
    for n in count():
        key = f"{stem}-{n}" if n else stem
        known = by_key(key)
        if known is None or opened(known) == kept:
            return key
    raise AssertionError("count() has no end")


def visits(studio: Studio, phone_hash: bytes | None) -> list[Reception]:
    """The earlier turns of a visitor in this studio and no other, the latest first (one query)."""
    if phone_hash is None:
        return []
    rows = Reception.objects.filter(studio=studio.pk, phone_hash=phone_hash, status=Status.DONE)
    return list(rows.select_related("voice__matter", "receiver").order_by("-came_at")[:VISITS])


def counts(studio: Studio, first: dt.date, last: dt.date) -> Counts:
    """What the desk of a studio did from one day to another, both included (one query)."""
    rows = Reception.objects.filter(studio=studio.pk, day__range=(first, last), status__in=(Status.DONE, Status.LEFT))
    by_outcome, people, left = dict.fromkeys(Outcome.values, 0), 0, 0
    for row in rows.order_by().values("status", "outcome").annotate(n=Count("pk"), came=Sum("people")):
        if row["status"] == Status.LEFT:
            left += row["n"]
        else:
            by_outcome[row["outcome"]] = row["n"]
            people += row["came"]
    return Counts(sum(by_outcome.values()), people, by_outcome, left)


# --- devices ---


def secret_digest(secret: str, tenant_id: UUID) -> bytes:
    """What a device is known by."""
    return keyed_hash(secret, f"device:{tenant_id}")


def device_of(studio: Studio, device_id: UUID, secret: str) -> Device | None:
    """The device that shows its secret, retired ones too (one query)."""
    rows = Device.objects.filter(studio=studio.pk, pk=device_id, digest=secret_digest(secret, studio.tenant_id))
    return rows.first()


def device(studio: Studio, device_id: UUID) -> Device | None:
    """One device of a studio (one query)."""
    return Device.objects.filter(studio=studio.pk, pk=device_id).first()


def devices(studio: Studio) -> list[Device]:
    """The devices of a studio with `left`, the codes they have not used; the latest first (one query)."""
    unused = Count("slips") - Count("slips__used_at")
    rows = Device.objects.filter(studio=studio.pk).select_related("issued_to").annotate(left=unused)
    return list(rows.order_by("-issued_at"))


def issued_slip(code: str, tenant_id: UUID) -> IssuedSlip | None:
    """The code, cleaned, as it was given to a device and not merged yet, with device and studio (one query)."""
    rows = IssuedSlip.objects.filter(digest=slip_digest(code, tenant_id), used_at=None)
    return rows.select_related("device__studio__body").first()


def _name(row: Reception) -> str:
    kept = opened(row)
    return kept.name if kept else ""
