"""抽签: an order that nobody chose, and that anybody can work out again.

The seed is a keyed hash of what is in the pot: nobody foresees it, and the same pot gives the same again. It stands
in the entry of the draw; from there on a lot is SHA-256 of seed, colon and id, and the lowest wins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from uuid import UUID

from shangliang.core.seal import keyed_hash


def seed(pot: Collection[UUID], purpose: str) -> str:
    """The seed for what is in the pot, in hexadecimal digits."""
    return keyed_hash(",".join(sorted(map(str, pot))), purpose).hex()


def lots(pot: Collection[UUID], seed: str) -> dict[UUID, str]:
    """The lot of each, the lowest first."""
    drawn = {one: hashlib.sha256(f"{seed}:{one}".encode()).hexdigest() for one in pot}
    return dict(sorted(drawn.items(), key=lambda pair: pair[1]))
