"""Readers of the ledger: each does every entry once and in order, at its own pace."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django_scopes import get_scope

from shangliang.core.turns import give_way
from shangliang.ledger import actions, queries
from shangliang.ledger.models import Bookmark, Chain, Entry
from shangliang.ledger.queries import Line

BREATH = 0.1  # seconds between two portions


def catch_up(reader: str, handle: Callable[[list[Line]], None], batch: int = 200, *, with_words: bool = True) -> int:
    """Give `handle` all entries of the tenant in scope that `reader` has not done yet, oldest first.

    Each portion of at most `batch` entries is handled in one transaction with the moving of the
    bookmark: what `handle` writes to the database happens exactly once. If it raises, that
    portion stands as if never begun, and the error goes to the caller. A reader that needs facts
    alone leaves the words sealed. Returns how many were done.
    """
    tenant_id: UUID = get_scope()["tenant"].pk
    done = 0
    while _is_behind(tenant_id, reader) and (count := _portion(tenant_id, reader, handle, batch, with_words)):
        done += count
        if count == batch:
            give_way(BREATH)
    return done


def _is_behind(tenant_id: UUID, reader: str) -> bool:
    """A look without any lock, so that a worker with nothing to do stands in nobody's way."""
    here = Bookmark.objects.filter(tenant_id=tenant_id, reader=reader).values_list("seq", flat=True).first()
    return Chain.objects.filter(tenant_id=tenant_id, size__gt=here or 0).exists()


# Durable: inside another transaction, a rollback out there could undo what was counted as done.
@transaction.atomic(durable=True)
def _portion(tenant_id: UUID, reader: str, handle: Callable[[list[Line]], None], batch: int, with_words: bool) -> int:
    bookmark = actions.hold_bookmark(tenant_id, reader)
    entries = list(Entry.objects.filter(tenant_id=tenant_id, seq__gte=bookmark.seq).order_by("seq")[:batch])
    if entries:
        handle(queries.lines(entries, with_words=with_words))
        actions.move_bookmark(bookmark, entries[-1].seq + 1)
    return len(entries)
