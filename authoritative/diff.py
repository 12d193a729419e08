"""The difference between a bundle and a table, computed in DuckDB before anything is written.

Belongs here: comparing accepted records with the current rows, by kind of feed, and turning the
comparison into a change set or into the whole new content. Keep out: which records count
(`incoming`), Delta (`merging`, `fast_write`), and when which of the two is used (`promotion`).
Only keys, 64-bit hashes and record numbers are joined, so memory follows the number of rows and
not their width; DuckDB spills beyond its limit. The hashes live no longer than the records at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from authoritative.incoming import Incoming, accepted_rows, latest_sql, lineage_sql
from catalog_specs.vocabulary import FeedKind
from register.bundles import place_sql
from register.records import Counts
from storage.delta.merging import ChangeSet
from storage.delta.table_shape import HASH
from storage.engines.relation import Relation, as_table, as_view
from storage.sql import identifier, identifiers, same_key

__all__ = ["MERGE_SHARE", "Difference", "compared"]

_STEPS, _NET, _SET = "_promotion_steps", "_promotion_net", "_promotion_set"
_STORED, _SPOKEN_OF = "_promotion_stored", "_promotion_spoken_of"
_SET_THERE = "_promotion_set_there"
_WHOLE = "_whole"
"""Stands for a row as one value; no item may be called so, as one may be called anything else."""
AT_HAND = 200_000
"""Of a bundle with no more records, the stored rows that it speaks of are read once and kept; of
more, they are read again where they are needed, for they would fill the disk a second time."""
MOST = 2
"""How many times as many rows a table may have as records come that speak of most of it."""
LOOKED_AT = 100_000
"""Stored rows that show whether most are as they were."""
MERGE_SHARE = 0.2
"""Changes above this share of the table's rows rewrite it whole, which is then quicker."""
BETWEEN_WORDS = r"[^\p{L}\p{N}_.\-]+"
"""What parts the words of a record that could not be split into fields."""


@dataclass(frozen=True)
class Difference:
    """What a bundle changes: `counts` by delivery as if they were applied one after another.

    `current` is the table as it is, `stored` those of its rows that the bundle speaks of or, where
    these are all, that it changes; `net` each changed key with the `_row` that changes it and its
    `_change`.
    """

    incoming: Incoming
    current: Relation
    stored: Relation
    net: Relation
    counts: tuple[Counts, ...]

    def change_set(self) -> ChangeSet:
        """Return the changed rows alone, as they are and as they were."""
        con, there = self.incoming.con, self.incoming.elsewhere
        if there is None:
            return ChangeSet(as_table(con, _SET, self._changed()), self.stored)
        found = there.answer(self._changed(), self.incoming.where, self.change_count)
        rows = as_view(con, _SET_THERE, f"FROM {found}")
        return ChangeSet(replace(rows, elsewhere=there), self.stored)

    def content(self) -> str:
        """Return the table's whole new content as a query; untouched rows keep their lineage."""
        names = identifiers(self.incoming.shape.names)
        return (
            f"SELECT {names} FROM {self.current.sql} o "
            f"ANTI JOIN {self.net.sql} c ON {same_key('c', 'o', self.incoming.key)} "
            f"UNION ALL SELECT {names} FROM ({self._changed()}) WHERE _change <> 'D'"
        )

    @property
    def change_count(self) -> int:
        """Return how many keys change."""
        [(count,)] = self.incoming.con.execute(f"SELECT count(*) FROM {self.net.sql}").fetchall()
        return int(count)

    def _changed(self) -> str:
        """Return the changed rows as a query: `_change` (I, U, D), then the table's columns."""
        keys = ", ".join(f"c.{identifier(name)}" for name in self.incoming.key)
        rest = "".join(
            f"CAST(a.{identifier(c.name)} AS {c.type}) AS {identifier(c.name)}, "
            for c in self.incoming.shape.values
        )
        return (
            f"SELECT c._change, {keys}, {rest}{lineage_sql(self.incoming, 'c._row')} "
            f"FROM {self.net.sql} c LEFT JOIN {self.incoming.accepted.sql} a ON a._row = c._row"
        )


