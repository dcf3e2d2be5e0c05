"""Signed heads: what an outsider keeps and checks without us."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shangliang.core.errors import Refused
from shangliang.ledger import heads
from shangliang.ledger.models import Entry
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import act
from tests.ledger.definition import mth


def test_a_head_states_tenant_size_root_and_time(tenant: Tenant, freeze: Callable[[str], dt.datetime]) -> None:
    freeze("2026-11-22 10:24")
    for _ in range(3):
        act(tenant)
    head = heads.head(tenant)
    data = [entry.body.encode() for entry in Entry.objects.order_by("seq")]
    assert (head.tenant, head.size, head.root) == ("420107", 3, mth(data).hex())
    assert head.time == "2026-11-22T02:24:00.000000Z"


def test_a_head_travels_as_one_line_of_text(tenant: Tenant) -> None:
    head = heads.head(tenant)
    line = heads.export(head)
    assert "\n" not in line
    assert heads.read(line + "\n") == head
    assert heads.is_signed(heads.read(line))


def test_anyone_can_check_a_head_with_the_public_key_and_the_text_alone(tenant: Tenant) -> None:
    act(tenant)
    line, pem = heads.export(heads.head(tenant)), heads.public_key()
    # As someone without our code would: raw key from the PEM, the line without its signature.
    der = base64.b64decode("".join(pem.splitlines()[1:-1]))
    parts = json.loads(line)
    signature = bytes.fromhex(parts.pop("signature"))
    signed = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    Ed25519PublicKey.from_public_bytes(der[-32:]).verify(signature, signed.encode())
    assert heads.is_signed(heads.read(line), pem)


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "420106"},
        {"size": 7},
        {"root": "00" * 32},
        {"time": "x"},
        {"signature": "00" * 64},
        {"signature": ""},
    ],
)
def test_a_head_changed_anywhere_is_not_signed(tenant: Tenant, change: dict[str, object]) -> None:
    assert not heads.is_signed(dataclasses.replace(heads.head(tenant), **change))  # type: ignore[arg-type]


def test_a_head_is_not_signed_by_another_key(tenant: Tenant) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert not heads.is_signed(heads.head(tenant), other.decode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"format":2,"tenant":"a","size":1,"root":"00","time":"x","signature":"00"}',
        '{"format":1,"tenant":"a","size":true,"root":"00","time":"x","signature":"00"}',
        '{"format":1,"tenant":"a","size":1,"root":"no hex","time":"x","signature":"00"}',
        '{"format":1,"tenant":"a","size":1,"root":"00","time":"x"}',
        '{"format":1,"tenant":"a","size":1,"root":"00","time":"x","signature":"00","more":1}',
        '{"format":1,"tenant":"\\ud800","size":1,"root":"00","time":"x","signature":"00"}',
        "[" * 100_000,
    ],
)
def test_a_text_that_is_no_head_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused, match="账本封条"):
        heads.read(text)
