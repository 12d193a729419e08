"""Object paths: names on an object store, which answer to what is asked of a path on a disk.

Belongs here: the few questions and acts that tables and files need of a place. Keep out: what is
asked (whoever has a place), clients (`buckets`).
It is a path without a disk: what it does not offer cannot be done by mistake to a folder of the
machine. A store has no folders; what lies below a name is found by the beginnings of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

from storage.places.buckets import asking, bucket, vendor

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["ObjectPath", "ObjectState", "Place", "is_object", "place_of"]

_SCHEME = "s3:"
_KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
}
"""What a browser is told of an object, by the ending of the file that it was."""
ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?")
"""What an address may look like: an engine takes anything else for a pattern or escape."""


@dataclass(frozen=True)
class ObjectState:
    """What a store says of an object: as `os.stat_result` does of a file, and its entity tag."""

    st_size: int
    st_mtime: float
    e_tag: str

    @property
    def st_mtime_ns(self) -> int:
        """Return when it was written, in nanoseconds."""
        return int(self.st_mtime * 1_000_000_000)


class ObjectPath(PurePosixPath):
    """The name of an object, or of what lies below it: `s3://bucket/key`."""

    def __str__(self) -> str:
        """Return the address."""
        return f"{_SCHEME}//{'/'.join(self.parts[1:])}"

    def __fspath__(self) -> str:
        """Return the address, as the vendors want it."""
        return str(self)

    @classmethod
    def at(cls, address: str) -> ObjectPath | None:
        """Return the place that an address names; None where it names none."""
        usable = ADDRESS.fullmatch(address) and not {".", ".."} & {*address.split("/")}
        return cls(address) if usable else None

    def relative_to(self, other: ObjectPath) -> PurePosixPath:  # type: ignore[override]
        """Return the name below another, which is no place by itself; ValueError elsewhere."""
        return PurePosixPath(*self.parts).relative_to(PurePosixPath(*other.parts))

    @property
    def bucket(self) -> str:
        """Return the bucket."""
        return self.parts[1]

    @property
    def key(self) -> str:
        """Return the name within the bucket."""
        return "/".join(self.parts[2:])

    def exists(self) -> bool:
        """Say whether there is an object, or any below it."""
        return self.is_file() or self.is_dir()

    def is_file(self) -> bool:
        """Say whether there is an object of this name."""
        try:
            self.stat()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self) -> bool:
        """Say whether there is any object below this name."""
        return next(self.below(), None) is not None

    def stat(self) -> ObjectState:
        """Return the state of an object; FileNotFoundError when it is absent."""
        with asking(str(self)):
            return _state(vendor().head(bucket(self.bucket), self.key))

    def read_bytes(self) -> bytes:
        """Return an object's bytes; FileNotFoundError when it is absent."""
        return self.read()[0]

    def read(self) -> tuple[bytes, str]:
        """Return an object's bytes, and the entity tag that they have."""
        with asking(str(self)):
            found = vendor().get(bucket(self.bucket), self.key)
            return bytes(found.bytes()), str(found.meta["e_tag"])

    def write_bytes(self, content: bytes) -> str:
        """Put an object in place, whole, whatever was there; return its entity tag."""
        return self._put(content, "overwrite")

    def create(self, content: bytes) -> str:
        """Put an object in place if there is none of the name; return its entity tag.

        Raises:
            FileExistsError: somebody else did so before.
        """
        try:
            return self._put(content, "create")
        except FileExistsError:
            # a client that lost the answer to its own write asks again, and meets itself
            there, tag = self.read()
            if there != content:
                raise
            return tag

    def replace(self, content: bytes, tag: str) -> str:
        """Put an object in the place of the one that has this entity tag; return the new tag.

        Raises:
            FileExistsError: another has taken its place; FileNotFoundError: it is gone.
        """
        return self._put(content, {"e_tag": tag})

    def _put(self, content: bytes, mode: str | dict[str, str]) -> str:
        with asking(str(self)):
            # a conditional write of several parts is beyond what a store must offer
            done = vendor().put(
                bucket(self.bucket), self.key, content, mode=mode, use_multipart=False
            )
            return str(done["e_tag"])

    def upload(self, file: Path) -> str:
        """Put the bytes of a file in place: others see the whole object or none.

        Returns:
            Its entity tag.
        """
        kind = _KINDS.get(file.suffix)
        said = {"Content-Type": kind} if kind else None
        with asking(str(self)), file.open("rb") as opened:
            done = vendor().put(bucket(self.bucket), self.key, opened, attributes=said)
            return str(done["e_tag"])

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open an object for reading, some at a time; FileNotFoundError when it is absent."""
        with asking(str(self)):
            reader = vendor().open_reader(bucket(self.bucket), self.key)
            yield cast("BinaryIO", _Reading(reader))

    def unlink(self, *, missing_ok: bool = False) -> None:
        """Remove an object; a store does not say whether there was one."""
        del missing_ok
        with asking(str(self)):
            vendor().delete(bucket(self.bucket), self.key)

    def iterdir(self) -> Iterator[ObjectPath]:
        """Yield what lies directly below: objects, and beginnings of names."""
        with asking(str(self)):
            found = vendor().list_with_delimiter(bucket(self.bucket), self.key)
        names = (*found["common_prefixes"], *(one["path"] for one in found["objects"]))
        yield from (ObjectPath(f"{_SCHEME}//{self.bucket}", name) for name in names)

    def below(self) -> Iterator[tuple[ObjectPath, ObjectState]]:
        """Yield every object below this name with its state, some at a time."""
        with asking(str(self)):
            for some in vendor().list(bucket(self.bucket), f"{self.key}/", chunk_size=1000):
                yield from (self._listed(one) for one in some)

    def _listed(self, one: dict[str, object]) -> tuple[ObjectPath, ObjectState]:
        return ObjectPath(f"{_SCHEME}//{self.bucket}", str(one["path"])), _state(one)


class _Reading(RawIOBase):
    """A client's reader, as the language wants a file; it is the client's that buffers."""

    def __init__(self, reader: Any) -> None:  # noqa: ANN401 - the vendor's
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def readinto(self, target: Buffer) -> int:
        with memoryview(target).cast("B") as room:
            piece = self._reader.read(len(room))
            room[: len(piece)] = piece
            return len(piece)


Place: TypeAlias = Path | ObjectPath
"""Where a table or a file lies; what both offer can be asked of either."""


def is_object(file: str) -> bool:
    """Say whether a name, as a snapshot lists it, is that of an object."""
    return file.startswith(f"{_SCHEME}//")


def place_of(file: str | Place) -> Place:
    """Return the place of a file, as a snapshot names it."""
    if isinstance(file, str):
        return ObjectPath(file) if is_object(file) else Path(file)
    return file


def _state(meta: dict[str, object]) -> ObjectState:
    modified = meta["last_modified"]
    return ObjectState(
        int(str(meta["size"])),
        modified.timestamp(),  # type: ignore[attr-defined]
        str(meta["e_tag"]),
    )
