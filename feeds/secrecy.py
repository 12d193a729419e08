"""State secrets (一(二)、八(三)): the search for markings in files, names and cells.

Belongs here: where is looked, and the refusal (GATE-106). Keep out: what a marking looks like
(`feeds.untrusted.markings`), what is done with a file that has one (`landed_rows`, `landing`).
The bytes of a file are searched, so that lines which are no records count too. Packed content
(members, sheets, columns) is searched while it is read. Encrypted content cannot be searched.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from feeds.untrusted.markings import (
    ESCAPES,
    LONGEST,
    SECRET,
    STAR,
    TELLING,
    is_marked,
    octets_marked,
)

__all__ = [
    "WINDOW",
    "MarkingSearch",
    "refuse_marked",
    "refuse_marked_cells",
    "refuse_marked_file",
    "refuse_marked_names",
]

WINDOW = 8 << 20
"""Bytes of a file that are searched at once. Many, because whoever reads beside another thread
waits for Python's lock after each of them."""
_HEAD = 1 << 16
_STAR = STAR.encode()


class MarkingSearch:
    """A search through the bytes of one file, window after window.

    `found` says whether a marking stood in any of them, in an encoding the file may be written in.
    """

    def __init__(self, feed: Feed) -> None:
        self.found = False
        self._feed = feed
        self._codecs: set[str] = set()
        self._tail = b""

    def look(self, window: bytes) -> None:
        """Look through the bytes that follow those before; the first have the file's beginning."""
        if self.found:
            return
        self._codecs = self._codecs or _codecs(window[:_HEAD], self._feed)
        seam = self._tail + window[:LONGEST]  # a marking may begin in the window before
        self.found = octets_marked(window, self._codecs) or octets_marked(seam, self._codecs)
        self._tail = (
            (self._tail + window)[-LONGEST:] if len(window) < LONGEST else window[-LONGEST:]
        )


def refuse_marked_file(path: Path, feed: Feed) -> None:
    """Refuse a file in whose bytes a marking stands, in any encoding it may be written in."""
    search = MarkingSearch(feed)
    with path.open("rb") as stream:
        while not search.found and (window := stream.read(WINDOW)):
            search.look(window)
    refuse_marked(search)


def refuse_marked(search: MarkingSearch) -> None:
    """Refuse a file in which a search found a marking."""
    if search.found:
        raise _refused()


def refuse_marked_names(names: Iterable[str]) -> None:
    """Refuse names (of files, members, sheets, columns) that hold a marking."""
    if any(map(is_marked, names)):
        raise _refused()


def refuse_marked_cells(rows: pa.Table) -> None:
    """Refuse records of which any text holds a marking."""
    for column in rows.columns:
        if pa.types.is_string(column.type) and any(map(_may_be_marked, column.chunks)):
            found = pc.match_substring_regex(column, TELLING)
            if pc.any(found).as_py():
                raise _refused()


def _may_be_marked(texts: pa.Array) -> bool:
    """Say whether a star stands in any of the texts, without looking at them one by one."""
    _, offsets, octets = texts.buffers()
    if octets is None or not len(texts):
        return False
    places = np.frombuffer(offsets, np.int32)
    first, last = int(places[texts.offset]), int(places[texts.offset + len(texts)])
    return _STAR in octets[first:last].to_pybytes()


def _codecs(head: bytes, feed: Feed) -> set[str]:
    """Return the encodings a file may be written in, as far as its beginning tells."""
    codecs = {"utf-8", "gb18030"}
    if feed.format.traits.keyed or head.lstrip()[:1] in {b"{", b"["}:
        codecs.add(ESCAPES)
    if feed.encoding in {"big5", "detect"}:
        codecs.add("cp950")
    if feed.encoding == "cp949":
        codecs.add("cp949")
    if b"\0" in head:
        codecs |= {"utf-16-le", "utf-16-be"}
    if feed.encoding == "utf-32" or b"\0\0\0" in head:
        codecs |= {"utf-32-le", "utf-32-be"}
    return codecs


def _refused() -> IntakeError:
    reason, what, remedy = SECRET
    return IntakeError(reason, what, where="delivery", remedy=remedy)
