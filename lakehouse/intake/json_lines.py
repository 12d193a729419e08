"""JSON Lines: one object a line; values become text as they were delivered.

Belongs here: which line is a record, numbers that keep their digits. Keep out: encodings
(`blocks`). A line that is no object is a defect (`json`); a blank line is no record. Objects and
lists inside a record become JSON text.
DuckDB parses; it would write `1.10` as `1.1` and `1e5` as `100000.0`, so numbers it might rewrite
are first put in quotes, on the lines that have any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.feed_columns import feed_columns
from lakehouse.intake.blocks import line_blocks
from lakehouse.intake.reader import Block, Defect, DefectCode, OpenFeed, Source, rows_table
from lakehouse.sql import literal

__all__ = ["JsonLinesReader"]

_REWRITTEN = (
    r"[:\[,]\s*(?:-?[0-9]+(?:\.[0-9]+)?[eE]|-?[0-9]*\.(?:[0-9]+0[^0-9]|[0-9]{9})"
    r"|-?[0-9]{8,}\.|-?0\.0000|-0[^.0-9])"
)
"""Finds, outside or inside texts, what may be a number that a double does not give back."""
_TEXT_OR_NUMBER = r'("(?:[^"\\]|\\.)*")|(-?[0-9][0-9.eE+-]*)'
_SOUND = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE FALSE END"
_HINGE = "\x01"
"""No valid JSON holds this character unescaped, so it can mark where quotes go."""


class JsonLinesReader:
    """Reads JSON Lines."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Find the keys met, in order, until every declared one was: often the first block."""
        with _bench() as con:

            def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
                row = 1
                for data in line_blocks(source):
                    block = _parsed(con, _lines(data), list(dict.fromkeys(columns.values())))
                    if block.count:
                        yield rows_table(row, block, columns, whole=whole)
                        row += block.count

            yield OpenFeed(_headers(con, source), read, source.feed.encoding)


def _headers(con: duckdb.DuckDBPyConnection, source: Source) -> tuple[str, ...]:
    declared = set(feed_columns(source.feed).values())
    found: dict[str, None] = {}
    for data in line_blocks(source):
        found |= dict.fromkeys(_keys(con, _lines(data)))
        if declared <= found.keys():
            break
    return tuple(found)


def _bench() -> duckdb.DuckDBPyConnection:
    """Open a connection that keeps nothing but the block in hand, in its order."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute("SET memory_limit = '512MB'")
    return con


def _lines(data: bytes) -> pa.Array:
    """Return the lines of a block that are not blank, line ends taken off."""
    newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)  # noqa: PLR2004 - newline
    ends = np.concatenate(([0], newlines + 1)).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(newlines), pa.py_buffer(ends), pa.py_buffer(data))
    lines = pc.ascii_trim(lines, " \t\r\n")
    return lines.filter(pc.not_equal(pc.binary_length(lines), 0))


def _keys(con: duckdb.DuckDBPyConnection, lines: pa.Array) -> list[str]:
    con.register("lines", pa.table({"line": lines}))
    keys = con.execute(
        "SELECT key FROM (SELECT key, row_number() OVER () AS n FROM ("
        "  SELECT unnest(json_keys(CASE WHEN json_valid(line) THEN line END)) AS key FROM lines"
        ")) GROUP BY key ORDER BY min(n)"
    ).fetchall()
    return [key for (key,) in keys]


def _parsed(con: duckdb.DuckDBPyConnection, lines: pa.Array, headers: list[str]) -> Block:
    shape = json.dumps(dict.fromkeys(headers, "VARCHAR"), ensure_ascii=False)
    con.register("lines", pa.table({"line": _numbers_quoted(lines)}))
    table = con.execute(
        f"SELECT sound, values.* FROM (SELECT sound, json_transform("
        f"CASE WHEN sound THEN line ELSE '{{}}' END, {literal(shape)}) AS values FROM ("
        f"SELECT line, {_SOUND} AS sound FROM lines))"
    ).to_arrow_table()
    sound = table.column(0)
    values = {h: table.column(place) for place, h in enumerate(headers, start=1)}
    if pc.all(sound).as_py() is not False:
        return Block(len(lines), values, raws=lines)
    places = np.flatnonzero(~sound.to_numpy())
    defects = [Defect(int(place), DefectCode.JSON, lines[int(place)].as_py()) for place in places]
    good = {header: texts.filter(sound) for header, texts in values.items()}
    return Block(len(lines), good, defects, lines.filter(sound.combine_chunks()))


def _numbers_quoted(lines: pa.Array) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Quote the numbers of lines that hold any which DuckDB would rewrite."""
    texts = pl.Series(pl.from_arrow(lines))
    wanted = texts.str.contains(_REWRITTEN)
    if not wanted.any():
        return lines
    quoted = (
        texts.filter(wanted)
        .str.replace_all(_TEXT_OR_NUMBER, f"$1{_HINGE}$2{_HINGE}")
        .str.replace_all(_HINGE + _HINGE, "", literal=True)
        .str.replace_all(_HINGE, '"', literal=True)
    )
    return pc.replace_with_mask(lines, wanted.to_arrow(), quoted.to_arrow().cast(pa.string()))