@contextmanager
def compared(incoming: Incoming, current: Relation) -> Iterator[Difference]:
    """Compare a bundle with a table; what is yielded holds until left.

    A key that occurs more than once in a delivery counts with its last record only: the highest
    `_seq` of a change feed, then the highest `_row`; and it does not count when an earlier delivery
    had a higher `_seq` of the key. A snapshot deletes keys that it lacks, but no key that was
    delivered and quarantined, nor one whose text is in a record that could not be split.
    """
    con = incoming.con
    try:
        stored = _spoken_of(incoming, current)
        told = stored is current and _can_be_told(incoming, current)
        steps = as_table(con, _STEPS, _found(incoming, stored, told=told))
        if incoming.kind is FeedKind.SNAPSHOT and incoming.quarantined:
            _spare(incoming, steps, incoming.quarantined)
        net = as_view(con, _NET, _net(incoming, steps))
        if told:
            was = f"SELECT unnest(_was) FROM {steps.sql} WHERE _was IS NOT NULL"
            stored = as_view(con, _SPOKEN_OF, was)
        yield Difference(incoming, current, stored, net, _counts(incoming, steps))
    finally:
        for view in (_SET_THERE, _NET, _SPOKEN_OF):
            con.execute(f"DROP VIEW IF EXISTS {view}")
        for table in (_SET, _STEPS, _STORED):
            con.execute(f"DROP TABLE IF EXISTS {table}")


def _found(incoming: Incoming, stored: Relation, *, told: bool) -> str:
    """Return every change as a query: over both sides, or over what the second engine made of it.

    The join is the widest work of a comparison, and all that is done about it there.
    """
    steps = _steps(incoming, stored, told=told)
    if incoming.elsewhere is None:
        return steps
    return f"FROM {incoming.elsewhere.answer(steps, incoming.where)}"


def _spoken_of(incoming: Incoming, current: Relation) -> Relation:
    """Return the current rows that the comparison is about.

    A snapshot speaks of all, and a register that is delivered again of nearly all. Of a table that
    few changes are meant for, the values of all other rows need not be worked into a hash; only the
    keys delivered are held for finding them.
    """
    if incoming.kind is FeedKind.SNAPSHOT or _speaks_of_most(incoming, current):
        return current
    keys = f"(SELECT {identifiers(incoming.key)} FROM {incoming.accepted.sql})"
    same = same_key("o", "n", incoming.key)
    query = f"SELECT o.* FROM {current.sql} o SEMI JOIN {keys} n ON {same}"
    few = incoming.bundle.rows <= AT_HAND and incoming.elsewhere is None
    return (
        as_table(current.con, _STORED, query) if few else as_view(incoming.con, _SPOKEN_OF, query)
    )


def _speaks_of_most(incoming: Incoming, current: Relation) -> bool:
    """Say whether so many records come that looking for theirs among the stored rows saves none."""
    rows = incoming.bundle.rows
    if rows <= AT_HAND:
        return False
    [(stored,)] = current.con.execute(f"SELECT count(*) FROM {current.sql}").fetchall()
    return bool(rows * MOST >= stored)


def _can_be_told(incoming: Incoming, current: Relation) -> bool:
    """Say whether the comparison can tell of each changed row what it was, which it has read.

    What it tells is kept, which is in vain where the table is written whole: some rows show it.
    No more rows than those are kept whatever becomes of them.
    """
    if not incoming.single or incoming.elsewhere is not None:
        return False
    [(stored,)] = current.con.execute(f"SELECT count(*) FROM {current.sql}").fetchall()
    if stored <= LOOKED_AT:
        return True
    new = _hashed(incoming, incoming.accepted.sql, given=incoming.hashed)
    old = _hashed(incoming, f"(FROM {current.sql} LIMIT {LOOKED_AT})")
    join = "RIGHT" if incoming.kind is FeedKind.SNAPSHOT else "INNER"
    [(looked_at, changed)] = incoming.con.execute(
        f"SELECT count(*), count(*) FILTER (o._hash IS DISTINCT FROM n._hash) "
        f"FROM {new} n {join} JOIN {old} o ON {same_key('n', 'o', incoming.key)}"
    ).fetchall()
    return bool(changed <= MERGE_SHARE * looked_at)


def _hashed(incoming: Incoming, relation: str, more: str = "", *, given: bool = False) -> str:
    """Return SQL behind FROM of keys and hashes of a relation; `given`: it has the hashes."""
    keys = ", ".join(
        f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}"
        for c in incoming.typed_key
    )
    hashes = HASH if given else f"{incoming.shape.hash_sql} AS {HASH}"
    return f"(SELECT {keys}, {hashes}{more} FROM {relation} {_WHOLE})"


