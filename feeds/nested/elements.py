"""List elements: a JSON list, cut into its elements for a whole block at once.

Belongs here: brackets, commas and quotes. Keep out: whether an element is JSON (`records`), so
that a broken one is one defect. No recursion: an element may be nested as deeply as it likes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Behind", "ElementCutter", "NoListError", "list_start"]

_QUOTE, _BACKSLASH, _COMMA, _NEWLINE = 34, 92, 44, 10
_STEPS = np.zeros(256, np.int8)
_STEPS[[ord("["), ord("{")]] = 1
_STEPS[[ord("]"), ord("}")]] = -1
_MARKS = _STEPS != 0
_MARKS[_COMMA] = True
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|["{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_DEEPER = {b"{": 1, b"[": 1, b"}": -1, b"]": -1}
Places = np.ndarray[Any, np.dtype[np.intp]]
Octets = np.ndarray[Any, np.dtype[np.uint8]]


class NoListError(ValueError):
    """The document has no list where its feed says."""


@dataclass
class ElementCutter:
    """Takes a list's bytes block by block, from behind its `[`, and gives whole elements.

    `depth` is how many brackets are open, not counting those around the records: -1 behind the
    list. `line` is where the next block begins. `begun` is the element that is not whole yet,
    `after` what the last block holds behind the list.
    """

    line: int
    depth: int = 0
    quoted: bool = False
    elements: int = 0
    begun: list[bytes] = field(default_factory=list)
    begun_size: int = 0
    begun_line: int = 0
    ended: bool = False
    after: bytes = b""
    _left: bytes = b""

    def cut(self, data: bytes) -> tuple[pa.Array, Any]:
        """Return the elements that end in this block, and the lines they begin on."""
        data, self._left = _before_backslashes(self._left + data)
        octets: Octets = np.frombuffer(data, np.uint8)
        places, depths = self._marks(octets)
        if self.ended or not len(octets):
            self.after = data
            return pa.array([], pa.string()), pa.array([], pa.int64())
        closing = places[depths < 0][:1]
        commas = places[(depths == 0) & (octets[places] == _COMMA)]
        ends = np.concatenate((commas[commas < closing[0]], closing)) if closing.size else commas
        self.ended = bool(closing.size)
        self.after = data[int(closing[0]) + 1 :] if closing.size else b""
        found = self._elements(data, octets, ends, closed=bool(closing.size))
        self.line += data.count(b"\n")
        return found

    def _marks(self, octets: Octets) -> tuple[Places, Places]:
        """Return where brackets and commas stand outside texts, and the depth after each."""
        quotes = _open_or_close(octets)
        places = np.flatnonzero(_MARKS[octets])
        outside = (np.searchsorted(quotes, places) + self.quoted) % 2 == 0
        places = places[outside]
        depths = self.depth + np.cumsum(_STEPS[octets[places]], dtype=np.int64)
        self.quoted = bool((len(quotes) + self.quoted) % 2)
        self.depth = int(depths[-1]) if depths.size else self.depth
        return places, depths

    def _elements(
        self, data: bytes, octets: Octets, ends: Places, *, closed: bool
    ) -> tuple[pa.Array, Any]:
        """Cut before each end; what follows the last one waits for the next block."""
        if not ends.size:
            self.begun_line = self.begun_line or self.line
            self.begun.append(data)
            self.begun_size += len(data)
            return pa.array([], pa.string()), pa.array([], pa.int64())
        before = b"".join(self.begun)
        cut = int(ends[-1]) + 1
        marked = octets[:cut].copy()
        marked[ends] = _NEWLINE
        buffer = before + marked.tobytes()
        offsets = np.concatenate(([0], ends + 1 + len(before))).astype(np.int32)
        texts = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(buffer))
        lines = self._lines(octets, ends, bool(before))
        rest = b"" if closed else data[cut:]
        self.begun, self.begun_size = [rest], len(rest)
        self.begun_line = self.line + data.count(b"\n", 0, cut) if rest else 0
        texts = pc.ascii_trim(texts, " \t\r\n")
        if closed and not self.elements and len(texts) == 1 and not len(texts[0].as_py()):
            return texts[:0], lines[:0]
        self.elements += len(texts)
        return texts, lines

    def _lines(self, octets: Octets, ends: Places, continued: bool) -> pa.Array:
        """Return the line each element begins on: that of its first byte that is no white space."""
        starts = np.concatenate(([0], ends[:-1] + 1))
        filled = np.flatnonzero(octets > ord(" "))
        starts = filled[np.searchsorted(filled, starts)]
        newlines = np.flatnonzero(octets == _NEWLINE)
        lines = self.line + np.searchsorted(newlines, starts)
        if continued and b"".join(self.begun).strip():
            begun = b"".join(self.begun)
            blank = len(begun) - len(begun.lstrip())
            lines[0] = self.begun_line + begun.count(b"\n", 0, blank)
        return pa.array(lines, pa.int64())


@dataclass
class Behind:
    """What a document holds behind its list: looked through for a key of the path to that list.

    A path takes the first value of a key, and records may lie in another one.
    """

    steps: Sequence[str | int]
    depth: int = 0
    _left: bytes = b""
    _last: bytes = b""

    def repeats(self, data: bytes) -> bool:
        """Say whether a key of the path stands again in the next bytes of the document."""
        data, self._left = self._left + data, b""
        for token in _TOKEN.finditer(data):
            if token.end() == len(data) or token[0] == b'"':
                self._left = data[token.start() :]  # it may go on in the next block
                break
            if self._closes(token[0]):
                return True
            self._last = token[0]
        return False

    def _closes(self, token: bytes) -> bool:
        """Take a token in; say whether it ends a key of the path."""
        if token == b":" and not self.depth and self.steps:
            return isinstance(self.steps[-1], str) and _text(self._last) == self.steps[-1]
        self.depth += _DEEPER.get(token, 0)
        if self.depth < 0:
            self.depth, self.steps = 0, self.steps[:-1]
        return False


def _before_backslashes(data: bytes) -> tuple[bytes, bytes]:
    """Leave backslashes at the end for the next block: what they escape is not here yet."""
    kept = data.rstrip(b"\\")
    return kept, data[len(kept) :]


def _open_or_close(octets: Octets) -> Places:
    """Return where quotes open or close a text: those that no backslash escapes."""
    quotes = np.flatnonzero(octets == _QUOTE)
    after = quotes[(quotes > 0) & (octets[quotes - 1] == _BACKSLASH)]
    if not after.size:
        return quotes
    others = np.flatnonzero(octets != _BACKSLASH)
    before = np.searchsorted(others, after) - 1
    last = np.where(before >= 0, others[before], -1)
    escaped = after[(after - 1 - last) % 2 == 1]
    return np.setdiff1d(quotes, escaped, assume_unique=True)


def list_start(data: bytes, steps: Sequence[str | int]) -> int | None:
    """Return the place behind the `[` of the list at a path; None when more bytes are needed.

    Raises NoListError when something else stands there, or nothing.
    """
    tokens = _tokens(data)
    try:
        for step in steps:
            _enter(tokens, step)
        token = next(tokens)
    except StopIteration:
        return None
    if token[0] != b"[":
        raise NoListError
    return token.end()


def _tokens(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield tokens up to a text that is not closed yet."""
    for token in _TOKEN.finditer(data):
        if token[0] == b'"':
            return
        yield token


def _enter(tokens: Iterator[re.Match[bytes]], step: str | int) -> None:
    """Go on to the value of a key, or at a position."""
    opening = next(tokens)[0]
    if opening != (b"{" if isinstance(step, str) else b"["):
        raise NoListError
    if isinstance(step, str):
        _enter_key(tokens, step)
        return
    for _ in range(step):
        _skip(tokens)
        if next(tokens)[0] != b",":
            raise NoListError


def _enter_key(tokens: Iterator[re.Match[bytes]], step: str) -> None:
    while (key := next(tokens)[0]) != b"}":
        if next(tokens)[0] != b":":
            raise NoListError
        if _text(key) == step:
            return
        _skip(tokens)
        if next(tokens)[0] == b"}":
            break
    raise NoListError


def _text(token: bytes) -> object:
    try:
        return json.loads(token)
    except ValueError:
        raise NoListError from None


def _skip(tokens: Iterator[re.Match[bytes]]) -> None:
    """Skip a value, however deep."""
    depth = 0
    for token in tokens:
        depth += _DEEPER.get(token[0], 0)
        if depth <= 0:
            return
    raise StopIteration
