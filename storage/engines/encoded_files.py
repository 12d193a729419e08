"""Encoded files: text files of any encoding, which the engine reads as UTF-8.

Belongs here: what it asks of a file system. Keep out: addresses and decoding (`transcoding`), the
SQL that reads them (`plain_text`).
They are decoded piece by piece while a query reads them: no copy lies anywhere, in memory or on the
disk, that somebody would have to remove.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import duckdb
import fsspec

from storage.engines.transcoding import SCHEME, EncodedText, utf8_of

__all__ = ["reach_encoded_files"]

_LARGEST = 2
"""Bytes of UTF-8 that a byte of any encoding may become."""
_STEP = 1 << 20


def reach_encoded_files(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection, and every other to the same instance, read what has such an address."""
    con.register_filesystem(_Files())


class _Files(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """Files by their addresses; each stands for itself, and none is ever written."""

    protocol = SCHEME
    cachable = False

    def glob(self, path: str, **_: Any) -> list[str]:  # noqa: ANN401
        return [path]

    def size(self, path: str) -> int:
        """Return as many bytes as the text has at most; it is known when it has been read."""
        return _LARGEST * EncodedText.at(path).path.stat().st_size

    def open(self, path: str, *_: Any, **__: Any) -> _Text:  # noqa: ANN401
        return _Text(EncodedText.at(path))


class _Text:
    """The text of one file, read from its beginning to its end, or again from its beginning."""

    def __init__(self, text: EncodedText) -> None:
        self._text = text
        self.seek(0)

    def seek(self, place: int) -> None:
        """Go to a place in the text."""
        self._pieces = self._decoded()
        self._left, self._at = b"", 0
        while self._at < place and self.read(min(place - self._at, _STEP)):
            pass

    def tell(self) -> int:
        """Return how many bytes were read."""
        return self._at

    def read(self, size: int) -> bytes:
        """Return some of the next bytes; none only at the end."""
        text = self._left or next(self._pieces, b"")
        self._left = text[size:]
        text = text[:size]
        self._at += len(text)
        return text

    def close(self) -> None:
        """Let the file go."""
        self._pieces.close()

    def _decoded(self) -> Generator[bytes]:
        # what is UTF-8 already is checked by the engine itself
        is_read_as_it_is = self._text.codec == "utf-8"
        for piece in self._text.pieces():
            yield piece if is_read_as_it_is else utf8_of(piece, self._text.codec)
