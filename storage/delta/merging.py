"""The merge of a change set: the files that hold changed rows are written again, the others stay.

Belongs here: finding those files, writing them and the change data that shows exactly the changes.
Keep out: working out the change set (`authoritative.diff`), deciding between a merge and a rewrite
of everything (`authoritative.promotion`).
DuckDB does it and not delta-rs, whose merge takes twice the time and holds its source in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storage.delta.commits import Commit
from storage.delta.fast_write import removed_if_refused, write_content
from storage.delta.log_entries import CHANGE_DATA, Replacement, commit_replacement
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import Snapshot
from storage.delta.written_files import WrittenFile
from storage.engines.relation import Relation
from storage.engines.spark.elsewhere import Expecting, expecting
from storage.sql import identifier, identifiers, parquet, same_key

__all__ = ["ChangeSet", "merge"]

_KIND = Column("_change_type", "VARCHAR")


@dataclass(frozen=True)
class ChangeSet:
    """Rows to change: `rows` as they are to be, with `_change`; `stored` as the table has them.

    `_change` is I, U or D; the other columns are the table's, of both. `rows` has every key once: U
    and D are of keys that the table holds, I of others; nulls in a key are equal. `stored` has at
    least the rows with these keys.
    """

    rows: Relation
    stored: Relation


def merge(
    found: Snapshot, changes: ChangeSet, key: Sequence[str], shape: Shape, commit: Commit
) -> int:
    """Apply a change set to a snapshot, which has all columns of the shape.

    Returns the new version.

    Raises:
        CommitFailedError: somebody committed after the snapshot was taken; compare again.
    """
    con = changes.rows.con
    touched = _touched(found, changes.rows, key)
    content = _content(replace(found, files=touched), changes.rows, key, shape)
    whole, both = _expected(replace(found, files=touched), changes.rows)
    added = write_content(con, content, found.path, shape, whole)
    told: tuple[WrittenFile, ...] = ()
    if touched:  # whatever is only added is in the feed by itself
        folder = found.path / CHANGE_DATA
        if isinstance(folder, Path):
            folder.mkdir(exist_ok=True)
        marked = replace(shape, columns=(*shape.columns, _KIND))
        told = write_content(con, _change_data(changes, key, shape), folder, marked, both)
    with removed_if_refused((*added, *told)):
        return commit_replacement(found, Replacement(touched, added, told), shape, commit)


def _expected(touched: Snapshot, rows: Relation) -> tuple[Expecting | None, Expecting | None]:
    """Return the second engine, if it wrote the rows, with what must come of content and changes.

    An update is told twice: as the row was and as it is.
    """
    there = rows.elsewhere
    if there is None:
        return None, None
    query = f"SELECT _change, count(*) FROM {rows.sql} GROUP BY 1"
    found = Counter(dict(rows.con.execute(query).fetchall()))
    before = sum(one.rows for one in touched.stored())
    return (
        expecting(there, before + found["I"] - found["D"]),
        expecting(there, found["I"] + 2 * found["U"] + found["D"]),
    )


def _touched(found: Snapshot, rows: Relation, key: Sequence[str]) -> tuple[str, ...]:
    """Return the files that hold a row to change; only keys are read."""
    if not found.files:
        return ()
    stored = parquet(found.files, "union_by_name = true", "filename = '_path'")
    named = rows.con.execute(
        f"SELECT DISTINCT _path FROM {stored} o SEMI JOIN {rows.sql} c ON {same_key('o', 'c', key)}"
    ).fetchall()
    mine = {path for (path,) in named}
    return tuple(file for file in found.files if file in mine)


def _content(touched: Snapshot, rows: Relation, key: Sequence[str], shape: Shape) -> str:
    """Return rows of touched files as they are from now on, and new ones behind them.

    Changed rows stay among their neighbours: gathered at the end, they would widen the bounds of
    one file to all keys with every merge.
    """
    names = ", ".join(
        f"CASE WHEN c._change IS NULL THEN o.{name} ELSE c.{name} END AS {name}"
        for name in map(identifier, shape.names)
    )
    before, same = touched.select_sql(shape.columns), same_key("o", "c", key)
    return (
        f"SELECT {names} FROM {before} o LEFT JOIN {rows.sql} c ON {same} "
        f"WHERE c._change IS DISTINCT FROM 'D' UNION ALL "
        f"SELECT {identifiers(shape.names)} FROM {rows.sql} WHERE _change = 'I'"
    )


def _change_data(changes: ChangeSet, key: Sequence[str], shape: Shape) -> str:
    """Return changed rows as they were and as they are, with what became of each."""
    was = ", ".join(f"o.{name}" for name in map(identifier, shape.names))
    rows, same = changes.rows.sql, same_key("o", "c", key)
    return (
        f"SELECT {was}, CASE c._change WHEN 'D' THEN 'delete' ELSE 'update_preimage' END "
        f"AS {_KIND.name} FROM {changes.stored.sql} o JOIN {rows} c ON {same} "
        f"UNION ALL SELECT {identifiers(shape.names)}, "
        f"CASE _change WHEN 'I' THEN 'insert' ELSE 'update_postimage' END AS {_KIND.name} "
        f"FROM {rows} WHERE _change <> 'D'"
    )
