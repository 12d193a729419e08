"""The difference between a delivery and a table, computed in DuckDB before anything is written.

Belongs here: comparing accepted records with the current rows, by kind of feed, and the queries
that turn the comparison into a change set or into the whole new content. Keep out: Delta
(`tables`, `fast_write`) and when which of the two is used (`authoritative`).
Only keys, 64-bit hashes and record numbers are joined, so memory follows the number of rows and
not their width; DuckDB spills beyond its limit. The hashes live no longer than the comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from catalog_specs.vocabulary import FeedKind
from register.bundles import Bundle, place_sql, record_sql
from register.records import Counts
from storage.delta.table_shape import Column, Shape
from storage.engines.connection import Connection
from storage.sql import identifier, identifiers, same_key

__all__ = [
    "Side",
    "accepted_rows",
    "compared",
    "content_query",
    "each_key_once",
    "merge_query",
    "new_query",
]

LINEAGE = ("_delivery", "_row")
CHANGES, STEPS = "_promotion_changes", "_promotion_steps"
LOWEST = -9223372036854775808
"""The sequence of a record that has none: the least BIGINT, so that any other one is later."""
BETWEEN_WORDS = r"[^\p{L}\p{N}_.\-]+"
"""What parts the words of a record that could not be split into fields."""


@dataclass(frozen=True)
class Side:
    """What is compared with what: relations on the connection, and the shape of the table.

    All of them are SQL to put behind FROM. `bundle` says which deliveries the records are of.
    `accepted` has `_row` and every stored item (change feeds also `_op`, `_seq`); `current` is the
    table as it is. `quarantined` has the typed keys of the quarantined records, and `_raw`, the
    text of a record that could not be split; or it is None. `known` is the table of the sequences
    that earlier deliveries brought for a change feed's keys; None when nothing is known.
    """

    kind: FeedKind
    shape: Shape
    key: tuple[str, ...]
    bundle: Bundle
    accepted: str
    current: str
    quarantined: str | None = None
    known: str | None = None

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
def compared(con: Connection, side: Side) -> Iterator[tuple[Counts, ...]]:
    """Compare, and keep the changes on the connection for the queries below until left.

    Yields what each delivery of the bundle does, as if they were applied one after another. A key
    that occurs more than once in a delivery counts with its last record only: the highest `_seq` of
    a change feed, then the highest `_row`; and it does not count when an earlier delivery had a
    higher `_seq` of the key. A snapshot deletes keys that it lacks, but no key that was
    delivered and quarantined, nor one whose text is in a record that could not be split.
    """
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {STEPS} AS {_steps(con, side)}")
        if side.kind is FeedKind.SNAPSHOT and side.quarantined:
            _spare(con, side, side.quarantined)
        con.execute(f"CREATE OR REPLACE TEMP VIEW {CHANGES} AS {_net(side)}")
        yield _counts(con, side)
    finally:
        con.execute(f"DROP VIEW IF EXISTS {CHANGES}; DROP TABLE IF EXISTS {STEPS}")


def merge_query(side: Side) -> str:
    """Return the change set as SQL: `_change` (I, U, D), then the table's columns."""
    keys = ", ".join(f"c.{identifier(name)}" for name in side.key)
    rest = "".join(
        f"CAST(a.{identifier(c.name)} AS {c.type}) AS {identifier(c.name)}, " for c in side.values
    )
    return (
        f"SELECT c._change, {keys}, {rest}{_lineage(side, 'c._row')} "
        f"FROM {CHANGES} c LEFT JOIN {side.accepted} a ON a._row = c._row"
    )


def content_query(side: Side) -> str:
    """Return the table's whole new content as SQL; untouched rows keep their lineage."""
    names = identifiers(side.shape.names)
    return (
        f"SELECT {names} FROM {side.current} o WHERE NOT EXISTS "
        f"(FROM {CHANGES} c WHERE {same_key('c', 'o', side.key)}) "
        f"UNION ALL SELECT {names} FROM ({merge_query(side)}) WHERE _change <> 'D'"
    )