def _steps(incoming: Incoming, stored: Relation, *, told: bool) -> str:
    """Return every change a delivery makes: key, `_row`, `_change`, whether the key is `_stored`.

    Where it is `told`, `_was` is the stored row. Only what a bundle's later delivery does to an
    earlier one's row needs a look back.
    """
    operation = "_op" if incoming.kind is FeedKind.CHANGES else "'U'"
    more = f", _row, {operation} AS _op"
    new = _hashed(incoming, latest_sql(incoming), more, given=incoming.hashed)
    old = _hashed(incoming, stored.sql, f", TRUE AS _here{f', {_WHOLE} AS _was' if told else ''}")
    was = "o._was, " if told else ""
    keys = ", ".join(
        f"coalesce(n.{identifier(name)}, o.{identifier(name)}) AS {identifier(name)}"
        for name in incoming.key
    )
    # only a snapshot says something about keys that it lacks: they are deleted
    join = "FULL" if incoming.kind is FeedKind.SNAPSHOT else "LEFT"
    before = "CASE WHEN o._here THEN o._hash END"
    after = "CASE WHEN n._op <> 'D' THEN n._hash END"
    if not incoming.single:
        own = ", ".join(f"n.{identifier(name)}" for name in incoming.key)
        window = f"OVER (PARTITION BY {own} ORDER BY n._row)"
        before = f"CASE WHEN row_number() {window} = 1 THEN {before} ELSE lag({after}) {window} END"
    return f"""
        SELECT * EXCLUDE (_before, _after),
               CASE WHEN _after IS NULL THEN 'D' WHEN _before IS NULL THEN 'I' ELSE 'U' END
                 AS _change
        FROM (SELECT {keys}, n._row, o._here IS NOT NULL AS _stored, {was}
                     {before} AS _before, {after} AS _after
              FROM {new} n {join} JOIN {old} o ON {same_key("n", "o", incoming.key)})
        WHERE _before IS DISTINCT FROM _after"""


def _net(incoming: Incoming, steps: Relation) -> str:
    """Return what the steps come to: each key once, with its last step."""
    keys = identifiers(incoming.key)
    if incoming.single:
        return f"SELECT {keys}, _row, _change FROM {steps.sql}"
    return f"""
        SELECT {keys}, _row, CASE WHEN _change = 'D' THEN 'D' WHEN _stored THEN 'U' ELSE 'I' END
                 AS _change
        FROM {steps.sql} WHERE (_change <> 'D' OR _stored)
                       AND _row IN (SELECT max(_row) FROM {steps.sql} GROUP BY {keys})"""


def _spare(incoming: Incoming, steps: Relation, quarantined: Relation) -> None:
    """Cancel the deletion of keys that were delivered, but quarantined."""
    incoming.con.execute(
        f"DELETE FROM {steps.sql} c WHERE c._change = 'D' AND EXISTS "
        f"(FROM {quarantined.sql} k WHERE {same_key('k', 'c', incoming.key)})"
    )
    # a record that could not be split may be about a key whose value is one of its words; dates
    # and decimals have many writings, so only texts and whole numbers are compared
    texts = [
        f"CAST(c.{identifier(column.name)} AS VARCHAR)"
        for column in incoming.typed_key
        if column.type in {"VARCHAR", "BIGINT"}
    ]
    if not texts:
        return
    words = f"string_split_regex(_raw, '{BETWEEN_WORDS}')"
    spoken = "".join(f" AND list_contains(k.words, {text})" for text in texts[1:])
    incoming.con.execute(
        f"DELETE FROM {steps.sql} c WHERE c._change = 'D' AND EXISTS (FROM (SELECT words, "
        f"unnest(words) AS word FROM (SELECT {words} AS words FROM {quarantined.sql} "
        f"WHERE _raw IS NOT NULL)) k WHERE k.word = {texts[0]}{spoken})"
    )


def _counts(incoming: Incoming, steps: Relation) -> tuple[Counts, ...]:
    """Return what each delivery of the bundle does, by its place."""
    place = place_sql("coalesce(_row, 0)")
    found: dict[tuple[int, str], int] = {
        (at, change): rows
        for at, change, rows in incoming.con.execute(
            f"SELECT {place}, _change, count(*) FROM {steps.sql} GROUP BY ALL"
        ).fetchall()
    }
    counted = []
    for at, accepted in enumerate(accepted_rows(incoming)):
        inserted, updated, deleted = (found.get((at, change), 0) for change in "IUD")
        spoken_for = inserted + updated + (deleted if incoming.kind is FeedKind.CHANGES else 0)
        counted.append(Counts(inserted, updated, deleted, accepted - spoken_for))
    return tuple(counted)
