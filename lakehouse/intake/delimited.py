"""CSV in any declared encoding and with any delimiter.

Belongs here: putting blocks, framing and parsing together. Keep out: what a record is (`framing`,
`careful`), encodings (`blocks`).
A block is framed first, so that the number of every record is known, then Arrow parses the records
that are well-formed; it must return exactly as many as were framed, else the block is read
carefully.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from lakehouse.intake.blocks import line_blocks
from lakehouse.intake.careful import RECORD_LIMIT, first_record, read_carefully
from lakehouse.intake.framing import Frame, frame
from lakehouse.intake.reader import (
    Block,
    Defect,
    DefectCode,
    OpenFeed,
    Source,
    first_positions,
    rows_table,
    unreadable,
)

__all__ = ["DelimitedReader"]


@dataclass(frozen=True)
class _Grammar:
    """How to split a record, and which fields are wanted, by their header and place."""

    delimiter: str
    width: int
    wanted: Mapping[str, int]


class DelimitedReader:
    """Reads CSV with a header row; blank lines are no records."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Read the header row, without surrounding blanks; see `FeedReader.open`."""
        headers, blocks = _begin(source)

        def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
            wanted = first_positions(headers)
            if not whole:
                wanted = {h: place for h, place in wanted.items() if h in columns.values()}
            grammar = _Grammar(source.feed.delimiter, len(headers), wanted)
            row = 1
            for block in _framed(blocks, grammar):
                if block.count:
                    yield rows_table(row, block, columns, whole=whole)
                    row += block.count

        yield OpenFeed(headers, read, source.feed.encoding)


def _begin(source: Source) -> tuple[tuple[str, ...], Iterator[bytes]]:
    """Return the headers and the blocks after them."""
    blocks = line_blocks(source, bare_returns=True)
    data, broken = b"", False
    for block in blocks:
        data += block
        try:
            fields, rest = first_record(data, source.feed.delimiter)
        except csv.Error:
            broken = True
            if len(data) > RECORD_LIMIT:
                break
            continue
        if fields:
            return tuple(field.strip() for field in fields), _after(rest, blocks)
    if broken:
        raise unreadable(
            source,
            "the quotes of the header row are broken",
            "deliver one header row whose quoted names are closed",
        )
    return (), iter(())


def _after(rest: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    if rest:
        yield rest
    yield from blocks


def _framed(blocks: Iterator[bytes], grammar: _Grammar) -> Iterator[Block]:
    """Carry what a block leaves open over to the next one; the last one leaves nothing."""
    pending = b""
    for data in blocks:
        block, pending = _read(pending + data, grammar, final=False)
        yield block
    if pending:
        yield _read(pending, grammar, final=True)[0]


def _read(data: bytes, grammar: _Grammar, *, final: bool) -> tuple[Block, bytes]:
    framed = frame(data, ord(grammar.delimiter), grammar.width) if _is_fast(grammar) else None
    if framed is not None:
        left = len(data) - framed.consumed
        block = None if left and (final or left > RECORD_LIMIT) else _parsed(data, framed, grammar)
        if block is not None:
            return block, data[framed.consumed :]
    reading = read_carefully(data, grammar.delimiter, grammar.width, final=final)
    by_field: Sequence[Sequence[str]] = (
        tuple(zip(*reading.rows, strict=True)) or [()] * grammar.width
    )
    values = {h: pa.array(by_field[place], pa.string()) for h, place in grammar.wanted.items()}
    return Block(len(reading.rows) + len(reading.defects), values, reading.defects), reading.rest


def _is_fast(grammar: _Grammar) -> bool:
    return grammar.delimiter.isascii() and grammar.delimiter not in '"\r\n'


def _parsed(data: bytes, framed: Frame, grammar: _Grammar) -> Block | None:
    """Parse the well-formed records with Arrow; None when it does not see what was framed."""
    count = len(framed.starts)
    places = np.flatnonzero(framed.bad)
    good = count - len(places)
    values: Mapping[str, Any] = dict.fromkeys(grammar.wanted, pa.array([], pa.string()))
    if good and grammar.wanted:
        try:
            parsed = _arrow_parse(_without_bad(data, framed), grammar)
        except pa.ArrowInvalid:
            return None
        if parsed.num_rows != good:
            return None
        values = {h: parsed.column(str(place)) for h, place in grammar.wanted.items()}
    defects = [
        Defect(
            int(i),
            DefectCode.FIELD_COUNT,
            data[framed.starts[i] : framed.ends[i]].decode().rstrip("\r\n"),
        )
        for i in places
    ]
    return Block(count, values, defects)


def _without_bad(data: bytes, framed: Frame) -> Any:  # noqa: ANN401 - any buffer of bytes
    if framed.clean:
        return pa.py_buffer(data)[: framed.consumed]
    octets = np.frombuffer(data, np.uint8)
    change = np.zeros(len(octets) + 1, dtype=np.int8)
    change[framed.starts[~framed.bad]] += 1
    change[framed.ends[~framed.bad]] -= 1
    return pa.py_buffer(octets[np.cumsum(change[:-1], dtype=np.int8).astype(bool)].tobytes())


def _arrow_parse(buffer: Any, grammar: _Grammar) -> pa.Table:  # noqa: ANN401
    names = [str(place) for place in range(grammar.width)]
    wanted = [str(place) for place in grammar.wanted.values()]
    return arrow_csv.read_csv(
        pa.BufferReader(buffer),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=len(buffer) + 1),
        parse_options=arrow_csv.ParseOptions(delimiter=grammar.delimiter, newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=wanted,
            check_utf8=False,  # `blocks` did
        ),
    )
