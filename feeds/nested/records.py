"""Nested records: JSON texts, one for each record, become columns of text as delivered.

Belongs here: what a sound record is, paths, change events, numbers that keep their digits. Keep
out: where the texts come from (`feeds.readers.jsonl_reader`, `feeds.readers.json_reader`).
DuckDB parses the JSON. It would write `1.10` as `1.1` and `1e5` as `100000.0`. So in records with
such a number, every number is first made a text that begins with NUL, and afterwards a number
again. No text of a sound record contains a NUL, so the two cannot be confused. DuckDB also accepts
`NaN` and commas before closing brackets: those are searched for outside a record's texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.models.feed import Changes, Feed
from catalog_specs.rules.defects import DefectCode
from feeds.reader import Block, Defect
from feeds.text.encodings import MARK, shown
from feeds.untrusted.paths import steps_of
from storage.engines.connection import Connection, on_values
from storage.sql import identifier, literal

__all__ = ["JsonRecords", "json_records"]

_REWRITTEN = (
    r"[:\[,]\s*(?:-?[0-9]+(?:\.[0-9]+)?[eE]|-?[0-9]*\.(?:[0-9]+0[^0-9]|[0-9]{9})"
    r"|-?[0-9]{8,}\.|-?0\.0000|-0[^.0-9])"
)
"""Finds, outside or inside texts, numbers that a double may not give back unchanged."""
_TEXT = r'"(?:[^"\\]|\\.)*"'
_TEXT_OR_NUMBER = rf"({_TEXT})|(-?[0-9][0-9.eE+-]*)"
_LAX = r"(?i),\s*[\]}]|[:\[,]\s*[+-]?(?:nan|inf)"
"""Finds what DuckDB accepts as JSON and RFC 8259 does not."""
_HINGE = "\x01"
"""No valid JSON holds this character unescaped, so it can mark where quotes go."""
_NUL = "\\u0000"
_NESTED_NUMBER = r'"\\u0000([^"\\]*)"'
_SPOILT = rf"{MARK}|\ufeff|(?:^|[^\\])(?:\\\\)*\\u(?:0000|[fF][eE][fF][fF])"
"""Bytes that did not decode, and NULs and byte-order marks, as they are or escaped."""
_SOUND = "CASE WHEN json_valid({0}) THEN json_type({0}) = 'OBJECT' ELSE FALSE END"
_NO_RECORD = "'{}'"
_TWICE = "coalesce(len(json_keys({0})) <> list_unique(json_keys({0})), FALSE)"
"""Says whether an object has a key twice: an engine takes one of the values, and says nothing."""
_EVENT = (
    "CASE WHEN json_type(line, '$.payload') = 'OBJECT' AND json_type(line, '$.op') IS NULL"
    " THEN json_extract(line, '$.payload')::VARCHAR ELSE line END"
)
_TOMBSTONE = (
    "CASE WHEN json_valid(line) THEN json_type(line) = 'NULL'"
    " OR coalesce(json_type(line, '$.payload') = 'NULL', FALSE) ELSE FALSE END"
)


@contextmanager
def json_records(feed: Feed) -> Iterator[JsonRecords]:
    """Open a connection that keeps nothing but the block in hand, in its order."""
    with on_values() as con:
        yield JsonRecords(con, feed)


@dataclass(frozen=True)
class JsonRecords:
    """Reads blocks of JSON texts as one feed declares them."""

    con: Connection
    feed: Feed

    def tombstones(self, lines: pa.Array) -> Any:  # noqa: ANN401 - Arrow carries no types
        """Return which texts mark a deletion to the broker alone, or None when none can."""
        if self._envelope is None:
            return None
        self.con.register("lines", pa.table({"line": lines}))
        return self.con.execute(f"SELECT {_TOMBSTONE} FROM lines").to_arrow_table().column(0)

    def keys(self, lines: pa.Array) -> list[str]:
        """Return the keys of the records, in the order met."""
        self.con.register("lines", pa.table({"line": lines}))
        found = self.con.execute(
            "SELECT key FROM (SELECT key, row_number() OVER () AS n FROM ("
            f"  SELECT unnest(json_keys(record)) AS key FROM ({self._records('lines')})"
            ")) GROUP BY key ORDER BY min(n)"
        ).fetchall()
        return [key for (key,) in found]

    def reached(self, lines: pa.Array, paths: Sequence[str]) -> list[str]:
        """Return the paths at which any record has something."""
        if not paths:
            return []
        self.con.register("lines", pa.table({"line": lines}))
        exist = ", ".join(
            f"bool_or(json_exists({self._within(path)}, {literal(_duckdb_path(path))}))"
            for path in paths
        )
        found = self.con.execute(f"SELECT {exist} FROM ({self._records('lines')})").fetchone()
        return [path for path, exists in zip(paths, found or (), strict=False) if exists]

    def roots(self, paths: Sequence[str]) -> set[str | int]:
        """Return the keys of a record that paths into it begin with."""
        inside = (steps_of(path) for path in paths if self._within(path) == "record")
        return {steps[0] for steps in inside if steps}

    def block(self, lines: pa.Array, headers: Sequence[str], numbers: Any = None) -> Block:  # noqa: ANN401
        """Read JSON texts; what is no object is a defect (`json`), spoilt characters another."""
        quoted = _numbers_quoted(lines)
        self.con.register("lines", pa.table({"given": lines, "line": quoted, "lax": _lax(lines)}))
        plain, single = _split(headers)
        picked = [self._picked(header) for header in single]
        shape = json.dumps(dict.fromkeys(plain, "VARCHAR"), ensure_ascii=False)
        whole = [f"unnest(json_transform(record, {literal(shape)}))"] if plain else []
        told = ["sound", f"sound AND ({self._twice(headers)})"]
        table = self.con.execute(
            f"SELECT {', '.join([*told, *picked, *whole])} FROM ({self._records('lines')})"
        ).to_arrow_table()
        sound, twice, *found = table.columns
        values = dict(zip([*single, *plain], found, strict=True))
        if quoted is not lines:
            values = {h: self._unquoted(h, texts) for h, texts in values.items()}
        faults = {DefectCode.ENCODING: _spoilt(lines), DefectCode.REPEATED_KEY: twice}
        marked = {code: one for code, one in faults.items() if pc.any(one).as_py()}
        return _placed(lines, sound, marked, values, numbers)

    @property
    def _envelope(self) -> Changes | None:
        changes = self.feed.changes
        return changes if changes is not None and changes.envelope is not None else None

    def _within(self, header: str) -> str:
        """Return whether a header is looked for in the event around the record or in it."""
        changes = self._envelope
        of_event = changes is not None and header in {changes.operation, changes.sequence}
        return "event" if of_event else "record"

    def _twice(self, headers: Sequence[str]) -> str:
        """Return the SQL of whether any object on the way to what is read has a key twice."""
        ways = {f"{self._within(h)}, {literal(way)}": None for h in headers for way in _ways(h)}
        around = () if self._envelope is None else ("whole", "event")
        return " OR ".join(_TWICE.format(way) for way in (*around, "record", *ways))

    def _records(self, table: str) -> str:
        """Return a SELECT of each text: whether it is sound, it, its event, its record."""
        changes = self._envelope
        columns = self.con.execute(f"DESCRIBE {identifier(table)}").fetchall()
        checked = len(columns) > 1
        sound = f"({_SOUND.format('given')} AND NOT lax)" if checked else _SOUND.format("line")
        if changes is None:
            inner = f"SELECT {sound} AS sound, line AS whole, line AS event, line AS record"
        else:
            deleted = ", ".join(literal(op) for op in dict.fromkeys((*changes.delete, "d")))
            side = f"CASE WHEN event ->> '$.op' IN ({deleted}) THEN '$.before' ELSE '$.after' END"
            inner = (
                "SELECT sound AND coalesce(json_type(event, '$.op') IS NOT NULL, FALSE) AS sound,"
                f" whole, event, CASE WHEN json_type(event, {side}) = 'OBJECT'"
                f" THEN json_extract(event, {side})::VARCHAR ELSE {_NO_RECORD} END AS record FROM ("
                f"SELECT {sound} AS sound, line AS whole,"
                f" CASE WHEN {sound} THEN {_EVENT} ELSE {_NO_RECORD} END AS event"
            )
        closing = ")" if changes is not None else ""
        kept = (
            f"CASE WHEN sound THEN {name} ELSE {_NO_RECORD} END AS {name}"
            for name in ("whole", "event", "record")
        )
        return f"SELECT sound, {', '.join(kept)} FROM ({inner} FROM {identifier(table)}){closing}"

    def _unquoted(self, header: str, texts: Any) -> Any:  # noqa: ANN401 - Arrow carries no types
        """Make numbers again of what `_numbers_quoted` made of them, within objects and lists."""
        plain = pc.utf8_ltrim(texts, MARK)
        if not pc.any(pc.match_substring(plain, f'"{_NUL}')).as_py():
            return plain
        place = f"{self._within(header)}, {literal(_duckdb_path(header))}"
        nested = self.con.execute(
            f"SELECT coalesce(json_type({place}) IN ('OBJECT', 'ARRAY'), FALSE)"
            f" FROM ({self._records('lines')})"
        ).to_arrow_table()
        numbers = pc.replace_substring_regex(plain, _NESTED_NUMBER, r"\1")
        return pc.if_else(nested.column(0), numbers, plain)

    def _picked(self, header: str) -> str:
        return f"json_extract_string({self._within(header)}, {literal(_duckdb_path(header))})"


def _split(headers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Separate plain keys, read all at once, from paths and keys that differ in case alone.

    DuckDB's column names ignore case, so `ID` and `id` cannot be read by one `json_transform`.
    """
    plain: dict[str, str] = {}
    single: list[str] = []
    for header in dict.fromkeys(headers):
        if steps_of(header) is not None or header.casefold() in plain:
            single.append(header)
        else:
            plain[header.casefold()] = header
    return list(plain.values()), single


