"""Verifying against a head exported earlier: what a ledger cannot tell of itself."""

from __future__ import annotations

from django_scopes import scope

from shangliang.ledger import heads, tree
from shangliang.ledger.models import Entry, Subject, Words
from shangliang.ledger.verify import verify
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import act, make_tenant
from tests.ledger.forger import edit, remove, reseal


def test_a_tail_removed_without_a_trace_shows_against_an_earlier_head(ledger: Tenant) -> None:
    kept = heads.head(ledger)
    entry = Entry.objects.get(seq=9)
    remove(Subject.objects.filter(entry=entry), Words.objects.filter(entry=entry.pk), Entry.objects.filter(seq=9))
    reseal()
    assert verify(ledger).ok
    report = verify(ledger, kept)
    assert [(problem.seq, problem.what) for problem in report.problems] == [
        (9, "封条上有 10 条，现在只剩 9 条：末尾的被删掉了。")
    ]


def test_a_ledger_rewritten_without_a_trace_shows_against_an_earlier_head(ledger: Tenant) -> None:
    kept = heads.head(ledger)
    edit(9, '"channel":"web"', '"channel":"wab"')
    reseal()
    act(ledger)
    assert verify(ledger).ok
    assert [problem.what for problem in verify(ledger, kept).problems] == [
        "前 10 条与给出的封条不符：封存之后有人重写过。"
    ]


def test_a_ledger_that_only_grew_still_fits_its_earlier_heads(tenant: Tenant) -> None:
    kept = []
    for _ in range(9):
        kept.append(heads.head(tenant))
        act(tenant)
    assert all(verify(tenant, head).ok for head in kept)


def test_a_head_that_is_forged_or_foreign_is_refused(ledger: Tenant) -> None:
    good = heads.head(ledger)
    forged = heads.Head(good.tenant, good.size, tree.EMPTY.hex(), good.time, good.signature)
    assert [problem.what for problem in verify(ledger, forged).problems] == [
        "给出的封条签名不对：不是本系统签发的，或者被改过。",
        "前 10 条与给出的封条不符：封存之后有人重写过。",
    ]
    other = make_tenant("420106", "wcq")
    with scope(tenant=other):
        foreign = heads.head(other)
    assert "给出的封条是另一家（420106）的。" in [problem.what for problem in verify(ledger, foreign).problems]
