"""结对共建: two bodies agree on what each does and what they do together, sign it each for itself, and look back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Changed, NotAllowed, Refused
from shangliang.core.states import move
from shangliang.files.actions import keep
from shangliang.files.models import Attachment
from shangliang.ledger.actions import append
from shangliang.people.models import Body
from shangliang.people.rules import may_manage
from shangliang.playbooks.wording import date as in_words
from shangliang.studios import rules
from shangliang.studios.models import Pairing, PairingTask
from shangliang.studios.queries.pairings import renewed_by

LONGEST = dt.timedelta(days=366 * 5)  # a term
TASKS_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done by a day: by one of the two bodies, or by both together when `body` is None."""

    due: dt.date
    what: str
    body: Body | None = None
    kind: str = PairingTask.Kind.DUTY


@transaction.atomic
def draft(
    actor: Actor,
    one: Body,
    other: Body,
    *,
    title: str,
    purpose: str = "",
    since: dt.date,
    until: dt.date,
    tasks: Sequence[Task] = (),
) -> Pairing:
    """Draft a pairing between two bodies; it holds once both have signed. Entry: pairing.drafted.

    Raises NotAllowed unless the actor may sign for one of the two or is of the office; Refused for a body with
    itself or one that is closed, dates in the wrong order, or a task outside them.
    """
    seat = _drafts(actor, one, other)
    row, facts = _drafted(actor, one, other, title, purpose, since, until, tasks, None)
    append(actor, "pairing.drafted", _subjects(row), facts, {"purpose": purpose}, seat=seat)
    return row


@transaction.atomic
def renew(
    actor: Actor,
    pairing_id: UUID,
    *,
    title: str,
    purpose: str = "",
    since: dt.date,
    until: dt.date,
    tasks: Sequence[Task] = (),
) -> Pairing:
    """Draft how a pairing goes on: a further one, which both sign anew. Entry: pairing.renewed.

    Raises as `draft`, and Refused when the old one still runs on that day, and Changed when it was renewed before.
    """
    old = _pairing(pairing_id)
    seat = rules.may_renew(actor, old).grant()
    if old.status == Pairing.Status.DRAFT:
        raise Refused(_("这份还没签，不用续。"))
    if since <= (old.ended_on or old.until):
        raise Refused(_("原来那份到%(day)s，新的从那以后起。") % {"day": in_words(old.ended_on or old.until)}, "since")
    if renewed_by(old):
        raise Changed(_("已经有人起草续签了。"))
    row, facts = _drafted(actor, old.one, old.other, title, purpose, since, until, tasks, old)
    subjects = [*_subjects(row), ("pairing", old.pk)]
    append(actor, "pairing.renewed", subjects, facts | {"renews": str(old.pk)}, {"purpose": purpose}, seat=seat)
    return row


@transaction.atomic
def sign(actor: Actor, pairing_id: UUID, body: Body) -> None:
    """Sign for one's own body, today. Entry: pairing.signed. Raises NotAllowed for whoever has no seat that signs
    there, Refused when it has run out, and Changed when that side signed before."""
    row = _pairing(pairing_id)
    side = _side(row, body)
    seat = rules.may_sign(actor, row, body).grant()
    _signed(actor, row, side, clock.today(), seat, {})


@transaction.atomic
def record_signature(
    actor: Actor,
    pairing_id: UUID,
    body: Body,
    *,
    on: dt.date,
    document: str = "",
    attachment: Attachment | None = None,
) -> None:
    """The office writes down that a body signed on paper: by the number of the paper or a scan. Entry: pairing.signed.

    Raises NotAllowed, Refused without either or for a day to come, and Changed when that side signed before.
    """
    row = _pairing(pairing_id)
    side = _side(row, body)
    seat = rules.may_record_signature(actor, row).grant()
    if not document and attachment is None:
        raise Refused(_("写纸质协议的编号，或者传一份扫描件。"), "document")
    if on > clock.today():
        raise Refused(_("到了那一天再来记。"), "on")
    if attachment:
        keep([attachment])
    _signed(actor, row, side, on, seat, {f"{side}_paper": document, f"{side}_file": attachment})


@transaction.atomic
def task_done(actor: Actor, task_id: UUID, *, on: dt.date, note: str = "") -> None:
    """A duty or an activity is done. Entry: pairing.task_done. Raises NotAllowed, Refused before it holds, for a day
    to come or before it began, and Changed when somebody said so before."""
    task = PairingTask.objects.select_related("pairing__one", "pairing__other").get(pk=task_id)
    row = task.pairing
    seat = rules.may_work_pairing(actor, row).grant()
    _holds(row)
    if not row.since <= on <= clock.today():
        raise Refused(_("写%(since)s到今天之间的日子。") % {"since": in_words(row.since)}, "on")
    if not PairingTask.objects.filter(pk=task.pk, done_on=None).update(done_on=on, note=note):
        raise Changed(_("这一件已经有人记过做完了。"))
    facts = {"on": on.isoformat(), "due": task.due.isoformat(), "kind": task.kind}
    append(actor, "pairing.task_done", [*_subjects(row), ("task", task.pk)], facts, {"note": note}, seat=seat)


@transaction.atomic
def review(actor: Actor, pairing_id: UUID, *, words: str, seen: str = "") -> None:
    """How a pairing went, in words. `seen` is what stood there before. Entry: pairing.reviewed. Raises NotAllowed,
    Refused before both signed, and Changed when somebody wrote meanwhile."""
    row = _pairing(pairing_id)
    seat = rules.may_work_pairing(actor, row).grant()
    _holds(row)
    today = clock.today()
    if not Pairing.objects.filter(pk=row.pk, review=seen).update(review=words, reviewed_on=today):
        raise Changed(_("刚刚有人写过了，看一眼再保存。"))
    append(actor, "pairing.reviewed", _subjects(row), {"on": today.isoformat()}, {"review": words}, seat=seat)


