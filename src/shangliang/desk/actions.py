"""Taking in many messages at once: the same rows and entries as the single acts leave, written table by table."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.ids import uuid7
from shangliang.core.models import TenantModel
from shangliang.core.seal import seal
from shangliang.delivery.models import HandedPoint, HandOver
from shangliang.desk.import_faces import Face
from shangliang.desk.import_rows import Message
from shangliang.desk.import_targets import Targets
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import Counter, Matter, Point
from shangliang.people.models import Body
from shangliang.playbooks.calendar import Deadline
from shangliang.tenants.models import Tenant
from shangliang.voices import contacts, slips
from shangliang.voices.models import Contact, ImportedRow, Slip, Voice
from shangliang.voices.queries import slip_digest

ASKED = "请答复"  # the one point of an imported message: a record, so never translated
# In this order, so that each row finds those it points to.
TABLES: tuple[type[TenantModel], ...] = (Contact, Matter, Voice, Slip, ImportedRow, Point, HandOver, HandedPoint)
IMPORTED = {"imported": True}


@dataclass(slots=True)
class Intake:
    """One batch of messages on their way into the tables of a tenant."""

    actor: Actor
    tenant: Tenant
    seat: Seat | None
    targets: Targets
    source: str
    rows: dict[type[TenantModel], list[Any]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def put(self, row: TenantModel) -> None:
        self.rows[type(row)].append(row)


def take_in(
    actor: Actor,
    tenant: Tenant,
    seat: Seat | None,
    targets: Targets,
    source: str,
    messages: Sequence[tuple[Message, Face]],
) -> None:
    """Take in messages that are not known yet, each on its real date, inside `ledger.actions.batch`.

    Each becomes a voice with its slip, and a matter; one with a reply becomes a matter that was accepted and
    handed over when it was raised, and answered and closed when the reply came. What the reply promised nobody
    has read, so its one point is `explained`, never `done`. `seat` is the seat the actor imports from.
    """
    if not messages:
        return
    intake = Intake(actor, tenant, seat, targets, source)
    for number, (message, face) in zip(_numbers(tenant, len(messages)), messages, strict=True):
        _one(intake, number, message, face)
    for table, rows in intake.rows.items():
        table.objects.bulk_create(rows)


def _one(intake: Intake, number: str, message: Message, face: Face) -> None:
    matter = _matter(intake, number, message, face)
    raised = matters.facts(matter)
    voice, words_id = _voice(intake, matter, message, face)
    _append(
        intake,
        "voice.raised",
        [("matter", matter.pk), ("voice", voice.pk)],
        raised
        | {
            "channel": str(voice.channel),
            "openness": str(voice.openness),
            "speaks_for": str(voice.speaks_for),
            "group_size": 1,
            "photos": 0,
            "held": False,
            "supporters": message.likes,
            "cleared": voice.cleared_at is not None,
        },
        {"words": face.words},
        message.at,
        {"words": words_id},
    )
    if message.replied_at is not None:
        body = intake.targets.body(message.department)
        _accepted(intake, matter, message, face)
        _answered(intake, matter, message, body, message.replied_at)
    elif face.public:
        _accepted(intake, matter, message, face)
    if message.replied_at is None:
        matter.last_act_at = clock.now()  # silence is counted from the day it came here


def _matter(intake: Intake, number: str, message: Message, face: Face) -> Matter:
    place = intake.targets.place(message.place_words)
    # What was never answered elsewhere is owed here from the day it is recorded, not from the day it was said.
    start = clock.day_of(message.at) if message.replied_at else clock.today()
    due = intake.targets.deadline(start, "first_answer")
    matter = Matter(
        tenant_id=intake.tenant.pk,
        number=number,
        title=face.title,
        category=intake.targets.category(message.category),
        place_id=place.place_id,
        place_settled=place.settled,
        place_words=message.place_words[:120],
        holder_id=place.holder_id,
        supporters=message.likes,
        raised_at=message.at,
        last_act_at=message.at,
        **_clock(due, "first_answer"),
    )
    intake.put(matter)
    return matter


def _voice(intake: Intake, matter: Matter, message: Message, face: Face) -> tuple[Voice, UUID]:
    tenant_id, now, words_id = intake.tenant.pk, clock.now(), uuid7()
    contact_id = None
    if message.reach:
        contact = Contact(tenant_id=tenant_id, phone_hash=contacts.phone_hash(message.reach.phone, tenant_id))
        contact.sealed = contacts.sealed(message.reach, tenant_id, contact.pk)
        contact_id = contact.pk
        intake.put(contact)
    voice = Voice(
        tenant_id=tenant_id,
        matter_id=matter.pk,
        words_id=words_id,
        channel=Voice.Channel.IMPORT,
        openness=face.openness,
        contact_id=contact_id,
        key=message.said,
        cleared_at=now if face.cleared else None,
        happened_at=message.at,
        recorded_at=now,
    )
    intake.put(voice)
    code = slips.new_code(intake.tenant.mark)
    slip = Slip(tenant_id=tenant_id, voice_id=voice.pk, digest=slip_digest(code, tenant_id), issued_at=now)
    slip.sealed = seal(code.encode(), f"slip:{tenant_id}:{slip.pk}")
    intake.put(slip)
    kept = ImportedRow(tenant_id=tenant_id, source=intake.source, key=message.key, row=message.row, voice_id=voice.pk)
    original = json.dumps(message.original, ensure_ascii=False).encode()
    kept.sealed = seal(original, f"imported:{tenant_id}:{kept.pk}")
    intake.put(kept)
    return voice, words_id


def _accepted(intake: Intake, matter: Matter, message: Message, face: Face) -> None:
    start = clock.day_of(message.at) if message.replied_at else clock.today()
    due = intake.targets.deadline(start, "hand_over")
    _becomes(matter, Matter.Status.GATHERED, message.at, is_public=face.public, **_clock(due, "hand_over"))
    _append(
        intake,
        "matter.accepted",
        [("matter", matter.pk)],
        matters.facts(matter) | {"category": matter.category, "public": matter.is_public},
        {"title": matter.title},
        message.at,
    )


def _answered(intake: Intake, matter: Matter, message: Message, body: Body, at: dt.datetime) -> None:
    """Handed over on the day it was raised, replied to and closed when the reply came."""
    tenant_id, start = intake.tenant.pk, clock.day_of(message.at)
    due = intake.targets.deadline(start, "hand_over")
    point = Point(tenant_id=tenant_id, matter_id=matter.pk, number=1, text=ASKED, status=Point.Status.EXPLAINED)
    intake.put(point)
    handed = HandOver(
        tenant_id=tenant_id,
        matter_id=matter.pk,
        body_id=body.pk,
        from_body_id=intake.seat.body_id if intake.seat else matter.holder_id,
        status=HandOver.Status.REPLIED,
        started=start,
        days=due.days,
        due=due.due,
        signed=len(body.sign_off),
        sent_at=message.at,
        replied_at=at,
    )
    intake.put(handed)
    intake.put(
        HandedPoint(tenant_id=tenant_id, hand_over_id=handed.pk, point_id=point.pk, outcome=Point.Status.EXPLAINED)
    )
    _handed_over(intake, matter, message, handed, body)
    _replied(intake, matter, message, handed, body, at)
    _closed(intake, matter, at)


def _handed_over(intake: Intake, matter: Matter, message: Message, handed: HandOver, body: Body) -> None:
    due = intake.targets.deadline(handed.started, "hand_over")
    _becomes(matter, Matter.Status.DELIVERED, message.at, holder_id=body.pk, **_clock(due, "hand_over"))
    _append(
        intake,
        "matter.handed_over",
        [("matter", matter.pk), ("hand_over", handed.pk)],
        matters.facts(matter)
        | {
            "body": str(body.pk),
            "body_name": body.name,
            "points": [1],
            "days": due.days,
            "hand_over_due": due.due.isoformat(),
        },
        {"point-1": ASKED, "note": _unknown_department(message, body)},
        message.at,
    )


def _replied(intake: Intake, matter: Matter, message: Message, handed: HandOver, body: Body, at: dt.datetime) -> None:
    waiting = intake.targets.deadline(clock.day_of(at), "first_answer")
    holder = {"holder_id": handed.from_body_id}
    _becomes(matter, Matter.Status.DELIVERED, at, **holder, **_clock(waiting, "first_answer"))
    _append(
        intake,
        "handover.replied",
        [("matter", matter.pk), ("hand_over", handed.pk)],
        matters.facts(matter)
        | {
            "body": str(body.pk),
            "body_name": body.name,
            "own_number": "",
            "answers": {"1": {"outcome": str(Point.Status.EXPLAINED), "by_when": None}},
            "step": "",
            "started": handed.started.isoformat(),
            "hand_over_due": handed.due.isoformat(),
        },
        {"answer-1": message.reply},
        at,
    )


def _closed(intake: Intake, matter: Matter, at: dt.datetime) -> None:
    _becomes(matter, Matter.Status.EXPLAINED, at, ended_at=at, **matters.NO_CLOCK)
    points = {str(status): int(status == Point.Status.EXPLAINED) for status in Point.Status}
    _append(
        intake,
        "matter.closed",
        [("matter", matter.pk)],
        matters.facts(matter) | {"end": str(matter.status), "points": points, "referrals_answered": 0},
        {},
        at,
    )


def _append(
    intake: Intake,
    kind: str,
    subjects: list[tuple[str, UUID]],
    facts: dict[str, Any],
    words: dict[str, str],
    at: dt.datetime,
    words_ids: dict[str, UUID] | None = None,
) -> None:
    append(intake.actor, kind, subjects, facts | IMPORTED, words, seat=intake.seat, happened_at=at, words_ids=words_ids)


def _becomes(matter: Matter, to: str, at: dt.datetime, **fields: Any) -> None:
    """What `matters.change` writes, on a row that is not in the database yet: there is nothing to race with."""
    fields |= {"status": to, "version": matter.version + 1, "last_act_at": at}
    for name, value in fields.items():
        setattr(matter, name, value)


def _clock(due: Deadline, rule: str) -> dict[str, Any]:
    return {"due": due.due, "due_started": due.start, "due_rule": rule, "due_days": due.days}


def _unknown_department(message: Message, body: Body) -> str:
    if not message.department or message.department == body.name:
        return ""
    return _("原表里的承办单位：%(name)s") % {"name": message.department}


def _numbers(tenant: Tenant, count: int) -> list[str]:
    """So many numbers in a row."""
    first = matters.next_number(tenant.pk, tenant.slug)  # locks the year's counter until commit
    stem, last = first.rsplit("-", 1)
    rows = Counter.objects.filter(tenant_id=tenant.pk, year=int(stem.rsplit("-", 1)[1]))
    rows.update(last=F("last") + count - 1)
    return [f"{stem}-{int(last) + step:06d}" for step in range(count)]
