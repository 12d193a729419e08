"""The tree of the log as tiles: what an entry changes of them, and proofs read from them.

Belongs here: the hashes of tiles, inclusion and consistency proofs (RFC 6962). Keep out: files of
entries and checkpoints (`audit.log`), checking (`audit.verifier`).
A proof reads one tile a level, whatever the log's size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audit.verifier import HASH, WIDTH, node_hash, read_piece, root_of, split

__all__ = ["Edge", "Tree"]

_HEIGHT = 8
"""Levels of the tree that one tile stands for: 256 hashes."""

Tile = tuple[int, int, Sequence[bytes]]
"""A tile's level, its number, and its hashes."""


@dataclass
class Edge:
    """The right edge of a tree: of every level of tiles the hashes of the one that grows."""

    size: int = 0
    rows: list[list[bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path, size: int) -> Edge:
        """Read the edge of a stored tree.

        Raises:
            LogError: a tile is missing.
        """
        made, level, count = cls(size), 0, size
        while count:
            width = count % WIDTH
            row = read_piece(folder, level, count // WIDTH, width)[: width * HASH] if width else b""
            made.rows.append([row[at : at + HASH] for at in range(0, len(row), HASH)])
            level, count = level + 1, count // WIDTH
        return made

    def grow(self, leaves: Sequence[bytes]) -> Iterator[Tile]:
        """Take leaves in, and yield every tile that has changed, as it is in the end."""
        changed: dict[tuple[int, int], list[bytes]] = {}
        for leaf in leaves:
            self._add(0, leaf, changed)
            self.size += 1
        for (level, number), hashes in changed.items():
            yield level, number, hashes

    def _add(self, level: int, one: bytes, changed: dict[tuple[int, int], list[bytes]]) -> None:
        if level == len(self.rows):
            self.rows.append([])
        number = (self.size >> (_HEIGHT * level)) // WIDTH
        row = self.rows[level]
        row.append(one)
        changed[level, number] = row
        if len(row) == WIDTH:
            self.rows[level] = []  # the full one stays in `changed`
            self._add(level + 1, root_of(row), changed)

    def root(self) -> bytes:
        """Return the root: what stands at the edge of each level, from the lowest up."""
        found: bytes | None = None
        for row in self.rows:
            hashes = [*row, found] if found is not None else row
            # a subtree that is not whole stands behind whole ones of the same level
            found = root_of(hashes) if hashes else found
        return found if found is not None else root_of(())


@dataclass(frozen=True)
class Tree:
    """A stored tree of a size; `tile` reads one whole row of hashes, cached by the caller."""

    folder: Path
    size: int
    _tiles: dict[tuple[int, int], bytes] = field(default_factory=dict, repr=False)

    def inclusion(self, index: int) -> list[bytes]:
        """Return the inclusion proof of an entry, from its sibling up."""
        return self._path(index, 0, self.size)

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that this tree continues the one of `old` entries."""
        return self._proof(old, 0, self.size, whole=True) if 0 < old < self.size else []

    def root(self, size: int | None = None) -> bytes:
        """Return the root, of the whole or of its first `size` entries."""
        size = self.size if size is None else size
        return self._hash(0, size) if size else root_of(())

    def _path(self, index: int, low: int, high: int) -> list[bytes]:
        if high - low <= 1:
            return []
        half = low + split(high - low)
        if index < half:
            return [*self._path(index, low, half), self._hash(half, high)]
        return [*self._path(index, half, high), self._hash(low, half)]

    def _proof(self, old: int, low: int, high: int, *, whole: bool) -> list[bytes]:
        if old == high:
            return [] if whole else [self._hash(low, high)]
        half = low + split(high - low)
        if old <= half:
            return [*self._proof(old, low, half, whole=whole), self._hash(half, high)]
        return [*self._proof(old, half, high, whole=False), self._hash(low, half)]

    def _hash(self, low: int, high: int) -> bytes:
        """Return the hash over leaves `low` to `high`, from the highest tiles that have it."""
        width = high - low
        if width & (width - 1):  # not whole: it is made of whole ones
            half = low + split(width)
            return node_hash(self._hash(low, half), self._hash(half, high))
        height = width.bit_length() - 1
        level, rest = divmod(height, _HEIGHT)
        start, count = low >> (_HEIGHT * level), 1 << rest
        return root_of([self._stored(level, start + at) for at in range(count)])

    def _stored(self, level: int, place: int) -> bytes:
        number, at = divmod(place, WIDTH)
        if (level, number) not in self._tiles:
            full = self.size >> (_HEIGHT * level)
            width = min(WIDTH, full - number * WIDTH)
            self._tiles[level, number] = read_piece(self.folder, level, number, width)
        return self._tiles[level, number][at * HASH : (at + 1) * HASH]
