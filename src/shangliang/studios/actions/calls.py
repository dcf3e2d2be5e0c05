"""What residents say to a studio, and the questions it puts to them (征集)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Changed, Refused
from shangliang.ledger.actions import append
from shangliang.matters import actions as matters
from shangliang.people.models import Person
from shangliang.places.models import Place
from shangliang.studios import rules
from shangliang.studios.models import Call, Studio, StudioVoice
from shangliang.studios.queries import calls as queries
from shangliang.studios.queries import duty
from shangliang.studios.queries.studios import RECEIVING, holder
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import Receipt, Speech, raise_voice

LONGEST = dt.timedelta(days=190)


def say_to_studio(
    actor: Actor, tenant: Tenant, studio: Studio, speech: Speech, *, person: Person | None = None
) -> Receipt:
    """Take in a message to a studio, to whoever is on duty or to one of its members. The studio holds the matter it
    opens, or whoever receives for the place while nobody runs the studio, with slip, deadline and end as any other; the one it is for, or those on duty, hear that it is there, and
    so does whoever runs the studio. Entry: voice.raised.

    Raises Refused when the studio receives nobody now.
    """
    with transaction.atomic():
        row = _locked_studio(studio.pk)
        if row.status not in RECEIVING:
            raise Refused(_("%(name)s现在不接待。请从“我要提”说，社区和街道照样办。") % {"name": row.body.name})
        given = raise_voice(actor, tenant, replace(speech, to=holder(row), also=_heard_by(row, person, speech)))
        _said(row, given, person=person)
    return given


def answer_call(actor: Actor, tenant: Tenant, call: Call, speech: Speech) -> Receipt:
    """Take in an answer to a call: a voice as any other, held by the studio. Entry: voice.raised.

    Raises Refused when the call takes no answers, or for a place it is not about.
    """
    with transaction.atomic():
        _locked_studio(call.studio_id)
        row = _lock(call.pk)
        if not queries.takes_answers(row):
            raise Refused(_("这次征集已经结束，不再收回答了。您想说的，可以给工作室留言。"))
        given = raise_voice(actor, tenant, replace(speech, to=holder(row.studio)))
        _said(row.studio, given, call=row)
    return given


@transaction.atomic
def open_call(
    actor: Actor,
    studio: Studio,
    *,
    question: str,
    about: str = "",
    places: Sequence[Place] = (),
    since: dt.date,
    until: dt.date,
) -> Call:
    """Put a question to residents, from a day to a day, about some places, the studio's own if none is given.
    Entry: call.opened. Raises NotAllowed, or Refused for days that are over, too many, or the wrong way round."""
    seat = rules.may_call(actor, studio).grant()
    if until < since:
        raise Refused(_("结束的日子在开始的前面。"), "until")
    if since < clock.today():
        raise Refused(_("从今天或以后的一天开始。"), "since")
    if until - since > LONGEST:
        raise Refused(_("一次征集最长半年。太长了大家等不到结果。"), "until")
    row = Call.objects.create(
        tenant_id=actor.tenant_id,
        studio=studio,
        question=question,
        about=about,
        places=[str(place.pk) for place in places],
        since=since,
        until=until,
    )
    facts = {"question": question, "since": since.isoformat(), "until": until.isoformat(), "places": row.places}
    append(actor, "call.opened", [("call", row.pk), *_subjects(studio)], facts, seat=seat)
    return row


@transaction.atomic
def decide(actor: Actor, answer: StudioVoice, *, adopted: bool, why: str) -> None:
    """采纳 or 未采纳, with the reason, which whoever answered reads on their slip. May be decided anew until the call
    is concluded. Entry: answer.decided. Raises NotAllowed, or Refused without a reason or when it is too late."""
    if answer.call_id is None:
        raise Refused(_("这是留言，不是对征集的回答。"))
    matter = matters.lock(answer.voice.matter_id, None)
    call = _lock(answer.call_id)
    seat = rules.may_call(actor, call.studio).grant()
    if call.concluded_at is not None and answer.adopted is not None:
        raise Refused(_("征集已经有了结果，公布出去的不能再改。"))
    if not why.strip():
        raise Refused(_("写一句理由，回答的人看得到。"), "why")
    StudioVoice.objects.filter(pk=answer.pk).update(adopted=adopted, why=why, decided_at=clock.now())
    append(
        actor,
        "answer.decided",
        [("matter", matter.pk), ("voice", answer.voice_id), ("call", call.pk)],
        matters.facts(matter) | {"adopted": adopted, "question": call.question},
        {"why": why},
        seat=seat,
    )


@transaction.atomic
def conclude(actor: Actor, call: Call, outcome: str) -> None:
    """Say what came of a call; it takes no more answers. Entry: call.concluded.

    Raises NotAllowed, Changed when it was over before, or Refused while an answer is undecided.
    """
    row = _lock(call.pk)
    seat = rules.may_call(actor, row.studio).grant()
    _not_over(row)
    found = queries.tally([row.pk]).get(row.pk, queries.Tally())
    if found.undecided:
        raise Refused(_("还有 %(n)d 条回答没写采纳没采纳。每条都有了交代，再公布结果。") % {"n": found.undecided})
    Call.objects.filter(pk=row.pk).update(outcome=outcome, concluded_at=clock.now())
    facts = {"answers": found.answers, "adopted": found.adopted, "not_adopted": found.not_adopted}
    append(actor, "call.concluded", [("call", row.pk), *_subjects(row.studio)], facts, {"outcome": outcome}, seat=seat)


@transaction.atomic
def withdraw(actor: Actor, call: Call, why: str) -> None:
    """Take a call back; answers given so far stay voices, and go on. Entry: call.withdrawn.

    Raises NotAllowed, or Changed when it was over before.
    """
    row = _lock(call.pk)
    seat = rules.may_call(actor, row.studio).grant()
    _not_over(row)
    Call.objects.filter(pk=row.pk).update(withdrawn_at=clock.now(), outcome=why)
    append(actor, "call.withdrawn", [("call", row.pk), *_subjects(row.studio)], {}, {"why": why}, seat=seat)


def _heard_by(studio: Studio, person: Person | None, speech: Speech) -> list[tuple[str, UUID]]:
    """The body a message is to and who is told of it: nobody while it is held as automatic."""
    if speech.held:
        return []
    today = [one for one in duty.on_duty(clock.today(), [studio.pk]) if not one.cancelled]
    people = {person.pk} if person else {turn.person_id for one in today for turn in one.turns}
    return [("body", studio.body_id), *(("person", pk) for pk in sorted(people | duty.who_runs(studio)))]


def _said(studio: Studio, given: Receipt, *, call: Call | None = None, person: Person | None = None) -> None:
    # A retry of a form speaks once: the row of the first time stands.
    StudioVoice.objects.get_or_create(
        tenant_id=studio.tenant_id, voice=given.voice, defaults={"studio": studio, "call": call, "person": person}
    )


def _locked_studio(studio_id: UUID) -> Studio:
    """A studio as it is now: it does not close before what is said to it is in its hands. Locked before its calls,
    as closing it does."""
    return Studio.objects.select_for_update(of=("self",)).select_related("body__place").get(pk=studio_id)


def _lock(call_id: UUID) -> Call:
    """A call as it is now: nobody answers it while it ends, and nobody ends it twice."""
    rows = Call.objects.select_for_update(of=("self",)).select_related("studio__body__place")
    return rows.get(pk=call_id)


def _not_over(row: Call) -> None:
    if row.withdrawn_at is not None:
        raise Changed(_("这次征集已经收回了。"))
    if row.concluded_at is not None:
        raise Changed(_("这次征集已经公布了结果。"))


def _subjects(studio: Studio) -> list[tuple[str, UUID]]:
    return [("studio", studio.pk), ("body", studio.body_id)]
