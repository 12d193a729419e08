"""Objects: the files of a backup, each under the SHA-256 of its own bytes as they lie there.

Belongs here: putting a file in, checking it, taking it out. Keep out: which file of a home an
object is (`storage.backup.manifest`).
The name is the digest of what is stored, encrypted or not: whoever has no key can check every byte,
and the name of what is encrypted tells nothing of what is in it. An object is written aside and
renamed, and never changed.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from storage.backup.encryption import decrypt, encrypt

__all__ = ["Objects", "Sink", "Stored", "writing"]

_PIECE = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_ASIDE = ".next"


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, piece: bytes, /) -> object:
        """Take bytes."""


@dataclass(frozen=True)
class Stored:
    """A file as it was put into a backup: its own size and digest, and those of its object."""

    size: int
    digest: str
    object: str
    bytes: int


@dataclass(frozen=True)
class Objects:
    """The objects of a backup's folder."""

    folder: Path

    def place(self, name: str) -> Path:
        """Return where an object lies."""
        return self.folder / name[:2] / name[2:]

    def put(self, path: Path, recipient: str) -> Stored:
        """Copy a file in, encrypted to a recipient; as it is where there is none.

        Raises:
            FileNotFoundError: the file is gone.
            BackupError: the folder is full or may not be written.
        """
        with path.open("rb") as source:
            return self._put(source, recipient)

    def put_stream(self, source: BinaryIO, recipient: str) -> Stored:
        """Put what a stream yields in, as `put` does a file."""
        return self._put(source, recipient)

    def put_bytes(self, content: bytes, recipient: str) -> Stored:
        """Put bytes in, as `put` does a file."""
        return self._put(io.BytesIO(content), recipient)

    def _put(self, source: BinaryIO, recipient: str) -> Stored:
        taken = _Reading(source)
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside = self.folder / f"{secrets.token_hex(16)}{_ASIDE}"
            try:
                with aside.open("xb") as file:
                    written = _Writing(file)
                    with written.telling():
                        if recipient:
                            encrypt(_as_stream(taken), _as_stream(written), recipient)
                        else:
                            while piece := taken.read(_PIECE):
                                written.write(piece)
                name = written.hash.hexdigest()
                place = self.place(name)
                place.parent.mkdir(exist_ok=True, mode=0o700)
                aside.chmod(0o400)
                aside.replace(place)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
        return Stored(taken.size, taken.hash.hexdigest(), name, written.size)

    def there(self, name: str, size: int) -> bool:
        """Say whether an object of this size is there; its bytes are not looked at."""
        try:
            return self.place(name).stat().st_size == size
        except OSError:
            return False

    def fault(self, name: str, size: int) -> BackupFault | None:
        """Return what is wrong with an object; every byte of it is read."""
        try:
            with self.place(name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
                whole = os.fstat(file.fileno()).st_size == size and found == name
        except FileNotFoundError:
            return BackupFault.MISSING
        except OSError:
            return BackupFault.CHANGED  # the disk cannot read it
        return None if whole else BackupFault.CHANGED

    def get(self, name: str, target: Sink, identity: str | None) -> str:
        """Write an object's content to a stream; return the digest of what was written.

        `identity` is the secret key, or None where nothing is encrypted.

        Raises:
            BackupError: it is missing or damaged, or the key does not open it.
        """
        written = _Writing(target)
        try:
            with self.place(name).open("rb") as source, written.telling():
                if identity is not None:
                    decrypt(source, _as_stream(written), identity, f"objects/{name}")
                else:
                    while piece := source.read(_PIECE):
                        written.write(piece)
        except FileNotFoundError:
            raise BackupError(BackupFault.MISSING, where=f"objects/{name}") from None
        return written.hash.hexdigest()

    def read(self, name: str, identity: str | None) -> bytes:
        """Return an object's content.

        Raises:
            BackupError: as `get`.
        """
        target = io.BytesIO()
        self.get(name, target, identity)
        return target.getvalue()

    def names(self) -> Iterator[str]:
        """Yield the name of every object that lies there."""
        for path in self.folder.glob("??/*"):
            yield path.parent.name + path.name

    def remove_but(self, kept: set[str]) -> int:
        """Remove every object that is not among these, and what killed writers left."""
        gone = [name for name in self.names() if name not in kept]
        for name in gone:
            self.place(name).unlink(missing_ok=True)
        for path in self.folder.glob(f"*{_ASIDE}"):
            path.unlink(missing_ok=True)
        return len(gone)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Tell a full disk and a closed folder of a backup as faults of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise BackupError(BackupFault.FULL, where=str(folder)) from None
        if error.errno in _CLOSED:
            raise BackupError(BackupFault.NOT_WRITABLE, where=str(folder)) from None
        raise


class _Reading:
    """A stream that is hashed while it is read."""

    def __init__(self, source: BinaryIO) -> None:
        self.source, self.hash, self.size = source, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        piece = self.source.read(size)
        self.hash.update(piece)
        self.size += len(piece)
        return piece


class _Writing:
    """A stream that is hashed while it is written, and remembers what kept it from writing."""

    def __init__(self, sink: Sink) -> None:
        self.sink, self.hash, self.size = sink, hashlib.sha256(), 0
        self.problem: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            self.sink.write(piece)
        except OSError as error:
            self.problem = error
            raise
        self.hash.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: whoever opened the stream flushes it."""

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise what kept it from writing: the library would tell it in words of its own."""
        try:
            yield
        except Exception:
            if self.problem is not None:
                raise self.problem from None
            raise


def _as_stream(one: Any) -> BinaryIO:  # noqa: ANN401 - what has `read` or `write`
    return cast("BinaryIO", one)
