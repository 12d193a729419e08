"""Plain text: whether a delimited file can be read as it lies, without being taken apart first.

Belongs here: looking through a file for anything that says no. Keep out: reading it
(`storage.engines.plain_text`), every file that is not plain (`parsing`, `careful`).
The strictest reading is asked of every byte: a file in doubt is no plain text, and nothing is lost
by that but time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from feeds.reader import Source
from feeds.text.dialect import Dialect
from feeds.text.encodings import TextCode
from feeds.text.framing import Positions, frame, line_ends
from feeds.text.header_again import HeaderAgain
from feeds.text.opening import Opening
from feeds.untrusted.markings import holds
from storage.engines.connection import VECTOR_ROWS
from storage.engines.plain_text import PlainText

__all__ = ["plain_text"]

_DAMAGE = (
    *(b"\xee", b"\xf3", b"\xf4", b"\xef\xbb\xbf", b"\xef\xbf\xbd"),
    *(bytes((0xEF, second)) for second in range(0xA0, 0xA4)),
    *(b'="', "Ｅ".encode(), "ｅ".encode()),
)
"""What damaged texts begin with: characters that stand for nothing, formulas, wide exponents."""
PIECE = 256 << 10
"""Bytes looked through at once: a processor's cache holds them from the first look to the last."""
_ZERO, _NINE = ord("0"), ord("9")
_WIDE_ZERO, _WIDE_NINE = "０".encode()[-1], "９".encode()[-1]


def plain_text(
    source: Source,
    code: TextCode,
    opening: Opening,
    fields: Mapping[str, int],
    telling: Collection[bytes],
) -> PlainText | None:
    """Look through a file whose header was read; None where it is not plain.

    `fields` says at which place the text of each wanted column stands; `telling` are bytes which a
    file that has them is not sound for.
    """
    feed, dialect, width = source.feed, Dialect.of(source.feed), len(opening.headers)
    splits = dialect.delimiter.isascii() and len(feed.delimiter) == 1 and dialect.escape is None
    quote = (dialect.quote or "").encode()
    if code.name != "utf-8" or not splits or feed.footer or width < 2 or len(quote) > 1:  # noqa: PLR2004 - a line that is blank may be a record of one field
        return None
    newline = _newline(source, code, opening, quote)
    if newline is None:
        return None
    again = HeaderAgain(opening.rows, feed.header.join) if opening.rows else None
    look = _Look(source, dialect, width, newline, again, (*_DAMAGE, *telling))
    size = code.mark + opening.size
    for block in opening.blocks:
        size += len(block)
        if not look.passes(block):
            return None
    # a last line without its end was given one; any other difference is a byte that was altered
    if not look.rows or not 0 <= size - source.path.stat().st_size <= 1:
        return None
    return PlainText(
        fields=dict(fields),
        width=width,
        rows=look.rows,
        head=opening.line - 1,
        delimiter=dialect.delimiter,
        quote=dialect.quote or "",
        newline=newline,
        sound=look.sound,
    )


def _newline(source: Source, code: TextCode, opening: Opening, quote: bytes) -> str | None:
    """Return how lines end, by those before the records or the first one; None where in doubt."""
    with source.path.open("rb") as stream:
        head = stream.read(code.mark + opening.size)
        first = stream.readline(source.limits.vector)
    if (quote and quote in head) or head.count(b"\n") != opening.line - 1:
        return None  # the engine counts the lines that it passes by their ends
    if code.mark and not opening.size:
        return None
    newline = "\r\n" if first.endswith(b"\r\n") else "\n"
    return newline if _ends_in(head, newline) else None


def _ends_in(lines: bytes, newline: str) -> bool:
    """Say whether every line ends like this, and no carriage return stands elsewhere."""
    if newline == "\n":
        return b"\r" not in lines
    return lines.count(b"\r") == lines.count(b"\r\n") == lines.count(b"\n")


@dataclass
class _Look:
    """What was seen of a file so far."""

    source: Source
    dialect: Dialect
    width: int
    newline: str
    again: HeaderAgain | None
    telling: Collection[bytes]
    rows: int = 0
    sound: bool = True

    def passes(self, block: bytes) -> bool:
        """Look through whole lines; False where they are not plain."""
        return not self._has_header(block) and all(map(self._passes, _pieces(block)))

    def _passes(self, piece: bytes) -> bool:
        sizes = self._sizes(piece) if _ends_in(piece, self.newline) else None
        if sizes is None or int(sizes.max(initial=0)) * VECTOR_ROWS > self.source.limits.vector:
            return False
        self.rows += len(sizes)
        self.sound = self.sound and not self._suspect(piece)
        return True

    def _sizes(self, piece: bytes) -> Positions | None:
        """Return the bytes of each line; None where one is not a record."""
        ends = line_ends(piece, self.dialect, self.width)
        if ends is not None:
            return np.diff(ends, prepend=-1)
        framed = frame(piece, self.dialect, self.width)
        if framed is None or not framed.clean or framed.blank or framed.consumed != len(piece):
            return None
        one_each = framed.passed == len(framed.starts)
        return framed.ends - framed.starts if one_each else None

    def _has_header(self, block: bytes) -> bool:
        if self.again is None:
            return False
        sections = list(self.again.sections(block, self.dialect, final=True))
        return len(sections) > 1 or sections[0].places is not None

    def _suspect(self, block: bytes) -> bool:
        octets = np.frombuffer(block, np.uint8)
        top = int(octets.max(initial=0))  # most of what is told by is above all of it
        if any(telling[0] <= top and holds(block, telling) for telling in self.telling):
            return True
        for letter in b"Ee":
            if letter in block:
                before = octets[np.flatnonzero(octets[1:] == letter)]
                digit = (before >= _ZERO) & (before <= _NINE)
                wide = (before >= _WIDE_ZERO) & (before <= _WIDE_NINE)
                if (digit | wide).any():
                    return True
        return False


def _pieces(block: bytes) -> Iterator[bytes]:
    """Cut a block of whole lines at some of their ends."""
    start = 0
    while start < len(block):
        end = block.rfind(b"\n", start, start + PIECE) + 1 or block.find(b"\n", start) + 1
        yield block[start : end or None]
        start = end or len(block)
