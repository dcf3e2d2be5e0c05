"""Verifying: an honest ledger passes, and whatever is tampered with is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django_scopes import scope

from shangliang.core import clock
from shangliang.core.actors import Actor
from shangliang.core.ids import uuid7
from shangliang.ledger import actions, canonical, heads, tree, vault
from shangliang.ledger.models import Block, Chain, Entry, Subject, Words
from shangliang.ledger.verify import KEPT, verify
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import act, make_tenant
from tests.ledger.forger import edit, named, remove, reseal


def test_an_honest_ledger_passes_and_is_signed(ledger: Tenant) -> None:
    report = verify(ledger)
    assert report.problems == []
    assert report.ok
    assert (report.entries, report.subjects, report.words, report.erased, report.blocks) == (10, 20, 10, 0, 0)
    assert report.head is not None
    assert (report.head.size, report.head.root) == (10, heads.head(ledger).root)
    assert heads.is_signed(report.head)


def test_an_empty_ledger_passes(tenant: Tenant) -> None:
    report = verify(tenant, heads.head(tenant))
    assert (report.ok, report.entries) == (True, 0)
    assert report.head is not None
    assert report.head.root == tree.EMPTY.hex()


def test_a_long_ledger_passes_and_its_blocks_are_checked(long_ledger: Tenant) -> None:
    report = verify(long_ledger)
    assert report.problems == []
    assert (report.entries, report.blocks) == (600, 2)


def test_one_changed_byte_in_a_body_names_the_entry(ledger: Tenant) -> None:
    edit(4, '"channel":"web"', '"channel":"wab"')
    report = verify(ledger)
    assert named(report) == {4}
    assert report.first is not None
    assert (report.first.seq, report.first.kind) == (4, "voice.raised")
    assert str(report.first) == "第 4 条（voice.raised）：内容与当时留下的哈希不符：内容被改过。"
    assert report.head is None


def test_a_body_changed_together_with_its_leaf_is_named_by_the_stored_tree(ledger: Tenant) -> None:
    edit(4, '"channel":"web"', '"channel":"wab"')
    entry = Entry.objects.get(seq=4)
    Entry.objects.filter(seq=4).update(leaf=tree.leaf_hash(entry.body.encode()))
    report = verify(ledger)
    assert [problem.what for problem in report.problems] == [
        "从第 0 条到第 7 条，算出的哈希与账本首页记的不符：其中有被重写的。"
    ]


def test_in_a_long_ledger_the_block_with_a_rewritten_entry_is_named(long_ledger: Tenant) -> None:
    edit(300, '"channel":"web"', '"channel":"wab"')
    entry = Entry.objects.get(seq=300)
    Entry.objects.filter(seq=300).update(leaf=tree.leaf_hash(entry.body.encode()))
    report = verify(long_ledger)
    assert report.first is not None
    assert "从第 256 条到第 511 条，算出的哈希与存下的不符" in " ".join(problem.what for problem in report.problems)


@pytest.mark.parametrize(
    "body", ["{", "[]", "null", '{"a": 1}', '{"a":1.5}', "[" * 100_000, '{"n":' + "9" * 5000 + "}"]
)
def test_a_body_that_is_no_canonical_json_is_named(ledger: Tenant, body: str) -> None:
    Entry.objects.filter(seq=2).update(body=body)
    assert named(verify(ledger)) == {2}
    assert "内容不是规范的 JSON。" in [problem.what for problem in verify(ledger).problems]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"format":1', '"format":2'),
        ('"facts":{', '"facets":{'),
        ('"words":{', '"words":[],"wordy":{'),
        ('"subjects":[[', '"subjects":[["matter"],['),
        ('"subjects":[["matter",', '"subjects":[["matter","x"],["matter",'),
    ],
)
def test_a_body_of_another_shape_is_named(ledger: Tenant, old: str, new: str) -> None:
    edit(2, old, new)
    reseal()
    report = verify(ledger)
    assert named(report) == {2}
    assert not report.ok


@pytest.mark.parametrize("column", ["kind", "happened_at", "recorded_at", "id"])
def test_a_column_that_differs_from_the_body_is_named(ledger: Tenant, column: str) -> None:
    value = {"kind": "voice.moved", "id": uuid7()}.get(column, clock.now())
    if column == "id":
        edit(9, str(Entry.objects.get(seq=9).pk), str(value))
        reseal()
    else:
        Entry.objects.filter(seq=9).update(**{column: value})
    report = verify(ledger)
    assert [(problem.seq, problem.what) for problem in report.problems] == [(9, f"列 {column} 与内容里写的不一致。")]


def test_two_swapped_entries_are_both_named(ledger: Tenant) -> None:
    Entry.objects.filter(seq=3).update(seq=1000)
    Entry.objects.filter(seq=6).update(seq=3)
    Entry.objects.filter(seq=1000).update(seq=6)
    report = verify(ledger)
    assert {3, 6} <= named(report)
    assert report.first is not None
    assert "列 seq 与内容里写的不一致。" in [problem.what for problem in report.problems if problem.seq == 3]


def test_a_missing_subject_is_named(ledger: Tenant) -> None:
    remove(Subject.objects.filter(seq=5, kind="voice"))
    report = verify(ledger)
    assert named(report) == {5}
    assert "缺少所涉对象：voice" in report.problems[0].what


def test_an_extra_subject_is_named(ledger: Tenant) -> None:
    Subject.objects.create(tenant=ledger, entry=Entry.objects.get(seq=5), seq=5, kind="matter", subject=uuid7())
    report = verify(ledger)
    assert named(report) == {5}
    assert "多出所涉对象：matter" in report.problems[0].what


def test_a_subject_with_another_number_than_its_entry_is_named(ledger: Tenant) -> None:
    Subject.objects.filter(seq=5, kind="matter").update(seq=77)
    assert [problem.seq for problem in verify(ledger).problems] == [5, 5]


def test_changed_sealed_words_are_named(ledger: Tenant) -> None:
    row = Words.objects.get(entry=Entry.objects.get(seq=7).pk)
    sealed = bytearray(row.sealed)
    sealed[-20] ^= 1
    Words.objects.filter(pk=row.pk).update(sealed=bytes(sealed))
    report = verify(ledger)
    assert named(report) == {7}
    assert "打不开" in report.problems[0].what


def test_words_put_in_place_of_others_with_our_own_key_are_named(ledger: Tenant) -> None:
    row = Words.objects.get(entry=Entry.objects.get(seq=7).pk)
    Words.objects.filter(pk=row.pk).update(sealed=vault.put("我很满意", ledger.pk, row.pk)[0])
    report = verify(ledger)
    assert [(problem.seq, problem.what) for problem in report.problems] == [(7, "文字「words」与这一条里的承诺不符。")]


def test_missing_and_extra_words_are_named(ledger: Tenant) -> None:
    remove(Words.objects.filter(entry=Entry.objects.get(seq=1).pk))
    Words.objects.create(tenant=ledger, entry=Entry.objects.get(seq=2).pk, slot="more", sealed=b"")
    report = verify(ledger)
    assert [(problem.seq, problem.what) for problem in report.problems] == [
        (1, "文字「words」不见了。"),
        (2, "多出这一条里没有的文字「more」。"),
    ]


def test_words_of_no_entry_are_found(ledger: Tenant) -> None:
    stray = Words.objects.create(tenant=ledger, entry=uuid7(), slot="words", sealed=b"")
    assert [problem.what for problem in verify(ledger).problems] == [f"有一段文字（{stray.pk}）不属于任何一条。"]


def test_words_erased_without_an_entry_are_named(ledger: Tenant) -> None:
    row = Words.objects.get(entry=Entry.objects.get(seq=7).pk)
    Words.objects.filter(pk=row.pk).update(sealed=None, erased_at=clock.now())
    report = verify(ledger)
    assert [(problem.seq, problem.what) for problem in report.problems] == [
        (7, "文字「words」被删除了，却没有删除的记录。")
    ]


@pytest.mark.parametrize(
    ("kind", "of", "slot"), [("words.erased", 6, "words"), ("words.erased", 7, "reason"), ("words.kept", 7, "words")]
)
def test_an_entry_that_does_not_say_these_words_were_erased_does_not_cover_them(
    ledger: Tenant, kind: str, of: int, slot: str
) -> None:
    gone = Words.objects.get(entry=Entry.objects.get(seq=7).pk)
    Words.objects.filter(pk=gone.pk).update(sealed=None, erased_at=clock.now())
    with transaction.atomic():
        facts = {"entry": str(Entry.objects.get(seq=of).pk), "slot": slot, "reason": "request"}
        actions.append(Actor("system", ledger.pk), kind, [("words", gone.pk)], facts)
    assert named(verify(ledger)) == {7}


def test_half_erased_words_are_named(ledger: Tenant) -> None:
    first, second = (Words.objects.get(entry=Entry.objects.get(seq=seq).pk).pk for seq in (7, 8))
    Words.objects.filter(pk=first).update(sealed=None)
    Words.objects.filter(pk=second).update(erased_at=clock.now())
    assert [problem.what for problem in verify(ledger).problems] == ["文字「words」删了一半。"] * 2


def test_words_that_came_back_after_their_erasure_are_named(ledger: Tenant) -> None:
    row = Words.objects.get(entry=Entry.objects.get(seq=7).pk)
    actions.erase(Actor("staff", ledger.pk), row.pk, "request")
    Words.objects.filter(pk=row.pk).update(sealed=row.sealed, erased_at=None)
    report = verify(ledger)
    assert [(problem.seq, problem.what) for problem in report.problems] == [(10, "说是删除了的文字还在。")]


def test_a_removed_entry_in_the_middle_is_named(ledger: Tenant) -> None:
    entry = Entry.objects.get(seq=4)
    remove(Subject.objects.filter(entry=entry), Words.objects.filter(entry=entry.pk), Entry.objects.filter(seq=4))
    report = verify(ledger, heads.head(ledger))
    assert [(problem.seq, problem.what) for problem in report.problems] == [
        (4, "从第 4 条到第 4 条不见了。"),
        (None, "有记录不见了，所以无法核对给出的封条。"),
    ]


def test_a_hole_in_a_long_ledger_does_not_hide_a_later_rewriting(long_ledger: Tenant) -> None:
    entry = Entry.objects.get(seq=4)
    remove(Subject.objects.filter(entry=entry), Words.objects.filter(entry=entry.pk), Entry.objects.filter(seq=4))
    edit(300, '"channel":"web"', '"channel":"wab"')
    changed = Entry.objects.get(seq=300)
    Entry.objects.filter(seq=300).update(leaf=tree.leaf_hash(changed.body.encode()))
    assert [problem.seq for problem in verify(long_ledger).problems] == [4, 256]


def test_a_removed_last_entry_is_named_even_without_a_head(ledger: Tenant) -> None:
    entry = Entry.objects.get(seq=9)
    remove(Subject.objects.filter(entry=entry), Words.objects.filter(entry=entry.pk), Entry.objects.filter(seq=9))
    assert [problem.what for problem in verify(ledger).problems] == ["从第 9 条到第 9 条不见了。"]


def test_an_entry_slipped_in_behind_the_end_is_named(ledger: Tenant) -> None:
    now = clock.now()
    Entry.objects.create(
        tenant=ledger, seq=10, kind="voice.raised", happened_at=now, recorded_at=now, body="{}", leaf=b""
    )
    assert [(problem.seq, problem.what) for problem in verify(ledger).problems] == [
        (10, "这一条在账本首页记的范围之外。")
    ]


def test_a_changed_missing_or_extra_block_is_found(long_ledger: Tenant) -> None:
    root = bytes(Block.objects.get(number=0).root)
    Block.objects.filter(number=0).update(root=tree.EMPTY)
    assert named(verify(long_ledger)) == {0}
    Block.objects.filter(number=0).update(root=root)
    Block.objects.create(tenant=long_ledger, number=2, root=root)
    assert [problem.what for problem in verify(long_ledger).problems] == ["有多出来的哈希块（第 2 块）。"]
    remove(Block.objects.filter(number__gt=0))
    assert named(verify(long_ledger)) == {256}


def test_a_changed_chain_is_found(ledger: Tenant) -> None:
    peaks = bytes(Chain.objects.get().peaks)
    Chain.objects.update(peaks=peaks[:32] + tree.EMPTY)
    assert named(verify(ledger)) == {8}
    Chain.objects.update(peaks=peaks[:32])
    assert [problem.what for problem in verify(ledger).problems] == ["账本首页记的哈希个数不对。"]
    Chain.objects.update(size=9, peaks=peaks)
    assert {8, 9} & named(verify(ledger))


def test_a_chain_that_is_gone_is_found(ledger: Tenant) -> None:
    remove(Chain.objects.all())
    assert [problem.what for problem in verify(ledger).problems] == ["账本首页不见了。"]


def test_what_another_tenant_does_is_none_of_this_ledgers_business(ledger: Tenant) -> None:
    other = make_tenant("420106", "wcq")
    with scope(tenant=other):
        act(other)
        Entry.objects.update(body="{}")
    assert verify(ledger).ok
    assert not verify(other).ok


def test_problems_without_end_are_counted_but_not_all_kept(tenant: Tenant) -> None:
    with actions.batch(tenant.pk):
        for _ in range(KEPT + 5):
            act(tenant)
    Entry.objects.update(kind="voice.moved")
    report = verify(tenant)
    assert (len(report.problems), report.more) == (KEPT, 5)
    assert report.first is not None
    assert report.first.seq == 0


def test_a_subject_whose_entry_is_gone_is_found(ledger: Tenant) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    stray = Subject.objects.get(seq=9, kind="matter")
    Subject.objects.filter(pk=stray.pk).update(entry_id=uuid7())
    report = verify(ledger)
    assert f"有一行所涉对象（{stray.pk}）不属于任何一条。" in [problem.what for problem in report.problems]
    transaction.set_rollback(True)


def test_canonical_bodies_are_what_is_hashed(ledger: Tenant) -> None:
    for entry in Entry.objects.all():
        assert canonical.encode(canonical.decode(entry.body)) == entry.body
        assert bytes(entry.leaf) == tree.leaf_hash(entry.body.encode())


def test_verifying_while_acts_go_on_finds_nothing_wrong(transactional_db: None) -> None:
    tenant = make_tenant()

    def work(_worker: int) -> None:
        try:
            with scope(tenant=tenant):
                for _ in range(150):
                    words = Words.objects.get(entry=act(tenant).pk)
                    actions.erase(Actor("staff", tenant.pk), words.pk, "request")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(work, worker) for worker in range(2)]
        while not all(future.done() for future in working):
            assert verify(tenant).problems == []
        for future in working:
            future.result()
    assert verify(tenant).erased == 300
