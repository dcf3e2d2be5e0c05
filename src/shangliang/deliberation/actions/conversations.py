"""网上商量: opening a conversation, screening what is said, naming groups, closing and opening again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.core.states import move
from shangliang.deliberation import gates, rules
from shangliang.deliberation.models import Conversation, RuleVersion, Statement, Topic
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.actions import append, erase
from shangliang.matters import actions as matters
from shangliang.people.models import Body
from shangliang.playbooks.deliberation_rules import CHECKS, StatementRules
from shangliang.playbooks.queries import in_force
from shangliang.voices.rules import may_erase
from shangliang.voices.screening import findings

Status = Conversation.Status


@transaction.atomic
def open_conversation(
    actor: Actor,
    topic: Topic,
    *,
    question: str,
    about: str = "",
    closes_on: dt.date | None = None,
    check: str = "",
    seeds: Sequence[str] = (),
) -> Conversation:
    """Ask residents online about a topic, with statements to begin with (from the investigation's findings).

    `check` may be stricter than the playbook's, never laxer. Raises NotAllowed, or Refused, also while something
    is missing before the step of its path in which people talk online. Entry: conversation.opened.
    """
    topic.matter = matters.lock(topic.matter_id, None)
    topic.refresh_from_db(fields=["status"])
    seat = rules.may_open_conversation(actor, topic).grant()
    gates.require(topic, "online")
    limits = playbook_of(topic).deliberation.statements
    body = Body.objects.get(pk=seat.body_id) if seat else topic.put_by
    about_what = {"body": body, "topic": topic, "question": question, "about": about}
    return _open(actor, seat, limits, check, seeds, closes_on=closes_on, **about_what)


@transaction.atomic
def open_about(
    actor: Actor,
    version: RuleVersion,
    *,
    question: str = "",
    about: str = "",
    closes_on: dt.date | None = None,
    check: str = "",
    seeds: Sequence[str] = (),
) -> Conversation:
    """The same about the draft of a rule, until its comments end. Entry: conversation.opened."""
    seat = rules.may_open_about(actor, version).grant()
    rule = version.rule
    question = question or _("%(rule)s这样写行不行？") % {"rule": f"《{rule.title}》"}
    about_what = {"body": rule.body, "version": version, "question": question, "about": about}
    until = closes_on or version.comment_until
    return _open(
        actor, seat, in_force(actor.tenant_id).deliberation.statements, check, seeds, closes_on=until, **about_what
    )


@transaction.atomic
def add_seeds(actor: Actor, conversation: Conversation, texts: Sequence[str]) -> None:
    """Further statements by staff, shown at once. Raises NotAllowed or Refused. Entry: statement.made, one for all."""
    row = lock(conversation.pk)
    seat = rules.may_change(actor, row).grant()
    rules.may_speak(row).grant()
    _check(texts, row.words)
    seeds = _plant(row, texts, next_number(row))
    _redraw(row)
    append(
        actor,
        "statement.made",
        [*about(row), *(("statement", one.pk) for one in seeds)],
        {"numbers": [one.number for one in seeds], "seed": True},
        {f"seed-{one.number}": text for one, text in zip(seeds, texts, strict=True)},
        seat=seat,
        words_ids={f"seed-{one.number}": one.words_id for one in seeds},
    )


@transaction.atomic
def show(actor: Actor, statement: Statement) -> None:
    """Let everybody see a statement, and vote on it. Entry: statement.shown."""
    conversation, seat = _screening(actor, statement)
    move(statement, Statement.Status.SHOWN, why_not="")
    _redraw(conversation)
    append(actor, "statement.shown", about(conversation, statement), {"number": statement.number}, seat=seat)


@transaction.atomic
def decline(actor: Actor, statement: Statement, *, why: str) -> None:
    """Keep a statement from being shown, with the reason that its author reads. Entry: statement.declined."""
    conversation, seat = _screening(actor, statement)
    if not why.strip():
        raise Refused(_("写一句为什么不放出来，写的人看得见。"), "why")
    move(statement, Statement.Status.DECLINED, why_not=why.strip())
    _redraw(conversation)
    append(
        actor,
        "statement.declined",
        about(conversation, statement),
        {"number": statement.number},
        {"why": why.strip()},
        seat=seat,
    )


@transaction.atomic
def erase_statement(actor: Actor, statement: Statement, *, reason: str) -> None:
    """Destroy the words of a statement, as the law gives whom they are about the right to demand. Its votes stay.

    Raises NotAllowed, or Refused when they are gone already. Entry: words.erased.
    """
    row = lock(statement.conversation_id)
    seat = may_erase(actor).grant()
    if statement.status != Statement.Status.DECLINED:
        move(statement, Statement.Status.DECLINED, why_not=_("已依法删除。"))
        _redraw(row)
    erase(actor, statement.words_id, reason, seat=seat)


@transaction.atomic
def name_groups(actor: Actor, conversation: Conversation, names: Mapping[str, str]) -> None:
    """The convenor says what the groups of the map are called; an empty name takes one away. Entry:
    conversation.named."""
    row = lock(conversation.pk)
    seat = rules.may_change(actor, row).grant()
    kept = {number: name.strip()[:12] for number, name in names.items() if name.strip()}
    Conversation.objects.filter(pk=row.pk).update(group_names=kept)
    append(actor, "conversation.named", about(row), {"names": kept}, seat=seat)


@transaction.atomic
def close(actor: Actor, conversation: Conversation) -> None:
    """End a conversation. Its entry commits to what was counted for each statement. Entry: conversation.closed."""
    row = lock(conversation.pk)
    seat = rules.may_change(actor, row).grant()
    if row.status != Status.OPEN:
        raise Refused(_("这次已经说完了。"))
    move(row, Status.CLOSED, closed_at=clock.now())
    append(actor, "conversation.closed", about(row), _counts(row), seat=seat)


@transaction.atomic
def reopen(actor: Actor, conversation: Conversation, *, closes_on: dt.date | None = None) -> None:
    """Let people go on. Entry: conversation.reopened."""
    row = lock(conversation.pk)
    seat = rules.may_change(actor, row).grant()
    if row.status != Status.CLOSED:
        raise Refused(_("这次还在说。"))
    if closes_on and closes_on < clock.today():
        raise Refused(_("到哪天为止？不能早于今天。"), "closes_on")
    move(row, Status.OPEN, closed_at=None, closes_on=closes_on)
    facts = {"until": closes_on.isoformat() if closes_on else ""}
    append(actor, "conversation.reopened", about(row), facts, seat=seat)


def lock(conversation_id: UUID) -> Conversation:
    """The row as it is now, held until the transaction ends: whoever counts or numbers waits for it."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("body__place", "topic")
    return rows.get(pk=conversation_id)


def next_number(conversation: Conversation) -> int:
    """The number of the next statement of a locked conversation."""
    numbers = Statement.objects.filter(conversation=conversation).values_list("number", flat=True)
    return (numbers.order_by("-number").first() or 0) + 1


def about(conversation: Conversation, statement: Statement | None = None) -> list[tuple[str, UUID]]:
    """What an entry about a conversation names."""
    named = [("conversation", conversation.pk)]
    if conversation.topic is not None:
        named += [("topic", conversation.topic.pk), ("matter", conversation.topic.matter_id)]
    return [*named, ("statement", statement.pk)] if statement else named


def _open(
    actor: Actor, seat: Seat | None, limits: StatementRules, check: str, seeds: Sequence[str], **given: object
) -> Conversation:
    strictness = check or limits.check
    if CHECKS.index(strictness) < CHECKS.index(limits.check):
        raise Refused(_("工作法定的更严，不能放宽。"), "check")
    closes_on = given["closes_on"]
    if isinstance(closes_on, dt.date) and closes_on < clock.today():
        raise Refused(_("到哪天为止？不能早于今天。"), "closes_on")
    texts = [seed.strip() for seed in seeds if seed.strip()]
    _check(texts, limits.words)
    row = Conversation.objects.create(
        tenant_id=actor.tenant_id,
        words=limits.words,
        each=limits.each,
        check_by=strictness,
        opened_at=clock.now(),
        **given,
    )
    ids = {f"seed-{one.number}": one.words_id for one in _plant(row, texts, 1)}
    until = row.closes_on.isoformat() if row.closes_on else ""
    append(
        actor,
        "conversation.opened",
        about(row),
        {"body": str(row.body_id), "until": until, "check": strictness, "seeds": len(texts)},
        {"question": row.question, **dict(zip(ids, texts, strict=True))},
        seat=seat,
        words_ids=ids,
    )
    return row


def _plant(row: Conversation, texts: Sequence[str], first: int) -> list[Statement]:
    """Statements of staff, which everybody sees; their words stand in the entry that the caller writes."""
    rows = (
        Statement(
            tenant_id=row.tenant_id,
            conversation=row,
            number=number,
            words_id=uuid7(),
            is_seed=True,
            status=Statement.Status.SHOWN,
            made_at=clock.now(),
        )
        for number in range(first, first + len(texts))
    )
    return Statement.objects.bulk_create(rows)


def _check(texts: Sequence[str], words: int) -> None:
    for text in texts:
        if len(text) > words:
            raise Refused(
                _("“%(text)s…”写了 %(now)d 字，一条最多 %(most)d 字。")
                % {"text": text[:10], "now": len(text), "most": words},
                "seeds",
            )
        if findings(text):
            raise Refused(_("“%(text)s…”里像是有个人信息，请改掉。") % {"text": text[:10]}, "seeds")


def _screening(actor: Actor, statement: Statement) -> tuple[Conversation, Seat | None]:
    row = lock(statement.conversation_id)
    return row, rules.may_change(actor, row).grant()


def _redraw(conversation: Conversation) -> None:
    """Let the worker draw the map again: which statements are in it has changed."""
    Conversation.objects.filter(pk=conversation.pk).update(votes=F("votes") + 1)


def _counts(row: Conversation) -> dict[str, object]:
    rows = Statement.objects.filter(conversation=row).order_by("number")
    counted = rows.values_list("number", "agree", "disagree", "passed", "status")
    return {"people": row.people, "statements": [list(one) for one in counted]}
