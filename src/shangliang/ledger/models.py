"""The ledger: entries, the erasable words they commit to, and the head of each tenant's tree."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id

ERASURE = "words.erased"  # the kind of entry that says a text was lawfully erased


class Entry(TenantModel):
    """One act. Never changed, never deleted: leaf number `seq` of its tenant's hash tree.

    `body` is the entry itself, as canonical JSON; the other columns repeat what queries need,
    and `verify` holds them against the body.
    """

    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.TextField()
    leaf = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("ledger_entry"),
            models.UniqueConstraint(fields=["tenant", "seq"], name="ledger_entry_seq"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("entries are never deleted")


class Subject(TenantModel):
    """That an entry names a row: a matter's timeline is the entries that name it."""

    entry = TenantForeignKey(Entry, on_delete=models.PROTECT, related_name="subjects")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    subject = models.UUIDField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("ledger_subject"),
            models.UniqueConstraint(fields=["tenant", "subject", "seq"], name="ledger_subject_once"),
        ]


class Words(TenantModel):
    """A text that an entry commits to by a salted hash, and the only place the text is kept.

    Erasing destroys salt and text; the commitment in the entry stays, and the log still verifies.
    """

    entry = models.UUIDField()  # a plain id: words may be written before the entry that names them
    slot = models.CharField(max_length=40)  # what the text is within its entry: words, reason, point-3 …
    sealed = models.BinaryField(null=True)  # salt (32 bytes) + UTF-8 text, sealed; None once erased
    erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("ledger_words"),
            models.UniqueConstraint(fields=["tenant", "entry", "slot"], name="ledger_words_slot"),
        ]


class Chain(TenantModel):
    """The head of a tenant's tree. Appending locks this one row, so entries are numbered without gaps."""

    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")  # roots of the full subtrees, largest first, 32 bytes each

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("ledger_chain"),
            models.UniqueConstraint(fields=["tenant"], name="ledger_chain_one"),
        ]


class Block(TenantModel):
    """The root over the leaves `number`·256 to `number`·256+255, stored when the last of them comes."""

    number = models.BigIntegerField()
    root = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("ledger_block"),
            models.UniqueConstraint(fields=["tenant", "number"], name="ledger_block_number"),
        ]


class Bookmark(TenantModel):
    """How far a reader of the ledger has come: it has done all entries below `seq`."""

    reader = models.CharField(max_length=30)
    seq = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("ledger_bookmark"),
            models.UniqueConstraint(fields=["tenant", "reader"], name="ledger_bookmark_reader"),
        ]
