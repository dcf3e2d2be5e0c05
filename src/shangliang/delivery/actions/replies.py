"""答复: an answer to every point, the body's internal sign-off, and the one-time link of those without an account."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.seal import seal as sealed
from shangliang.core.states import move
from shangliang.delivery import queries, rules
from shangliang.delivery.actions._shared import body_facts, due_first, holder_after, lock, named
from shangliang.delivery.models import HandedPoint, HandOver, HandOverFile, Promise, ReplyLink
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.models import Matter, Point

LINK_DAYS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one point: done, will do by a date, or will not because."""

    outcome: str  # a Point.Status other than open
    text: str
    by_when: dt.date | None = None


@transaction.atomic
def reply(
    actor: Actor,
    row: HandOver,
    seen: int | None,
    *,
    answers: Mapping[UUID, Answer],
    words: str = "",
    files: Sequence[Attachment] = (),
) -> None:
    """答复: an answer to every point (by HandedPoint id). With internal sign-off, the answers wait for the signatures.

    Raises Refused «第3点未答» when a point has no answer, and when an answer lacks its words or date.
    """
    matter = lock(row, seen)
    seat = rules.may_reply(actor, row).grant()
    handed = queries.handed_points(row)
    _check_answers(handed, answers)
    for item in handed:
        answer = answers[item.pk]
        item.outcome, item.by_when = answer.outcome, answer.by_when
        item.draft = sealed(answer.text.encode(), f"draft:{item.tenant_id}:{item.pk}")
    HandedPoint.objects.bulk_update(handed, ["outcome", "by_when", "draft"])
    if files:
        keep(files)
        HandOverFile.objects.bulk_create(
            HandOverFile(tenant_id=row.tenant_id, hand_over=row, attachment=file) for file in files
        )
    if row.body.sign_off:
        move(row, HandOver.Status.SIGNING, signed=0, handler_id=actor.person_id or row.handler_id)
        matters.change(matter)
        append(
            actor,
            "reply.drafted",
            named(matter, row),
            matters.facts(matter) | body_facts(row),
            {"words": words},
            seat=seat,
        )
        return
    _file_reply(actor, matter, row, handed, seat, words)


@transaction.atomic
def sign(actor: Actor, row: HandOver, seen: int | None, *, words: str = "") -> None:
    """审签: sign the next internal step; the last signature sends the reply out."""
    matter = lock(row, seen)
    seat = rules.may_sign(actor, row).grant()
    step = rules.next_step(row)
    if row.signed + 1 < len(row.body.sign_off):
        HandOver.objects.filter(pk=row.pk).update(signed=row.signed + 1)
        row.signed += 1
        matters.change(matter)
        append(
            actor,
            "reply.signed",
            named(matter, row),
            matters.facts(matter) | body_facts(row) | {"step": step},
            {"words": words},
            seat=seat,
        )
        return
    _file_reply(actor, matter, row, queries.handed_points(row), seat, words, step=step)


@transaction.atomic
def send_draft_back(actor: Actor, row: HandOver, seen: int | None, *, why: str) -> None:
    """退改: whoever should sign sends the draft back to the handler, with what to change."""
    matter = lock(row, seen)
    seat = rules.may_sign(actor, row).grant()
    move(row, HandOver.Status.IN_HAND, signed=0)
    matters.change(matter)
    append(
        actor, "reply.sent_back", named(matter, row), matters.facts(matter) | body_facts(row), {"why": why}, seat=seat
    )


@transaction.atomic
def pass_back(actor: Actor, row: HandOver, seen: int | None, *, why: str) -> None:
    """退回重办: whoever handed it over finds the reply wanting; its points are open again and the body holds it."""
    matter = lock(row, seen)
    seat = rules.may_pass_back(actor, matter, row).grant()
    handed = queries.handed_points(row)
    if queries.handed_again(row):
        raise Refused(_("有一点后来又交办过，不能再退这一次的答复。"))
    move(row, HandOver.Status.IN_HAND, replied_at=None, signed=0)
    for item in handed:
        if item.point.status != Point.Status.OPEN:  # a reopened matter's points are open already
            move(item.point, Point.Status.OPEN)
    for promise in Promise.objects.filter(point__handed__hand_over=row, status=Promise.Status.STANDING):
        move(promise, Promise.Status.REPLACED, settled_at=clock.now())
    clock_fields = matters.clock_fields(matter.tenant_id, "hand_over")
    HandOver.objects.filter(pk=row.pk).update(
        due=clock_fields["due"], started=clock_fields["due_started"], days=clock_fields["due_days"]
    )
    matters.change(matter, **due_first(matter))
    append(
        actor,
        "handover.passed_back",
        named(matter, row),
        matters.facts(matter) | body_facts(row),
        {"why": why},
        seat=seat,
    )


