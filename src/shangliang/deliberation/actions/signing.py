"""签字: attendee by attendee on the screen, or on the printed sheet; and who does not sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.core.seal import seal
from shangliang.deliberation import rules
from shangliang.deliberation.actions.meetings import facts, lock_only, named, put
from shangliang.deliberation.models import Attendee, Meeting, Signature
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.queries.meetings import attendee as attendee_of
from shangliang.deliberation.queries.meetings import topics_of
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.ledger.actions import append

How = Signature.How


@transaction.atomic
def sign(actor: Actor, meeting_id: UUID, attendee_id: UUID, *, drawing: bytes = b"", typed_name: str = "") -> Signature:
    """Sign on the screen: with what was drawn (`drawing.drawn`), or with the name typed by staff who has one.

    `actor` is whoever runs the meeting, or the holder of the attendee's own link. Raises NotAllowed, or Refused for
    whoever does not take part (recused, not signed in), has signed already, or typed another name. Entry:
    signature.given.
    """
    meeting, seat = _collecting(actor, meeting_id)
    attendee = _signing(meeting, attendee_id)
    if not drawing:
        # Who is known by role alone has no name to be typed against: they draw, or sign the sheet.
        own = attendee.person.name if attendee.person else ""
        if not own or typed_name.strip() != own:
            raise Refused(_("名字和签到的不一样。不方便在屏幕上签，就打印出来签。"), "typed_name")
    row = _write(meeting, attendee, How.SCREEN, drawing=drawing)
    put(meeting)
    _append(actor, "signature.given", meeting, [attendee], {"how": How.SCREEN, "drawn": bool(drawing)}, seat)
    return row


@transaction.atomic
def sign_on_paper(
    actor: Actor, meeting_id: UUID, *, attendees: Sequence[UUID], sheet: Attachment | None = None
) -> list[Signature]:
    """Enter who signed the printed sheet, with its scan or photo (on disk already: `files.actions.store_document`).

    Raises NotAllowed, or Refused without anybody ticked, without a sheet, and as `sign` does. Entry: signature.given.
    """
    meeting, seat = _collecting(actor, meeting_id)
    if not attendees:
        raise Refused(_("勾一下谁在纸上签了。"), "attendees")
    if sheet is None:
        raise Refused(_("传一张签字页的照片或扫描件。"), "sheet")
    people = [_signing(meeting, one) for one in attendees]
    keep([sheet])
    rows = [_write(meeting, one, How.PAPER, sheet=sheet) for one in people]
    put(meeting)
    _append(actor, "signature.given", meeting, people, {"how": How.PAPER}, seat)
    return rows


@transaction.atomic
def decline(actor: Actor, meeting_id: UUID, attendee_id: UUID, *, why: str) -> Signature:
    """不签，因为…: somebody at the table does not sign. They may still do so until the signing is over.

    Raises NotAllowed, or Refused as `sign` does. Entry: signature.declined.
    """
    meeting, seat = _collecting(actor, meeting_id)
    attendee = _signing(meeting, attendee_id)
    row = _write(meeting, attendee, How.NOT, why_not=why)
    put(meeting)
    _append(actor, "signature.declined", meeting, [attendee], {}, seat, why)
    return row


def _collecting(actor: Actor, meeting_id: UUID) -> tuple[Meeting, Seat | None]:
    meeting = lock_only(meeting_id)
    return meeting, rules.may_take_signature(actor, meeting).grant()


def _signing(meeting: Meeting, attendee_id: UUID) -> Attendee:
    """Somebody who may sign now. Raises Refused for all others."""
    attendee = attendee_of(attendee_id)
    if attendee is None or attendee.meeting_id != meeting.pk:
        raise Refused(_("这次会没有这个人。"))
    if not (verdict := rules.takes_part(attendee)):
        raise Refused(verdict.why_not)
    signed = Signature.objects.filter(meeting=meeting, attendee=attendee).exclude(how=How.NOT)
    if signed.exists():
        raise Refused(_("%(who)s已经签过了。") % {"who": attendee.role})
    return attendee


def _write(
    meeting: Meeting,
    attendee: Attendee,
    how: str,
    *,
    drawing: bytes = b"",
    why_not: str = "",
    sheet: Attachment | None = None,
) -> Signature:
    # Who said they would not, and then does: the entry of their no stays.
    Signature.objects.filter(meeting=meeting, attendee=attendee, how=How.NOT).delete()
    row_id, tenant = uuid7(), meeting.tenant_id
    return Signature.objects.create(
        pk=row_id,
        tenant_id=tenant,
        meeting=meeting,
        attendee=attendee,
        how=how,
        drawing=seal(drawing, f"signature:{tenant}:{row_id}") if drawing else None,
        why_not=seal(why_not.encode(), f"unsigned:{tenant}:{row_id}") if why_not else None,
        sheet=sheet,
        digest=queries.digest(meeting, queries.kept(meeting)),
        signed_at=clock.now(),
    )


def _append(
    actor: Actor,
    kind: str,
    meeting: Meeting,
    people: list[Attendee],
    more: dict[str, Any],
    seat: Seat | None,
    why: str = "",
) -> None:
    subjects = named(meeting, topics_of(meeting))
    about = {"attendees": [str(one.pk) for one in people], "roles": [one.role for one in people]}
    append(actor, kind, subjects, facts(meeting) | about | more, {"why": why}, seat=seat)
