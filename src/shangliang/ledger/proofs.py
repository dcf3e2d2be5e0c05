"""Inclusion and consistency proofs of RFC 9162, sections 2.1.3 and 2.1.4: made and checked.

Pure functions. Making a proof asks for the root over a range of leaves (`roots(begin, end)`),
which `Forest` answers from the roots of full blocks and a few single leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shangliang.ledger import tree

Roots = Callable[[int, int], bytes]


class Forest:
    """The part of a tree that a proof needs: roots of blocks from the first on, and leaves by number."""

    def __init__(self, blocks: Sequence[bytes], leaves: Mapping[int, bytes]) -> None:
        self.blocks = blocks
        self.leaves = leaves

    def root(self, begin: int, end: int) -> bytes:
        """The Merkle tree hash over the leaves `begin` to `end` (exclusive), a range that the
        definition of the tree splits it into. Raises KeyError if a leaf it needs is not here.
        """
        count = end - begin
        if count == 0:
            return tree.EMPTY
        if count == 1:
            return self.leaves[begin]
        if count == tree.BLOCK and begin // count < len(self.blocks):
            return self.blocks[begin // count]
        middle = begin + _split(count)
        return tree.node_hash(self.root(begin, middle), self.root(middle, end))


def inclusion(index: int, size: int, roots: Roots) -> list[bytes]:
    """The audit path for leaf `index` in the tree of the first `size` leaves: PATH(m, D_n).

    Raises ValueError if there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(roots(middle, end))
            end = middle
        else:
            path.append(roots(begin, middle))
            begin = middle
    return path[::-1]


def consistency(first: int, second: int, roots: Roots) -> list[bytes]:
    """The proof that the tree of `second` leaves begins with the tree of `first`: PROOF(m, D_n).

    Empty when both are the same, or the first has no leaf. Raises ValueError if `first` is larger.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} leaves does not begin with one of {first}")
    path: list[bytes] = []
    begin, end = 0, second
    while 0 < first < end:
        middle = begin + _split(end - begin)
        if first <= middle:
            path.append(roots(middle, end))
            end = middle
        else:
            path.append(roots(begin, middle))
            begin = middle
    # What is left lies wholly in the first tree; its root is known only if nothing was cut off to the left.
    if begin > 0:
        path.append(roots(begin, end))
    return path[::-1]


def includes(root: bytes, size: int, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `size` leaves with this `root` has `leaf` as number `index`."""
    if not 0 <= index < size:
        return False
    here, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            result = tree.node_hash(sibling, result)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            result = tree.node_hash(result, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and result == root


def extends(first_root: bytes, first: int, second_root: bytes, second: int, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `second` leaves has the tree of `first` as its beginning.

    The RFC leaves out the tree without leaves: every tree begins with it, and that needs no path.
    """
    if not 0 <= first <= second:
        return False
    if first == 0 or first == second:
        known = tree.EMPTY if first == 0 else second_root
        return not path and first_root == known and (second > 0 or second_root == tree.EMPTY)
    if not path:
        return False
    hashes = list(path) if first & (first - 1) else [first_root, *path]
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = tree.node_hash(sibling, old), tree.node_hash(sibling, new)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new = tree.node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """The largest power of two below `count`: how many leaves stand to the left."""
    return 1 << (count - 1).bit_length() - 1
