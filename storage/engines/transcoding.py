"""Transcoding: the whole lines of a text file in any encoding, and what they say in UTF-8.

Belongs here: cutting a file so that its pieces are decoded one by one, strict decoding. Keep out:
which encoding a file has, and bytes that do not decode (`feeds.text`), how the engine gets at the
text (`encoded_files`).
A piece ends with a line, so it begins with a character and needs nothing of the one before it.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import numpy as np
import pyarrow as pa

from storage.engines.gbk import utf8_of_gbk

__all__ = ["PIECE", "SCHEME", "EncodedText", "utf8_of"]

SCHEME = "quanshu-text"

PIECE = 128 << 10
"""Bytes of a piece, unless others are asked for: a processor's cache holds them and their text."""
LONGEST_LINE = 16 << 20
"""Bytes without a line end that are gathered: many times what a plain text's line may have."""
_GBK = {"gbk", "gb18030"}


@dataclass(frozen=True)
class EncodedText:
    """The text of a file in a `codec` of Python's, from a place on where a line begins."""

    path: Path
    codec: str
    start: int = 0

    @property
    def address(self) -> str:
        """Return what the engine calls it."""
        path = quote(os.fsencode(self.path.absolute()))
        return f"{SCHEME}://{self.codec}/{self.start}{path}"

    @classmethod
    def at(cls, address: str) -> EncodedText:
        """Return the text that has an address."""
        codec, start, path = address.removeprefix(f"{SCHEME}://").split("/", 2)
        return cls(Path(os.fsdecode(b"/" + unquote_to_bytes(path))), codec, int(start))

    def pieces(self, size: int = PIECE) -> Generator[bytes]:
        """Yield its bytes as they are, in pieces of whole lines.

        A last line without its end is given one. A line beyond all bounds is cut.
        """
        end = "\n".encode(self.codec)
        left = b""
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            while read := stream.read(size):
                piece = left + read
                cut = len(piece) if len(piece) > LONGEST_LINE else _behind_last(piece, end)
                if cut:
                    yield piece[:cut]
                left = piece[cut:]
        if left:
            yield left + end


def utf8_of(piece: bytes, codec: str) -> bytes:
    """Return whole lines as UTF-8.

    Raises:
        UnicodeError: they hold bytes that stand for no character.
    """
    if codec == "utf-8":
        return _checked(piece)
    if piece.isascii() and len("\n".encode(codec)) == 1:
        return piece
    if codec in _GBK:
        text = utf8_of_gbk(piece)
        if text is not None:
            return text
        with suppress(UnicodeError):
            return piece.decode("gbk").encode()  # of all that GBK knows its decoder says the same
    return piece.decode(codec).encode()


def _behind_last(piece: bytes, end: bytes) -> int:
    """Return where the last line ends; in wide units its bytes may stand across two others."""
    place = piece.rfind(end)
    while place % len(end) > 0 and place > 0:
        place = piece.rfind(end, 0, place + len(end) - 1)
    return place + len(end) if place >= 0 else 0


def _checked(piece: bytes) -> bytes:
    """Return what is UTF-8, without making a text of it."""
    if not piece.isascii():
        ends = pa.py_buffer(np.array([0, len(piece)], dtype=np.int64))
        octets = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(piece)])
        try:
            octets.cast(pa.large_string())
        except pa.ArrowInvalid:
            raise UnicodeError("not UTF-8") from None
    return piece
