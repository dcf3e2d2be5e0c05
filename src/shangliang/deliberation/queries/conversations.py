"""Reading conversations: what is said, who said what to it, what waits for staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from shangliang.core import clock
from shangliang.deliberation.models import (
    Conversation,
    Finding,
    OpinionVote,
    Participant,
    RuleVersion,
    Side,
    Statement,
    StoredMap,
    Topic,
)
from shangliang.deliberation.opinions.picture import Picture, paint, shown_numbers
from shangliang.deliberation.queries.topics import playbook_of
from shangliang.ledger.queries import read

Status = Statement.Status
WAITS = Count("statements", filter=Q(statements__status=Status.WAITING))
# The map of a conversation in which nobody has voted.
NOTHING: dict[str, Any] = {
    "people": 0,
    "placed": 0,
    "votes": 0,
    "each": 1,
    **{name: [] for name in ("groups", "shared", "against", "apart", "dots")},
}


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with its text in the clear."""

    row: Statement
    text: str

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def votes(self) -> int:
        """How many have voted on it."""
        return self.row.agree + self.row.disagree + self.row.passed


def conversation(conversation_id: UUID) -> Conversation | None:
    """A conversation with its body, its topic and that one's matter, or the rule it is about (one query)."""
    rows = Conversation.objects.select_related("body__place", "topic__matter", "version__rule")
    return rows.filter(pk=conversation_id).first()


def of_topic(topic: Topic) -> list[Conversation]:
    """The conversations about a topic, the latest first, and how much `waits` for staff in each (one query)."""
    return list(Conversation.objects.filter(topic=topic).annotate(waits=WAITS).order_by("-opened_at"))


def listed() -> list[Conversation]:
    """All of them, those going on first, and how much `waits` for staff in each (one query)."""
    rows = Conversation.objects.select_related("body__place", "topic", "version__rule").annotate(waits=WAITS)
    return list(rows.order_by("-status", "-opened_at")[:100])


def is_open(row: Conversation) -> bool:
    """Whether it goes on today."""
    return row.status == Conversation.Status.OPEN and not (row.closes_on and row.closes_on < clock.today())


def participant(row: Conversation, key: bytes) -> Participant | None:
    """Who speaks with this key (one query)."""
    return Participant.objects.filter(conversation=row, key=key).first()


def shown(row: Conversation) -> list[Statement]:
    """The statements everybody sees, in the order they came; their words joined, still sealed (one query)."""
    rows = Statement.objects.filter(conversation=row, status=Status.SHOWN).select_related("words")
    return list(rows.order_by("number"))


def texts(rows: Iterable[Statement]) -> list[Said]:
    """Statements (with their words joined) in the clear (no query)."""
    return [Said(row, read(row.words)) for row in rows]


def votes_of(row: Conversation, number: int | None) -> dict[int, int]:
    """What a participant says now, by the number of the statement (one query, none for somebody new)."""
    if number is None:
        return {}
    return dict(OpinionVote.objects.filter(conversation=row, who=number).values_list("what", "vote"))


def by_author(row: Conversation, number: int | None) -> list[Said]:
    """What a participant said, the latest first, with what became of it (one query, none for somebody new)."""
    if number is None:
        return []
    rows = Statement.objects.filter(conversation=row, author=number).select_related("words")
    return texts(rows.order_by("-number"))


def waiting(row: Conversation) -> list[Said]:
    """What waits for staff, the oldest first (one query)."""
    return texts(_with(row, Status.WAITING))


def screened(row: Conversation) -> list[Said]:
    """What staff have looked at, the latest first (one query)."""
    return texts(_with(row, Status.SHOWN, Status.DECLINED).order_by("-number"))


def statement(statement_id: UUID) -> Statement | None:
    """A statement with its words and its conversation's body and place (one query)."""
    rows = Statement.objects.select_related("words", "conversation__body__place", "conversation__topic")
    return rows.filter(pk=statement_id).first()


def seeds(about: Topic) -> list[str]:
    """What the investigation found that is short enough to be voted on, as statements to begin with (one query)."""
    longest = playbook_of(about).deliberation.statements.words
    rows = Finding.objects.filter(topic=about, withdrawn_at=None).order_by("pk")
    return [text for text in rows.values_list("text", flat=True) if len(text) <= longest][:8]


def rule_version(version_id: UUID) -> RuleVersion | None:
    """A version of a rule, with its rule, body and place (one query)."""
    return RuleVersion.objects.select_related("rule__body__place", "rule__place").filter(pk=version_id).first()


def sides(row: Conversation) -> list[Side]:
    """The sides that its topic touches, and how many of each are `taking_part` (one query, none without a topic)."""
    if row.topic_id is None:
        return []
    here = Count("participants", filter=Q(participants__conversation=row))
    rows = Side.objects.filter(topic=row.topic_id, dropped_at=None).annotate(taking_part=here)
    return list(rows.order_by("position", "id"))


def stale() -> list[Conversation]:
    """Those whose stored map is behind their votes (one query, by an index that is nearly always empty)."""
    return list(Conversation.objects.filter(votes__gt=F("mapped")).order_by("pk"))


def votes_between(row: Conversation, after: int, until: int) -> Iterator[tuple[int, int, int]]:
    """Who, what and vote of those cast after the serial `after` up to `until`, in that order (one query)."""
    rows = OpinionVote.objects.filter(conversation=row, serial__gt=after, serial__lte=until)
    return rows.order_by("serial").values_list("who", "what", "vote").iterator(chunk_size=20_000)


def votes_cast(row: Conversation) -> Iterator[tuple[dt.datetime, int, int, int]]:
    """When, what, who and vote, in the order they were cast (one query)."""
    rows = OpinionVote.objects.filter(conversation=row).order_by("serial")
    return rows.values_list("cast_at", "what", "who", "vote").iterator(chunk_size=5000)


def all_statements(row: Conversation) -> Iterator[Statement]:
    """All statements with their words joined, in order (one query)."""
    return Statement.objects.filter(conversation=row).select_related("words").order_by("number").iterator()


def statements_by(row: Conversation) -> dict[int, int]:
    """How many statements each participant made (one query)."""
    rows = Statement.objects.filter(conversation=row, author__isnull=False).order_by("author")
    return dict(rows.values_list("author").annotate(Count("pk")))


def statuses(row: Conversation) -> dict[int, str]:
    """The status of each statement, by number, in order (one query)."""
    return dict(Statement.objects.filter(conversation=row).order_by("number").values_list("number", "status"))


def stored_map(row: Conversation) -> StoredMap | None:
    """The map as it was last computed (one query)."""
    return StoredMap.objects.filter(conversation=row).first()


def picture(row: Conversation) -> Picture:
    """The map as a page shows it, and why there is none (three queries, two without a topic)."""
    stored = stored_map(row)
    drawn = stored.map if stored else NOTHING
    rows = Statement.objects.filter(conversation=row, status=Status.SHOWN).select_related("words").order_by("number")
    wanted = shown_numbers(drawn)
    counted, read_of = 0, {}
    for one in rows:
        counted += 1
        if one.number in wanted:
            read_of[one.number] = read(one.words)
    return paint(drawn, read_of, row.group_names, counted, sides(row))


def _with(row: Conversation, *status: str) -> QuerySet[Statement]:
    rows = Statement.objects.filter(Q(status__in=status), conversation=row).select_related("words")
    return rows.order_by("number")
