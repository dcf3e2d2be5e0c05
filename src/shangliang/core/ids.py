"""Row ids: UUID version 7 (RFC 9562), so that keys sort by the time they were made."""

from __future__ import annotations

import os
import time
from uuid import UUID

MILLISECOND = 1_000_000  # nanoseconds


def uuid7() -> UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, 12 bits of their fraction, then 62 random bits.

    The fraction (RFC 9562, section 6.2, method 3) keeps rows in order that one act makes within a millisecond.
    """
    millis, rest = divmod(time.time_ns(), MILLISECOND)
    fraction = (rest << 12) // MILLISECOND
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=(millis & ((1 << 48) - 1)) << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random)
