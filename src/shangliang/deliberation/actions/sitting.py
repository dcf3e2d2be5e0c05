"""The meeting while it sits: opening it, its agenda, and the items put to the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.core.ids import uuid7
from shangliang.core.states import move
from shangliang.deliberation import gates, rules
from shangliang.deliberation.actions.arriving import sign_in_present
from shangliang.deliberation.actions.meetings import facts, lock_only, named, put
from shangliang.deliberation.models import AgendaPart, Attendee, Item, Meeting, Reservation
from shangliang.deliberation.queries import voting
from shangliang.deliberation.queries.meetings import at_table, form_of, topics_of
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.actions import append
from shangliang.people.models import Body
from shangliang.people.queries import open_body_named
from shangliang.playbooks.deliberation_rules import Outcome

Status = Item.Status


@dataclass(frozen=True, slots=True)
class Wording:
    """What is put to the table. `owner` is the name of a body, or whoever is none here (业委会)."""

    text: str
    outcome: str
    owner: str = ""
    due: dt.date | None = None


def touch(meeting: Meeting, *, table: bool = True, **fields: Any) -> int:
    """Count one more thing written down in a locked meeting, `table` unless it was only lines; its new version."""
    if table:
        fields["table_version"] = meeting.version + 1
    put(meeting, **fields)
    return meeting.version


# --- opening, and the agenda ---------------------------------------------------------------------------


@transaction.atomic
def open_meeting(actor: Actor, meeting_id: UUID) -> Meeting:
    """开会: from now on lines are written down; who opens it and its chair are there. Entry: meeting.opened.

    Raises NotAllowed before its day, and Refused for one that is to be announced and was not, or naming what is missing
    before the topics may be deliberated.
    """
    meeting = lock_only(meeting_id)
    seat = rules.may_open(actor, meeting).grant()
    topics = topics_of(meeting)
    notice = form_of(meeting, topics[0]).notice
    if meeting.status == Meeting.Status.PLANNED and notice:
        raise Refused(_("还没发通知，不能开。这种会要提前 %(n)s 个工作日通知。") % {"n": notice})
    for topic in topics:
        gates.require(topic, "meet", meeting.form)
    now = clock.now()
    first = AgendaPart.objects.filter(meeting=meeting).order_by("position").first()
    if first:
        AgendaPart.objects.filter(pk=first.pk).update(begun_at=now)
    touch(meeting)
    move(
        meeting,
        Meeting.Status.OPEN,
        opened_at=now,
        part=first.position if first else 0,
        recorder_id=meeting.recorder_id or actor.person_id,
    )
    sign_in_present(actor, meeting, {actor.person_id, meeting.chair_id}, seat)
    here = len(at_table(meeting))
    append(actor, "meeting.opened", named(meeting, topics), facts(meeting) | {"present": here}, seat=seat)
    return meeting


@transaction.atomic
def begin_part(actor: Actor, meeting_id: UUID, position: int) -> None:
    """Go on to a part of the agenda. Entry: minutes.written. Raises NotAllowed, or Refused for a part there is not."""
    meeting = lock_only(meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    part = AgendaPart.objects.filter(meeting=meeting, position=position).first()
    if part is None:
        raise Refused(_("议程里没有这一步。"))
    if part.begun_at is None:
        AgendaPart.objects.filter(pk=part.pk).update(begun_at=clock.now())
    touch(meeting, part=position)
    append(actor, "minutes.written", [("meeting", meeting.pk)], {"part": position, "label": part.label}, seat=seat)


# --- items ---------------------------------------------------------------------------------------------


@transaction.atomic
def put_item(
    actor: Actor,
    meeting_id: UUID,
    wording: Wording,
    *,
    item_id: UUID | None = None,
    topic_id: UUID | None = None,
    continues: UUID | None = None,
) -> Item:
    """Put something to the table. Entry: item.put.

    `item_id` is made on the device, so that an item sent twice stands once; `continues` is what an earlier round
    left. Raises NotAllowed, or Refused for what is missing.
    """
    meeting = lock_only(meeting_id)
    seat = rules.may_record(actor, meeting).grant()
    known = Item.objects.filter(pk=item_id).first() if item_id else None
    if known and known.meeting_id == meeting.pk:
        return known
    topics = {topic.pk: topic for topic in topics_of(meeting)}
    topic = topics.get(topic_id) if topic_id else next(iter(topics.values()))
    if topic is None:
        raise Refused(_("这个议题不在这次会上。"), "topic")
    earlier = (
        Item.objects.filter(pk=continues, topic=topic.pk).exclude(meeting=meeting.pk).first() if continues else None
    )
    if continues and earlier is None:
        raise Refused(_("上一轮没有这一条。"), "continues")
    last = Item.objects.filter(meeting=meeting).order_by("-number").first()
    fields = _fields(playbook_of(topic).deliberation.outcomes, wording)
    try:
        with transaction.atomic():
            item = Item.objects.create(
                id=item_id or uuid7(),
                tenant_id=meeting.tenant_id,
                meeting=meeting,
                topic=topic,
                number=(last.number if last else 0) + 1,
                continues=earlier,
                worded_at=clock.now(),
                **fields,
            )
    except IntegrityError as error:
        raise Refused(_("这一条的编号用过了，重新写一遍。")) from error
    touch(meeting)
    append(actor, "item.put", _about(item), _facts(item) | {"is_new": True}, _words(item), seat=seat)
    return item


@transaction.atomic
def edit_item(actor: Actor, item: Item, seen: int, wording: Wording) -> Item:
    """Say an item otherwise. Other words are another thing: it is open again, and what was counted before is of the
    old text. Entry: item.put. Raises NotAllowed, Changed, or Refused while votes are being cast."""
    meeting, item = lock_only(item.meeting_id), _again(item)
    seat = rules.may_record(actor, meeting).grant()
    _must_be_seen(item, seen)
    fields = _fields(playbook_of(item.topic).deliberation.outcomes, wording)
    said_otherwise = fields["text"] != item.text
    if said_otherwise and voting.is_open(item):
        raise Refused(_("正在表决这一条，先结束表决再改字。"), "text")
    if item.status != Status.OPEN and not said_otherwise:
        _must_be_owned(item, fields)
    was_ownerless = bool(lacking_of(item))
    fields["version"] = item.version + 1
    if said_otherwise:
        fields["worded_at"] = clock.now()
        # Who had reservations had them about the old words; the entries of both stay.
        Reservation.objects.filter(item=item).delete()
    if said_otherwise and item.status != Status.OPEN:
        move(item, Status.OPEN, **fields)
    else:
        Item.objects.filter(pk=item.pk).update(**fields)
    was = item.text
    item = _again(item)
    touch(meeting)
    if was_ownerless:  # that alone kept a count that carried from settling it
        settle_by_count(meeting, item)
    words = _words(item) | ({"was": was} if said_otherwise else {})
    facts = _facts(item) | {"is_new": False, "item_status": item.status}
    append(actor, "item.put", _about(item), facts, words, seat=seat)
    return item


@transaction.atomic
def settle_item(actor: Actor, item: Item, seen: int, to: str) -> Item:
    """同意、没谈拢、撤回. Entry: item.settled. Who has reservations is said by `reserve`.

    Raises NotAllowed, Changed, or Refused: against a count that did not carry, without the count that the rule of
    this meeting asks for, while somebody has reservations, or with nobody to do it by no day.
    """
    meeting, item = lock_only(item.meeting_id), _again(item)
    seat = rules.may_record(actor, meeting).grant()
    _must_be_seen(item, seen)
    if to == Status.AGREED:
        if Reservation.objects.filter(item=item).exists():
            if item.status == Status.RESERVED:
                raise Refused(_("还有人保留，算“同意，有人保留”。他改了主意，先去掉保留。"))
            to = Status.RESERVED  # it had lost by a count, and they still do not go along
        must_carry(meeting, item)
    if voting.is_open(item):
        raise Refused(_("正在表决这一条，先结束表决。"))
    if to == item.status:
        return item
    return _settled(actor, meeting, item, to, seat)


@transaction.atomic
def reserve(actor: Actor, item: Item, attendee_id: UUID, why: str) -> Reservation:
    """保留: somebody at the table lets it pass and does not go along; who and why stand in the minutes.

    Entry: item.settled. Raises NotAllowed, or Refused: for who does not take part, without a reason, or where the
    item does not carry.
    """
    meeting, item = lock_only(item.meeting_id), _again(item)
    seat = rules.may_record(actor, meeting).grant()
    attendee = Attendee.objects.filter(meeting=meeting, pk=attendee_id).first()
    if attendee is None:
        raise Refused(_("他不在这次会上。"), "attendee")
    if not (verdict := rules.takes_part(attendee)):
        raise Refused(verdict.why_not, "attendee")
    if not why.strip():
        raise Refused(_("写一句为什么保留。"), "why")
    if Reservation.objects.filter(item=item, attendee=attendee).exists():
        raise Refused(_("%(role)s的保留已经记下了。") % {"role": attendee.role}, "attendee")
    must_carry(meeting, item)
    words_id = uuid7()
    made = Reservation.objects.create(tenant_id=meeting.tenant_id, item=item, attendee=attendee, words_id=words_id)
    _settled(actor, meeting, item, Status.RESERVED, seat, role=attendee.role, why=(why.strip(), words_id))
    return made


@transaction.atomic
def take_back_reservation(actor: Actor, item: Item, reservation_id: UUID) -> None:
    """They changed their mind: the item is open until it is settled again. Entry: item.settled."""
    meeting, item = lock_only(item.meeting_id), _again(item)
    seat = rules.may_record(actor, meeting).grant()
    found = Reservation.objects.filter(item=item, pk=reservation_id).select_related("attendee").first()
    if found is None:
        raise Refused(_("这条保留已经没有了。"))
    role = found.attendee.role
    Reservation.objects.filter(pk=found.pk).delete()
    to = Status.RESERVED if Reservation.objects.filter(item=item).exists() else Status.OPEN
    _settled(actor, meeting, item, to, seat, role=role)


def settle_by_count(meeting: Meeting, item: Item) -> None:
    """What carried by a count is agreed from then on, with the reservations there are; not while nobody is to do it,
    or another count is wanted. Part of the act that counts or completes it; the meeting is locked."""
    counts = voting.counts_of([item])[item.pk]
    if meeting.status != Meeting.Status.OPEN or item.status != Status.OPEN or not counts or lacking_of(item):
        return
    if not voting.why_not_passed(item, counts, form_of(meeting).decide):
        is_reserved = Reservation.objects.filter(item=item).exists()
        move(item, Status.RESERVED if is_reserved else Status.AGREED, version=item.version + 1)


def lacking_of(item: Item) -> str:
    """What has to be written of something before it is agreed: who does it, by when; empty for nothing."""
    outcome = playbook_of(item.topic).deliberation.outcomes.get(item.outcome)
    return voting.lacking(item, outcome)


def must_carry(meeting: Meeting, item: Item) -> None:
    """Raises Refused where `item` cannot pass: by its last count, for want of one, or of somebody who does it."""
    counts = voting.counts_of([item])[item.pk]
    if why_not := voting.why_not_passed(item, counts, form_of(meeting).decide):
        raise Refused(why_not)
    if not at_table(meeting):
        raise Refused(_("还没有人签到，定不了。"))
    _must_be_owned(
        item, {"owner": item.owner, "owner_words": item.owner_words, "due": item.due, "outcome": item.outcome}
    )


def _settled(
    actor: Actor,
    meeting: Meeting,
    item: Item,
    to: str,
    seat: Any,
    *,
    role: str = "",
    why: tuple[str, UUID] | None = None,
) -> Item:
    if to == item.status:
        Item.objects.filter(pk=item.pk).update(version=item.version + 1)
    else:
        move(item, to, version=item.version + 1)
    touch(meeting)
    words = _words(item) | ({"why": why[0]} if why else {})
    ids = {"why": why[1]} if why else {}
    facts = _facts(item) | {"item_status": to} | ({"role": role} if role else {})
    append(actor, "item.settled", _about(item), facts, words, seat=seat, words_ids=ids)
    return item


def _again(item: Item) -> Item:
    return Item.objects.select_related("topic__playbook", "owner").get(pk=item.pk)


def _must_be_seen(item: Item, seen: int) -> None:
    if item.version != seen:
        raise Changed(_("这一条刚有人改过，看一眼现在的样子再定。"))


def _must_be_owned(item: Item, fields: dict[str, Any]) -> None:
    outcome = playbook_of(item.topic).deliberation.outcomes[fields["outcome"]]
    if outcome.to not in voting.OWNED:
        return
    if fields["owner"] is None and not fields["owner_words"]:
        raise Refused(_("写上谁来办。"), "owner")
    if fields["due"] is None:
        raise Refused(_("写上哪天以前办好。"), "due")


def _fields(outcomes: Iterable[str] | dict[str, Outcome], wording: Wording) -> dict[str, Any]:
    text, owner = wording.text.strip(), wording.owner.strip()
    if not text:
        raise Refused(_("写一句要定的是什么。"), "text")
    if wording.outcome not in outcomes:
        raise Refused(_("选一下怎么往下走。"), "outcome")
    if wording.due and wording.due < clock.today():
        raise Refused(_("这个日子已经过了。"), "due")
    body: Body | None = open_body_named(owner) if owner else None
    return {
        "text": text,
        "outcome": wording.outcome,
        "owner": body,
        "owner_words": "" if body else owner,
        "due": wording.due,
    }


def _about(item: Item) -> list[tuple[str, UUID]]:
    return [("item", item.pk), ("meeting", item.meeting_id), ("topic", item.topic_id), ("matter", item.topic.matter_id)]


def _words(item: Item) -> dict[str, str]:
    """What may name somebody who is no body, so that it can be erased."""
    return {"text": item.text, "owner": item.owner_words}


def _facts(item: Item) -> dict[str, Any]:
    return {
        "number": item.number,
        "outcome": item.outcome,
        "owner": str(item.owner_id) if item.owner_id else "",
        "owner_name": item.owner.name if item.owner else "",
        "due": item.due.isoformat() if item.due else "",
    }
