"""Fixed-width fields: cut from records at their declared places, for a whole block at once.

Belongs here: widths in characters or in bytes of the delivered encoding. Keep out: which lines are
records (`fixed_width`).
A record has its width when its last field begins within it and nothing but blanks follows the end
of its fields. A place that cuts a character in two is no place of a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.models.feed import Feed, Span
from feeds.text.blocks import line_texts
from feeds.text.encodings import TextCode
from feeds.text.private_use import standardised

__all__ = ["BLANKS", "Cutter", "Flags"]

BLANKS = " \t\u3000"
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Cutter:
    """Where the fields stand, and which are wanted; `code` = places are bytes of that encoding."""

    spans: Mapping[str, Span]
    wanted: Sequence[str]
    code: TextCode | None

    @classmethod
    def of(cls, feed: Feed, code: TextCode, wanted: Sequence[str]) -> Self:
        """Return the cutter of a feed that is delivered in an encoding."""
        return cls(feed.spans, wanted, code if feed.span_unit == "bytes" else None)

    def cut(self, records: pa.Array) -> tuple[Flags, dict[str, Any]]:
        """Return which records have not their width, and the fields of the others by header."""
        delivered = self._delivered(records)
        bad = self._misfits(records, delivered)
        good = delivered if not bad.any() else delivered.filter(pa.array(~bad))
        fields = {header: self._field(good, self.spans[header]) for header in self.wanted}
        cut = np.zeros(len(good), dtype=bool)
        for texts in fields.values():
            cut |= pc.is_null(texts).to_numpy(zero_copy_only=False)
        if cut.any():
            bad[np.flatnonzero(~bad)[cut]] = True
            fields = {header: texts.filter(pa.array(~cut)) for header, texts in fields.items()}
        return bad, fields

    def _misfits(self, records: pa.Array, delivered: pa.Array) -> Flags:
        last = max(span.start for span in self.spans.values())
        end = max(span.start + span.width - 1 for span in self.spans.values())
        lengths = self._lengths(delivered)
        bad: Flags = lengths < last
        long = np.flatnonzero(lengths > end)
        if long.size:
            trimmed = pc.utf8_rtrim(records.take(pa.array(long)), BLANKS)
            bad[long] = self._lengths(self._delivered(trimmed)) > end
        return bad

    def _delivered(self, records: pa.Array) -> pa.Array:
        """Return the records in the unit of their places: as they are, or as delivered bytes."""
        return records if self.code is None else _encoded(records, self.code)

    def _lengths(self, delivered: pa.Array) -> Any:  # noqa: ANN401 - numpy
        count = pc.utf8_length if self.code is None else pc.binary_length
        return count(delivered).to_numpy(zero_copy_only=False)

    def _field(self, delivered: pa.Array, span: Span) -> pa.Array:
        first, end = span.start - 1, span.start - 1 + span.width
        if self.code is None:
            return pc.utf8_slice_codeunits(delivered, first, end)
        return _decoded(pc.binary_slice(delivered, first, end), self.code)


def _encoded(texts: pa.Array, code: TextCode) -> pa.Array:
    """Return texts without line ends as bytes of an encoding."""
    if code.codec == "utf-8":
        return texts.cast(pa.binary())
    whole = code.bytes_of(_lines(texts, b"\n").decode())
    units = np.frombuffer(whole, f"{'>' if code.codec.endswith('be') else '<'}u{code.unit}")
    ends = np.flatnonzero(units == ord("\n"))
    offsets = np.concatenate(([0], ends - np.arange(len(ends)))) * code.unit
    kept = units[units != ord("\n")].tobytes()
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(kept)]
    return pa.BinaryArray.from_buffers(pa.binary(), len(texts), buffers)


def _decoded(values: pa.Array, code: TextCode) -> pa.Array:
    """Return bytes of an encoding as texts; null where a character is cut in two."""
    text = _text(_lines(values, "\n".encode(code.codec)), code)
    if text is not None and len(texts := line_texts(text)) == len(values):
        return texts
    return pa.array([_text(value, code) for value in values.to_pylist()], pa.binary()).cast(
        pa.string()
    )


def _text(value: bytes, code: TextCode) -> bytes | None:
    """Return bytes of an encoding as UTF-8; None where a character is cut in two."""
    try:
        text = code.decoded(value).encode()
    except UnicodeError:
        return None
    return standardised(text) if code.codec == "gb18030" else text


def _lines(values: pa.Array, end: bytes) -> bytes:
    """Return values one after another, each with a line end."""
    values = values.cast(pa.binary())
    joined = pc.binary_join(pa.ListArray.from_arrays([0, len(values)], values), end)[0].as_py()
    return bytes(joined) + end if len(values) else b""
