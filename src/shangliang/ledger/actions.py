"""Appending to a tenant's ledger: the last statement of every act; and erasing words lawfully."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.ledger import canonical, tree, vault
from shangliang.ledger.models import ERASURE, Block, Bookmark, Chain, Entry, Subject, Words

REASON = re.compile(r"[a-z][a-z_]{1,39}")


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that has everything but its number."""

    entry: Entry
    body: dict[str, Any]
    subjects: list[tuple[str, UUID]]
    words: list[Words]


@dataclass(frozen=True, slots=True)
class Batch:
    """The drafts of a tenant's acts that will be appended together."""

    tenant_id: UUID
    drafts: list[tuple[Draft, Callable[[], None]]]

    def add(self, draft: Draft) -> None:
        # Django forgets the mark if the savepoint around this act is rolled back.
        def mark() -> None: ...

        transaction.on_commit(mark)
        self.drafts.append((draft, mark))

    def standing(self) -> list[Draft]:
        """The drafts whose acts were not rolled back."""
        marks = {id(mark) for _sids, mark, _robust in transaction.get_connection().run_on_commit}
        return [draft for draft, mark in self.drafts if id(mark) in marks]


_open: ContextVar[Batch | None] = ContextVar("open_batch", default=None)


def open_ledger(tenant_id: UUID) -> None:
    """Give a new tenant its empty ledger; called where the tenant is made, inside its scope."""
    Chain.objects.get_or_create(tenant_id=tenant_id)


