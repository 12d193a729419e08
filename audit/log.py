"""The audit log: acts are entered before they happen, and no entry is ever changed (八(四)).

Belongs here: entering acts, reading entries back. Keep out: what an act is (`audit.acts`), hashes
(`audit.tree`), checking the whole (`audit.verifier`).
It lies on the disk as C2SP tlog-tiles says. Bundles and tiles are written and synced first, the
signed checkpoint last: it is the commit. What a killed writer left beyond it, the next one writes
over. A writer reads the right edge of the tree alone, whatever the log's size.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.acts import Act, Entry
from audit.keys import SigningKey, create_key, read_key
from audit.special.bodies import told_of
from audit.succession import resume
from audit.verifier import (
    ED25519,
    HEIGHT,
    MINIMUM,
    WIDTH,
    Checkpoint,
    Edge,
    LogError,
    VerifierKey,
    bundled,
    entries_of,
    leaf_hash,
    minimum_of,
    minimum_text,
    opened,
    read_piece,
    tile_path,
)
from catalog_specs.errors import AuditError
from storage.layout import Layout
from storage.locks import locked
from storage.swaps import write_durably

__all__ = ["AuditLog", "told"]

ENTRIES = "entries"


@dataclass(frozen=True)
class AuditLog:
    """The audit log of a home."""

    layout: Layout

    @property
    def folder(self) -> Path:
        """Return the folder of the log: it can be given away as it is, for others to check."""
        return self.layout.audit

    def append(self, acts: Sequence[Act]) -> tuple[Entry, ...]:
        """Enter acts; they are on the disk, under a signed checkpoint, when this returns.

        Raises:
            AuditError: they cannot be entered; the caller does not do what they say.
        """
        if not acts:
            return ()
        with locked(self.layout, "audit"), told(self.folder):
            return self.enter(self.key(), acts)

    def enter(self, key: SigningKey, acts: Sequence[Act]) -> tuple[Entry, ...]:
        """Enter acts under a key; the caller holds the lock `audit`.

        Of an act of a special procedure the log tells when it was, and has a digest of the rest.
        """
        edge, last = self._edge(key)
        acts = [told_of(self.layout, one) if one.procedure else one for one in acts]
        entries = tuple(Entry(edge.size + n, act) for n, act in enumerate(acts))
        octets = [one.octets() for one in entries]
        size, pieces = edge.size, {}
        for number, some in _bundles(size, last, octets):
            self._sweep(ENTRIES, number, size - number * WIDTH)
            pieces[tile_path(ENTRIES, number, len(some))] = bundled(some)
        for level, number, hashes in edge.grow([leaf_hash(one) for one in octets]):
            self._sweep(level, number, (size >> (HEIGHT * level)) - number * WIDTH)
            pieces[tile_path(level, number, len(hashes))] = b"".join(hashes)
        write_durably(self.folder, pieces | _signed(key, edge))
        for path in pieces:
            parts = self.folder / f"{path}.p"
            if parts.is_dir():  # what is whole needs its parts no more
                shutil.rmtree(parts, ignore_errors=True)
        return entries

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Return the log's signed size and root; None while nothing was entered.

        Raises:
            AuditError: it is damaged, or not signed by the log's key.
        """
        with told(self.folder):
            if self.layout.audit_verifier.is_file() and not self._exists:
                raise LogError("checkpoint is missing")
            return self._checkpoint(self.verifiers) if self._exists else None

    @property
    def note(self) -> bytes:
        """Return the signed checkpoint as it lies there.

        Raises:
            AuditError: there is none.
        """
        with told(self.folder):
            return (self.folder / "checkpoint").read_bytes()

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """Return the log's public keys, the one in use last; none while nothing was entered."""
        file = self.layout.audit_verifier
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        with told(self.folder):
            return tuple(VerifierKey.parse(line) for line in lines if line.strip())

    @property
    def minimum(self) -> int:
        """Return the first entry that the log has; zero unless it was purged.

        Raises:
            AuditError: what says so is not signed by the log's key.
        """
        with told(self.folder):
            return minimum_of(self.folder, self.verifiers)

    def forget(self, end: int) -> None:
        """Let the log begin at an entry, the first of a bundle: remove the bundles before it.

        Their hashes stay. Doing it again removes what was left lying.

        Raises:
            AuditError: it cannot be written; then nothing is removed.
        """
        with locked(self.layout, "audit"), told(self.folder):
            if end > minimum_of(self.folder, self.verifiers):
                key = self.key()
                text = minimum_text(key.name, end)
                write_durably(self.folder, {MINIMUM: text + b"\n" + key.line(text)})
            for number in range(end // WIDTH):
                (self.folder / tile_path(ENTRIES, number)).unlink(missing_ok=True)

    def read(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Yield entries in order, `end` not among them; unchecked, as they lie there.

        Those that were purged are not among them either.

        Raises:
            AuditError: a bundle is missing, or an entry cannot be read.
        """
        found = self.checkpoint
        size = found.size if found else 0
        last = size if end is None else min(end, size)
        start = max(start, self.minimum) if size else start
        for number in range(start // WIDTH, -(-last // WIDTH)):
            first, width = number * WIDTH, min(WIDTH, size - number * WIDTH)
            with told(self.folder):
                bundle = read_piece(self.folder, ENTRIES, number, width)
                octets = list(entries_of(bundle, tile_path(ENTRIES, number, width)))
            for index in range(max(start, first), min(last, first + width)):
                yield Entry.of(index, octets[index - first])

    def octets(self, index: int) -> bytes:
        """Return one entry as it was hashed.

        Raises:
            AuditError: there is no such entry.
        """
        for entry in self.read(index, index + 1):
            return entry.octets()
        gone = 0 <= index < self.minimum
        raise AuditError(
            "the entry was purged" if gone else "the audit log has no such entry",
            where=f"audit entry {index}",
            remedy="it stands in the file that the purge wrote, and its hash is still in the log"
            if gone
            else "see `quanshu audit show` for what there is",
        )

    def key(self) -> SigningKey:
        """Return the key; made, and made known, before the first entry.

        The caller holds the lock `audit`. A key whose taking over was broken off takes over first.
        """
        if self.layout.audit_verifier.is_file():
            resume(self.layout)
            key = read_key(self.layout.audit_key)
            if key.verifier not in self.verifiers[-1:]:
                raise LogError("the public key is not that of the private one")
            return key
        if self.layout.audit_key.is_file():
            key = read_key(self.layout.audit_key)
        else:
            key = create_key(
                self.layout.audit_key, f"quanshu.local/{secrets.token_hex(8)}", ED25519
            )
        # a log is empty under a signature before it is known: none was ever without a checkpoint
        write_durably(self.folder, _signed(key, Edge()))
        write_durably(self.folder, {self.layout.audit_verifier.name: f"{key.verifier}\n".encode()})
        return key

    def _sweep(self, level: int | str, number: int, width: int) -> None:
        """Remove parts of a tile that are wider than it is: a killed writer left them unsigned."""
        for part in (self.folder / f"{tile_path(level, number)}.p").glob("*"):
            if not part.name.isdecimal() or int(part.name) > width:
                part.unlink()

    @property
    def _exists(self) -> bool:
        return (self.folder / "checkpoint").is_file()

    def _checkpoint(self, keys: Sequence[VerifierKey]) -> Checkpoint:
        return Checkpoint.parse(opened((self.folder / "checkpoint").read_bytes(), keys).text)

    def _edge(self, key: SigningKey) -> tuple[Edge, list[bytes]]:
        """Return the tree's right edge, held to the checkpoint, and the last bundle's entries."""
        if not self._exists:
            raise LogError("checkpoint is missing")
        said = self._checkpoint([key.verifier])
        edge = Edge.of(self.folder, said.size)
        if edge.root() != said.root:
            raise LogError("the newest hashes are not those of the checkpoint")
        width = said.size % WIDTH
        if not width:
            return edge, []
        bundle = read_piece(self.folder, ENTRIES, said.size // WIDTH, width)
        last = list(entries_of(bundle, tile_path(ENTRIES, said.size // WIDTH, width)))
        if [leaf_hash(one) for one in last[:width]] != edge.rows[0]:
            raise LogError("the newest entries are not those of the checkpoint")
        return edge, last[:width]


def _signed(key: SigningKey, edge: Edge) -> dict[str, bytes]:
    """Return the checkpoint of a tree, signed."""
    text = Checkpoint(key.name, edge.size, edge.root()).text()
    return {"checkpoint": text + b"\n" + key.line(text)}


def _bundles(
    size: int, last: Sequence[bytes], octets: Sequence[bytes]
) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the bundles that entries fall into, by number."""
    start = size - len(last)
    rows = [*last, *octets]
    for at in range(0, len(rows), WIDTH):
        yield (start + at) // WIDTH, rows[at : at + WIDTH]


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Tell what is wrong with the log, or with the disk, as an error of ours."""
    try:
        yield
    except LogError as error:
        raise AuditError(
            f"the audit log is damaged: {error}",
            where=str(folder),
            remedy="nothing is shared until it is whole: restore the folder from a backup",
        ) from None
    except OSError as error:
        raise AuditError(
            f"the audit log cannot be written or read ({type(error).__name__})",
            where=str(folder),
            remedy="see that this account may write there and that the disk has room",
        ) from error
