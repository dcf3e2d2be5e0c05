"""Appending: one by one, together, and by many at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.db import connections, transaction
from django_scopes import scope

from shangliang.core.actors import Actor, Seat
from shangliang.core.ids import uuid7
from shangliang.ledger import actions, canonical, queries, tree
from shangliang.ledger.models import Block, Chain, Entry, Subject, Words
from shangliang.ledger.verify import verify
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import MATTER, act, make_tenant
from tests.ledger.definition import mth

Budget = Callable[[int], AbstractContextManager[None]]


def test_an_entry_says_who_did_what_to_which_rows_and_keeps_no_text(
    tenant: Tenant, freeze: Callable[[str], dt.datetime]
) -> None:
    freeze("2026-11-22 10:24")
    seat = Seat(uuid7(), "community", "某社区", "handle", "42")
    actor = Actor("staff", tenant.pk, uuid7(), "某人", (seat,))
    with transaction.atomic():
        entry = actions.append(
            actor, "matter.accepted", [("matter", MATTER)], {"route": "simple"}, {"reason": "收到了"}, seat=seat
        )
    body = json.loads(Entry.objects.get().body)
    commitment = body["words"].pop("reason")
    assert body == {
        "format": 1,
        "id": str(entry.pk),
        "seq": 0,
        "kind": "matter.accepted",
        "happened_at": "2026-11-22T02:24:00.000000Z",
        "recorded_at": "2026-11-22T02:24:00.000000Z",
        "actor": {"kind": "staff", "person": str(actor.person_id), "body": str(seat.body_id), "duty": "handle"},
        "subjects": [["matter", str(MATTER)]],
        "facts": {"route": "simple"},
        "words": {},
    }
    assert len(commitment) == 64
    assert "收到了".encode() not in bytes(Words.objects.get().sealed)
    assert [line.words for line in queries.timeline(MATTER)] == [{"reason": "收到了"}]


def test_the_timeline_is_newest_first_and_reads_in_two_queries(tenant: Tenant, at_most: Budget) -> None:
    for text in ("一", "二", "三"):
        act(tenant, text)
    act(tenant, "别的事", matter=uuid7())
    with at_most(2):
        assert [line.words["words"] for line in queries.timeline(MATTER)] == ["三", "二", "一"]
    assert [line.words["words"] for line in queries.timeline(MATTER, kinds=["voice.raised"], limit=1)] == ["三"]
    assert queries.timeline(MATTER, kinds=["matter.closed"]) == []


def test_the_timeline_of_several_rows_together_has_each_entry_once(tenant: Tenant, at_most: Budget) -> None:
    other, actor = uuid7(), Actor("system", tenant.pk)
    act(tenant, "一")
    act(tenant, "二", matter=other)
    with transaction.atomic():
        actions.append(actor, "matter.joined", [("matter", MATTER), ("matter", other)])
    act(tenant, "别的事", matter=uuid7())
    with at_most(2):
        kinds = [line.words.get("words", line.entry.kind) for line in queries.together([MATTER, other])]
    assert kinds == ["matter.joined", "二", "一"]
    assert [line.entry.seq for line in queries.together([MATTER, other], without=["matter.joined"], limit=1)] == [1]


def test_an_act_appends_with_five_statements(tenant: Tenant, at_most: Budget) -> None:
    with at_most(5):
        act(tenant)


def test_appending_outside_a_transaction_is_an_error(transactional_db: None) -> None:
    tenant = make_tenant()
    with scope(tenant=tenant), pytest.raises(RuntimeError):
        actions.append(Actor("system", tenant.pk), "matter.accepted", [])


@pytest.mark.parametrize("value", [1.5, float("nan"), dt.date(2026, 1, 1), ("a",), b"a", {1: "a"}, uuid7()])
def test_facts_of_another_kind_than_json_has_are_refused(tenant: Tenant, value: object) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        actions.append(Actor("system", tenant.pk), "matter.accepted", [], {"deep": [{"value": value}]})
    assert not Entry.objects.exists()


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800"])
def test_facts_that_not_every_machine_reads_alike_are_refused(tenant: Tenant, value: object) -> None:
    with pytest.raises(ValueError), transaction.atomic():  # noqa: PT011
        actions.append(Actor("system", tenant.pk), "matter.accepted", [], {"value": value})


def test_a_moment_without_time_zone_is_refused(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="time zone"), transaction.atomic():
        actions.append(Actor("system", tenant.pk), "matter.accepted", [], happened_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text", ['{"a": 1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":1.0}', "[]", "{", '{"a":"\\u4e00"}']
)
def test_another_way_of_writing_is_not_canonical(text: str) -> None:
    with pytest.raises(ValueError, match="not canonical"):
        canonical.decode(text)


def test_the_canonical_form_is_read_back() -> None:
    body = {"b": [1, True, None, "\x00\u2028一😀"], "a": {}}
    assert canonical.decode(canonical.encode(body)) == body


def test_an_entry_is_never_changed_or_deleted(tenant: Tenant) -> None:
    entry = act(tenant)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


@pytest.mark.parametrize("together", [False, True])
def test_bodies_and_tree_follow_from_the_acts_whether_they_append_singly_or_together(
    tenant: Tenant, freeze: Callable[[str], dt.datetime], together: bool
) -> None:
    freeze("2026-11-22 10:24")
    actor = Actor("system", tenant.pk)
    with actions.batch(tenant.pk) if together else transaction.atomic():
        entries = [
            actions.append(actor, "act.done", [("matter", MATTER)], {"number": number}, {"words": f"第{number}句"})
            for number in range(300)
        ]
    stored = list(Entry.objects.order_by("seq"))
    assert [(entry.pk, entry.body, bytes(entry.leaf)) for entry in stored] == [
        (entry.pk, entry.body, entry.leaf) for entry in entries
    ]
    for number, body in enumerate(json.loads(entry.body) for entry in stored):
        assert (body["seq"], body["facts"], body["recorded_at"]) == (
            number,
            {"number": number},
            "2026-11-22T02:24:00.000000Z",
        )
    # The tree is a function of the bodies alone, so the same bodies give the same tree.
    data = [entry.body.encode() for entry in stored]
    peaks = [mth(data[:256]), mth(data[256:288]), mth(data[288:296]), mth(data[296:])]
    assert bytes(Chain.objects.get().peaks) == b"".join(peaks)
    assert [(block.number, bytes(block.root)) for block in Block.objects.all()] == [(0, peaks[0])]
    assert verify(tenant).ok


def test_a_batch_writes_a_hundred_acts_with_few_statements(tenant: Tenant, at_most: Budget) -> None:
    with at_most(10), actions.batch(tenant.pk):
        for _ in range(100):
            act(tenant)
    assert verify(tenant).entries == 100


def fail(tenant: Tenant) -> None:
    with transaction.atomic():
        act(tenant, "没有发生")
        act(tenant, "也没有发生")
        raise ZeroDivisionError


def test_an_act_rolled_back_inside_a_batch_leaves_nothing(tenant: Tenant) -> None:
    with actions.batch(tenant.pk):
        act(tenant, "一")
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                fail(tenant)
        act(tenant, "二")
    assert [line.words["words"] for line in queries.timeline(MATTER)] == ["二", "一"]
    assert verify(tenant).ok


def test_a_batch_that_fails_leaves_nothing_and_the_next_act_appends_by_itself(tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), actions.batch(tenant.pk):
        fail(tenant)
    assert not Entry.objects.exists()
    assert not Words.objects.exists()
    assert act(tenant).seq == 0


def test_a_batch_does_not_hold_another(tenant: Tenant) -> None:
    with actions.batch(tenant.pk), pytest.raises(RuntimeError), actions.batch(tenant.pk):
        act(tenant)


def test_an_act_of_another_tenant_does_not_fall_into_the_batch(tenant: Tenant) -> None:
    other = make_tenant("420106", "wcq")
    with actions.batch(tenant.pk):
        act(tenant)
        with scope(tenant=other):
            assert act(other).seq == 0
    assert verify(tenant).entries == verify(other).entries == 1


def test_an_entry_names_a_row_once(tenant: Tenant) -> None:
    with transaction.atomic():
        actions.append(Actor("system", tenant.pk), "matter.joined", [("matter", MATTER), ("matter", MATTER)])
    assert Subject.objects.count() == 1


@pytest.mark.parametrize("together", [False, True])
def test_acts_of_many_at_once_leave_no_gap_and_lose_nothing(transactional_db: None, together: bool) -> None:
    tenant = make_tenant()

    def work(worker: int) -> None:
        try:
            with scope(tenant=tenant):
                if together:
                    for half in range(2):
                        with actions.batch(tenant.pk):
                            for number in range(10):
                                act(tenant, f"{worker}-{half * 10 + number}")
                else:
                    for number in range(20):
                        act(tenant, f"{worker}-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with scope(tenant=tenant):
        entries = list(Entry.objects.order_by("seq"))
        texts = [line.words["words"] for line in queries.lines(entries)]
        assert [entry.seq for entry in entries] == list(range(80))
        assert sorted(texts) == sorted(f"{worker}-{number}" for worker in range(4) for number in range(20))
        assert all(
            [text for text in texts if text.startswith(f"{worker}-")] == [f"{worker}-{number}" for number in range(20)]
            for worker in range(4)
        )
        assert verify(tenant).problems == []


def test_opening_a_ledger_twice_changes_nothing(tenant: Tenant) -> None:
    act(tenant)
    actions.open_ledger(tenant.pk)
    assert Chain.objects.get().size == 1
    assert tree.unpack(Chain.objects.get().peaks) == [bytes(Entry.objects.get().leaf)]


def test_words_can_be_given_the_id_that_a_row_points_to(tenant: Tenant) -> None:
    chosen = UUID("01900000-0000-7000-8000-0000000000ff")
    with transaction.atomic():
        actions.append(
            Actor("system", tenant.pk),
            "voice.raised",
            [],
            words={"words": "好", "none": ""},
            words_ids={"words": chosen},
        )
    assert queries.read(Words.objects.get(pk=chosen)) == "好"
    assert Words.objects.count() == 1
