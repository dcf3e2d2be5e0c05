"""Lawful erasure: the text is gone, the entry and the proof stay."""

from __future__ import annotations

import json

import pytest
from django_scopes import scope

from shangliang.core.actors import Actor, Seat
from shangliang.core.errors import Refused
from shangliang.core.ids import uuid7
from shangliang.ledger import actions, heads, queries
from shangliang.ledger.models import Entry, Words
from shangliang.ledger.verify import verify
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import MATTER, act, make_tenant


def test_erased_words_are_gone_and_the_ledger_still_verifies(tenant: Tenant) -> None:
    entry, kept = act(tenant, "我家住三栋二单元"), act(tenant, "路灯不亮")
    before = heads.head(tenant)
    words = Words.objects.get(entry=entry.pk)
    seat = Seat(uuid7(), "district_office", "区政协办公室", "privacy", "42/4201/420107")
    actions.erase(Actor("staff", tenant.pk, uuid7()), words.pk, "request", seat=seat)

    words.refresh_from_db()
    assert words.sealed is None
    assert words.erased_at is not None
    newest, second, first = queries.timeline(MATTER)
    assert first.words == {"words": queries.ERASED}
    assert second.words == {"words": "路灯不亮"}
    assert newest.entry.kind == "words.erased"
    assert newest.facts == {"entry": str(entry.pk), "slot": "words", "reason": "request"}
    assert newest.body["actor"]["body"] == str(seat.body_id)
    assert newest.body["subjects"] == [*json.loads(entry.body)["subjects"], ["words", str(words.pk)]]
    report = verify(tenant, before)
    assert report.problems == []
    assert (report.entries, report.words, report.erased) == (3, 2, 1)
    assert Entry.objects.get(pk=kept.pk).body == kept.body


def test_words_are_erased_once(tenant: Tenant) -> None:
    words = Words.objects.get(entry=act(tenant).pk)
    actions.erase(Actor("staff", tenant.pk), words.pk, "request")
    with pytest.raises(Refused, match="已经删除"):
        actions.erase(Actor("staff", tenant.pk), words.pk, "request")
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("reason", ["", "张三要求删除", "Mr X asked", "a" * 41])
def test_a_reason_in_sentences_is_refused_for_it_would_stay_for_ever(tenant: Tenant, reason: str) -> None:
    words = Words.objects.get(entry=act(tenant).pk)
    with pytest.raises(ValueError, match="reason"):
        actions.erase(Actor("staff", tenant.pk), words.pk, reason)
    assert queries.read(words) == "路灯不亮"


def test_words_of_another_tenant_cannot_be_erased(tenant: Tenant) -> None:
    other = make_tenant("420106", "wcq")
    with scope(tenant=other):
        words = Words.objects.get(entry=act(other).pk)
    with pytest.raises(Words.DoesNotExist):
        actions.erase(Actor("staff", tenant.pk), words.pk, "request")
