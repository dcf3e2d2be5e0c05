"""Reading the ledger: timelines, the words behind entries, and proofs that an entry stands in the tree."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy

from shangliang.ledger import proofs, tree, vault
from shangliang.ledger.models import Block, Chain, Entry, Subject, Words
from shangliang.tenants.models import Tenant

ERASED = gettext_lazy("（已依法删除）")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a timeline shows it: the entry, its body, and its words by slot."""

    entry: Entry
    body: dict[str, Any]
    words: dict[str, str]

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.body["facts"]
        return facts


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Everything by which anyone can check that an entry stands in the tree: `proofs.includes`."""

    seq: int
    size: int
    leaf: bytes
    path: list[bytes]
    root: bytes


def read(words: Words) -> str:
    """The text of `words`, or a sentence saying that it was erased."""
    if words.sealed is None:
        return str(ERASED)
    return vault.take(words.sealed, words.tenant_id, words.pk)[0]


def timeline(subject: UUID, *, kinds: Iterable[str] | None = None, limit: int | None = None) -> list[Line]:
    """The entries that name `subject`, newest first, with their words (two queries)."""
    rows = Entry.objects.filter(subjects__subject=subject)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return lines(list(rows.order_by("-subjects__seq")[:limit]))


def bodies(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What the entries say, for whoever does not need their words (no query)."""
    return [json.loads(entry.body) for entry in entries]


def together(subjects: Iterable[UUID], *, without: Iterable[str] = (), limit: int | None = None) -> list[Line]:
    """The entries that name any of `subjects`, each once, newest first, with their words (two queries)."""
    # By their numbers, for which the index in order is the right one; by id, SQLite would walk the whole ledger.
    named = Subject.objects.filter(subject__in=list(subjects)).values("seq")
    rows = Entry.objects.filter(seq__in=named).exclude(kind__in=list(without))
    return lines(list(rows.order_by("-seq")[:limit]))


def lines(entries: list[Entry], *, with_words: bool = True) -> list[Line]:
    """The entries with their bodies and words, in the order given (one query, none without words)."""
    texts: dict[UUID, dict[str, str]] = {}
    for row in Words.objects.filter(entry__in=[entry.pk for entry in entries]) if with_words else ():
        texts.setdefault(row.entry, {})[row.slot] = read(row)
    return [Line(entry, body, texts.get(entry.pk, {})) for entry, body in zip(entries, bodies(entries), strict=True)]


def inclusion(tenant: Tenant, seq: int, size: int | None = None) -> Inclusion:
    """The proof that entry `seq` stands in the tree of the first `size` entries (default: all).

    Reads the roots of full blocks and at most two blocks' leaves. Raises ValueError if there is no
    such entry in a tree of that size, or no tree of that size.
    """
    size = _size(tenant, size)
    if not 0 <= seq < size:
        raise ValueError(f"no entry {seq} among the first {size}")
    forest = _forest(tenant, size, seq)
    return Inclusion(seq, size, forest.leaves[seq], proofs.inclusion(seq, size, forest.root), forest.root(0, size))


def consistency(tenant: Tenant, first: int, second: int | None = None) -> list[bytes]:
    """The proof that the tree of `second` entries (default: all) begins with that of `first`.

    For `proofs.extends`. Raises ValueError if `first` is larger, or there is no tree of that size.
    """
    second = _size(tenant, second)
    return proofs.consistency(first, second, _forest(tenant, second, max(first - 1, 0)).root)


def _size(tenant: Tenant, size: int | None) -> int:
    current = Chain.objects.get(tenant=tenant).size
    if size is not None and not 0 <= size <= current:
        raise ValueError(f"the ledger has {current} entries, not {size}")
    return current if size is None else size


def _forest(tenant: Tenant, size: int, seq: int) -> proofs.Forest:
    """Of the tree of `size` leaves: its full blocks, the leaves after them, and those of the block of `seq`."""
    full, here = size // tree.BLOCK, seq // tree.BLOCK
    blocks = Block.objects.filter(tenant=tenant, number__lt=full).order_by("number").values_list("root", flat=True)
    near = Q(seq__gte=here * tree.BLOCK, seq__lt=(here + 1) * tree.BLOCK)
    tail = Q(seq__gte=full * tree.BLOCK, seq__lt=size)
    leaves = Entry.objects.filter(near | tail, tenant=tenant).values_list("seq", "leaf")
    return proofs.Forest([bytes(root) for root in blocks], {number: bytes(leaf) for number, leaf in leaves})