def _duckdb_path(header: str) -> str:
    steps = steps_of(header)
    return _path((header,) if steps is None else steps)


def _path(keys: Sequence[str | int]) -> str:
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f'."{key}"' for key in keys)


def _ways(header: str) -> Iterator[str]:
    """Yield the paths of the objects and lists on the way to what a path reads."""
    steps = steps_of(header) or ()
    return (_path(steps[:end]) for end in range(1, len(steps)))


def _placed(
    lines: pa.Array,
    sound: pa.ChunkedArray,
    faults: Mapping[DefectCode, Any],
    values: dict[str, Any],
    numbers: Any,  # noqa: ANN401 - Arrow carries no types
) -> Block:
    """Return a block without the records that are no object, or that any of the faults marks."""
    good = sound.combine_chunks()
    for marked in faults.values():
        good = pc.and_(good, pc.invert(marked))
    if pc.all(good).as_py() is not False:
        return Block(len(lines), values, raws=lines, lines=numbers)
    defects: list[Defect] = []
    for place in np.flatnonzero(~good.to_numpy(zero_copy_only=False)):
        told = (code for code, marked in faults.items() if marked[int(place)].as_py())
        code = next(told, DefectCode.JSON)
        defects.append(Defect(int(place), code, shown(lines[int(place)].as_py())))
    kept = {header: texts.filter(good) for header, texts in values.items()}
    return Block(len(lines), kept, defects, lines.filter(good), numbers)


