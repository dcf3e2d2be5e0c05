"""网上商量, the residents' side: voting on statements, and saying something oneself."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation import rules
from shangliang.deliberation.actions.conversations import about, lock, next_number
from shangliang.deliberation.models import Conversation, OpinionVote, Participant, Side, Statement
from shangliang.deliberation.queries import conversations as queries
from shangliang.deliberation.voters import Voter
from shangliang.ledger.actions import append
from shangliang.voices.screening import Finding, findings

WHO = {
    "device": _lazy("浏览器没有记住您，一人一票就数不准。请打开浏览器的 Cookie，刷新这一页再点。"),
    "slip": _lazy("先输入回执码，一张回执算一个人。"),
    "account": _lazy("这一次只请委员和工作人员说，请先登录。"),
}
COLUMN = {1: "agree", -1: "disagree", 0: "passed"}


@transaction.atomic
def vote(conversation_id: UUID, voter: Voter, number: int, choice: int) -> None:
    """Count what somebody says of a statement; the last of a pair counts.

    No entry: the one of the close commits to what was counted. The conversation's row is held meanwhile, so that the
    serials of votes are given in the order in which they can be read. Raises Refused, or Conversation.DoesNotExist.
    """
    row = lock(conversation_id)
    key = _key(row, voter)
    if choice not in COLUMN:
        raise Refused(_("同意、不同意，还是说不好？点一个。"))
    statement = Statement.objects.filter(conversation=row, number=number, status=Statement.Status.SHOWN).first()
    if statement is None:
        raise Refused(_("这一条刚刚收起来了，看下一条。"))
    who, came = _participant(row, key)
    before = None if came else OpinionVote.objects.filter(conversation=row, who=who.number, what=number).first()
    if before and before.vote == choice:
        return
    changed = {COLUMN[choice]: F(COLUMN[choice]) + 1}
    if before:
        changed[COLUMN[before.vote]] = F(COLUMN[before.vote]) - 1
    Statement.objects.filter(pk=statement.pk).update(**changed)
    now = {"vote": choice, "serial": row.votes + 1, "cast_at": clock.now()}
    if before:
        OpinionVote.objects.filter(pk=before.pk).update(**now)
    else:
        OpinionVote.objects.create(tenant_id=row.tenant_id, conversation=row, who=who.number, what=number, **now)
    Conversation.objects.filter(pk=row.pk).update(votes=row.votes + 1, people=row.people + came)


@transaction.atomic
def say(actor: Actor, conversation_id: UUID, voter: Voter, text: str) -> Statement:
    """Take in a statement; it waits until staff have looked at it. The same words of the same author again are a
    retry, and give the first. Raises Refused. Entry: statement.made.
    """
    row = lock(conversation_id)
    key = _key(row, voter)
    if len(text) > row.words:
        raise Refused(_("写了 %(now)d 字，一条最多 %(most)d 字。") % {"now": len(text), "most": row.words}, "words")
    if found := findings(text):
        raise Refused(personal(text, found), "words")
    who, came = _participant(row, key)
    own = [] if came else queries.by_author(row, who.number)
    if known := next((one.row for one in own if one.text == text), None):
        return known
    if len(own) >= row.each:
        raise Refused(_("一个人最多说 %(most)d 条，您已经说满了。别人说的，可以同意或者不同意。") % {"most": row.each})
    words_id = uuid7()
    statement = Statement.objects.create(
        tenant_id=row.tenant_id,
        conversation=row,
        number=next_number(row),
        words_id=words_id,
        author=who.number,
        made_at=clock.now(),
    )
    Conversation.objects.filter(pk=row.pk).update(people=row.people + came)
    append(
        actor,
        "statement.made",
        about(row, statement),
        {"number": statement.number, "seed": False},
        {"words": text},
        words_ids={"words": words_id},
    )
    return statement


@transaction.atomic
def say_side(conversation_id: UUID, voter: Voter, side: Side | None) -> None:
    """A participant says which of the topic's sides they are on, or takes it back. Raises Refused."""
    row = lock(conversation_id)
    key = _key(row, voter)
    if side is not None and side.topic_id != row.topic_id:
        raise Refused(_("这一项没有了，再选一次。"))
    who, came = _participant(row, key)
    Participant.objects.filter(pk=who.pk).update(side=side)
    Conversation.objects.filter(pk=row.pk).update(people=row.people + came)


def personal(text: str, found: list[Finding]) -> str:
    """What stands in the way of a text in which personal data was found, in words."""
    parts = "、".join(f"{one.label}“{text[one.start : one.end]}”" for one in found)
    return _("里面像是有%(parts)s。大家都会看到，请去掉。") % {"parts": parts}


def _key(row: Conversation, voter: Voter) -> bytes:
    rules.may_speak(row).grant()
    key = voter.key(row)
    if key is None:
        raise Refused(str(WHO[row.check_by]))
    return key


def _participant(row: Conversation, key: bytes) -> tuple[Participant, bool]:
    """Who has this key in a locked conversation, and whether they have only just come."""
    if known := queries.participant(row, key):
        return known, False
    made = Participant.objects.create(
        tenant_id=row.tenant_id, conversation=row, number=row.people, key=key, came_at=clock.now()
    )
    return made, True
