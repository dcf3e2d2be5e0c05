"""Signed tree heads: what to keep outside, so that nobody can rewrite the ledger unseen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.core.keys import key
from shangliang.ledger import canonical, tree
from shangliang.ledger.models import Chain
from shangliang.tenants.models import Tenant

FIELDS = {"tenant": str, "size": int, "root": str, "time": str, "signature": str}


@dataclass(frozen=True, slots=True)
class Head:
    """That at `time` the ledger of `tenant` (its slug) had `size` entries under `root`, and our signature."""

    tenant: str
    size: int
    root: str  # hex
    time: str  # as canonical.moment writes it
    signature: str = ""  # hex, Ed25519 over `signed_part`

    @property
    def signed_part(self) -> str:
        """The canonical JSON that is signed: everything but the signature, and the format."""
        parts = asdict(self)
        del parts["signature"]
        return canonical.encode(parts | {"format": canonical.FORMAT})


def head(tenant: Tenant) -> Head:
    """The head of the tenant's ledger now, signed."""
    chain = Chain.objects.get(tenant=tenant)
    return sign(tenant, chain.size, tree.root(tree.unpack(chain.peaks)))


def sign(tenant: Tenant, size: int, root: bytes) -> Head:
    """A signed head over these values."""
    plain = Head(tenant.slug, size, root.hex(), canonical.moment(clock.now()))
    signature = _private_key().sign(plain.signed_part.encode())
    return Head(plain.tenant, plain.size, plain.root, plain.time, signature.hex())


def is_signed(head: Head, pem: str | None = None) -> bool:
    """Whether the signature of `head` is good for the public key `pem` (default: our own)."""
    public = load_pem_public_key(pem.encode()) if pem else _private_key().public_key()
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        public.verify(bytes.fromhex(head.signature), head.signed_part.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """The key by which anyone can check our heads, as PEM."""
    return _private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def export(head: Head) -> str:
    """The head as one line of JSON."""
    return canonical.encode(asdict(head) | {"format": canonical.FORMAT})


def read(text: str) -> Head:
    """The head that `export` wrote. Raises Refused if the text is none; the signature is not checked here."""
    try:
        parts: dict[str, Any] = json.loads(text)
        if parts.pop("format") != canonical.FORMAT or {name: type(part) for name, part in parts.items()} != FIELDS:
            raise ValueError("other fields than a head has")
        head = Head(**parts)
        bytes.fromhex(head.root), bytes.fromhex(head.signature), head.signed_part
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(_("这不是一份导出的账本封条：请原样给出导出的那一行。")) from error
    return head


@cache
def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key("sign"))
