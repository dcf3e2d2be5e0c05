"""Slip codes: three characters naming the tenant, 50 random bits, a check character, easy to read aloud.

The alphabet is Crockford's base 32, without I, L, O and U. The check character is a sum of the
characters weighted by powers of a generator of GF(32): it catches every single wrong character and
every swap of two.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUE = {character: value for value, character in enumerate(ALPHABET)}
MARK, RANDOM = 3, 10
LENGTH = MARK + RANDOM + 1

# What people type for what they read: full-width forms, and the letters the alphabet leaves out.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOOKALIKES = str.maketrans("ILOU", "110V")
_NOISE = str.maketrans("", "", " -_·.—–－　\t\r\n")


def new_code(mark: str) -> str:
    """A fresh code for the tenant with this mark, e.g. 42Q7K3F9MWX2PC."""
    body = mark + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + _check_character(body)


def clean(typed: str) -> str | None:
    """The code in what somebody typed, or None if it cannot be one (wrong length, character or check)."""
    code = typed.translate(_FULL_WIDTH).upper().translate(_NOISE).translate(_LOOKALIKES)
    if len(code) != LENGTH or any(character not in VALUE for character in code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """The code in groups for reading aloud: 42Q-7K3F-9MWX-2PC."""
    return "-".join((code[:3], code[3:7], code[7:11], code[11:]))


def _check_character(body: str) -> str:
    total, weight = 0, 1
    for character in body:
        weight = _times(weight, 2)
        total ^= _times(weight, VALUE[character])
    return ALPHABET[total]


def _times(a: int, b: int) -> int:
    """The product in GF(32) with the polynomial x⁵ + x² + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product
