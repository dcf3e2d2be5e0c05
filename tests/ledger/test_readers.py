"""Readers do every entry once, in order, whatever goes wrong and however many workers there are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from django.db import connections, transaction
from django_scopes import scope

from shangliang.ledger import actions, readers
from shangliang.ledger.models import Bookmark, Chain
from shangliang.ledger.queries import Line
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import act, make_tenant


def test_a_reader_gets_each_entry_once_and_in_order(tenant: Tenant) -> None:
    seen: list[tuple[int, str]] = []

    def handle(lines: list[Line]) -> None:
        assert len(lines) <= 3
        seen.extend((line.entry.seq, line.words["words"]) for line in lines)

    for number in range(7):
        act(tenant, str(number))
    assert readers.catch_up("figures", handle, batch=3) == 7
    assert readers.catch_up("figures", handle, batch=3) == 0
    act(tenant, "7")
    assert readers.catch_up("figures", handle, batch=3) == 1
    assert seen == [(number, str(number)) for number in range(8)]


def test_readers_keep_bookmarks_of_their_own(tenant: Tenant) -> None:
    act(tenant)
    assert readers.catch_up("figures", lambda lines: None) == 1
    assert readers.catch_up("notices", lambda lines: None) == 1


def test_a_reader_with_nothing_to_do_asks_two_questions_and_takes_no_lock(
    tenant: Tenant, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with at_most(2):
        assert readers.catch_up("figures", lambda lines: None) == 0
    assert not Bookmark.objects.exists()


def test_what_a_failed_handler_wrote_is_undone_and_done_again_once(transactional_db: None) -> None:
    tenant = make_tenant()
    trouble = [5]

    # A chain of another tenant serves as a counter in the database.
    other = make_tenant("420106", "wcq")

    def handle(lines: list[Line]) -> None:
        for line in lines:
            with scope(tenant=other):
                chain = Chain.objects.get()
                Chain.objects.update(size=chain.size * 10 + line.entry.seq)
            if line.entry.seq in trouble:
                raise ZeroDivisionError

    with scope(tenant=tenant):
        for _ in range(8):
            act(tenant)
        with pytest.raises(ZeroDivisionError):
            readers.catch_up("figures", handle, batch=3)
        with scope(tenant=other):
            assert Chain.objects.get().size == 12
        assert Bookmark.objects.get().seq == 3
        trouble.clear()
        assert readers.catch_up("figures", handle, batch=3) == 5
    with scope(tenant=other):
        assert Chain.objects.get().size == 1234567


def test_two_workers_never_do_an_entry_twice(transactional_db: None) -> None:
    tenant = make_tenant()
    seen: list[int] = []
    start = threading.Barrier(3)

    def work(_worker: int) -> int:
        try:
            with scope(tenant=tenant):
                start.wait()
                return readers.catch_up("figures", lambda lines: seen.extend(line.entry.seq for line in lines), batch=4)
        finally:
            connections.close_all()

    with scope(tenant=tenant), actions.batch(tenant.pk):
        for _ in range(50):
            act(tenant)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 50
    assert seen == list(range(50))


def test_a_reader_inside_another_transaction_is_an_error(transactional_db: None) -> None:
    tenant = make_tenant()
    with scope(tenant=tenant):
        act(tenant)
        with transaction.atomic(), pytest.raises(RuntimeError):
            readers.catch_up("figures", lambda lines: None)
