"""Taking in a conversation that was held elsewhere, from the files that others write."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core.actors import Actor
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.deliberation.models import Conversation, OpinionVote, Statement
from shangliang.deliberation.opinions.files import CHOICES, open_text
from shangliang.ledger.actions import append
from shangliang.people.models import Body

ENDINGS = ("csv", "csv.gz", "csv.xz")
AT_ONCE = 10_000  # votes written in one go


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as its folder tells it: statements by number, and the last vote of each pair in order of time."""

    statements: Mapping[int, Mapping[str, str]]
    votes: list[tuple[int, int, int, int]]  # milliseconds, who, what, vote


def read_folder(folder: Path) -> Held:
    """comments and votes (.csv, .csv.gz, .csv.xz). Raises Refused for what is missing or cannot be read."""
    try:
        comments = {int(row["comment-id"]): row for row in _rows(folder, "comments")}
        last: dict[tuple[int, int], tuple[int, int]] = {}
        for row in _rows(folder, "votes"):
            pair, cast = (int(row["voter-id"]), int(row["comment-id"])), int(row["timestamp"])
            if pair[1] in comments and cast >= last.get(pair, (0, 0))[0]:
                last[pair] = (cast, CHOICES[row["vote"].strip()])
    except (KeyError, ValueError) as error:
        raise Refused(_("%(folder)s里的文件看不懂：%(why)s") % {"folder": folder, "why": error}) from error
    return Held(comments, sorted((cast, who, what, vote) for (who, what), (cast, vote) in last.items()))


@transaction.atomic
def bring_in(actor: Actor, body: Body, held: Held, *, question: str, about: str, source: str) -> Conversation:
    """Keep it as a conversation of `body` that is over, marked with its `source`; it is never opened again.

    Raises Refused when there is no vote. Entry: conversation.imported, with the words of all statements.
    """
    if not held.votes:
        raise Refused(_("里面没有一票。"))
    people = {who for _cast, who, _what, _vote in held.votes}
    row = Conversation.objects.create(
        tenant_id=actor.tenant_id,
        body=body,
        question=question,
        about=about,
        source=source,
        words=140,
        each=1,
        check_by="device",
        status=Conversation.Status.CLOSED,
        opened_at=_moment(held.votes[0][0]),
        closed_at=_moment(held.votes[-1][0]),
        people=len(people),
        votes=len(held.votes),
    )
    ids = {number: uuid7() for number in held.statements}
    Statement.objects.bulk_create(_statements(row, held, ids))
    OpinionVote.objects.bulk_create(
        (
            OpinionVote(
                tenant_id=row.tenant_id,
                conversation=row,
                who=who,
                what=what,
                vote=vote,
                serial=serial,
                cast_at=_moment(cast),
            )
            for serial, (cast, who, what, vote) in enumerate(held.votes, 1)
        ),
        AT_ONCE,
    )
    append(
        actor,
        "conversation.imported",
        [("conversation", row.pk)],
        {"source": source, "people": len(people), "votes": len(held.votes), "statements": len(ids)},
        {f"statement-{number}": one["comment-body"] for number, one in held.statements.items()},
        words_ids={f"statement-{number}": pk for number, pk in ids.items()},
    )
    return row


def _statements(row: Conversation, held: Held, ids: Mapping[int, UUID]) -> Iterator[Statement]:
    counts = {number: {1: 0, -1: 0, 0: 0} for number in held.statements}
    for _cast, _who, what, vote in held.votes:
        counts[what][vote] += 1
    for number, one in sorted(held.statements.items()):
        author = int(one.get("author-id") or -1)
        yield Statement(
            tenant_id=row.tenant_id,
            conversation=row,
            number=number,
            words_id=ids[number],
            author=author if author >= 0 else None,
            is_seed=author < 0,
            status=Statement.Status.DECLINED if _is_out(one) else Statement.Status.SHOWN,
            made_at=_moment(int(one["timestamp"])),
            agree=counts[number][1],
            disagree=counts[number][-1],
            passed=counts[number][0],
        )


def _is_out(comment: Mapping[str, str]) -> bool:
    return comment.get("moderated", "").strip() == "-1" or comment.get("is-meta", "").strip().lower() == "true"


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    path = next((one for ending in ENDINGS if (one := folder / f"{name}.{ending}").exists()), folder / f"{name}.csv")
    with open_text(path) as file:
        yield from csv.DictReader(file)


def _moment(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
