"""The stamp of a form: a key, so that a retry counts once, and the moment the form was drawn, both signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from shangliang.core import clock
from shangliang.core.ids import uuid7

TOO_FAST = dt.timedelta(seconds=3)  # nobody reads the page and writes a sentence in less
TOO_OLD = dt.timedelta(days=1)
_SIGNER = signing.Signer(salt="voices.stamp")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a form that came back says of itself. `odd`: filled too fast, kept too long, or not our form."""

    key: UUID
    odd: bool


def draw() -> str:
    """A new stamp, for the hidden field of a form."""
    return _SIGNER.sign_object({"key": uuid7().hex, "at": int(clock.now().timestamp())})


def read(value: str) -> Stamp:
    """The stamp that came back. A missing or forged one is odd, and gets a key of its own."""
    try:
        given = _SIGNER.unsign_object(value)
        key, at = UUID(given["key"]), dt.datetime.fromtimestamp(given["at"], dt.UTC)
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return Stamp(uuid7(), odd=True)
    return Stamp(key, odd=not TOO_FAST <= clock.now() - at <= TOO_OLD)
