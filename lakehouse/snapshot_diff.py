"""What a delivery changes in a table, worked out in DuckDB before anything is written.

Belongs here: comparing accepted records with the current rows, by kind of feed, and the queries
that turn the comparison into a change set or into the whole new content. Keep out: Delta
(`tables`, `fast_write`) and when which of the two is used (`authoritative`).
Only keys, 64-bit hashes and record numbers are joined, so memory follows the number of rows and
not their width; DuckDB spills beyond its limit. The hashes live no longer than the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from catalog_specs.vocabulary import FeedKind
from lakehouse.sql import identifier, identifiers, literal
from lakehouse.table_shape import Column, Shape

__all__ = [
    "Counts",
    "Side",
    "accepted_rows",
    "compared",
    "content_query",
    "merge_query",
    "new_query",
]

LINEAGE = ("_delivery", "_row")
CHANGES = "_promotion_changes"
BETWEEN_WORDS = r"[^\p{L}\p{N}_.\-]+"
"""What parts the words of a record that could not be split into fields."""


@dataclass(frozen=True)
class Counts:
    """What a delivery does to a table, in rows.

    `unchanged` counts the accepted records that alter nothing: equal to what is stored, superseded
    by a later record for the same key in the same delivery, or deleting what is not there.
    """

    inserted: int
    updated: int
    deleted: int
    unchanged: int

    @property
    def changed(self) -> int:
        """Return how many rows of the table are touched."""
        return self.inserted + self.updated + self.deleted


@dataclass(frozen=True)
class Side:
    """What is compared with what: relations on the connection, and the shape of the table.

    `accepted` holds `_row` and every stored item (change feeds also `_op`, `_seq`); `current` is
    the SQL behind FROM of the table as it is; `kept_back`, or None, the typed keys that this
    delivery's quarantined records have, and `_raw`, the text of a record that could not be split.
    """

    kind: FeedKind
    shape: Shape
    key: tuple[str, ...]
    accepted: str
    current: str
    kept_back: str | None = None

    @property
    def values(self) -> tuple[Column, ...]:
        """Return the columns that are compared: neither key nor lineage."""
        out = (*self.key, *LINEAGE)
        return tuple(column for column in self.shape.columns if column.name not in out)

    @property
    def typed_key(self) -> tuple[Column, ...]:
        """Return the key's columns."""
        return tuple(column for column in self.shape.columns if column.name in self.key)


@contextmanager
def compared(con: duckdb.DuckDBPyConnection, side: Side) -> Iterator[Counts]:
    """Compare, and keep the changes on the connection for the queries below until left.

    A key that occurs more than once counts with its last record only: the highest `_seq` of a
    change feed, then the highest `_row`. A snapshot deletes what it does not hold, but no key
    that was delivered and kept back, nor one that a record which could not be split speaks of.
    """
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {CHANGES} AS {_changes(con, side)}")
        if side.kind is FeedKind.SNAPSHOT and side.kept_back:
            _spare(con, side, side.kept_back)
        yield _counts(con, side)
    finally:
        con.execute(f"DROP TABLE IF EXISTS {CHANGES}")


def merge_query(side: Side, delivery: str) -> str:
    """Return the change set as SQL: `_change` (I, U, D), then the table's columns."""
    keys = ", ".join(f"c.{identifier(name)}" for name in side.key)
    rest = "".join(
        f"CAST(a.{identifier(c.name)} AS {c.type}) AS {identifier(c.name)}, " for c in side.values
    )
    return (
        f"SELECT c._change, {keys}, {rest}{literal(delivery)} AS _delivery, c._row "
        f"FROM {CHANGES} c LEFT JOIN {side.accepted} a ON a._row = c._row"
    )


def content_query(side: Side, delivery: str) -> str:
    """Return the table's whole new content as SQL; untouched rows keep their lineage."""
    names = identifiers(side.shape.names)
    return (
        f"SELECT {names} FROM {side.current} o WHERE NOT EXISTS "
        f"(FROM {CHANGES} c WHERE {_same_key('c', 'o', side.key)}) "
        f"UNION ALL SELECT {names} FROM ({merge_query(side, delivery)}) WHERE _change <> 'D'"
    )


def new_query(con: duckdb.DuckDBPyConnection, side: Side, delivery: str) -> str:
    """Return the content of a table that holds nothing yet, without comparing anything."""
    stored = identifiers([*side.key, *(column.name for column in side.values)])
    living = "WHERE _op IN ('I', 'U')" if side.kind is FeedKind.CHANGES else ""
    latest = _latest(con, side)
    return f"SELECT {stored}, {literal(delivery)} AS _delivery, _row FROM {latest} {living}"


