"""Sealing: personal data is stored encrypted (AES-256-GCM) and found by keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shangliang.core.keys import key

VERSION = b"\x01"
NONCE = 12


@cache
def _cipher() -> AESGCM:
    return AESGCM(key("seal"))


def seal(plain: bytes, context: str) -> bytes:
    """`plain`, encrypted. It opens only with the same `context` (by habit
    "<what>:<tenant id>:<row id>"), so that sealed bytes cannot be moved to another row.
    """
    nonce = os.urandom(NONCE)
    return VERSION + nonce + _cipher().encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes | memoryview[int], context: str) -> bytes:
    """What `seal` was given. Raises cryptography.exceptions.InvalidTag if a byte or the context differs."""
    sealed = bytes(sealed)
    return _cipher().decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], context.encode())


def keyed_hash(value: str, purpose: str) -> bytes:
    """A 32-byte HMAC-SHA256 of `value`, for finding a sealed value again; useless without the key."""
    return hmac.new(key("lookup"), f"{purpose}\x00{value}".encode(), hashlib.sha256).digest()
