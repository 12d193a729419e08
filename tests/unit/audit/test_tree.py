"""The tree: any growth gives the same tiles, and its proofs hold to what RFC 6962 defines."""

from __future__ import annotations

import hashlib
from pathlib import Path
from random import Random

import pytest

from audit.tree import Tree
from audit.verifier import (
    Edge,
    LogError,
    check_consistency,
    check_inclusion,
    leaf_hash,
    root_of,
    tile_path,
)


def mth(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash as RFC 6962 defines it, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:half]) + mth(leaves[half:])).digest()


def grown(folder: Path, leaves: list[bytes], random: Random) -> dict[int, bytes]:
    """Grow a tree in steps, write its tiles, and return the root at each size it had."""
    edge, roots = Edge(), {}
    while edge.size < len(leaves):
        some = leaves[edge.size : edge.size + random.choice([1, 2, 3, 200, 700])]
        for level, number, hashes in edge.grow([leaf_hash(one) for one in some]):
            place = folder / tile_path(level, number, len(hashes))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"".join(hashes))
        roots[edge.size] = edge.root()
    return roots


def test_a_tree_of_any_size_has_the_root_of_the_standard(tmp_path: Path) -> None:
    """However it grew; and its edge read back is the same."""
    leaves = [str(number).encode() for number in range(1500)]
    roots = grown(tmp_path, leaves, Random(1))

    assert {size: mth(leaves[:size]) for size in roots} == roots
    assert Edge.of(tmp_path, 1500).root() == roots[1500] == Tree(tmp_path, 1500).root()
    assert all(root_of([leaf_hash(o) for o in leaves[:n]]) == mth(leaves[:n]) for n in range(70))


def test_proofs_hold_and_any_other_is_refused(tmp_path: Path) -> None:
    """Of inclusion and of consistency: a changed step, leaf, place or size is noticed."""
    random = Random(2)
    leaves = [str(number).encode() for number in range(1100)]
    roots = grown(tmp_path, leaves, random)
    tree, root = Tree(tmp_path, 1100), roots[1100]
    for old, was in roots.items():
        proof = tree.consistency(old)
        check_consistency((old, was), (1100, root), proof)
        for wrong in ([*proof, root], proof[:-1], [root, *proof[1:]]):
            if wrong != proof:
                with pytest.raises(LogError):
                    check_consistency((old, was), (1100, root), wrong)
    for index in random.sample(range(1100), 60):
        proof = tree.inclusion(index)
        leaf = leaf_hash(leaves[index])
        check_inclusion(leaf, index, 1100, proof, root)
        for where, steps in ((index ^ 1, proof), (index, proof[:-1]), (index, [*proof, leaf])):
            with pytest.raises(LogError):
                check_inclusion(leaf, where, 1100, steps, root)
    with pytest.raises(LogError):
        check_inclusion(leaf_hash(b""), 1100, 1100, [], root)
