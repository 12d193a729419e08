"""A file format: how one of its files is recognised by its content, and who reads it.

Belongs here: the seam that every module of `feeds.readers` fills, and the look at a file that tells
formats apart. Keep out: any one format, archives and files that no feed has (`recognition`).
"""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from catalog_specs.vocabulary import FeedFormat
from feeds.reader import FeedReader, Source
from feeds.text.encodings import text_code
from feeds.untrusted.zip_entries import directory_size

__all__ = ["HEAD", "LARGEST_DIRECTORY", "Format", "Look", "Packed", "never"]

HEAD = 1 << 16
"""Bytes at the beginning of a file by which it is recognised.

A first line of JSON may be longer, and is then known by how it begins."""
LARGEST_DIRECTORY = 8 << 20
"""Bytes of a ZIP's directory (or an Arrow message) that are read here, in the main process; a
larger one is left to the reading process, which has limits."""


@dataclass(frozen=True)
class Packed:
    """The names inside a ZIP, and what it says it is."""

    names: frozenset[str]
    mime: bytes = b""


@dataclass(frozen=True)
class Look:
    """What is seen of a file before it is read; the rest is looked at when a format asks."""

    source: Source
    head: bytes

    @classmethod
    def at(cls, source: Source) -> Look:
        """Look at the beginning of a file."""
        with source.path.open("rb") as stream:
            return cls(source, stream.read(HEAD))

    @property
    def declared(self) -> FeedFormat:
        """Return what the feed says that its files are."""
        return self.source.feed.format

    @property
    def is_zip(self) -> bool:
        """Say whether it begins as a ZIP does."""
        return self.head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))

    @cached_property
    def inside(self) -> Packed | None:
        """Return what a ZIP holds; None where it is damaged, or nobody looks inside."""
        with self.source.path.open("rb") as stream:
            size = directory_size(stream)
            if size is None or size > LARGEST_DIRECTORY:
                return None
            try:
                with zipfile.ZipFile(stream) as archive:
                    names = frozenset(archive.namelist())
                    return Packed(names, _mime(archive) if "mimetype" in names else b"")
            except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error):
                return None

    def ends_with(self, mark: bytes) -> bool:
        """Say whether the file ends with these bytes."""
        with self.source.path.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, 2) - len(mark)))
            return stream.read() == mark

    @property
    def unmarked(self) -> bytes:
        """Return the beginning of a text without byte-order mark, and without UTF-16's zeros."""
        head = self.head
        for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
            head = head.removeprefix(mark)
        return head[:256].replace(b"\0", b"").lstrip()

    @property
    def is_bracketed(self) -> bool:
        """Say whether a text begins with a bracket, as every JSON file of records does."""
        return self.unmarked[:1] in {b"{", b"["}

    @cached_property
    def text(self) -> str:
        """Return the beginning as text, blanks before it left out."""
        code = text_code(self.source)
        return self.head[code.mark :].decode(code.codec, "replace").lstrip()

    @property
    def line(self) -> str:
        """Return the first line of the text."""
        return self.text.partition("\n")[0]

    @property
    def goes_on(self) -> bool:
        """Say whether what follows the first line begins with an object."""
        return self.text.partition("\n")[2].lstrip()[:1] == "{"

    @property
    def opens_json(self) -> bool:
        """Say whether text that is not declared as JSON begins as only JSON does."""
        return self.text[1:].lstrip()[:1] in {'"', "{"}

    @property
    def is_whole_object(self) -> bool:
        """Say whether the first line is one JSON object."""
        try:
            return isinstance(json.loads(self.line), dict)
        except (ValueError, RecursionError):
            return False


def never(look: Look) -> bool:
    """Say that a format has no mark of its own: only its feed tells that a file is one."""
    del look
    return False


@dataclass(frozen=True)
class Format:
    """One file format: its reader, and the question whether a file is one by its content.

    Formats are asked in the order of their enumeration; packed ones before archives and documents,
    texts after them.
    """

    name: FeedFormat
    reader: FeedReader
    recognises: Callable[[Look], bool] = never


def _mime(archive: zipfile.ZipFile) -> bytes:
    entry = archive.getinfo("mimetype")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        return b""
    with archive.open(entry) as stream:
        return stream.read(100)
