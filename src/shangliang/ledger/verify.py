"""Holding a tenant's ledger against itself: every entry, every row that belongs to it, and the tree.

Entries are read one block at a time, so a million of them need no more memory than a few hundred.
The ledger may grow meanwhile: what is checked is what it held at the start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django_scopes import scope

from shangliang.ledger import canonical, heads, tree, vault
from shangliang.ledger.heads import Head
from shangliang.ledger.models import ERASURE, Block, Chain, Entry, Subject, Words
from shangliang.tenants.models import Tenant

KEPT = 1000  # problems beyond this are counted only
KEYS = {"actor", "facts", "format", "happened_at", "id", "kind", "recorded_at", "seq", "subjects", "words"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it must be; `seq` and `kind` say in which entry, if in any one."""

    seq: int | None
    kind: str
    what: str

    def __str__(self) -> str:
        if self.seq is None:
            return self.what
        return _("第 %(seq)s 条（%(kind)s）：%(what)s") % {"seq": self.seq, "kind": self.kind, "what": self.what}


@dataclass(slots=True)
class Report:
    """What was checked, and what was wrong."""

    tenant: str
    entries: int = 0
    subjects: int = 0
    words: int = 0
    erased: int = 0
    blocks: int = 0
    problems: list[Problem] = field(default_factory=list)
    more: int = 0  # problems beyond those kept
    first: Problem | None = None  # of the first broken entry
    head: Head | None = None  # signed over what was checked; only if nothing was wrong

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(self, what: str, entry: Entry | None = None, seq: int | None = None) -> None:
        """Note a problem, of an `entry` or of an entry number where there is no entry."""
        number, kind = (entry.seq, entry.kind) if entry else (seq, "?")
        problem = Problem(number, kind, what)
        if number is not None and (self.first is None or number < (self.first.seq or 0)):
            self.first = problem
        if len(self.problems) < KEPT:
            self.problems.append(problem)
        else:
            self.more += 1


@dataclass(frozen=True, slots=True)
class Claims:
    """What the body of an entry says of the rows that belong to it."""

    subjects: list[tuple[str, UUID]]
    words: dict[str, str]
    facts: dict[str, Any]


def verify(tenant: Tenant, head: Head | None = None) -> Report:
    """Check the whole ledger of `tenant`, and that it still begins as `head`, exported earlier, says."""
    with scope(tenant=tenant):
        chain = Chain.objects.filter(tenant=tenant).first()
        if chain is None:
            lost = Report(tenant.slug)
            lost.add(_("账本首页不见了。"))
            return lost
        check = _Check(tenant, chain, head)
        check.earlier_head()
        for entries in check.portions():
            claims = {entry.pk: found for entry in entries if (found := check.entry(entry))}
            readable = [entry for entry in entries if entry.pk in claims]
            check.subjects(readable, claims)
            check.words(readable, claims)
            check.erasures(readable, claims)
        check.ending()
        check.strays()
    report = check.report
    if report.ok:
        report.head = heads.sign(tenant, check.next, tree.root(check.peaks))
    return report


