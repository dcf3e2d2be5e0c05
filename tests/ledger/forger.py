"""What somebody who holds the database, but not what is kept outside, can do to a ledger."""

from __future__ import annotations

from shangliang.ledger import tree
from shangliang.ledger.models import Block, Chain, Entry
from shangliang.ledger.verify import Report


def reseal() -> None:
    """What a forger with the database in hand does: makes leaves, blocks and chain fit the bodies again."""
    entries = list(Entry.objects.order_by("seq"))
    peaks: list[bytes] = []
    for entry in entries:
        leaf = tree.leaf_hash(entry.body.encode())
        Entry.objects.filter(pk=entry.pk).update(leaf=leaf)
        if root := tree.block_root(entry.seq, peaks, leaf):
            Block.objects.filter(number=entry.seq // 256).update(root=root)
        peaks = tree.grow(entry.seq, peaks, leaf)
    Chain.objects.update(size=len(entries), peaks=b"".join(peaks))


def edit(seq: int, old: str, new: str) -> None:
    entry = Entry.objects.get(seq=seq)
    assert old in entry.body
    Entry.objects.filter(seq=seq).update(body=entry.body.replace(old, new))


def named(report: Report) -> set[int | None]:
    return {problem.seq for problem in report.problems}


def remove(*querysets: object) -> None:
    """Delete as someone at the database would."""
    for rows in querysets:
        rows._raw_delete(rows.db)  # type: ignore[attr-defined]
