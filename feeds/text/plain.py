"""Plain text: whether a delimited file can be read as it lies, without being taken apart first.

Belongs here: looking through a file for anything that says no. Keep out: reading it
(`storage.engines.plain_text`), every file that is not plain (`parsing`, `careful`).
The strictest reading is asked of every byte: a file in doubt is no plain text, and nothing is lost
by that but time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import chain

import numpy as np

from feeds.reader import Source
from feeds.text.dialect import Dialect
from feeds.text.encodings import TextCode
from feeds.text.framing import Positions, frame, line_ends
from feeds.text.header_again import HeaderAgain
from feeds.text.opening import Opening
from feeds.text.private_use import standardised
from feeds.untrusted.markings import holds
from storage.engines.connection import VECTOR_ROWS
from storage.engines.plain_text import PlainText
from storage.engines.transcoding import EncodedText, utf8_of

__all__ = ["plain_text"]

_DAMAGE = (
    *(b"\xee", b"\xf3", b"\xf4", b"\xef\xbb\xbf", b"\xef\xbf\xbd"),
    *(bytes((0xEF, second)) for second in range(0xA0, 0xA4)),
    *(b'="', "Ｅ".encode(), "ｅ".encode()),
)
"""What damaged texts begin with: characters that stand for nothing, formulas, wide exponents."""
_BOM = "\ufeff".encode()
_LOOKING = 2
_AHEAD = 4
"""Pieces that are read while others are looked through."""
_MIDDLE = 0.51
"""Of a file: its second part, which is handed to the engine, takes it a little longer."""
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
    if not splits or feed.footer or width < 2 or len(quote) > 1:  # noqa: PLR2004 - a line that is blank may be a record of one field
        return None
    again = HeaderAgain(opening.rows, feed.header.join) if opening.rows else None
    look = _Look(source, code.codec, dialect, width, again, (*_DAMAGE, *telling))
    whole, size, rows, before = source.path.stat().st_size, code.mark, 0, (0, 0)
    # Large pieces: threads wait for Python's lock after each step of a piece, of small ones longer
    # than they work. One ends about the middle, where a second part can begin.
    at_once = min(source.block_bytes, max(whole // 2, 1))
    pieces = EncodedText(source.path, code.codec, code.mark).pieces(at_once)
    with closing(pieces):
        try:
            head, records, begun = _begun(pieces, code.codec, opening.size)
            look.newline = _newline(code, opening, head, records)
            if quote and quote in head:
                return None  # the engine counts the lines that it passes by their ends
            for taken, found in chain([(begun, look.records(records))], _ahead(look, pieces)):
                size, rows = size + taken, rows + found
                before = min(before, (rows, size), key=lambda one: abs(one[1] - _MIDDLE * whole))
        except (UnicodeError, _InDoubtError):
            return None
    return PlainText(
        fields=dict(fields),
        width=width,
        rows=rows,
        head=opening.line - 1,
        delimiter=dialect.delimiter,
        quote=dialect.quote or "",
        newline=look.newline,
        sound=look.sound,
        codec=code.codec,
        mark=code.mark,
        rows_before=before[0],
        bytes_before=before[1],
    )


class _InDoubtError(Exception):
    """Something in a file is not plain."""


def _begun(pieces: Iterator[bytes], codec: str, size: int) -> tuple[bytes, bytes, int]:
    """Return as UTF-8 the lines before the records and the first of these, and the bytes read."""
    text, taken = b"", 0
    while len(text) <= size:
        piece = next(pieces, None)
        if piece is None:
            raise _InDoubtError  # there is no record
        text, taken = text + utf8_of(piece, codec), taken + len(piece)
    return text[:size], text[size:], taken


def _newline(code: TextCode, opening: Opening, head: bytes, records: bytes) -> str:
    """Return how lines end, by those before the records or the first one."""
    newline = "\r\n" if records[: records.find(b"\n") + 1].endswith(b"\r\n") else "\n"
    counted = head.count(b"\n") == opening.line - 1 and _ends_in(head, newline)
    if (
        not counted
        or _altered(head, code.codec)
        or (code.name == "utf-8" and code.mark > len(head))
    ):
        raise _InDoubtError
    return newline


def _ends_in(lines: bytes, newline: str) -> bool:
    """Say whether every line ends like this, and no carriage return stands elsewhere."""
    if newline == "\n":
        return b"\r" not in lines
    return lines.count(b"\r") == lines.count(b"\r\n") == lines.count(b"\n")


def _altered(lines: bytes, codec: str) -> bool:
    """Say whether a reader of lines would not leave them as they are decoded."""
    if holds(lines, _BOM) and (lines.startswith(_BOM) or b"\n" + _BOM in lines):
        return True
    return codec == "gb18030" and standardised(lines) != lines


def _ahead(look: _Look, pieces: Iterator[bytes]) -> Iterator[tuple[int, int]]:
    """Look through pieces on all processors; yield the bytes and records of each in their order."""
    waiting: deque[tuple[int, Future[int]]] = deque()
    with ThreadPoolExecutor(_LOOKING) as pool:
        for piece in pieces:
            waiting.append((len(piece), pool.submit(look.piece, piece)))
            if len(waiting) > _AHEAD:
                size, coming = waiting.popleft()
                yield size, coming.result()
        for size, coming in waiting:
            yield size, coming.result()


@dataclass
class _Look:
    """What is asked of every line, and whether all that were looked at are sound."""

    source: Source
    codec: str
    dialect: Dialect
    width: int
    again: HeaderAgain | None
    telling: Collection[bytes]
    newline: str = "\n"
    sound: bool = True

    def piece(self, piece: bytes) -> int:
        """Return how many records stand in whole lines as they were delivered."""
        return self.records(utf8_of(piece, self.codec))

    def records(self, lines: bytes) -> int:
        """Return how many records stand in whole lines; each has one."""
        plain = _ends_in(lines, self.newline) and not _altered(lines, self.codec)
        sizes = self._sizes(lines) if plain and not self._has_header(lines) else None
        if sizes is None or int(sizes.max(initial=0)) * VECTOR_ROWS > self.source.limits.vector:
            raise _InDoubtError
        if self.sound and self._suspect(lines):
            self.sound = False
        return len(sizes)

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
