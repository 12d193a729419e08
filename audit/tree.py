"""The tree of the log as tiles, and the proofs that are read from it.

Belongs here: inclusion and consistency proofs (RFC 6962) of a stored tree. Keep out: how it grows
and checking (`audit.verifier`), files of entries and checkpoints (`audit.log`).
A proof reads one tile a level, whatever the log's size.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from audit.verifier import HASH, HEIGHT, WIDTH, node_hash, read_piece, root_of, split

__all__ = ["Tree"]


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

    def leaf(self, index: int) -> bytes:
        """Return the hash of an entry, which need not be there any more."""
        return self._hash(index, index + 1)

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
        level, rest = divmod(height, HEIGHT)
        start, count = low >> (HEIGHT * level), 1 << rest
        return root_of([self._stored(level, start + at) for at in range(count)])

    def _stored(self, level: int, place: int) -> bytes:
        number, at = divmod(place, WIDTH)
        if (level, number) not in self._tiles:
            full = self.size >> (HEIGHT * level)
            width = min(WIDTH, full - number * WIDTH)
            self._tiles[level, number] = read_piece(self.folder, level, number, width)
        return self._tiles[level, number][at * HASH : (at + 1) * HASH]