def new_query(con: Connection, side: Side) -> str:
    """Return the content of a table that holds nothing yet, from a single delivery."""
    stored = identifiers([*side.key, *(column.name for column in side.values)])
    living = "WHERE _op IN ('I', 'U')" if side.kind is FeedKind.CHANGES else ""
    latest = _latest(con, side)
    return f"SELECT {stored}, {_lineage(side, '_row')} FROM {latest} {living}"


def _lineage(side: Side, row: str) -> str:
    return f"{side.bundle.delivery_sql(row)} AS _delivery, {record_sql(row)} AS _row"


def accepted_rows(con: Connection, side: Side) -> tuple[int, ...]:
    """Return how many records the gate accepted of each delivery of the bundle, by its place."""
    found: dict[int, int] = dict(
        con.execute(f"SELECT {place_sql()}, count(*) FROM {side.accepted} GROUP BY 1").fetchall()
    )
    return tuple(found.get(place, 0) for place in range(len(side.bundle.deliveries)))


def each_key_once(con: Connection, side: Side) -> bool:
    """Say whether no key occurs twice among the accepted records of one delivery."""
    doubled = con.execute(
        f"SELECT 1 FROM {side.accepted} GROUP BY {_by_delivery(side)} HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    return not doubled


def _by_delivery(side: Side) -> str:
    return ", ".join([*map(identifier, side.key), place_sql()])


def _latest(con: Connection, side: Side) -> str:
    """Return accepted records as SQL behind FROM, of each delivery each key's last record."""
    if side.kind is FeedKind.CHANGES:
        return f"(FROM {side.accepted} WHERE _row IN ({_in_order(side)}))"
    if each_key_once(con, side):
        return side.accepted
    last = f"SELECT max(_row) FROM {side.accepted} GROUP BY {_by_delivery(side)}"
    return f"(FROM {side.accepted} WHERE _row IN ({last}))"


def _in_order(side: Side) -> str:
    """Return a SELECT of the change records that count: last of their delivery, and not late.

    Late is what has a lower sequence than an earlier delivery had for the key, in this bundle or
    before it. A record of the same sequence is applied: a source may count more coarsely than it
    changes.
    """
    keys = identifiers(side.key)
    rank = f"max({{'s': coalesce(_seq, {LOWEST}), 'r': _row}})"
    last = (
        f"(SELECT {keys}, {place_sql()} AS _place, {rank} AS _last FROM {side.accepted} "
        f"WHERE _op IN ('I', 'U', 'D') GROUP BY ALL)"
    )
    before = [str(LOWEST)]
    if len(side.bundle.deliveries) > 1:
        own = ", ".join(f"l.{identifier(name)}" for name in side.key)
        frame = "ORDER BY l._place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        before.append(f"max(l._last.s) OVER (PARTITION BY {own} {frame})")
    source = f"{last} l"
    if side.known:
        source += f" LEFT JOIN {side.known} k ON {same_key('l', 'k', side.key)}"
        before.append("k._seq")
    return (
        f"SELECT _last.r FROM (SELECT l._last, greatest({', '.join(before)}) AS _before "
        f"FROM {source}) WHERE _last.s >= _before"
    )


def _hashed(side: Side, more: str, relation: str) -> str:
    cast = ", ".join(f"CAST({identifier(c.name)} AS {c.type})" for c in side.values)
    keys = ", ".join(
        f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}" for c in side.typed_key
    )
    return f"(SELECT {keys}, {f'hash({cast})' if cast else '0'} AS _hash, {more} FROM {relation})"


