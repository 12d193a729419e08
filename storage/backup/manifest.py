"""Manifests: what one generation of a backup is, for everybody, and what is in it, for key holders.

Belongs here: the two values and their text. Keep out: where they lie (`storage.backup.repository`),
signing (`flow.backup`).
A generation is told twice. The head is signed and readable: counts, moments, the audit log's size
and root, and the names of two objects. Of these the list of objects is readable too, so that every
byte can be checked without a key; the manifest, which names files, is encrypted like the files.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault

__all__ = [
    "FORMAT",
    "LINK",
    "STORE",
    "Entry",
    "Head",
    "Manifest",
    "object_list",
    "read_object_list",
]

FORMAT = 1
"""Of the shape of what is told here. A program reads its own and every earlier one."""
_TITLE = "quanshu backup"
FILE, LINK, STORE = "file", "link", "store"


@dataclass(frozen=True)
class Head:
    """A generation for everybody.

    `at` is the moment whose state it holds; `origin`, `verifier`, `entries` and `root` are name,
    public key, size and root of the audit log then; `former` is the digest of the head before it.
    `total` are the bytes of the home's files, `copied` those that this generation added.
    """

    repository: str
    generation: int
    at: str
    origin: str
    verifier: str
    entries: int
    root: str
    recipient: str
    former: str
    manifest: str
    manifest_bytes: int
    objects: str
    objects_bytes: int
    files: int
    total: int
    copied: int
    format: int = FORMAT

    def text(self) -> bytes:
        """Return what is signed."""
        said = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        return f"{_TITLE}\n{said}\n".encode()

    @classmethod
    def parse(cls, text: bytes, where: str) -> Head:
        """Read it back.

        Raises:
            BackupError: it is none, or of a newer version.
        """
        title, _, said = text.decode("utf-8", "replace").partition("\n")
        try:
            found: dict[str, Any] = json.loads(said)
            made = int(found["format"])
        except (ValueError, TypeError, KeyError):
            raise BackupError(BackupFault.UNREADABLE_LIST, where=where) from None
        if made > FORMAT:
            detail = f"format {made}; this program knows {FORMAT}"
            raise BackupError(BackupFault.NEWER, where=where, detail=detail)
        if title != _TITLE or found.keys() != {one.name for one in fields(cls)}:
            raise BackupError(BackupFault.UNREADABLE_LIST, where=where)
        return cls(**found)


@dataclass(frozen=True)
class Entry:
    """A file, a link, or the governance store; `digest` and `size` are of what is in it.

    `changed` is the time of its last change in nanoseconds.
    """

    path: str
    kind: str = FILE
    mode: int = 0o600
    changed: int = 0
    size: int = 0
    digest: str = ""
    object: str = ""
    bytes: int = 0
    to: str = ""


@dataclass(frozen=True)
class Manifest:
    """What is in a generation: its entries, and version and rows of every table."""

    entries: tuple[Entry, ...]
    tables: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def text(self) -> bytes:
        """Return it as it is stored."""
        lines = [json.dumps({"tables": self.tables})]
        lines += [json.dumps(asdict(one), ensure_ascii=False) for one in self.entries]
        return gzip.compress("\n".join(lines).encode(), mtime=0)

    @classmethod
    def parse(cls, text: bytes, where: str) -> Manifest:
        """Read it back; BackupError when it is none."""
        try:
            head, *lines = gzip.decompress(text).decode().split("\n")
            tables = {name: (int(v), int(n)) for name, (v, n) in json.loads(head)["tables"].items()}
            return cls(tuple(Entry(**json.loads(line)) for line in lines), tables)
        except (OSError, EOFError, ValueError, TypeError, KeyError):
            raise BackupError(BackupFault.UNREADABLE_LIST, where=where) from None


def object_list(entries: Iterable[Entry]) -> bytes:
    """Return the objects that entries are in, with their sizes, as they are stored."""
    named = {one.object: one.bytes for one in entries if one.object}
    lines = (f"{name} {size}" for name, size in sorted(named.items()))
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def read_object_list(text: bytes, where: str) -> dict[str, int]:
    """Return object → its bytes; BackupError when it is no such list."""
    try:
        lines = gzip.decompress(text).decode().split()
        return dict(zip(lines[::2], map(int, lines[1::2]), strict=True))
    except (OSError, EOFError, ValueError):
        raise BackupError(BackupFault.UNREADABLE_LIST, where=where) from None
