"""Tree and proofs against the recursive definitions of RFC 9162, section 2.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.ledger import actions, heads, proofs, queries, tree
from shangliang.ledger.models import Block, Entry
from shangliang.tenants.models import Tenant
from tests.ledger.conftest import act
from tests.ledger.definition import mth, path, sha, subproof

Budget = Callable[[int], AbstractContextManager[None]]
DATA = [number.to_bytes(2, "big") for number in range(600)]
LEAVES = [tree.leaf_hash(item) for item in DATA]
# The inputs and roots of the reference implementation of Certificate Transparency.
KNOWN = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
KNOWN += [bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def forest(size: int) -> proofs.Forest:
    """A tree of our test data, as the database would give it."""
    blocks = [mth(DATA[begin : begin + 256]) for begin in range(0, size - size % 256, 256)]
    return proofs.Forest(blocks, dict(enumerate(LEAVES[:size])))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size: int) -> None:
    peaks: list[bytes] = []
    for number, item in enumerate(KNOWN[:size]):
        peaks = tree.grow(number, peaks, tree.leaf_hash(item))
    assert tree.root(peaks).hex() == KNOWN_ROOTS[size - 1]


def test_the_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert tree.root([]) == mth([]) == proofs.Forest([], {}).root(0, 0)


def test_a_growing_tree_has_the_root_of_the_definition_at_every_size() -> None:
    peaks: list[bytes] = []
    for size in range(520):
        assert tree.root(peaks) == mth(DATA[:size])
        done = tree.block_root(size, peaks, LEAVES[size])
        assert done == (mth(DATA[size - 255 : size + 1]) if size % 256 == 255 else None)
        peaks = tree.grow(size, peaks, LEAVES[size])


@given(st.data())
def test_an_inclusion_proof_is_the_one_of_the_definition_and_convinces(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 600))
    index = data.draw(st.integers(0, size - 1))
    made = proofs.inclusion(index, size, forest(size).root)
    assert made == path(index, DATA[:size])
    assert proofs.includes(mth(DATA[:size]), size, LEAVES[index], index, made)


@given(st.data())
def test_a_consistency_proof_is_the_one_of_the_definition_and_convinces(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, 600))
    first = data.draw(st.integers(1, second))
    made = proofs.consistency(first, second, forest(second).root)
    assert made == subproof(first, DATA[:second], True)
    assert proofs.extends(mth(DATA[:first]), first, mth(DATA[:second]), second, made)


def bent(made: list[bytes], other: bytes) -> Iterator[list[bytes]]:
    """`made`, with each thing about it changed in turn."""
    yield [*made, other]
    for place in range(len(made)):
        yield made[:place] + made[place + 1 :]
        yield [*made[:place], other, *made[place + 1 :]]


@given(st.data())
def test_a_bent_inclusion_proof_convinces_nobody(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 40))
    index = data.draw(st.integers(0, size - 1))
    root, made = mth(DATA[:size]), path(index, DATA[:size])
    assert not any(proofs.includes(root, size, LEAVES[index], index, other) for other in bent(made, sha(b"x")))
    assert not any(proofs.includes(root, size, LEAVES[index], other, made) for other in range(-1, 45) if other != index)
    assert not proofs.includes(root, size, LEAVES[index + 1], index, made)
    assert not proofs.includes(mth(DATA[: size + 1]), size, LEAVES[index], index, made)


@given(st.data())
def test_a_bent_consistency_proof_convinces_nobody(data: st.DataObject) -> None:
    second = data.draw(st.integers(2, 40))
    first = data.draw(st.integers(1, second - 1))
    old, new, made = mth(DATA[:first]), mth(DATA[:second]), subproof(first, DATA[:second], True)
    assert not any(proofs.extends(old, first, new, second, other) for other in bent(made, sha(b"x")))
    assert not proofs.extends(mth([b"else", *DATA[1:first]]), first, new, second, made)
    assert not proofs.extends(old, first, mth([b"else", *DATA[1:second]]), second, made)
    assert not proofs.extends(old, second + 1, new, second, made)
    assert not proofs.extends(old, first, new, second * 4, made)


def test_every_tree_begins_with_the_empty_one_and_with_itself() -> None:
    empty, three = mth([]), mth(DATA[:3])
    assert proofs.consistency(0, 3, forest(3).root) == proofs.consistency(3, 3, forest(3).root) == []
    assert proofs.extends(empty, 0, three, 3, [])
    assert proofs.extends(empty, 0, empty, 0, [])
    assert proofs.extends(three, 3, three, 3, [])
    assert not proofs.extends(three, 0, three, 3, [])
    assert not proofs.extends(empty, 0, three, 0, [])
    assert not proofs.extends(empty, 0, three, 3, [three])
    assert not proofs.extends(mth(DATA[:2]), 3, three, 3, [])
    assert not proofs.extends(mth(DATA[:2]), 2, three, 3, [])


def test_no_proof_is_made_for_what_is_not_there() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="has no leaf"):
            proofs.inclusion(index, size, forest(3).root)
    with pytest.raises(ValueError, match="does not begin"):
        proofs.consistency(4, 3, forest(3).root)


def test_the_ledger_proves_each_of_its_entries_at_every_size(tenant: Tenant) -> None:
    with actions.batch(tenant.pk):
        for _ in range(530):
            act(tenant)
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True)]
    assert [bytes(row.root) for row in Block.objects.order_by("number")] == [
        proofs.Forest([], dict(enumerate(leaves))).root(begin, begin + 256) for begin in (0, 256)
    ]
    for seq, size in ((0, 1), (0, 530), (255, 256), (255, 257), (256, 530), (300, 512), (511, 513), (529, 530)):
        proof = queries.inclusion(tenant, seq, size)
        whole = proofs.Forest([], dict(enumerate(leaves))).root(0, size)
        assert (proof.leaf, proof.root) == (leaves[seq], whole)
        assert proofs.includes(whole, size, proof.leaf, seq, proof.path)
    assert queries.inclusion(tenant, 7).root.hex() == heads.head(tenant).root


def test_the_ledger_proves_that_it_only_grew(tenant: Tenant) -> None:
    with actions.batch(tenant.pk):
        for _ in range(530):
            act(tenant)
    leaves = dict(enumerate(bytes(leaf) for leaf in Entry.objects.order_by("seq").values_list("leaf", flat=True)))
    roots = proofs.Forest([], leaves).root
    for first, second in ((0, 530), (1, 530), (255, 256), (256, 530), (257, 512), (300, 301), (512, 513), (530, 530)):
        made = queries.consistency(tenant, first, second)
        assert proofs.extends(roots(0, first), first, roots(0, second), second, made)
    assert queries.consistency(tenant, 300) == queries.consistency(tenant, 300, 530)


def test_a_proof_reads_two_blocks_of_leaves_however_long_the_ledger_is(tenant: Tenant, at_most: Budget) -> None:
    with actions.batch(tenant.pk):
        for _ in range(1100):
            act(tenant)
    with at_most(3):
        queries.inclusion(tenant, 300)
    assert len(queries._forest(tenant, 1100, 300).leaves) == 256 + 1100 % 256


def test_the_ledger_refuses_to_prove_what_it_has_not(tenant: Tenant) -> None:
    act(tenant)
    for seq, size in ((1, None), (-1, None), (0, 0), (0, 2)):
        with pytest.raises(ValueError, match="entr"):
            queries.inclusion(tenant, seq, size)
    with pytest.raises(ValueError, match="does not begin"):
        queries.consistency(tenant, 2)
