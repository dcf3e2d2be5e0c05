"""委员报到: answering, going on when nobody answers, staying out."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import NotAllowed, Refused
from shangliang.core.states import move
from shangliang.gathering import queries, rules, working_hours
from shangliang.gathering.actions._asking import ask, facts, ids, lock, named, settle, spare
from shangliang.gathering.models import Asked, Recusal, Whistle
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.matters.rules import works_on
from shangliang.playbooks.queries import calendar, in_force
from shangliang.tenants.models import Tenant

Answer, Status = Asked.Answer, Whistle.Status
FURTHEST = dt.timedelta(days=60)  # a visit further off was mistyped
EARLIER = dt.timedelta(hours=1)  # "now" may have passed while somebody was typing
AT_ONCE = 50  # whistles a round of the worker
# What may still be said after what was said before: plans change, and who was late may still come.
AFTER: dict[str, frozenset[str]] = {
    "": frozenset({Answer.COME, Answer.PASS, Answer.CANNOT}),
    Answer.COME: frozenset({Answer.COME, Answer.CANNOT}),
    Answer.CANNOT: frozenset({Answer.COME}),
    Answer.LAPSED: frozenset({Answer.COME}),
    Answer.SPARED: frozenset({Answer.COME}),  # once somebody who was to come cannot
}


@transaction.atomic
def answer(
    actor: Actor,
    asked_id: UUID,
    *,
    answer: str,
    comes_at: dt.datetime | None = None,
    why: str = "",
    passed_to: UUID | None = None,
) -> Asked:
    """我来 (when), 转给 (whom) or 来不了 (why), by who was asked. Entry: whistle.answered.

    The last one needed to come makes the squad complete, and the others asked need not come. Who said 我来 may
    name another time, or that they cannot after all. Raises NotAllowed for anybody else and once it has ended, and
    Refused for an answer that comes too late, a time that makes no sense, or somebody who cannot be asked.
    """
    whistle, rows = lock(Asked.objects.values_list("whistle", flat=True).get(pk=asked_id))
    own = next(one for one in rows if one.pk == asked_id)
    own.whistle = whistle
    rules.may_answer(actor, own).grant()
    is_full = whistle.status == Status.ANSWERED and own.answer != Answer.COME
    if is_full and answer == Answer.COME:
        raise Refused(_("人已经齐了，这次不用您跑了，谢谢。"))
    if answer not in AFTER.get(own.answer, ()):
        raise Refused(_("您已经回过话了。"))
    if answer == Answer.COME and _must_stay_out(whistle, own.person_id):
        raise Refused(_("这件事记了您要回避，这次不能来，谢谢您。"))
    said: dict[str, Any] = {"comes_at": None, "why": why, "passed_to": None}
    passed: list[Asked] = []
    if answer == Answer.COME:
        said["comes_at"] = _sensible(comes_at)
    elif answer == Answer.PASS:
        passed = _pass_on(whistle, passed_to)
        said["passed_to"] = passed[0].person_id
    settle([own], answer, **said)
    spared = _settled(whistle, rows)
    at = said["comes_at"]
    append(
        actor,
        "whistle.answered",
        named(whistle, own.person_id, whistle.blown_by_id, *(one.person_id for one in (*passed, *spared))),
        facts(whistle)
        | {
            "answer": str(answer),
            "by": str(own.person_id),
            "comes_at": at.astimezone(clock.SHANGHAI).isoformat() if at else None,
            "asked": ids(passed),
            "spared": ids(spared),
            "nobody": whistle.ran_out_at is not None and _free(whistle, rows) > 0 and _is_left(rows),
        },
        {"note": why},
    )
    return own


def go_on(tenant: Tenant) -> int:
    """The worker's part, for the tenant in scope: who let the time pass is asked no longer, the next one is, and
    when nobody is left the community hears it. Gives how many whistles moved; again at once, it moves nothing.
    """
    at_work = working_hours.is_open(calendar(tenant.pk), clock.now())
    found = queries.to_go_on(clock.now(), AT_ONCE)
    return sum(_go_on(tenant.pk, one.whistle.pk) for one in found if _is_due(one, at_work))


@transaction.atomic
def recuse(actor: Actor, matter_id: UUID, *, person_id: UUID, why: str) -> Recusal:
    """回避: somebody stays out of a matter, also of the whistles blown about it. Entry: recusal.said.

    Anybody says it of themselves, staff of others. Raises NotAllowed, and Refused when it was said before.
    """
    matter = matters.lock(matter_id, None)
    verdict = rules.may_recuse(actor, matter, person_id)
    asked_here = Asked.objects.filter(whistle__matter=matter, person=person_id)
    if actor.person_id == person_id and not asked_here.exists() and not works_on(actor, matter):
        raise NotAllowed(_("这件事没有请过您。"))
    seat = verdict.grant()
    if Recusal.objects.filter(matter=matter, person=person_id).exists():
        raise Refused(_("已经记过要回避。"))
    row = Recusal.objects.create(
        tenant_id=actor.tenant_id, matter=matter, person_id=person_id, why=why, said_at=clock.now()
    )
    for whistle_id in asked_here.values_list("whistle", flat=True):
        _take_out(whistle_id, person_id)
    append(
        actor,
        "recusal.said",
        [("matter", matter.pk), ("person", person_id)],
        matters.facts(matter) | {"own": actor.person_id == person_id},
        {"note": why},
        seat=seat,
    )
    return row


def _must_stay_out(whistle: Whistle, person_id: UUID) -> bool:
    return whistle.matter_id is not None and Recusal.objects.filter(matter=whistle.matter_id, person=person_id).exists()


def _sensible(comes_at: dt.datetime | None) -> dt.datetime:
    if comes_at is None:
        raise Refused(_("选一个来的时间。"), "at")
    if comes_at < clock.now() - EARLIER:
        raise Refused(_("这个时间已经过了，换一个。"), "at")
    if comes_at > clock.now() + FURTHEST:
        raise Refused(_("两个月以后太远了，写一个近一点的日子。"), "at")
    return comes_at


def _pass_on(whistle: Whistle, person_id: UUID | None) -> list[Asked]:
    there = [one for one in queries.next_candidates(whistle) if one.person_id == person_id]
    if not there:
        raise Refused(_("这一位请过了，或者这会儿不能请，换一位。"), "to")
    return ask(whistle, there)


def _settled(whistle: Whistle, rows: list[Asked]) -> list[Asked]:
    """Move the whistle to where the answers put it: complete, or looking for somebody again. Gives whom it spares."""
    coming = [one for one in rows if one.answer == Answer.COME]
    lead = whistle.led_by_id if whistle.led_by_id in {one.person_id for one in coming} else None
    lead = lead or (coming[0].person_id if coming else None)
    if lead != whistle.led_by_id:
        Whistle.objects.filter(pk=whistle.pk).update(led_by=lead)
        whistle.led_by_id = lead
    if len(coming) >= whistle.needed:
        if whistle.status == Status.OPEN:
            move(whistle, Status.ANSWERED)
        return spare(rows)
    if whistle.status == Status.ANSWERED:
        move(whistle, Status.OPEN, ran_out_at=None)
    return []


def _is_due(one: queries.Blown, at_work: bool) -> bool:
    """Whether there is something to do: somebody let the time pass, or one more could be waited for."""
    rows, now = list(one.asked), clock.now()
    could_ask = at_work and one.whistle.ran_out_at is None and _free(one.whistle, rows) > 0
    return could_ask or any(asked.due_at <= now for asked in one.waiting)


def _free(whistle: Whistle, rows: list[Asked]) -> int:
    """How many more could be waited for at the same time than are now."""
    waiting = sum(1 for one in rows if not one.answer)
    missing = whistle.needed - sum(1 for one in rows if one.answer == Answer.COME)
    return max(whistle.at_once, missing) - waiting


def _is_left(rows: list[Asked]) -> bool:
    """Whether everybody who was asked has answered, or let the time pass."""
    return all(one.answer for one in rows)


@transaction.atomic
def _go_on(tenant_id: UUID, whistle_id: UUID) -> int:
    whistle, rows = lock(whistle_id)
    if whistle.status != Status.OPEN:
        return 0
    late = [one for one in rows if not one.answer and one.due_at <= clock.now()]
    settle(late, Answer.LAPSED)
    asked = _ask_next(whistle, rows) if working_hours.is_open(calendar(tenant_id), clock.now()) else []
    nobody = whistle.ran_out_at is not None and _is_left([*rows, *asked])
    if not (late or asked or nobody):
        return 0
    hearing = [one.person_id for one in (*late, *asked)] + ([whistle.blown_by_id] if nobody else [])
    append(
        Actor("system", tenant_id),
        "whistle.lapsed" if late or nobody else "whistle.asked",
        named(whistle, *hearing),
        facts(whistle) | {"lapsed": ids(late), "asked": ids(asked), "nobody": nobody, "all": len(rows) + len(asked)},
    )
    return 1


def _ask_next(whistle: Whistle, rows: list[Asked]) -> list[Asked]:
    """Ask as many more as could be waited for; notes it when there are not that many."""
    free = _free(whistle, rows)
    if free <= 0 or whistle.ran_out_at is not None:
        return []
    room = max(0, min(free, in_force(whistle.tenant_id).whistle.at_most - len(rows)))
    there = queries.next_candidates(whistle, without=filter(None, [whistle.blown_by_id])) if room else []
    asked = ask(whistle, there[:room])
    if len(asked) < free:
        whistle.ran_out_at = clock.now()
        Whistle.objects.filter(pk=whistle.pk).update(ran_out_at=whistle.ran_out_at)
    return asked


def _take_out(whistle_id: UUID, person_id: UUID) -> None:
    """Somebody who must stay out does not come, whatever they said."""
    whistle, rows = lock(whistle_id)
    own = [one for one in rows if one.person_id == person_id and one.answer in ("", Answer.COME, Answer.LAPSED)]
    if own and whistle.status in rules.GOING_ON:
        settle(own, Answer.CANNOT, comes_at=None, why=_("要回避"))
        _settled(whistle, rows)
