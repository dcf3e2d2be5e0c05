"""纪要: reading the minutes aloud, ending the signing, and putting right what was signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.states import move
from shangliang.deliberation import gates, rules
from shangliang.deliberation.actions.meetings import facts, lock, lock_only, named, put
from shangliang.deliberation.minutes_text import compose
from shangliang.deliberation.models import Amendment, Item, Meeting, Signature, Topic
from shangliang.deliberation.queries import minutes as queries
from shangliang.deliberation.queries.meetings import is_counting, topics_of
from shangliang.deliberation.queries.topics import has_open_meeting
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters

Status = Meeting.Status


@transaction.atomic
def close(actor: Actor, meeting_id: UUID, seen: int | None) -> Meeting:
    """宣读纪要: the chair has read the minutes aloud; from now on their text stands, and people sign.

    `seen` is the meeting's version. Raises NotAllowed; Changed when somebody wrote or counted since; Refused while
    votes are being cast, or when something is missing before the step in which people agree. Entry: meeting.closed.
    """
    meeting = lock_only(meeting_id, seen)
    seat = rules.may_close(actor, meeting).grant()
    if is_counting(meeting.pk):
        raise Refused(_("还有一条正在表决，先数完。"))
    topics = topics_of(meeting)
    for topic in topics:
        gates.require(topic, "agree", meeting.form)
    meeting.closed_at = clock.now()
    read = compose(queries.told(meeting))
    move(meeting, Status.READ, closed_at=meeting.closed_at, version=meeting.version + 1)
    append(
        actor,
        queries.CLOSED,
        named(meeting, topics),
        facts(meeting) | queries.as_facts(read),
        queries.as_words(read),
        seat=seat,
    )
    return meeting


@transaction.atomic
def open_again(actor: Actor, meeting_id: UUID, seen: int | None, *, why: str) -> Meeting:
    """接着开: back into the meeting, because something in the minutes is not as it was said.

    Raises NotAllowed, or Refused once somebody has signed: from then on there are only amendments. Entry:
    meeting.opened_again.
    """
    meeting = lock_only(meeting_id, seen)
    seat = rules.may_open_again(actor, meeting).grant()
    if queries.is_signed_by_anyone(meeting):
        raise Refused(_("已经有人签了字，不能再改。签完以后可以写更正。"))
    # Who would not sign, perhaps for the very words that are now mended, is asked anew; the entry of their no stays.
    Signature.objects.filter(meeting=meeting).delete()
    move(meeting, Status.OPEN, closed_at=None, version=meeting.version + 1)
    append(
        actor,
        "meeting.opened_again",
        named(meeting, topics_of(meeting)),
        facts(meeting),
        {"why": why},
        seat=seat,
    )
    return meeting


@transaction.atomic
def finish(actor: Actor, meeting_id: UUID, seen: int | None) -> Meeting:
    """签完了: everybody at the table has signed or said why not; what was agreed goes on.

    What the playbook gives to be done becomes points of the topic's matter; a topic whose meetings are all over, with
    something agreed, is agreed. Raises NotAllowed, or Refused naming who has not signed. Entry: minutes.signed.
    """
    meeting, topics = lock(meeting_id, seen)
    seat = rules.may_finish(actor, meeting).grant()
    signers = queries.signers(meeting)
    if not signers:
        raise Refused(_("没有人签到，也就没有人签字，这份纪要签不了。"))
    if missing := [one.attendee.role for one in signers if not one.is_done]:
        raise Refused(_("还没签的：%(who)s。请他们签，或者记下为什么不签。") % {"who": "、".join(missing)})
    for topic in topics:
        gates.require(topic, "agree", meeting.form)
    move(meeting, Status.SIGNED, signed_at=clock.now(), version=meeting.version + 1)
    passed = queries.passed_items(meeting)
    numbers = _become_points(passed, topics)
    for topic in topics:
        if topic.status == Topic.Status.CHOSEN and queries.agreed_before(topic) and not has_open_meeting(topic):
            move(topic, Topic.Status.AGREED, ended_at=clock.now())
        matters.change(topic.matter)
    signed = sum(one.has_signed for one in signers)
    append(
        actor,
        "minutes.signed",
        named(meeting, topics),
        matters.facts(topics[0].matter)
        | facts(meeting)
        | {
            "signed": signed,
            "not_signed": len(signers) - signed,
            "items": [_item_facts(one, numbers) for one in passed],
            "agreed": [str(topic.pk) for topic in topics if topic.status == Topic.Status.AGREED],
        },
        {f"item-{one.number}": one.text for one in passed},
        seat=seat,
    )
    return meeting


@transaction.atomic
def amend(actor: Actor, meeting_id: UUID, *, was: str = "", text: str, why: str) -> Amendment:
    """更正: what was signed stays as it is; what it ought to say stands beside it, numbered and dated.

    Raises NotAllowed, or Refused when `was` is not in the minutes. Entry: minutes.amended.
    """
    meeting = lock_only(meeting_id)
    seat = rules.may_amend(actor, meeting).grant()
    if was and was not in queries.kept(meeting).text():
        raise Refused(_("纪要里没有这句话，从原文里照抄一句。"), "was")
    row = Amendment.objects.create(
        tenant_id=meeting.tenant_id,
        meeting=meeting,
        number=len(queries.amendments(meeting)) + 1,
        was=was,
        text=text,
        why=why,
        by_id=actor.person_id,
        at=clock.now(),
    )
    put(meeting)
    append(
        actor,
        "minutes.amended",
        named(meeting, topics_of(meeting)),
        facts(meeting) | {"amendment": row.number},
        {"was": was, "text": text, "why": why},
        seat=seat,
    )
    return row


def _become_points(passed: list[Item], topics: list[Topic]) -> dict[UUID, int]:
    """The numbers of the points that the tasks among `passed` became, by item."""
    outcomes = queries.outcomes_of(topics)
    numbers: dict[UUID, int] = {}
    for topic in topics:
        own = [one for one in passed if one.topic_id == topic.pk]
        tasks = [one for one in own if one.outcome in outcomes and outcomes[one.outcome].to == "task"]
        points = matters.add_points(topic.matter, [one.text for one in tasks]) if tasks else []
        for item, point in zip(tasks, points, strict=True):
            Item.objects.filter(pk=item.pk).update(point=point, version=item.version + 1)
            numbers[item.pk] = point.number
    return numbers


def _item_facts(item: Item, numbers: dict[UUID, int]) -> dict[str, Any]:
    return {
        "item": str(item.pk),
        "number": item.number,
        "topic": str(item.topic_id),
        "outcome": item.outcome,
        "owner": str(item.owner_id) if item.owner_id else None,
        "due": item.due.isoformat() if item.due else None,
        "point": numbers.get(item.pk),
    }
