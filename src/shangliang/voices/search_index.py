"""The engine's index over `SearchText`: the one place where SQLite and PostgreSQL differ.

SQLite has an FTS5 table that numbers its rows itself, so that the newest text has the highest row.
PostgreSQL has a GIN index over the array of tokens. A migration makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from shangliang.matters.models import Matter
from shangliang.voices.models import SearchText

AT_MOST = 2000  # hits of one search, the newest first: a common word must not cost more on a large site


def put(tenant_id: UUID, matter_id: UUID, tokens: Sequence[str]) -> None:
    """Let a matter be found by `tokens`, and by nothing it was found by before."""
    text = " ".join(tokens)
    old = SearchText.objects.filter(tenant_id=tenant_id, matter=matter_id).first()
    if old is None:
        old = SearchText(tenant_id=tenant_id, matter_id=matter_id)
    elif old.tokens == text:
        return
    if connection.vendor == "sqlite":
        old.row = _put_row(old.row, old.tokens, text)
    old.tokens = text
    old.save()


def ids_matching(tenant_id: UUID, tokens: Sequence[str]) -> RawSQL:
    """The ids of the tenant's matters that have all `tokens` (at least one), as a subquery for `pk__in`."""
    tenant = Matter._meta.get_field("tenant").get_db_prep_value(tenant_id, connection)  # type: ignore[union-attr]
    sql, given = _MATCHING[connection.vendor]
    return RawSQL(sql, (tenant, given(tokens), AT_MOST))  # noqa: S611


def _put_row(row: int | None, was: str, text: str) -> int:
    with connection.cursor() as cursor:
        if row is None:
            cursor.execute("INSERT INTO voices_search (tokens) VALUES (%s)", [text])
            return int(cursor.lastrowid)
        # A table without content forgets a text only if it is told which.
        cursor.execute("INSERT INTO voices_search (voices_search, rowid, tokens) VALUES ('delete', %s, %s)", [row, was])
        cursor.execute("INSERT INTO voices_search (rowid, tokens) VALUES (%s, %s)", [row, text])
        return row


def _match(tokens: Sequence[str]) -> str:
    return " ".join(f'"{token}"' for token in tokens)


_MATCHING: dict[str, tuple[str, Any]] = {
    "sqlite": (
        'SELECT "matter_id" FROM "voices_searchtext" WHERE "tenant_id" = %s AND "row" IN '
        "(SELECT rowid FROM voices_search WHERE voices_search MATCH %s ORDER BY rowid DESC LIMIT %s)",
        _match,
    ),
    "postgresql": (
        'SELECT "matter_id" FROM "voices_searchtext" WHERE "tenant_id" = %s '
        "AND string_to_array(tokens, ' ') @> %s::text[] ORDER BY \"matter_id\" DESC LIMIT %s",
        list,
    ),
}
