"""Published examples: RFC 6962, signed notes, checkpoints and tiles as others made them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from audit.verifier import (
    Checkpoint,
    Edge,
    LogError,
    VerifierKey,
    check_consistency,
    check_inclusion,
    leaf_hash,
    opened,
    root_of,
    tile_path,
)

LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves of the reference implementation of Certificate Transparency."""
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ROOTS = [
    bytes.fromhex(one)
    for one in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
"""The roots over the first one to eight of them."""
OLD = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FOUR = ROOTS[3].hex()
PAIR = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
FIVE = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
INCLUDED = {(5, 8): [FIVE, OLD, FOUR], (2, 3): [PAIR]}
CONTINUED = {
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", OLD, FOUR],
    (2, 5): ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", FIVE],
}
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=
"""  # noqa: E501 - as published
"""A note with two signatures, of golang.org/x/mod/sumdb/note."""
GO = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
TREE = """\
go.sum database tree
6476701
mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=

— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=
"""  # noqa: E501 - as published
"""A checkpoint of the log of Go's modules, as it once stood there."""


def unhex(lines: list[str]) -> list[bytes]:
    """Return the hashes of a proof."""
    return [bytes.fromhex(one) for one in lines]


def test_roots_are_those_of_the_reference() -> None:
    """Of none to eight leaves, whole and grown leaf by leaf."""
    hashes, edge = [leaf_hash(one) for one in LEAVES], Edge()
    assert root_of(()).hex() == edge.root().hex() == EMPTY
    for size, root in enumerate(ROOTS, 1):
        assert list(edge.grow(hashes[size - 1 : size]))
        assert root_of(hashes[:size]) == edge.root() == root


def test_proofs_of_the_reference_hold() -> None:
    """Of inclusion and of consistency; for any other place, size or root they are refused."""
    for (index, size), proof in INCLUDED.items():
        leaf, root = leaf_hash(LEAVES[index]), ROOTS[size - 1]
        check_inclusion(leaf, index, size, unhex(proof), root)
        for other in set(range(size)) - {index}:
            with pytest.raises(LogError):
                check_inclusion(leaf, other, size, unhex(proof), root)
    for (old, size), proof in CONTINUED.items():
        after = size, ROOTS[size - 1]
        check_consistency((old, ROOTS[old - 1]), after, unhex(proof))
        for other in set(range(1, size)) - {old}:
            with pytest.raises(LogError):
                check_consistency((other, ROOTS[other - 1]), after, unhex(proof))
        with pytest.raises(LogError):
            check_consistency((old, ROOTS[old]), after, unhex(proof))


def test_a_published_note_with_two_signatures() -> None:
    """Each key finds its own signature."""
    key = VerifierKey.parse(ENOCH)
    assert opened(NOTE.encode(), [key]).by == (key,)


def test_a_published_checkpoint() -> None:
    """Its key is a log's, though the origin is called otherwise than the key."""
    note = opened(TREE.encode(), [VerifierKey.parse(GO)])
    said = Checkpoint.parse(note.text)
    assert (said.origin, said.size) == ("go.sum database tree", 6_476_701)
    assert said.text() == note.text


@pytest.mark.parametrize("change", ["\r", "\x0b", " ", "\n", "=", "\u2028"])
def test_a_signature_has_one_spelling(change: str) -> None:
    """Blanks, other ends of lines, and base64 that stands for the same bytes are refused."""
    key = VerifierKey.parse(GO)
    with pytest.raises(LogError):
        opened(f"{TREE[:-1]}{change}\n".encode(), [key])
    with pytest.raises(LogError):
        opened(TREE.replace("oAw=", "oAx=").encode(), [key])


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        (256, {(0, 0, 256), (1, 0, 1)}),
        (70_000, {*((0, n, 256) for n in range(273)), (0, 273, 112), (1, 0, 256), (1, 1, 17)}),
    ],
)
def test_tiles_are_those_of_the_specification(size: int, tiles: set[tuple[int, int, int]]) -> None:
    """The examples of tlog-tiles; a tree of seventy thousand has one hash at level two as well."""
    found = {(level, number, len(row)) for level, number, row in Edge().grow([b"\0" * 32] * size)}
    assert found == tiles | ({(2, 0, 1)} if size > 256 * 256 else set())
    paths = [tile_path(*one) for one in sorted(found)]
    assert all(one != other for one, other in pairwise(paths))