@transaction.atomic
def end(actor: Actor, pairing_id: UUID, *, on: dt.date, why: str) -> None:
    """End a pairing, or give up a draft, with the reason. Entry: pairing.ended. Raises NotAllowed, Refused without a
    reason or for a day to come, and Changed when it was ended before."""
    row = _pairing(pairing_id)
    seat = rules.may_work_pairing(actor, row).grant()
    if on > clock.today():
        raise Refused(_("到了那一天再来记。"), "on")
    if not why:
        raise Refused(_("写一句为什么结束。"), "why")
    was = row.status
    move(row, Pairing.Status.ENDED, ended_on=on, ended_why=why)
    append(actor, "pairing.ended", _subjects(row), {"on": on.isoformat(), "was": was}, {"why": why}, seat=seat)


# --- parts --------------------------------------------------------------------------------------------


def _pairing(pairing_id: UUID) -> Pairing:
    """The pairing, locked: two who sign at the same moment both see it signed."""
    rows = Pairing.objects.select_for_update(of=("self",)).select_related("one__place", "other__place")
    return rows.get(pk=pairing_id)


def _drafts(actor: Actor, one: Body, other: Body) -> Seat | None:
    own = [seat for seat in rules.signing_seats(actor) if seat.body_id in (one.pk, other.pk)]
    if own:
        return own[0]
    by_office = may_manage(actor)
    if not by_office:
        raise NotAllowed(_("您能为自己的单位起草，不能替别的两家起草。"))
    return by_office.seat


def _drafted(
    actor: Actor,
    one: Body,
    other: Body,
    title: str,
    purpose: str,
    since: dt.date,
    until: dt.date,
    tasks: Sequence[Task],
    renews: Pairing | None,
) -> tuple[Pairing, dict[str, Any]]:
    if one.pk == other.pk:
        raise Refused(_("不能和自己结对，选另一家。"), "other")
    for body, field in ((one, "one"), (other, "other")):
        if body.closed_on is not None:
            raise Refused(_("%(body)s已经关了。") % {"body": body.name}, field)
    if until <= since:
        raise Refused(_("结束的日子要在开始的后面。"), "until")
    if until - since > LONGEST:
        raise Refused(_("一次最多签五年，到期再续。"), "until")
    _tasks_fit(one, other, since, until, tasks)
    row = Pairing.objects.create(
        tenant_id=actor.tenant_id,
        one=one,
        other=other,
        title=title,
        purpose=purpose,
        since=since,
        until=until,
        renews=renews,
    )
    PairingTask.objects.bulk_create(
        PairingTask(
            tenant_id=actor.tenant_id, pairing=row, kind=task.kind, body=task.body, what=task.what, due=task.due
        )
        for task in tasks
    )
    facts = {"title": title, "since": since.isoformat(), "until": until.isoformat(), "tasks": len(tasks)}
    return row, facts


def _tasks_fit(one: Body, other: Body, since: dt.date, until: dt.date, tasks: Sequence[Task]) -> None:
    if len(tasks) > TASKS_AT_MOST:
        raise Refused(_("最多 %(most)d 件。") % {"most": TASKS_AT_MOST}, "together")
    for task in tasks:
        field = {one.pk: "by_one", other.pk: "by_other"}.get(task.body.pk, "together") if task.body else "together"
        if task.body and task.body.pk not in (one.pk, other.pk):
            raise Refused(_("“%(what)s”只能由结对的两家来做。") % {"what": task.what}, field)
        if not since <= task.due <= until:
            raise Refused(_("“%(what)s”的日子不在协议的期限里。") % {"what": task.what}, field)


def _side(row: Pairing, body: Body) -> str:
    if body.pk not in (row.one_id, row.other_id):
        raise Refused(_("%(body)s不在这份协议里。") % {"body": body.name})
    return "one" if body.pk == row.one_id else "other"


def _signed(actor: Actor, row: Pairing, side: str, on: dt.date, seat: Seat | None, paper: dict[str, Any]) -> None:
    if getattr(row, f"{side}_signed_on") is not None:
        raise Changed(_("%(body)s已经签过了。") % {"body": getattr(row, side).name})
    if row.until < clock.today():
        raise Refused(_("这份协议的期限已经过了，重新起草一份。"))
    given = paper | {f"{side}_signed_on": on}
    Pairing.objects.filter(pk=row.pk).update(**given)
    for name, value in given.items():
        setattr(row, name, value)
    if row.one_signed_on and row.other_signed_on:
        move(row, Pairing.Status.SIGNED)
    facts = {"body": str(getattr(row, f"{side}_id")), "on": on.isoformat(), "on_paper": bool(paper)}
    if document := paper.get(f"{side}_paper"):
        facts["document"] = document
    append(actor, "pairing.signed", _subjects(row), facts | {"in_force": row.status == row.Status.SIGNED}, seat=seat)


def _holds(row: Pairing) -> None:
    if row.status != Pairing.Status.SIGNED:
        raise Refused(_("两家都签了才算数，签了再来记。"))


def _subjects(row: Pairing) -> list[tuple[str, UUID]]:
    return [("pairing", row.pk), ("body", row.one_id), ("body", row.other_id)]