def _steps(con: Connection, side: Side) -> str:
    """Return every change a delivery makes: key, `_row`, `_change`, whether the key is `_stored`.

    Only what a bundle's later delivery does to an earlier one's row needs a look back.
    """
    operation = "_op" if side.kind is FeedKind.CHANGES else "'U'"
    new = _hashed(side, f"_row, {operation} AS _op", _latest(con, side))
    old = _hashed(side, "TRUE AS _here", _spoken_of(side))
    keys = ", ".join(
        f"coalesce(n.{identifier(name)}, o.{identifier(name)}) AS {identifier(name)}"
        for name in side.key
    )
    # only a snapshot says something about keys that it lacks: they are deleted
    join = "FULL" if side.kind is FeedKind.SNAPSHOT else "LEFT"
    before = "CASE WHEN o._here THEN o._hash END"
    after = "CASE WHEN n._op <> 'D' THEN n._hash END"
    if len(side.bundle.deliveries) > 1:
        own = ", ".join(f"n.{identifier(name)}" for name in side.key)
        window = f"OVER (PARTITION BY {own} ORDER BY n._row)"
        before = f"CASE WHEN row_number() {window} = 1 THEN {before} ELSE lag({after}) {window} END"
    return f"""
        SELECT * EXCLUDE (_before, _after),
               CASE WHEN _after IS NULL THEN 'D' WHEN _before IS NULL THEN 'I' ELSE 'U' END
                 AS _change
        FROM (SELECT {keys}, n._row, o._here IS NOT NULL AS _stored,
                     {before} AS _before, {after} AS _after
              FROM {new} n {join} JOIN {old} o ON {same_key("n", "o", side.key)})
        WHERE _before IS DISTINCT FROM _after"""


def _spoken_of(side: Side) -> str:
    """Return the current rows that the comparison is about, as SQL behind FROM.

    A snapshot speaks of all. Of a table that few changes are meant for, the values of all other
    rows need not be worked into a hash; only the keys delivered are held for finding them.
    """
    if side.kind is FeedKind.SNAPSHOT:
        return side.current
    keys = f"(SELECT {identifiers(side.key)} FROM {side.accepted})"
    return f"(FROM {side.current} o SEMI JOIN {keys} n ON {same_key('n', 'o', side.key)})"


def _net(side: Side) -> str:
    """Return what the steps come to: each key once, with its last step."""
    keys = identifiers(side.key)
    if len(side.bundle.deliveries) == 1:
        return f"SELECT {keys}, _row, _change FROM {STEPS}"
    return f"""
        SELECT {keys}, _row, CASE WHEN _change = 'D' THEN 'D' WHEN _stored THEN 'U' ELSE 'I' END
                 AS _change
        FROM {STEPS} WHERE (_change <> 'D' OR _stored)
                       AND _row IN (SELECT max(_row) FROM {STEPS} GROUP BY {keys})"""


def _spare(con: Connection, side: Side, quarantined: str) -> None:
    """Cancel the deletion of keys that were delivered, but quarantined."""
    con.execute(
        f"DELETE FROM {STEPS} c WHERE c._change = 'D' AND EXISTS "
        f"(FROM {quarantined} k WHERE {same_key('k', 'c', side.key)})"
    )
    # a record that could not be split may be about a key whose value is one of its words; dates
    # and decimals have many writings, so only texts and whole numbers are compared
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
        f"DELETE FROM {STEPS} c WHERE c._change = 'D' AND EXISTS (FROM "
        f"(SELECT words, unnest(words) AS word FROM (SELECT {words} AS words FROM {quarantined} "
        f"WHERE _raw IS NOT NULL)) k WHERE k.word = {texts[0]}{spoken})"
    )


def _counts(con: Connection, side: Side) -> tuple[Counts, ...]:
    """Return what each delivery of the bundle does, by its place."""
    place = place_sql("coalesce(_row, 0)")
    found: dict[tuple[int, str], int] = {
        (at, change): rows
        for at, change, rows in con.execute(
            f"SELECT {place}, _change, count(*) FROM {STEPS} GROUP BY ALL"
        ).fetchall()
    }
    counted = []
    for at, accepted in enumerate(accepted_rows(con, side)):
        inserted, updated, deleted = (found.get((at, change), 0) for change in "IUD")
        spoken_for = inserted + updated + (deleted if side.kind is FeedKind.CHANGES else 0)
        counted.append(Counts(inserted, updated, deleted, accepted - spoken_for))
    return tuple(counted)
