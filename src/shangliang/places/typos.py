"""Typing errors in names: one sign mistaken for another, left out, doubled, added, or two neighbours swapped."""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

# How far an error is to be sought. What ear, eye and fingers often do is near; what may as well be another name is far.
NEAR, MIDDLE, FAR = 2, 3, 4
TWINS = 6  # how many of the signs that look most like one are mixed up easily
ALIKE = 17  # one more than are known to look like one

_NUMERALS = frozenset("0123456789十百")
# Words that tell one place from its neighbour: 南门 for 北门 is no slip of the finger.
_TELLING = _NUMERALS | frozenset("东西南北中上下前后左右内外大小新老甲乙丙丁")


def shortened(words: str) -> Iterator[str]:
    """`words` and what is left of it when one sign is taken out: two words one error apart share one of these."""
    yield words
    for at in range(len(words)):
        yield words[:at] + words[at + 1 :]


def distance(typed: str, meant: str, stem: int) -> int | None:
    """How far `typed` is from `meant`, whose first `stem` signs are its own word: NEAR, MIDDLE, FAR, 0 if they are the
    same, None if more than one error lies between them or one that nobody makes."""
    if typed == meant:
        return 0
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    if len(typed) == len(meant):
        if typed[at + 1 :] == meant[at + 1 :]:
            return _mistaken(typed[at], meant[at], rare=at < stem and stem >= 3)
        swapped = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
        return NEAR if swapped and not typed[at : at + 2].isdigit() else None
    if len(typed) == len(meant) + 1 and typed[at + 1 :] == meant[at:]:
        sign = typed[at]
        if at and typed[at - 1] == sign:
            return None if sign.isdigit() and _among_digits(meant, at - 1) else NEAR
        return FAR if 0 < at < stem and stem >= 3 and sign not in _TELLING else None
    if len(typed) == len(meant) - 1 and typed[at:] == meant[at + 1 :]:
        return None if meant[at].isdigit() and _among_digits(meant, at) else MIDDLE
    return None


def only_looks(typed: str, meant: str) -> bool:
    """Whether one sign stands for another that it looks like but does not sound like."""
    differ = [(a, b) for a, b in zip(typed, meant, strict=False) if a != b]
    return len(typed) == len(meant) and len(differ) == 1 and not _sounds(differ[0][0]) & _sounds(differ[0][1])


def _among_digits(words: str, at: int) -> bool:
    """Whether the sign at `at` is part of a longer number: 19街 is not 119街 with a sign left out."""
    return words[at - 1 : at].isdigit() or words[at + 1 : at + 2].isdigit()


def _mistaken(typed: str, meant: str, *, rare: bool) -> int | None:
    if typed in _TELLING and meant in _TELLING:
        return None
    looks = min(_looks().get(meant, "").find(typed) % ALIKE, _looks().get(typed, "").find(meant) % ALIKE)
    if _sounds(typed) & _sounds(meant) or looks < TWINS:
        return NEAR
    if _blurred(typed) & _blurred(meant) or looks < ALIKE - 1:
        return MIDDLE
    return FAR if rare and typed not in _TELLING and meant not in _TELLING and not typed.isascii() else None


@cache
def _sounds(sign: str) -> frozenset[str]:
    """The ways to read a sign, without tones. Digits stand for the numerals they were made from."""
    return frozenset(_readings().get("零一二三四五六七八九"[int(sign)] if sign.isdigit() else sign, ()))


@cache
def _blurred(sign: str) -> frozenset[str]:
    """The sounds of a sign as many in the south say them: zh as z, n as l, ing as in."""
    return frozenset(_blur(sound) for sound in _sounds(sign))


def _blur(sound: str) -> str:
    if sound[:2] in ("zh", "ch", "sh"):
        sound = sound[0] + sound[2:]
    if sound.startswith("n"):
        sound = "l" + sound[1:]
    return sound.removesuffix("g") if sound.endswith(("ang", "eng", "ing")) else sound


@cache
def _readings() -> dict[str, list[str]]:
    """The syllables that each sign is read as."""
    read: dict[str, list[str]] = defaultdict(list)
    for line in _lines("sounds"):
        sound, _blank, signs = line.partition(" ")
        for sign in signs:
            read[sign].append(sound)
    return read


@cache
def _looks() -> dict[str, str]:
    """The signs that look most like each one, the most alike first."""
    return {line[0]: line[1:] for line in _lines("lookalikes")}


def _lines(name: str) -> list[str]:
    """A table made by `scripts/pack_likenesses.py`."""
    packed = files("shangliang.places").joinpath("data", f"{name}.txt.xz").read_bytes()
    return lzma.decompress(packed).decode("utf-16-le").split("\n")
