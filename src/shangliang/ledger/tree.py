"""The hash tree of RFC 9162, section 2.1: leaves, roots, and the peaks by which a tree grows."""

from __future__ import annotations

import hashlib

SIZE = 32
BLOCK = 256  # leaves under one stored inner node, so that a proof needs few leaves however large the tree
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data), the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size: int, peaks: list[bytes], leaf: bytes) -> list[bytes]:
    """The peaks of a tree of `size` leaves after one more leaf.

    Peaks are the roots of the full subtrees that a tree of that size falls into, largest first:
    one for each 1 in the binary form of `size`.
    """
    peaks = list(peaks)
    while size & 1:
        leaf = node_hash(peaks.pop(), leaf)
        size >>= 1
    return [*peaks, leaf]


def block_root(size: int, peaks: list[bytes], leaf: bytes) -> bytes | None:
    """The root of the block of `BLOCK` leaves that `leaf`, as number `size`, completes; else None."""
    if (size + 1) % BLOCK:
        return None
    # All low bits of `size` are 1, so the last peaks are exactly those of the unfinished block.
    return root([*peaks[-(BLOCK.bit_length() - 1) :], leaf])


def root(peaks: list[bytes]) -> bytes:
    """The Merkle tree hash over all leaves, from the peaks."""
    if not peaks:
        return EMPTY
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result


def unpack(packed: bytes | memoryview[int]) -> list[bytes]:
    """The hashes that were stored one behind another."""
    return [bytes(packed[i : i + SIZE]) for i in range(0, len(packed), SIZE)]
