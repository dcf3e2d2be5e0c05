"""What came of it: closing, reopening, promises kept or broken, and the word of those who asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.core.states import move
from shangliang.deliberation.models import Topic
from shangliang.delivery import queries, rules
from shangliang.delivery.models import Confirmation, Promise
from shangliang.gathering.actions import settle_referrals
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import ENDS, Matter, Point, Referral
from shangliang.matters.queries import points as points_of
from shangliang.voices.models import Voice

Status = Matter.Status


@transaction.atomic
def close(actor: Actor, matter_id: UUID, seen: int | None, *, words: str, outcome: str = "") -> Matter:
    """了结, with no open point: promised if any point is, done only if all are, else explained.

    A matter without points ends as `outcome` says (done or explained), with the answer in `words`. Raises NotAllowed,
    or Refused without an outcome, and while it is being talked about as a topic.
    """
    matter = matters.lock(matter_id, seen)
    points = points_of(matter)
    seat = rules.may_close(actor, matter, points, queries.hand_overs(matter)).grant()
    end = _end(points) if points else outcome
    if end not in (Status.DONE, Status.PROMISED, Status.EXPLAINED) or (not points and end == Status.PROMISED):
        raise Refused(_("选一下：解决了，还是向本人解释清楚了。"), "outcome")
    if Topic.objects.filter(matter=matter, status=Topic.Status.CHOSEN).exists():
        raise Refused(_("这件事正在商量。先把议题谈完，或者在议题上写明为什么停下。"))
    holder = seat.body_id if seat else matter.holder_id
    waited = settle_referrals(matter, Referral.Status.ANSWERED)
    matters.change(matter, to=end, holder_id=holder, **matters.NO_CLOCK)
    append(
        actor,
        "matter.closed",
        [("matter", matter.pk)],
        matters.facts(matter) | {"end": str(end), "points": _by_status(points), "referrals_answered": waited},
        {"words": words},
        seat=seat,
    )
    return matter


@transaction.atomic
def reopen(actor: Actor, matter_id: UUID, seen: int | None, *, why: str) -> Matter:
    """退回办理: an ended matter goes back to work; send-backs of residents count as dealt with."""
    matter = matters.lock(matter_id, seen)
    seat = rules.may_reopen(actor, matter).grant()
    delivered = matter.status != Status.DECLINED and Point.objects.filter(matter=matter).exists()
    if matter.status == Status.DECLINED and not matter.title:  # declined unread by the public: to be accepted first
        to, rule = Status.RAISED, "first_answer"
    else:
        to, rule = Status.DELIVERED if delivered else Status.GATHERED, "hand_over"
    clock_fields = matters.clock_fields(matter.tenant_id, rule)
    matters.change(matter, to=to, **matters.held_by(matter, matter.holder), **clock_fields)
    for point in points_of(matter):
        if point.status in (Point.Status.DONE, Point.Status.EXPLAINED):
            move(point, Point.Status.OPEN)
    answered = _answer_send_backs(matter)
    append(
        actor,
        "matter.reopened",
        [("matter", matter.pk)],
        matters.facts(matter) | {"send_backs": answered},
        {"why": why},
        seat=seat,
    )
    return matter


@transaction.atomic
def settle_promise(actor: Actor, promise: Promise, seen: int | None, *, kept: bool, words: str) -> None:
    """A promise falls due: kept makes its point done, and the matter what its points say; broken reopens delivery."""
    matter = _lock(promise, seen)
    seat = rules.may_settle_promise(actor, promise, matter).grant()
    point = Point.objects.get(pk=promise.point_id)
    move(promise, Promise.Status.KEPT if kept else Promise.Status.BROKEN, settled_at=clock.now())
    move(point, Point.Status.DONE if kept else Point.Status.OPEN)
    if matter.status == Status.PROMISED and not kept:
        clock_fields = matters.clock_fields(matter.tenant_id, "hand_over")
        matters.change(matter, to=Status.DELIVERED, **matters.held_by(matter, matter.holder), **clock_fields)
        _answer_send_backs(matter)
    elif matter.status == Status.PROMISED:
        matters.change(matter, to=_end(points_of(matter)))
    else:
        matters.change(matter)
    append(
        actor,
        "promise.kept" if kept else "promise.broken",
        [("matter", matter.pk), ("promise", promise.pk), ("point", point.pk)],
        matters.facts(matter) | {"point": point.number, "by_when": promise.by_when.isoformat()},
        {"words": words},
        seat=seat,
    )


@transaction.atomic
def move_promise(actor: Actor, promise: Promise, seen: int | None, *, by_when: dt.date, why: str) -> None:
    """A promise moves only to a later date and with a public reason."""
    matter = _lock(promise, seen)
    seat = rules.may_settle_promise(actor, promise, matter).grant()
    if by_when <= promise.by_when:
        raise Refused(_("新的日期要晚于原来的日期。"), "by_when")
    if rules.is_too_far(by_when):
        raise Refused(_("写的是 %(year)d 年，太远了，再看一眼年份。") % {"year": by_when.year}, "by_when")
    was = promise.by_when
    Promise.objects.filter(pk=promise.pk).update(by_when=by_when)
    matters.change(matter)
    append(
        actor,
        "promise.moved",
        [("matter", matter.pk), ("promise", promise.pk)],
        matters.facts(matter) | {"was": was.isoformat(), "by_when": by_when.isoformat()},
        {"why": why},
        seat=seat,
    )


@transaction.atomic
def confirm(
    actor: Actor,
    voice: Voice,
    *,
    solved: str,
    rating: int | None,
    words: str = "",
    sent_back: bool = False,
    channel: str = "web",
    key: UUID | None = None,
) -> Confirmation:
    """谁提谁认: whoever asked says whether it is solved, and apart from it how they were treated.

    A send-back is a fact in the staff's queue; staff reopen. `key` is the form's: the same form never
    speaks twice. Raises Refused before there is a result.
    """
    matter = matters.lock_with_lead(voice.matter_id, None)
    lead = matter.lead or matter
    if key and (known := Confirmation.objects.filter(pk=key).first()):
        return known
    if lead.status not in ENDS:
        raise Refused(_("这件事还在办，办出结果再请您评。"))
    row = Confirmation.objects.create(
        id=key or uuid7(),
        tenant_id=voice.tenant_id,
        matter=lead,
        voice=voice,
        solved=solved,
        rating=rating,
        sent_back=sent_back,
        channel=channel,
        happened_at=clock.now(),
    )
    matters.change(lead)
    append(
        actor,
        "matter.sent_back" if sent_back else "matter.confirmed",
        [("matter", lead.pk), ("voice", voice.pk)],
        matters.facts(lead) | {"solved": solved, "rating": rating, "channel": channel},
        {"words": words},
    )
    return row


def _lock(promise: Promise, seen: int | None) -> Matter:
    """The matter of a promise, locked, and the promise as it is now."""
    matter = matters.lock(promise.matter_id, seen)
    promise.refresh_from_db(fields=["status", "by_when"])
    return matter


def _answer_send_backs(matter: Matter) -> int:
    """A matter that is worked on again is the answer to those who sent it back."""
    rows = Confirmation.objects.filter(matter=matter, sent_back=True, handled_at=None)
    return rows.update(handled_at=clock.now())


def _end(points: Sequence[Point]) -> str:
    states = {point.status for point in points}
    if Point.Status.PROMISED in states:
        return Status.PROMISED
    return Status.DONE if states == {Point.Status.DONE} else Status.EXPLAINED


def _by_status(points: Sequence[Point]) -> dict[str, int]:
    return {str(status): sum(point.status == status for point in points) for status in Point.Status}
