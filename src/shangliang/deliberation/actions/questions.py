"""Questions from outside the room: sent in while a meeting is announced or on, read out or left out by the clerk."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import rules
from shangliang.deliberation.actions.lines import LONGEST
from shangliang.deliberation.actions.meetings import lock_only
from shangliang.deliberation.actions.sitting import touch
from shangliang.deliberation.models import Attendee, Line, Meeting, OutsideQuestion
from shangliang.ledger.actions import append
from shangliang.ledger.queries import read
from shangliang.voices.screening import findings

WORDS = 200  # characters of a question
WAITING = 200  # questions that may wait at once: nobody reads more
ASKABLE = (Meeting.Status.CALLED, Meeting.Status.OPEN)


@transaction.atomic
def ask(actor: Actor, meeting_id: UUID, words: str, *, key: UUID, attendee: Attendee | None = None) -> None:
    """Send a question in: of a resident who only reads along, or of somebody at the table who is not in the room.

    Nothing of who asked is kept; an attendee's role is, for the clerk to call on them. `key` is the form's own, so
    that a retry counts once. Entry: question.asked. Raises Refused: when it is too late, for personal data in it.
    """
    meeting = lock_only(meeting_id)
    if meeting.status not in ASKABLE or not (meeting.is_public or attendee):
        raise Refused(_("这次会现在不收问题。"))
    text = words.strip()
    if not text:
        raise Refused(_("写一句您想问什么。"), "words")
    if len(text) > WORDS:
        raise Refused(_("最多 %(words)s 字，删短一点再提交。") % {"words": WORDS}, "words")
    if found := findings(text):
        raise Refused(_("里面像是有%(what)s。会上要念出来，请删掉再提交。") % {"what": found[0].label}, "words")
    if OutsideQuestion.objects.filter(pk=key).exists():
        return
    if OutsideQuestion.objects.filter(meeting=meeting, taken_at=None, left_out_at=None).count() >= WAITING:
        raise Refused(_("等着念的问题太多了，先听一会儿再问。"))
    words_id = uuid7()
    OutsideQuestion.objects.create(
        id=key,
        tenant_id=meeting.tenant_id,
        meeting=meeting,
        words_id=words_id,
        attendee=attendee,
        asked_at=clock.now(),
    )
    touch(meeting)
    append(
        actor,
        "question.asked",
        [("meeting", meeting.pk)],
        {"from_table": attendee is not None},
        {"words": text},
        words_ids={"words": words_id},
    )


@transaction.atomic
def take(actor: Actor, question: OutsideQuestion) -> Line:
    """念出来: it becomes a line of the minutes, and waits for its answer. Entry: question.taken."""
    meeting = lock_only(question.meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    _must_wait(question)
    OutsideQuestion.objects.filter(pk=question.pk).update(taken_at=clock.now())
    words_id, serial = uuid7(), touch(meeting)
    said = read(question.words)
    text = said if question.attendee_id else _("场外提问：%(words)s") % {"words": said}
    line = Line.objects.create(
        tenant_id=meeting.tenant_id,
        meeting=meeting,
        attendee_id=question.attendee_id,
        kind=Line.Kind.ASKED,
        words_id=words_id,
        part=meeting.part,
        said_at=clock.now(),
        clerk_id=actor.person_id,
        serial=serial,
    )
    append(
        actor,
        "question.taken",
        [("meeting", meeting.pk)],
        {"lines": [str(line.pk)]},
        {"line-1": text[:LONGEST]},
        seat=seat,
        words_ids={"line-1": words_id},
    )
    return line


@transaction.atomic
def leave_out(actor: Actor, question: OutsideQuestion) -> None:
    """不念: with no trace of who asked, and nothing shown of it. Entry: question.left_out."""
    meeting = lock_only(question.meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    _must_wait(question)
    OutsideQuestion.objects.filter(pk=question.pk).update(left_out_at=clock.now(), attendee=None)
    touch(meeting)
    append(actor, "question.left_out", [("meeting", meeting.pk)], {}, seat=seat)


def _must_wait(question: OutsideQuestion) -> None:
    if not OutsideQuestion.objects.filter(pk=question.pk, taken_at=None, left_out_at=None).exists():
        raise Refused(_("这个问题已经处理过了。"))
