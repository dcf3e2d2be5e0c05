"""What a process may remember of each tenant for a minute, so that pages need not ask the database again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction

from shangliang.core import clock

MINUTE = dt.timedelta(minutes=1)
T = TypeVar("T")
Shelf = dict[UUID, tuple[dt.datetime, T]]


class Remembered(Generic[T]):
    """`of(tenant_id)` is what `read(tenant_id)` gave less than a minute ago, or gives now.

    Whoever edits calls `forget()` within the transaction of the edit. From then on that
    transaction sees its own edit, everybody else in this process sees it once it is committed,
    and nobody if it is rolled back. Another process may lag behind by a minute: good enough for
    what changes a few times a year.
    """

    def __init__(self, read: Callable[[UUID], T]) -> None:
        self._read = read
        self.shelf: Shelf[T] = {}

    def of(self, tenant_id: UUID) -> T:
        shelf, now = self._shelf_here(), clock.now()
        found = shelf.get(tenant_id)
        if found and abs(now - found[0]) < MINUTE:
            return found[1]
        value = self._read(tenant_id)
        shelf[tenant_id] = (now, value)
        return value

    def forget(self) -> None:
        transaction.on_commit(_Edit(self))

    def _shelf_here(self) -> Shelf[T]:
        # Django drops a transaction's (and a savepoint's) callbacks when it rolls it back, so an
        # edit found waiting here is one that the running transaction made and still stands by.
        for _savepoints, done, _robust in reversed(transaction.get_connection().run_on_commit):
            if isinstance(done, _Edit) and done.of is self:
                return done.shelf
        return self.shelf


class _Edit(Generic[T]):
    """An edit not yet committed: the shelf that only its own transaction sees, until it is."""

    def __init__(self, of: Remembered[T]) -> None:
        self.of = of
        self.shelf: Shelf[T] = {}

    def __call__(self) -> None:
        # A new shelf, not an emptied one: whoever is reading the old state right now puts it on the old.
        self.of.shelf = {}
