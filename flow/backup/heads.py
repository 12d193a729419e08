"""Heads of generations: signed by the audit log's key, and held to it when they are read.

Belongs here: signing, checking signatures, choosing a generation. Keep out: the files of a
generation (`flow.backup.checking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.keys import SigningKey
from audit.verifier import LogError, VerifierKey, opened
from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.manifest import Head
from storage.backup.repository import Repository

__all__ = ["Chosen", "chosen", "last_head", "read_head", "read_verifiers", "signed"]


@dataclass(frozen=True)
class Chosen:
    """Which generation is meant: a number, the newest by a moment, or the newest of all."""

    generation: int | None = None
    at: datetime | None = None


def signed(head: Head, key: SigningKey) -> bytes:
    """Return a head as it is stored: a signed note, as C2SP writes it."""
    text = head.text()
    return text + b"\n" + key.line(text)


def read_head(repository: Repository, generation: int, keys: Sequence[VerifierKey] = ()) -> Head:
    """Return the head of a generation, signed by one of these keys.

    Without any it is held to the key that it names itself: that it is whole, and not whose it is.

    Raises:
        BackupError: it is missing, cut off, of a newer version, or not signed so.
    """
    where = f"{repository.folder}, generation {generation}"
    note = repository.note(generation)
    head = Head.parse(note.rpartition(b"\n\n")[0] + b"\n", where)
    try:
        opened(note, keys or (VerifierKey.parse(head.verifier),))
    except LogError:
        raise BackupError(BackupFault.SIGNATURE, where=where) from None
    if head.repository != repository.name or head.generation != generation:
        raise BackupError(BackupFault.NOT_IN_ORDER, where=where)
    return head


def last_head(repository: Repository) -> Head | None:
    """Return the newest head; None when there is no generation yet."""
    numbers = repository.generations()
    return read_head(repository, numbers[-1]) if numbers else None


def chosen(repository: Repository, which: Chosen, keys: Sequence[VerifierKey]) -> Head:
    """Return the head that is meant.

    Raises:
        BackupError: there is none, or it is not signed so.
    """
    numbers = repository.generations()
    if not numbers:
        raise BackupError(BackupFault.NO_BACKUP, where=str(repository.folder))
    if which.generation is not None:
        return read_head(repository, which.generation, keys)
    for number in reversed(numbers):
        head = read_head(repository, number, keys)
        if which.at is None or datetime.fromisoformat(head.at) <= which.at:
            return head
    raise BackupError(BackupFault.NONE_SO_EARLY, where=str(repository.folder))


def read_verifiers(file: Path) -> tuple[VerifierKey, ...]:
    """Return the public keys of a file like the log's own `log.vkey`.

    Raises:
        BackupError: it has none.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        found = tuple(VerifierKey.parse(line) for line in lines if line.strip())
    except (OSError, UnicodeDecodeError, LogError):
        found = ()
    if not found:
        raise BackupError(BackupFault.SIGNATURE, where=str(file), detail="no public key there")
    return found