def _texts(lines: pa.Array) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return texts for an engine whose expressions take linear time, imported when it is needed."""
    import polars as pl

    return pl.Series(pl.from_arrow(lines))


def _spoilt(lines: pa.Array) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Return which texts hold characters that no text of a register holds."""
    return _texts(lines).str.contains(_SPOILT).to_arrow()


def _lax(lines: pa.Array) -> Any:  # noqa: ANN401 - Arrow carries no types
    texts = _texts(lines)
    wanted = texts.str.contains(_LAX)
    if wanted.any():
        bare = texts.filter(wanted).str.replace_all(_TEXT, '""')
        wanted = wanted.scatter(wanted.arg_true(), bare.str.contains(_LAX))
    return wanted.to_arrow()


def _numbers_quoted(lines: pa.Array) -> Any:  # noqa: ANN401 - Arrow carries no types
    """Quote the numbers of lines that hold any which DuckDB would rewrite, behind a NUL."""
    texts = _texts(lines)
    wanted = texts.str.contains(_REWRITTEN)
    if not wanted.any():
        return lines
    quoted = (
        texts.filter(wanted)
        .str.replace_all(_TEXT_OR_NUMBER, f"$1{_HINGE}$2{_HINGE}")
        .str.replace_all(_HINGE + _HINGE, "", literal=True)
        .str.replace_all(rf"{_HINGE}([^{_HINGE}]*){_HINGE}", f'"{_NUL}$1"')
    )
    return pc.replace_with_mask(lines, wanted.to_arrow(), quoted.to_arrow().cast(pa.string()))
