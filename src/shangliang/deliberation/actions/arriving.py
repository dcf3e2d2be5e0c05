"""签到和回避: who is there, and who must stay out."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.seal import seal
from shangliang.deliberation import rules
from shangliang.deliberation.actions import meetings
from shangliang.deliberation.actions.invitations import walk_in
from shangliang.deliberation.models import Attendee, Meeting
from shangliang.deliberation.queries import invitations as reading
from shangliang.deliberation.queries import meetings as queries
from shangliang.ledger.actions import append

Status, Answer, How = Meeting.Status, Attendee.Answer, Attendee.SignedIn
LAST_DIGITS = 4  # of one's own telephone number, instead of the code at the door


@transaction.atomic
def sign_in(actor: Actor, attendee: Attendee, how: str, *, online: bool = False) -> Attendee:
    """Somebody is there: by their own link or QR code, by the code at the door, or ticked by the clerk. Signing in
    twice is the same as once. Entry: attendee.signed_in.

    Who had said they cannot come, comes. Raises NotAllowed, or Refused when it is too early or over.
    """
    row = meetings.lock_only(attendee.meeting_id)
    now = _again(attendee, row)
    seat = None
    if how == How.HAND:
        seat = rules.may_sign_in_others(actor, row).grant()
    else:
        _own(row)
    if now.signed_in_at is not None:
        return now
    _sign(actor, row, now, how, seat, online=online)
    return now


def sign_in_present(actor: Actor, row: Meeting, people: Collection[UUID | None], seat: Seat | None) -> None:
    """Those of `people` who are on the list are there: they open the meeting, chair it or write it down. Part of the
    act that shows it; the meeting is locked. Entry: attendee.signed_in, for each who had not."""
    present = [one for one in people if one]
    for one in Attendee.objects.filter(meeting=row, person__in=present, signed_in_at=None).order_by("pk"):
        _sign(actor, row, _again(one, row), How.HAND, seat)


@transaction.atomic
def sign_in_walk_in(actor: Actor, meeting_id: UUID, *, seat_key: str = "", label: str = "") -> Attendee:
    """The clerk adds somebody who came without being on the list: to a free seat of a side, or to listen.
    Entry: attendee.signed_in. Raises NotAllowed, or Refused when the side has no seat left."""
    row = meetings.lock_only(meeting_id)
    seat = rules.may_sign_in_others(actor, row).grant()
    now = walk_in(actor, row, seat_key, label)
    _sign(actor, row, now, How.HAND, seat)
    return now


@transaction.atomic
def sign_in_at_door(actor: Actor, attendee: Attendee, code: str) -> Attendee:
    """By the code shown in the room, or the last digits of one's own number. Entry: attendee.signed_in.

    Raises Refused for a wrong code, or when that seat was signed in already.
    """
    row = meetings.lock_only(attendee.meeting_id)
    now = _again(attendee, row)
    _own(row)
    phone = reading.phone_of(now)[-LAST_DIGITS:]
    right = (row.door_code, *([phone] if len(phone) == LAST_DIGITS else []))
    if not any(hmac.compare_digest(code.encode(), one.encode()) for one in right):
        raise Refused(_("数字不对。看一眼屏幕上的四位数字，或者用您手机号的后四位。"), "code")
    if now.signed_in_at is not None:
        raise Refused(_("%(role)s已经签到了。如果不是您签的，请告诉工作人员。") % {"role": now.role}, "role")
    _sign(actor, row, now, How.CODE, None)
    return now


@transaction.atomic
def undo_sign_in(actor: Actor, attendee: Attendee) -> Attendee:
    """The clerk ticked the wrong one, or somebody took another's place. Entry: attendee.sign_in_undone.

    Raises NotAllowed, or Refused for who has not signed in.
    """
    row = meetings.lock_only(attendee.meeting_id)
    now = _again(attendee, row)
    seat = rules.may_sign_in_others(actor, row).grant()
    if now.signed_in_at is None:
        raise Refused(_("%(role)s还没有签到。") % {"role": now.role})
    if queries.is_counting(row.pk):
        raise Refused(_("正在表决，数完再改。"))
    now.signed_in_at, now.signed_in_how, now.is_online = None, "", False
    now.save(update_fields=["signed_in_at", "signed_in_how", "is_online"])
    append(actor, "attendee.sign_in_undone", _subjects(row, now), {"role": now.role}, seat=seat)
    return now


@transaction.atomic
def recuse(actor: Actor, attendee: Attendee, why: str) -> Attendee:
    """回避: somebody stays out of the decision, and may speak. By themselves, or by who runs the meeting; the reason
    is sealed, for those who run it. Entry: attendee.recused, with the role alone.

    Raises NotAllowed, and Refused without a reason, while votes are being cast, or when it was said before.
    """
    row = meetings.lock_only(attendee.meeting_id)
    now = _again(attendee, row)
    seat = rules.may_recuse(actor, now).grant()
    if now.recused_at is not None:
        raise Refused(_("已经记过要回避。"))
    if not why.strip():
        raise Refused(_("写一句为什么要回避。只有主持会的人看得到。"), "why")
    if queries.is_counting(row.pk):
        raise Refused(_("正在表决。数完这一次，再说要回避。"))
    now.recused_at = clock.now()
    now.recused_why = seal(why.strip().encode(), f"attendee-recused_why:{now.tenant_id}:{now.pk}")
    now.save(update_fields=["recused_at", "recused_why"])
    append(actor, "attendee.recused", _subjects(row, now), {"role": now.role, "by_staff": seat is not None}, seat=seat)
    return now


@transaction.atomic
def take_back_recusal(actor: Actor, attendee: Attendee) -> Attendee:
    """It was noted by mistake: they take part after all, and the reason goes. Only before the meeting opens, and by
    who runs it. Entry: attendee.recusal_taken_back.

    Raises NotAllowed, or Refused for who does not stay out, or stays out of a matter on the table itself.
    """
    row = meetings.lock_only(attendee.meeting_id)
    now = _again(attendee, row)
    seat = rules.may_prepare(actor, row).grant()
    if now.person_id in queries.recused_people(row):
        raise Refused(_("在这件事上就记了要回避，这里去不掉。"))
    if now.recused_at is None:
        raise Refused(_("没有记过要回避。"))
    now.recused_at, now.recused_why = None, None
    now.save(update_fields=["recused_at", "recused_why"])
    append(actor, "attendee.recusal_taken_back", _subjects(row, now), {"role": now.role}, seat=seat)
    return now


def _own(row: Meeting) -> None:
    """Signing in by oneself: from two hours before the meeting until its minutes were read."""
    if row.status not in (Status.CALLED, Status.OPEN):
        raise Refused(_("这次会%(now)s，现在不签到。") % {"now": row.get_status_display()})
    if row.status == Status.CALLED and clock.now() < row.starts_at - rules.EARLY:
        raise Refused(_("还早。开会前两个小时起可以签到。"))


def _sign(actor: Actor, row: Meeting, now: Attendee, how: str, seat: Seat | None, *, online: bool = False) -> None:
    now.signed_in_at, now.signed_in_how, now.is_online = clock.now(), how, online
    if now.answer in (Answer.INVITED, Answer.NOT_COMING):
        now.answer = Answer.COMING
    elif now.answer == Answer.ASKED:
        now.answer = Answer.NOT_SEATED
    if now.person_id in queries.recused_people(row) and now.recused_at is None:
        now.recused_at = clock.now()
    now.save(update_fields=["signed_in_at", "signed_in_how", "is_online", "answer", "recused_at"])
    given = {"role": now.role, "how": str(how), "online": online}
    append(actor, "attendee.signed_in", _subjects(row, now), given, seat=seat)


def _again(attendee: Attendee, row: Meeting) -> Attendee:
    """Somebody as they are now, with the locked meeting."""
    now = Attendee.objects.select_related("person", "side").get(pk=attendee.pk, meeting=row)
    now.meeting = row
    return now


def _subjects(row: Meeting, one: Attendee) -> list[tuple[str, UUID]]:
    return [*meetings.named(row, queries.topics_of(row)), ("attendee", one.pk)]