def append(
    actor: Actor,
    kind: str,
    subjects: Iterable[tuple[str, UUID]],
    facts: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
    *,
    seat: Seat | None = None,
    happened_at: dt.datetime | None = None,
    words_ids: Mapping[str, UUID] | None = None,
) -> Entry:
    """Append one entry for one act, inside the act's transaction and as its last statement.

    `kind` names the act ("matter.accepted"); `subjects` are (kind, id) of all rows it touched;
    `facts` are public facts and commitments, never personal text; `words` are texts by slot, kept
    encrypted and erasable, of which the entry holds only salted hashes; empty ones are left out.
    `seat` is the seat the actor acted from; `happened_at` defaults to now (imports give real dates).
    `words_ids` gives ids chosen beforehand for words that a row of this act points to.

    Returns the entry; within `batch()` it gets `seq`, `body` and `leaf` when the batch ends. Raises
    RuntimeError outside a transaction, TypeError or ValueError for facts that cannot be canonical.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry is appended inside the transaction of its act")
    recorded_at = clock.now()
    entry = Entry(tenant_id=actor.tenant_id, kind=kind, happened_at=happened_at or recorded_at, recorded_at=recorded_at)
    rows, commitments = _commit(entry, words or {}, words_ids or {})
    named = list(dict.fromkeys(subjects))
    body = {
        "format": canonical.FORMAT,
        "id": str(entry.pk),
        "kind": kind,
        "happened_at": canonical.moment(entry.happened_at),
        "recorded_at": canonical.moment(recorded_at),
        "actor": _actor_facts(actor, seat),
        "subjects": [[name, str(row_id)] for name, row_id in named],
        "facts": dict(facts or {}),
        "words": commitments,
    }
    canonical.check(body["facts"])  # here, not at the end of a batch: the rest is text
    draft = Draft(entry, body, named, rows)
    batch_here = _open.get()
    if batch_here and batch_here.tenant_id == actor.tenant_id:
        batch_here.add(draft)
    else:
        _write(actor.tenant_id, [draft])
    return entry


@contextmanager
def batch(tenant_id: UUID) -> Iterator[None]:
    """One transaction in which all acts of a tenant append together at its end, for imports.

    The tree is the same as if each act had appended by itself. An act inside may fail in a
    savepoint of its own (`with transaction.atomic()`): its entries are left out. Until the batch
    ends, entries and words are not yet in the database. The chain is locked last, as by a
    single act, so that a batch and an act never wait for each other in a circle. Raises
    RuntimeError inside another batch.
    """
    if _open.get():
        raise RuntimeError("a batch is open already")
    with transaction.atomic():
        gathered = Batch(tenant_id, [])
        token = _open.set(gathered)
        try:
            yield
        finally:
            _open.reset(token)
        _write(tenant_id, gathered.standing())


def erase(actor: Actor, words_id: UUID, reason: str, *, seat: Seat | None = None) -> Entry:
    """Erase a text for good, as the law demands of whoever holds personal data (PIPL, article 47).

    Salt and text are destroyed; the entry they belong to stays, and so does its commitment, which
    says nothing without the salt. Whether this actor may is for the caller to know. `reason` is a
    code, not a sentence: it stays in the ledger for ever. Returns the `words.erased` entry, which
    names what the original entry named. Raises Refused if the text is already gone, Words.DoesNotExist
    if this tenant has no such text, ValueError if `reason` is no code.
    """
    if not REASON.fullmatch(reason):
        raise ValueError(f"{reason!r} is not the code of a reason")
    with transaction.atomic():
        row = Words.objects.select_for_update().get(tenant_id=actor.tenant_id, pk=words_id)
        if row.erased_at is not None:
            raise Refused(_("这段话先前已经删除了。"))
        original = Entry.objects.get(tenant_id=actor.tenant_id, pk=row.entry)
        named = [(kind, UUID(row_id)) for kind, row_id in canonical.decode(original.body)["subjects"]]
        Words.objects.filter(tenant_id=actor.tenant_id, pk=row.pk).update(sealed=None, erased_at=clock.now())
        return append(
            actor,
            ERASURE,
            [*named, ("words", row.pk)],
            {"entry": str(row.entry), "slot": row.slot, "reason": reason},
            seat=seat,
        )


def hold_bookmark(tenant_id: UUID, reader: str) -> Bookmark:
    """The bookmark of `reader`, locked till the transaction ends: a second worker waits here, and
    then sees where the first one came to.
    """
    return Bookmark.objects.select_for_update().get_or_create(tenant_id=tenant_id, reader=reader)[0]


def move_bookmark(bookmark: Bookmark, seq: int) -> None:
    """Note that all entries below `seq` are done."""
    Bookmark.objects.filter(tenant_id=bookmark.tenant_id, pk=bookmark.pk).update(seq=seq)


def _write(tenant_id: UUID, drafts: list[Draft]) -> None:
    """Number the drafts, and write them with all that belongs to them: five statements for one act."""
    if not drafts:
        return
    Words.objects.bulk_create(row for draft in drafts for row in draft.words)
    chain = Chain.objects.select_for_update().get(tenant_id=tenant_id)
    size, peaks = chain.size, tree.unpack(chain.peaks)
    subjects, blocks = [], []
    for draft in drafts:
        entry = draft.entry
        entry.seq = size
        entry.body = canonical.encode(draft.body | {"seq": size})
        entry.leaf = tree.leaf_hash(entry.body.encode())
        for kind, row_id in draft.subjects:
            subjects.append(Subject(tenant_id=tenant_id, entry=entry, seq=size, kind=kind, subject=row_id))
        if block := tree.block_root(size, peaks, entry.leaf):
            blocks.append(Block(tenant_id=tenant_id, number=size // tree.BLOCK, root=block))
        peaks = tree.grow(size, peaks, entry.leaf)
        size += 1
    Entry.objects.bulk_create(draft.entry for draft in drafts)
    Subject.objects.bulk_create(subjects)
    Block.objects.bulk_create(blocks)
    Chain.objects.filter(tenant_id=tenant_id, pk=chain.pk).update(size=size, peaks=b"".join(peaks))


def _commit(entry: Entry, texts: Mapping[str, str], ids: Mapping[str, UUID]) -> tuple[list[Words], dict[str, str]]:
    rows, commitments = [], {}
    for slot, text in texts.items():
        if not text:
            continue
        row_id = ids.get(slot) or uuid7()
        sealed, commitments[slot] = vault.put(text, entry.tenant_id, row_id)
        rows.append(Words(id=row_id, tenant_id=entry.tenant_id, entry=entry.pk, slot=slot, sealed=sealed))
    return rows, commitments


def _actor_facts(actor: Actor, seat: Seat | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": actor.kind}
    if actor.person_id:
        facts["person"] = str(actor.person_id)
    if seat:
        facts |= {"body": str(seat.body_id), "duty": seat.duty}
    return facts
