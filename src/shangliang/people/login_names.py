"""Log-in names proposed for people: their name in pinyin, with a number where it is taken. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from pypinyin import lazy_pinyin

LONGEST = 24
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]")


def propose(names: Iterable[str], taken: Collection[str]) -> list[str]:
    """A free log-in name for each of these people: shenjianqing, then shenjianqing2."""
    used, proposed = set(taken), []
    for name in names:
        plain = _NOT_IN_A_NAME.sub("", "".join(lazy_pinyin(name)).lower())[:LONGEST]
        stem = plain if len(plain) > 2 else f"wy{plain}"
        number = 1
        while (found := stem if number == 1 else f"{stem}{number}") in used:
            number += 1
        used.add(found)
        proposed.append(found)
    return proposed