def accepted_rows(con: duckdb.DuckDBPyConnection, side: Side) -> int:
    """Return how many records the gate accepted."""
    found = con.execute(f"SELECT count(*) FROM {side.accepted}").fetchall()
    return int(found[0][0])


def _same_key(left: str, right: str, key: Sequence[str]) -> str:
    return " AND ".join(
        f"{left}.{identifier(name)} IS NOT DISTINCT FROM {right}.{identifier(name)}" for name in key
    )


def _latest(con: duckdb.DuckDBPyConnection, side: Side) -> str:
    """Return the accepted records as SQL behind FROM, each key once with its last record."""
    keys = identifiers(side.key)
    if side.kind is FeedKind.CHANGES:
        rank = "{'s': coalesce(_seq, -9223372036854775808), 'r': _row}"
        known = f"(FROM {side.accepted} WHERE _op IN ('I', 'U', 'D'))"
        return f"(FROM {known} WHERE _row IN (SELECT max({rank}).r FROM {known} GROUP BY {keys}))"
    doubled = con.execute(
        f"SELECT 1 FROM {side.accepted} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    if not doubled:
        return side.accepted
    last = f"SELECT max(_row) FROM {side.accepted} GROUP BY {keys}"
    return f"(FROM {side.accepted} WHERE _row IN ({last}))"


def _hashed(side: Side, more: str, relation: str) -> str:
    cast = ", ".join(f"CAST({identifier(c.name)} AS {c.type})" for c in side.values)
    keys = ", ".join(
        f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}" for c in side.typed_key
    )
    return f"(SELECT {keys}, {f'hash({cast})' if cast else '0'} AS _hash, {more} FROM {relation})"


def _changes(con: duckdb.DuckDBPyConnection, side: Side) -> str:
    operation = "_op" if side.kind is FeedKind.CHANGES else "'U'"
    new = _hashed(side, f"_row, {operation} AS _op", _latest(con, side))
    old = _hashed(side, "TRUE AS _here", side.current)
    keys = ", ".join(
        f"coalesce(n.{identifier(name)}, o.{identifier(name)}) AS {identifier(name)}"
        for name in side.key
    )
    join = "FULL" if side.kind is FeedKind.SNAPSHOT else "LEFT"
    return f"""
        SELECT {keys}, n._row,
               CASE WHEN n._row IS NULL OR n._op = 'D' THEN 'D'
                    WHEN o._here IS NULL THEN 'I' ELSE 'U' END AS _change
        FROM {new} n {join} JOIN {old} o ON {_same_key("n", "o", side.key)}
        WHERE CASE WHEN n._row IS NULL THEN TRUE
                   WHEN n._op = 'D' THEN o._here IS NOT NULL
                   ELSE o._here IS NULL OR n._hash <> o._hash END"""


def _spare(con: duckdb.DuckDBPyConnection, side: Side, kept_back: str) -> None:
    """Take back the deletion of what was delivered, but kept back."""
    con.execute(
        f"DELETE FROM {CHANGES} c WHERE c._change = 'D' AND EXISTS "
        f"(FROM {kept_back} k WHERE {_same_key('k', 'c', side.key)})"
    )
    texts = [
        f"CAST(c.{identifier(column.name)} AS VARCHAR)"
        for column in side.typed_key
        if column.type in {"VARCHAR", "BIGINT"}
    ]
    if not texts:
        return
    words = f"string_split_regex(_raw, '{BETWEEN_WORDS}')"
    spoken = "".join(f" AND list_contains(k.words, {text})" for text in texts[1:])
    con.execute(
        f"DELETE FROM {CHANGES} c WHERE c._change = 'D' AND EXISTS (FROM "
        f"(SELECT words, unnest(words) AS word FROM (SELECT {words} AS words FROM {kept_back} "
        f"WHERE _raw IS NOT NULL)) k WHERE k.word = {texts[0]}{spoken})"
    )


def _counts(con: duckdb.DuckDBPyConnection, side: Side) -> Counts:
    found = dict(
        con.execute(f"SELECT _change, count(*) FROM {CHANGES} GROUP BY _change").fetchall()
    )
    inserted, updated, deleted = (int(found.get(change, 0)) for change in "IUD")
    spoken_for = inserted + updated + (deleted if side.kind is FeedKind.CHANGES else 0)
    return Counts(inserted, updated, deleted, accepted_rows(con, side) - spoken_for)
