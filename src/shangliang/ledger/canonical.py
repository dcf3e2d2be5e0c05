"""The canonical form of an entry: the bytes that are hashed, the same on every machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

FORMAT = 1
LARGEST = 2**53 - 1  # beyond it, not every JSON reader keeps a whole number as it is (RFC 8259, section 6)


def encode(body: dict[str, Any]) -> str:
    """`body` as canonical JSON: keys sorted, no spaces, real characters, no floats, no NaN.

    Allowed values are str, int, bool, None, lists and dicts of these. Raises TypeError for others,
    ValueError for a number or a text that not every machine reads alike.
    """
    check(body)
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def decode(text: str) -> dict[str, Any]:
    """The body that `text` is the canonical form of. Raises ValueError if it is not canonical."""
    try:
        body = json.loads(text)
        canonical = isinstance(body, dict) and encode(body) == text
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"not canonical JSON: {error}") from error
    if not canonical:
        raise ValueError("not canonical JSON: written in another way")
    return body  # type: ignore[no-any-return]


def moment(value: dt.datetime) -> str:
    """A moment in UTC to the microsecond, e.g. 2026-11-22T02:24:00.000000Z.

    Raises ValueError for a datetime that does not say its time zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"{value!r} does not say its time zone")
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(salt: bytes, text: str) -> str:
    """What an entry holds of a text: hex SHA-256(salt || text), saying nothing without the salt."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def check(value: Any) -> None:
    """Raises TypeError or ValueError if `value` cannot stand in an entry, as `encode` says."""
    if isinstance(value, str):
        value.encode()  # half of a surrogate pair is no character: UnicodeEncodeError is a ValueError
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} is too large a number for an entry")
    elif isinstance(value, list):
        for item in value:
            check(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(name, str):
                raise TypeError(f"a key must be text, not {name!r}")
            check(name)
            check(item)
    elif value is not None:
        raise TypeError(f"an entry cannot hold {value!r}")