class _Check:
    """One walk over a ledger: where it stands, the tree as far as it has grown, and the report."""

    def __init__(self, tenant: Tenant, chain: Chain, head: Head | None) -> None:
        self.tenant = tenant
        self.head = head
        self.report = Report(tenant.slug)
        self.chain = chain
        self.next = 0  # the number the next entry must have
        self.peaks: list[bytes] = []
        self.gapless = True  # the tree can be grown only while nothing is missing
        self.run: list[bytes] = []  # peaks over the leaves of the block we are in, if we saw its beginning
        self.roots: dict[int, bytes] = {}  # stored roots of the blocks of this portion

    def earlier_head(self) -> None:
        if self.head is None:
            return
        if not heads.is_signed(self.head):
            self.report.add(_("给出的封条签名不对：不是本系统签发的，或者被改过。"))
        if self.head.tenant != self.tenant.slug:
            self.report.add(_("给出的封条是另一家（%s）的。") % self.head.tenant)
        if self.head.size > self.chain.size:
            gone = {"then": self.head.size, "now": self.chain.size}
            self.report.add(
                _("封条上有 %(then)s 条，现在只剩 %(now)s 条：末尾的被删掉了。") % gone, seq=self.chain.size
            )
        self._meets_head()

    def portions(self) -> Iterator[list[Entry]]:
        """The entries of the tree, in order, as many at a time as a block has."""
        after = -1
        rows = Entry.objects.filter(tenant=self.tenant, seq__lt=self.chain.size).order_by("seq")
        while entries := list(rows.filter(seq__gt=after)[: tree.BLOCK]):
            completed = [entry.seq // tree.BLOCK for entry in entries if entry.seq % tree.BLOCK == tree.BLOCK - 1]
            blocks = Block.objects.filter(tenant=self.tenant, number__in=completed)
            self.roots = {number: bytes(root) for number, root in blocks.values_list("number", "root")}
            yield entries
            after = entries[-1].seq

    def entry(self, entry: Entry) -> Claims | None:
        """Check the entry itself and put its leaf into the tree; what it claims, if that can be read."""
        self.report.entries += 1
        if entry.seq != self.next:
            self._missing(entry.seq)
        leaf = bytes(entry.leaf)
        if leaf != tree.leaf_hash(entry.body.encode()):
            self.report.add(_("内容与当时留下的哈希不符：内容被改过。"), entry)
        self._grow(entry, leaf)
        try:
            body = canonical.decode(entry.body)
        except ValueError:
            self.report.add(_("内容不是规范的 JSON。"), entry)
            return None
        for name, value in _columns(entry).items():
            if body.get(name) != value:
                self.report.add(_("列 %s 与内容里写的不一致。") % name, entry)
        claims = _claims(body)
        if claims is None:
            self.report.add(_("内容的格式不对。"), entry)
        return claims

    def subjects(self, entries: list[Entry], claims: dict[UUID, Claims]) -> None:
        """Rows naming what an entry is about: exactly those its body names."""
        rows: dict[UUID, Counter[tuple[int, str, UUID]]] = defaultdict(Counter)
        stored = Subject.objects.filter(tenant=self.tenant, entry__in=[entry.pk for entry in entries])
        for owner, seq, kind, row_id in stored.values_list("entry_id", "seq", "kind", "subject"):
            rows[owner][seq, kind, row_id] += 1
        for entry in entries:
            named = Counter((entry.seq, kind, row_id) for kind, row_id in claims[entry.pk].subjects)
            self.report.subjects += rows[entry.pk].total()
            for _seq, kind, row_id in named - rows[entry.pk]:
                self.report.add(_("缺少所涉对象：%(kind)s %(id)s。") % {"kind": kind, "id": row_id}, entry)
            for _seq, kind, row_id in rows[entry.pk] - named:
                self.report.add(_("多出所涉对象：%(kind)s %(id)s。") % {"kind": kind, "id": row_id}, entry)

    def words(self, entries: list[Entry], claims: dict[UUID, Claims]) -> None:
        """Texts: each that an entry commits to, no other, unchanged or erased by a later entry."""
        rows: dict[UUID, dict[str, Words]] = defaultdict(dict)
        for row in Words.objects.filter(tenant=self.tenant, entry__in=[entry.pk for entry in entries]):
            rows[row.entry][row.slot] = row
        erased = self._announced([row for slots in rows.values() for row in slots.values() if row.erased_at])
        for entry in entries:
            committed, found = claims[entry.pk].words, rows[entry.pk]
            self.report.words += len(found)
            for slot in committed.keys() - found.keys():
                self.report.add(_("文字「%s」不见了。") % slot, entry)
            for slot in found.keys() - committed.keys():
                self.report.add(_("多出这一条里没有的文字「%s」。") % slot, entry)
            for slot in committed.keys() & found.keys():
                if what := self._words_fault(found[slot], committed[slot], found[slot].pk in erased):
                    self.report.add(what % slot, entry)

    def erasures(self, entries: list[Entry], claims: dict[UUID, Claims]) -> None:
        """What an entry says was erased is gone."""
        said = {
            row_id: entry
            for entry in entries
            if entry.kind == ERASURE
            for kind, row_id in claims[entry.pk].subjects
            if kind == "words"
        }
        if not said:
            return
        gone = Words.objects.filter(tenant=self.tenant, pk__in=list(said), sealed=None, erased_at__isnull=False)
        for row_id in said.keys() - set(gone.values_list("pk", flat=True)):
            self.report.add(_("说是删除了的文字还在。"), said[row_id])

    def ending(self) -> None:
        """The tree at its end is the one the chain says, and has all its stored blocks."""
        if self.next < self.chain.size:
            self._missing(self.chain.size)
        if not self.gapless:
            return
        begin, stored = 0, tree.unpack(self.chain.peaks)
        if len(stored) != len(self.peaks):
            self.report.add(_("账本首页记的哈希个数不对。"))
        for ours, theirs, bit in zip(self.peaks, stored, _bits(self.next), strict=False):
            if ours != theirs:
                span = {"begin": begin, "end": begin + bit - 1}
                self.report.add(
                    _("从第 %(begin)s 条到第 %(end)s 条，算出的哈希与账本首页记的不符：其中有被重写的。") % span,
                    seq=begin,
                )
            begin += bit

    def strays(self) -> None:
        """Rows that belong to no entry of the tree. Read before the chain is read again: what is
        appended while we look comes with a chain that has grown at the same moment.
        """
        outside = Entry.objects.filter(Q(seq__lt=0) | Q(seq__gte=self.chain.size), tenant=self.tenant)
        beyond = list(outside.order_by("-seq").defer("body")[:KEPT])
        whole = self.chain.size // tree.BLOCK
        blocks = Block.objects.filter(Q(number__lt=0) | Q(number__gte=whole), tenant=self.tenant).order_by("-number")
        numbers = list(blocks.values_list("number", flat=True)[:KEPT])
        size = Chain.objects.get(tenant=self.tenant).size
        for entry in beyond:
            if not 0 <= entry.seq < size:
                self.report.add(_("这一条在账本首页记的范围之外。"), entry)
        for number in numbers:
            if not 0 <= number < size // tree.BLOCK:
                self.report.add(_("有多出来的哈希块（第 %s 块）。") % number)
        own = Entry.objects.filter(tenant=OuterRef("tenant"))
        ownerless = Subject.objects.filter(~Exists(own.filter(pk=OuterRef("entry_id"))), tenant=self.tenant)
        for row_id in ownerless.values_list("pk", flat=True)[:KEPT]:
            self.report.add(_("有一行所涉对象（%s）不属于任何一条。") % row_id)
        unowned = Words.objects.filter(~Exists(own.filter(pk=OuterRef("entry"))), tenant=self.tenant)
        for row_id in unowned.values_list("pk", flat=True)[:KEPT]:
            self.report.add(_("有一段文字（%s）不属于任何一条。") % row_id)

    def _missing(self, until: int) -> None:
        gone = {"begin": self.next, "end": until - 1}
        self.report.add(_("从第 %(begin)s 条到第 %(end)s 条不见了。") % gone, seq=self.next)
        self.gapless, self.run, self.next = False, [], until
        if self.head is not None and self.head.size > gone["begin"]:
            self.report.add(_("有记录不见了，所以无法核对给出的封条。"))
            self.head = None

    def _grow(self, entry: Entry, leaf: bytes) -> None:
        number, place = divmod(entry.seq, tree.BLOCK)
        # A run of leaves that does not begin with the block's first cannot give its root.
        if place == 0:
            self.run = []
        if place.bit_count() == len(self.run):
            if place == tree.BLOCK - 1:
                self._block(number, entry, tree.root([*self.run, leaf]))
            self.run = tree.grow(place, self.run, leaf)
        self.next = entry.seq + 1
        if self.gapless:
            self.peaks = tree.grow(entry.seq, self.peaks, leaf)
            self._meets_head()

    def _block(self, number: int, entry: Entry, root: bytes) -> None:
        self.report.blocks += 1
        if self.roots.get(number) != root:
            span = {"begin": number * tree.BLOCK, "end": entry.seq}
            self.report.add(
                _("从第 %(begin)s 条到第 %(end)s 条，算出的哈希与存下的不符：其中有被重写的。") % span,
                seq=span["begin"],
            )

    def _meets_head(self) -> None:
        if self.head and self.head.size == self.next and tree.root(self.peaks).hex() != self.head.root:
            self.report.add(_("前 %s 条与给出的封条不符：封存之后有人重写过。") % self.next)

    def _announced(self, rows: list[Words]) -> set[UUID]:
        """Of erased texts, those that an entry says were erased."""
        texts = {row.pk: row for row in rows}
        if not texts:
            return set()
        naming = Subject.objects.filter(tenant=self.tenant, kind="words", subject__in=list(texts), entry__kind=ERASURE)
        announced = set()
        for row_id, body in naming.annotate(body=F("entry__body")).values_list("subject", "body"):
            claims = _claims_of(body)
            row = texts[row_id]
            if claims and claims.facts.get("entry") == str(row.entry) and claims.facts.get("slot") == row.slot:
                announced.add(row_id)
        return announced

    def _words_fault(self, row: Words, committed: str, announced: bool) -> str:
        """What is wrong with a text, with a place for its slot; empty if nothing."""
        if row.sealed is None and row.erased_at:
            self.report.erased += 1
            return "" if announced else _("文字「%s」被删除了，却没有删除的记录。")
        if row.sealed is None or row.erased_at:
            return _("文字「%s」删了一半。")
        try:
            _text, commitment = vault.take(row.sealed, row.tenant_id, row.pk)
        except (InvalidTag, ValueError):
            return _("文字「%s」打不开：被改过，或者密钥不对。")
        return "" if commitment == committed else _("文字「%s」与这一条里的承诺不符。")


def _columns(entry: Entry) -> dict[str, Any]:
    """What the body must repeat of the entry's columns."""
    return {
        "id": str(entry.pk),
        "seq": entry.seq,
        "kind": entry.kind,
        "happened_at": canonical.moment(entry.happened_at),
        "recorded_at": canonical.moment(entry.recorded_at),
    }


def _claims(body: dict[str, Any]) -> Claims | None:
    """What a body claims, or None if it has not the shape of an entry."""
    try:
        subjects = [(str(kind), UUID(row_id)) for kind, row_id in body["subjects"]]
        words = {slot: str(commitment) for slot, commitment in body["words"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if set(body) != KEYS or body["format"] != canonical.FORMAT or not isinstance(body["facts"], dict):
        return None
    return Claims(subjects, words, body["facts"])


def _claims_of(text: str) -> Claims | None:
    try:
        return _claims(canonical.decode(text))
    except ValueError:
        return None


def _bits(size: int) -> list[int]:
    """The powers of two that `size` is the sum of, largest first: the leaves under each peak."""
    return [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
