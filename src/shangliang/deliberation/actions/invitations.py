"""请人: who sits at the table of a meeting, what they answer, and residents who ask to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.seal import keyed_hash, seal
from shangliang.deliberation import rules
from shangliang.deliberation.actions import meetings
from shangliang.deliberation.models import Attendee, Meeting, OutsideQuestion, Side, Topic
from shangliang.deliberation.queries import invitations as reading
from shangliang.deliberation.queries import meetings as queries
from shangliang.ledger.actions import append
from shangliang.people.models import Body, Person
from shangliang.tenants.models import Tenant
from shangliang.voices.models import Voice

Status, Answer = Meeting.Status, Attendee.Answer
ROLE_LENGTH = 20
ASKED_AT_MOST = 500  # requests to come to one meeting


@transaction.atomic
def invite_person(actor: Actor, meeting_id: UUID, person: Person, seat_key: str, body: Body | None = None) -> Attendee:
    """A member or somebody of staff, by name. `body`: whom they speak for. Entry: attendee.invited.

    Raises NotAllowed, and Refused when they sit there already or the side has no seat left.
    """
    row, seat = _open_for_seats(actor, meeting_id, seat_key)
    if Attendee.objects.filter(meeting=row, person=person).exists():
        raise Refused(_("%(name)s已经在名单上了。") % {"name": person.name}, "person")
    role = _free(row, reading.role_of_person(person, body))
    return _invite(actor, row, seat, seat=seat_key, role=role, person=person, body=body)


@transaction.atomic
def invite_body(actor: Actor, meeting_id: UUID, body: Body, seat_key: str) -> Attendee:
    """A department or another body, which sends whom it likes. Entry: attendee.invited."""
    row, seat = _open_for_seats(actor, meeting_id, seat_key)
    return _invite(actor, row, seat, seat=seat_key, role=_free(row, body.name), body=body)


@transaction.atomic
def invite_residents(
    actor: Actor, meeting_id: UUID, seat_key: str, *, count: int = 1, side: Side | None = None, label: str = ""
) -> list[Attendee]:
    """Residents by role alone (居民代表 1, 居民代表 2 …), numbered by side; names follow with `describe`.
    Entry: attendee.invited, one for all. Raises NotAllowed, or Refused beyond the seats of the side."""
    row, seat = _open_for_seats(actor, meeting_id, seat_key, count)
    rows = [_resident(row, seat_key, side=side, label=label) for _n in range(count)]
    _tell(actor, row, rows, seat)
    return rows


@transaction.atomic
def invite_voices(
    actor: Actor, meeting_id: UUID, seat_key: str, voices: Sequence[Voice], side: Side | None = None
) -> list[Attendee]:
    """Those who raised the matter: they hear on their slip and by the channel they chose, and stay a role here.
    Entry: attendee.invited, naming the voices. Raises NotAllowed, or Refused for one invited before."""
    row, seat = _open_for_seats(actor, meeting_id, seat_key, len(voices))
    if not voices:
        raise Refused(_("还没有勾选要请谁。"), "voices")
    if Attendee.objects.filter(meeting=row, voice__in=voices).exists():
        raise Refused(_("里面有人已经请过了。"), "voices")
    rows = [_resident(row, seat_key, side=side, voice=voice) for voice in voices]
    _tell(actor, row, rows, seat)
    return rows


@transaction.atomic
def describe(actor: Actor, attendee: Attendee, *, name: str = "", phone: str = "") -> None:
    """Who a resident at the table is, for those who run the meeting alone: sealed, never shown.
    Entry: attendee.described, without name or number."""
    row = meetings.lock_only(attendee.meeting_id)
    seat = rules.may_seat(actor, row).grant()
    if attendee.person_id is not None:
        raise Refused(_("委员和工作人员用的是自己的名字，不用另记。"))
    Attendee.objects.filter(pk=attendee.pk).update(**_sealed(attendee, name.strip(), phone.strip()))
    append(actor, "attendee.described", _subjects(row, [attendee]), {"role": attendee.role}, seat=seat)


@transaction.atomic
def take_off(actor: Actor, attendee: Attendee) -> None:
    """Take somebody off the list who did not sign in; what was sealed of them goes. Entry: attendee.taken_off."""
    row = meetings.lock_only(attendee.meeting_id)
    seat = rules.may_prepare(actor, row).grant()
    now = Attendee.objects.get(pk=attendee.pk)
    if now.signed_in_at is not None:
        raise Refused(_("%(role)s已经签到了，不能从名单上拿掉。") % {"role": now.role})
    people = [now.person_id] if now.person_id and row.status == Status.CALLED else []
    subjects = [*meetings.named(row, queries.topics_of(row)), *(("person", one) for one in people)]
    _delete(now)
    append(actor, "attendee.taken_off", subjects, meetings.facts(row) | {"role": attendee.role}, seat=seat)


@transaction.atomic
def answer(actor: Actor, attendee: Attendee, coming: bool) -> Attendee:
    """来，来不了. By one's own link, signed in, or noted by staff who were told. Entry: attendee.answered.

    May be changed until the meeting opens. Raises NotAllowed, and Refused where nothing is asked.
    """
    row = meetings.lock_only(attendee.meeting_id)
    now = Attendee.objects.select_for_update(of=("self",)).get(pk=attendee.pk)
    now.meeting = row
    own = actor.kind == "link" or (actor.person_id is not None and actor.person_id == now.person_id)
    seat = None if own else rules.runs(actor, row).grant()
    if row.status != Status.CALLED:
        raise Refused(_("这次会%(now)s，不用再回话了。") % {"now": row.get_status_display()})
    if now.answer not in rules.SEATED:
        raise Refused(_("还没有排上座位。可以来旁听，不用回话。"))
    if now.signed_in_at is not None:
        raise Refused(_("已经签到了，不用再回话。"))
    now.answer = Answer.COMING if coming else Answer.NOT_COMING
    now.answered_at = clock.now()
    now.save(update_fields=["answer", "answered_at"])
    append(
        actor,
        "attendee.answered",
        _subjects(row, [now], told=False),
        {"role": now.role, "answer": str(now.answer)},
        seat=seat,
    )
    return now


# --- residents who ask to come -------------------------------------------------------------------------


@transaction.atomic
def ask_to_come(
    actor: Actor,
    meeting_id: UUID,
    *,
    key: UUID,
    seat_key: str = "",
    side: Side | None = None,
    name: str = "",
    phone: str = "",
    held: bool = False,
) -> Attendee:
    """A resident asks to come to a public meeting; `key` is that of the form, so that a retry counts once.
    Entry: meeting.joined, without name or number.

    Raises Refused when the meeting takes no requests, far too many asked, or somebody with this number is there: one
    number is one person at a table.
    """
    row = meetings.lock_only(meeting_id)
    if known := Attendee.objects.filter(pk=key).first():
        if known.meeting_id == row.pk:
            return known
        raise Refused(_("这张表已经用在另一次会上了，请刷新页面再报名。"))
    if not queries.takes_requests(row):
        raise Refused(_("这次会现在不收报名。会是公开的，可以直接来旁听。"))
    if Attendee.objects.filter(meeting=row, asked_at__isnull=False).count() >= ASKED_AT_MOST:
        raise Refused(_("报名的人太多了，不再收。会是公开的，可以直接来旁听。"))
    if phone and reading.has_phone(row, phone):
        raise Refused(_on_the_list(row), "phone")
    one = Attendee(
        id=key,
        tenant_id=row.tenant_id,
        meeting=row,
        seat=seat_key,
        side=side,
        role=_free(row, _("报名"), numbered=True),
        answer=Answer.ASKED,
        asked_at=clock.now(),
        held=held,
    )
    for column, value in _sealed(one, name, phone).items():
        setattr(one, column, value)
    one.save(force_insert=True)
    given = meetings.facts(row) | {"seat": seat_key, "held": held}
    append(actor, "meeting.joined", _subjects(row, [one], told=False), given)
    return one


@transaction.atomic
def withdraw(actor: Actor, attendee: Attendee) -> None:
    """Who asked to come takes it back, by their own link, before seats are given; what was sealed of them goes. Entry:
    attendee.taken_off. Raises Refused once there is a seat or none: then one answers."""
    row = meetings.lock_only(attendee.meeting_id)
    now = Attendee.objects.get(pk=attendee.pk)
    if actor.kind != "link" or now.answer != Answer.ASKED or now.signed_in_at is not None:
        raise Refused(_("座位已经排过了，不用再取消报名。"))
    _delete(now)
    append(actor, "attendee.taken_off", meetings.named(row, queries.topics_of(row)), meetings.facts(row))


@transaction.atomic
def give_seat(actor: Actor, attendee: Attendee, seat_key: str) -> Attendee:
    """Staff give a seat to who asked, or to who listens. Entry: attendee.seated. Raises as `invite_residents`."""
    row, seat = _open_for_seats(actor, attendee.meeting_id, seat_key)
    now = Attendee.objects.get(pk=attendee.pk)
    if now.answer in rules.SEATED:
        raise Refused(_("%(role)s已经有座位了。") % {"role": now.role})
    _seat(row, now, seat_key)
    append(actor, "attendee.seated", _subjects(row, [now]), {"role": now.role, "seat": seat_key}, seat=seat)
    return now


@transaction.atomic
def let_listen(actor: Actor, attendee: Attendee) -> Attendee:
    """旁听: who asked gets no seat, and may come and listen. Entry: attendee.seated, with `seat` empty."""
    row = meetings.lock_only(attendee.meeting_id)
    seat = rules.may_seat(actor, row).grant()
    now = Attendee.objects.get(pk=attendee.pk)
    if now.answer != Answer.ASKED:
        raise Refused(_("%(role)s已经安排过了。") % {"role": now.role})
    _listen(row, now)
    append(actor, "attendee.seated", _subjects(row, [now]), {"role": now.role, "seat": ""}, seat=seat)
    return now


@transaction.atomic
def draw_lots(actor: Actor, meeting_id: UUID) -> tuple[int, int]:
    """抽签: those who asked get the seats left on the side they asked for, by lot; the rest may listen. Those who
    asked as a machine would wait for staff. Entry: attendee.seated, one for all. Gives how many sit, and listen.

    The lot is a keyed hash of each request: nobody can choose it, and drawn again it is the same. Staff draw when they
    like; the worker draws once nobody can ask any more. Raises NotAllowed, or Refused when nobody asked.
    """
    row = meetings.lock_only(meeting_id)
    seat = None if actor.kind == "system" else rules.may_seat(actor, row).grant()
    form = queries.form_of(row)
    table = queries.table_of(row, form)
    asked = sorted((one for one in table.asked if not one.held), key=lambda one: _lot(row, one))
    if not asked:
        raise Refused(_("没有等着安排的报名。"))
    left = {bench.key: bench.free for bench in table.benches}
    seated, listening = [], []
    for one in asked:
        if left.get(one.seat, 0) > 0:
            left[one.seat] -= 1
            _seat(row, one, one.seat)
            seated.append(one)
        else:
            _listen(row, one)
            listening.append(one)
    drawn = {"by_lot": True, "asked": len(asked), "seated": len(seated)}
    append(actor, "attendee.seated", _subjects(row, asked), meetings.facts(row) | drawn, seat=seat)
    return len(seated), len(listening)


def draw_due(tenant: Tenant) -> int:
    """Draw the lots of all meetings for which nobody can ask to come any more. Gives how many. For the worker."""
    due = queries.seats_to_draw(clock.today())
    for row in due:
        draw_lots(Actor("system", tenant.pk), row.pk)
    return len(due)


def walk_in(actor: Actor, row: Meeting, seat_key: str = "", label: str = "") -> Attendee:
    """Somebody who came without being on the list, seated or to listen; part of the act that signs them in. The
    meeting is locked."""
    if seat_key:
        _check_room(row, seat_key, 1)
        return _resident(row, seat_key, label=label)
    one = Attendee(tenant_id=row.tenant_id, meeting=row, role=_free(row, _("旁听"), numbered=True))
    one.answer = Answer.NOT_SEATED
    one.save(force_insert=True)
    return one


def _open_for_seats(actor: Actor, meeting_id: UUID, seat_key: str, count: int = 1) -> tuple[Meeting, Seat | None]:
    """The meeting, locked, where this many more may sit on a side."""
    row = meetings.lock_only(meeting_id)
    seat = rules.may_seat(actor, row).grant()
    _check_room(row, seat_key, count)
    return row, seat


def _check_room(row: Meeting, seat_key: str, count: int) -> None:
    form = queries.form_of(row)
    if seat_key not in form.seats and (seat_key or form.seats):
        raise Refused(_("坐在哪一方？"), "seat")
    table = queries.table_of(row, form)
    bench = next((one for one in table.benches if one.key == seat_key), None)
    free = bench.free if bench else row.seats
    if count > free:
        label = bench.label if bench else ""
        words = _("%(side)s只剩 %(free)s 个座位。要加座位，先改会的安排。")
        raise Refused(words % {"side": label, "free": free}, "seat")


def _invite(actor: Actor, row: Meeting, acts_from: Seat | None, **fields: Any) -> Attendee:
    invited_at = clock.now() if row.status != Status.PLANNED else None
    one = Attendee(tenant_id=row.tenant_id, meeting=row, invited_at=invited_at, **fields)
    if one.person_id in queries.recused_people(row):
        one.recused_at = clock.now()
    one.save(force_insert=True)
    _tell(actor, row, [one], acts_from)
    return one


def _tell(actor: Actor, row: Meeting, people: Sequence[Attendee], seat: Seat | None) -> None:
    given = meetings.facts(row) | {"roles": [one.role for one in people], "called": row.status != Status.PLANNED}
    voices = [("voice", one.voice_id) for one in people if one.voice_id]
    append(actor, "attendee.invited", [*_subjects(row, people), *voices], given, seat=seat)


def _subjects(row: Meeting, people: Sequence[Attendee], *, told: bool = True) -> list[tuple[str, UUID]]:
    """What an entry about somebody at the table names: the meeting and its topics, them, and the person who is to
    hear, once the meeting was called."""
    hears = told and row.status != Status.PLANNED
    subjects = meetings.named(row, list(Topic.objects.filter(on_tables__meeting=row)))
    subjects += [("attendee", one.pk) for one in people]
    return subjects + [("person", one.person_id) for one in people if hears and one.person_id]


def _resident(
    row: Meeting, seat_key: str, *, side: Side | None = None, label: str = "", voice: Voice | None = None
) -> Attendee:
    words = label.strip() or (side.label if side else "") or reading.resident_label(queries.form_of(row), seat_key)
    one = Attendee(
        tenant_id=row.tenant_id,
        meeting=row,
        seat=seat_key,
        side=side,
        role=_free(row, words, numbered=True),
        voice=voice,
        invited_at=clock.now() if row.status != Status.PLANNED else None,
    )
    one.save(force_insert=True)
    return one


def _seat(row: Meeting, one: Attendee, seat_key: str) -> None:
    label = one.side.label if one.side else reading.resident_label(queries.form_of(row), seat_key)
    one.seat, one.answer, one.held = seat_key, Answer.INVITED, False
    one.role = _free(row, label, numbered=True)
    one.invited_at = clock.now()
    one.save(update_fields=["seat", "answer", "held", "role", "invited_at"])


def _listen(row: Meeting, one: Attendee) -> None:
    one.answer, one.role = Answer.NOT_SEATED, _free(row, _("旁听"), numbered=True)
    one.save(update_fields=["answer", "role"])


def _delete(one: Attendee) -> None:
    OutsideQuestion.objects.filter(attendee=one).update(attendee=None)  # what they asked beforehand may be read out
    one.delete()


def _on_the_list(row: Meeting) -> str:
    """What is said to a second request with a number: never whose page it is, nor where."""
    words = _("这个手机号已经在名单上了。用报名时的那台手机再打开这里，就回到自己那一页。")
    return words + (_("找不到了，打 %(phone)s 问。") % {"phone": row.body.phone} if row.body.phone else "")


def _free(row: Meeting, words: str, *, numbered: bool = False) -> str:
    """A role nobody has at this table yet: 居民代表 3; 区房管局, or 区房管局 2 when one is there."""
    taken = set(Attendee.objects.filter(meeting=row).values_list("role", flat=True))
    if not numbered and words[:ROLE_LENGTH] not in taken:
        return words[:ROLE_LENGTH]
    words = words[: ROLE_LENGTH - 4].strip()
    number = 1 if numbered else 2
    while f"{words} {number}" in taken:
        number += 1
    return f"{words} {number}"


def _lot(row: Meeting, one: Attendee) -> bytes:
    return keyed_hash(str(one.pk), f"meeting-lot:{row.tenant_id}:{row.pk}")


def _sealed(one: Attendee, name: str, phone: str) -> dict[str, bytes | None]:
    context = f"{one.tenant_id}:{one.pk}"
    return {
        "name": seal(name.encode(), f"attendee-name:{context}") if name else None,
        "phone": seal(phone.encode(), f"attendee-phone:{context}") if phone else None,
    }
