"""Writing down what is said. Lines are only ever added: two clerks write at once, and a device that was offline
sends what it kept; nothing of either is lost, and nothing counts twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import rules
from shangliang.deliberation.actions.arriving import sign_in, sign_in_present
from shangliang.deliberation.actions.meetings import lock_only
from shangliang.deliberation.actions.sitting import touch
from shangliang.deliberation.models import Attendee, Line, Meeting, OutsideQuestion
from shangliang.ledger.actions import append

LONGEST = 500  # characters of a line
AT_MOST = 100  # lines in one request; a device sends as many requests as it needs
TURN_AT_MOST = 4 * 3600  # seconds somebody can have spoken


@dataclass(frozen=True, slots=True)
class Written:
    """A line as a device wrote it, under an id of its own."""

    id: UUID
    text: str
    kind: str = Line.Kind.SAID
    attendee: UUID | None = None
    said_at: dt.datetime | None = None  # by the clock of the device; None for now
    part: int | None = None  # of the agenda; None for the one that is on
    seconds: int = 0
    corrects: UUID | None = None
    answers: UUID | None = None  # a question from outside
    sign_in: bool = False  # who spoke was not signed in, and the clerk said they are there


@transaction.atomic
def write_lines(
    actor: Actor, meeting_id: UUID, written: Sequence[Written], struck: Collection[UUID] = ()
) -> dict[UUID, str]:
    """Take in what a device wrote, and strike lines of its clerk's own. Entry: minutes.written, if anything is new.

    Each line for itself: gives by id why one was not taken in, empty when it was, now or earlier. A correction is a
    line of its own; two of the same line are both kept. Raises NotAllowed when the meeting does not sit, or the actor
    does not run it; then the device keeps everything.
    """
    meeting = lock_only(meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    if actor.person_id is None:
        raise NotAllowed(_("要知道是谁记的。"))
    wanted = {one.id: one for one in written[:AT_MOST]}
    if wanted:
        sign_in_present(actor, meeting, {actor.person_id}, seat)
    told, fresh = _sorted_out(meeting, wanted)
    gone = _strikable(meeting, actor.person_id, struck, told)
    if not fresh and not gone:
        return told
    arrived = {one.attendee for one in fresh if one.sign_in and one.attendee}
    for attendee in Attendee.objects.filter(pk__in=arrived, signed_in_at=None).order_by("pk"):
        sign_in(actor, attendee, Attendee.SignedIn.HAND)
    serial = touch(meeting, table=any(one.answers for one in fresh))
    rows = _add(meeting, actor.person_id, fresh, serial)
    Line.objects.filter(meeting=meeting, pk__in=gone).update(struck_at=clock.now(), serial=serial)
    slots = {f"line-{number}": row.words_id for number, row in enumerate(rows, 1)}
    # Only the meeting is named: a matter's own timeline tells that minutes were signed, not every line of them.
    append(
        actor,
        "minutes.written",
        [("meeting", meeting.pk)],
        {"lines": [str(row.pk) for row in rows], "struck": [str(one) for one in gone]},
        dict(zip(slots, (one.text.strip() for one in fresh), strict=True)),
        seat=seat,
        words_ids=slots,
    )
    return told


def _sorted_out(meeting: Meeting, wanted: dict[UUID, Written]) -> tuple[dict[UUID, str], list[Written]]:
    """What is said of each line, and those that are to be written, in the order they were said."""
    linked = [one.corrects for one in wanted.values() if one.corrects]
    known = dict(Line.objects.filter(pk__in=[*wanted, *linked]).values_list("pk", "meeting"))
    here = {one.pk: one for one in Attendee.objects.filter(meeting=meeting)}
    questions = set(OutsideQuestion.objects.filter(meeting=meeting, line=None).values_list("pk", flat=True))
    told: dict[UUID, str] = {}
    for key, one in wanted.items():
        told[key] = ""
        if key in known:
            told[key] = "" if known[key] == meeting.pk else _("这个编号别的会用过了，重新写一遍。")
        elif not one.text.strip():
            told[key] = _("这一行没有字。")
        elif (over := len(one.text.strip()) - LONGEST) > 0:
            told[key] = _("一行最多 %(longest)s 字，多了 %(over)s 字，分成几行写。") % {
                "longest": LONGEST,
                "over": over,
            }
        elif one.attendee is not None and one.attendee not in here:
            told[key] = _("说话的人不在这次会上。")
        elif one.attendee is not None and not one.sign_in and here[one.attendee].signed_in_at is None:
            told[key] = _("%(role)s还没签到。先签到，再记。") % {"role": here[one.attendee].role}
        elif one.kind not in Line.Kind.values:
            told[key] = _("没有这样的记法。")
        elif one.corrects and one.corrects not in wanted and known.get(one.corrects) != meeting.pk:
            told[key] = _("要改的那一行不在这次会上。")
        elif one.answers and one.answers not in questions:
            told[key] = _("这个场外的问题已经答过了。")
    fresh = [one for key, one in wanted.items() if not told[key] and key not in known]
    # What corrects a line that was itself refused stands by itself.
    there = {one.id for one in fresh} | {key for key, place in known.items() if place == meeting.pk}
    fresh = [one if one.corrects in there - {one.id} else replace(one, corrects=None) for one in fresh]
    return told, sorted(fresh, key=lambda one: (one.said_at or clock.now(), one.id))


def _strikable(meeting: Meeting, clerk: UUID, struck: Collection[UUID], told: dict[UUID, str]) -> list[UUID]:
    rows = dict(Line.objects.filter(meeting=meeting, pk__in=list(struck)).values_list("pk", "clerk"))
    gone = dict(
        Line.objects.filter(meeting=meeting, pk__in=list(struck), struck_at__isnull=False).values_list("pk", "clerk")
    )
    for key in struck:
        told[key] = "" if rows.get(key) == clerk else _("只能划掉自己记的；别人记的，写一行更正。")
    return [key for key in struck if not told[key] and key not in gone]


def _add(meeting: Meeting, clerk: UUID, fresh: list[Written], serial: int) -> list[Line]:
    now, taken = clock.now(), {one.id for one in fresh}
    rows = [
        Line(
            id=one.id,
            tenant_id=meeting.tenant_id,
            meeting=meeting,
            attendee_id=one.attendee,
            kind=one.kind,
            words_id=uuid7(),
            part=meeting.part if one.part is None else one.part,
            # The clock of a device may be wrong: nothing was said before the meeting or after now.
            said_at=max(meeting.opened_at or now, min(one.said_at or now, now)),
            seconds=max(0, min(one.seconds, TURN_AT_MOST)),
            clerk_id=clerk,
            corrects_id=one.corrects,
            serial=serial,
        )
        for one in fresh
    ]
    # A line may correct one of the same batch: that one first.
    rows.sort(key=lambda row: row.corrects_id in taken)
    try:
        with transaction.atomic():
            Line.objects.bulk_create(rows)
    except IntegrityError as error:
        raise Refused(_("有一行的编号用过了，重新写一遍。")) from error
    for one in fresh:
        if one.answers:
            OutsideQuestion.objects.filter(pk=one.answers).update(line=one.id)
    order = {one.id: place for place, one in enumerate(fresh)}
    return sorted(rows, key=lambda row: order[row.pk])