@transaction.atomic
def make_reply_link(actor: Actor, row: HandOver) -> str:
    """A one-time link by which the body can answer without an account. Gives its token, which is not stored."""
    matter = matters.lock(row.matter_id, None)
    seat = (rules.handles(actor, row) or rules.may_hand_over(actor, matter)).grant()
    token, now = secrets.token_urlsafe(24), clock.now()
    ReplyLink.objects.filter(hand_over=row, used_at=None).update(used_at=now)
    ReplyLink.objects.create(
        tenant_id=row.tenant_id,
        hand_over=row,
        digest=queries.link_digest(token, row.tenant_id),
        made_at=now,
        expires_at=now + dt.timedelta(days=LINK_DAYS),
    )
    append(actor, "handover.link_made", named(matter, row), matters.facts(matter) | body_facts(row), seat=seat)
    return token


def use_reply_link(link: ReplyLink) -> None:
    """Mark a link as used, in the transaction of the reply that used it. Raises Refused when it was used before."""
    matters.lock(link.hand_over.matter_id, None)  # before the link, as where links are made
    if not ReplyLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=clock.now()).update(used_at=clock.now()):
        raise Refused(_("这个链接已经用过或者过期了，请向交办单位要一个新的。"))


def is_usable(link: ReplyLink) -> bool:
    """Whether a link can still be used to answer."""
    return link.used_at is None and link.expires_at > clock.now()


def link_actor(link: ReplyLink) -> Actor:
    """Whoever holds a link acts for the body it was made for, and for this hand-over only."""
    body = link.hand_over.body
    seat = Seat(body.pk, body.kind, body.name, "handler", body.place.path)
    return Actor("link", link.tenant_id, None, body.name, (seat,))


def _file_reply(
    actor: Actor,
    matter: Matter,
    row: HandOver,
    handed: list[HandedPoint],
    seat: Seat | None,
    words: str,
    step: str = "",
) -> None:
    texts: dict[str, str] = {"words": words}
    for item in handed:
        texts[f"answer-{item.point.number}"] = queries.draft(item)
        move(item.point, item.outcome)
        if item.outcome == Point.Status.PROMISED and item.by_when:
            Promise.objects.create(
                tenant_id=row.tenant_id,
                point=item.point,
                matter=matter,
                body=row.body,
                by_when=item.by_when,
                made_at=clock.now(),
            )
    move(row, HandOver.Status.REPLIED, replied_at=clock.now(), signed=len(row.body.sign_off))
    matters.change(matter, **holder_after(matter, row))
    answered = {
        str(item.point.number): {"outcome": item.outcome, "by_when": item.by_when.isoformat() if item.by_when else None}
        for item in handed
    }
    append(
        actor,
        "handover.replied",
        named(matter, row),
        matters.facts(matter)
        | body_facts(row)
        | {"answers": answered, "step": step, "started": row.started.isoformat(), "hand_over_due": row.due.isoformat()},
        texts,
        seat=seat,
    )


def _check_answers(handed: list[HandedPoint], answers: Mapping[UUID, Answer]) -> None:
    for item in handed:
        answer, number = answers.get(item.pk), item.point.number
        if answer is None or answer.outcome not in (Point.Status.DONE, Point.Status.PROMISED, Point.Status.EXPLAINED):
            raise Refused(_("第%(number)s点未答") % {"number": number}, f"outcome-{item.pk}")
        if not answer.text.strip():
            raise Refused(_("第%(number)s点还没写答复的话") % {"number": number}, f"text-{item.pk}")
        if answer.outcome == Point.Status.PROMISED and (answer.by_when is None or answer.by_when < clock.today()):
            raise Refused(
                _("第%(number)s点要写清哪天以前办好，不能早于今天") % {"number": number}, f"by_when-{item.pk}"
            )
        if answer.outcome == Point.Status.PROMISED and answer.by_when and rules.is_too_far(answer.by_when):
            raise Refused(
                _("第%(number)s点写的是 %(year)d 年，太远了，再看一眼年份")
                % {"number": number, "year": answer.by_when.year},
                f"by_when-{item.pk}",
            )
