"""Appends to Delta tables and replacements in them, each applied once.

Belongs here: small commits of rows that are at hand, joining small files. Keep out: merges
(`merging`), bulk writing (`fast_write`), reading (`tables`).
"""

from __future__ import annotations

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from storage.delta.commits import Commit, making, marked, retrying
from storage.delta.gained_columns import completed, gain
from storage.delta.open_tables import keep_open, open_table, taken_over
from storage.delta.table_shape import Shape, delta_schema
from storage.places.object_path import Place

__all__ = ["append", "compact", "gain_columns", "replace_where"]

SMALL = 1 << 20
"""Bytes up to which files are joined as soon as there are a few of them."""
FILES = 64
"""Files of whatever size from which on all are joined."""


def append(
    path: Place,
    rows: pa.Table,
    commit: Commit,
    shape: Shape | None = None,
    tidy_above: int | None = None,
) -> bool:
    """Append rows once per application transaction; make the table when there is none.

    A table of an older shape gains the columns it lacks, which its older rows then read as null.
    With more than `tidy_above` small files, these are joined afterwards.

    Returns:
        Whether something was committed: False when this transaction is already in the table.

    Raises:
        TransientError: other writers interfered every time.
    """

    def attempt() -> bool:
        table = _opened(path, rows.schema, shape)
        new = not _committed(table, commit)
        if new:
            written = completed(rows, table)
            write_deltalake(table, written, mode="append", commit_properties=commit.properties())
            if tidy_above is not None:
                _join_small(table, tidy_above)
        keep_open(path, table)
        return new

    return retrying(path, attempt)


def replace_where(
    path: Place, rows: pa.Table, predicate: str, commit: Commit, shape: Shape | None = None
) -> bool:
    """Replace the rows that fulfil `predicate` (SQL over columns) by `rows`, which must fulfil it.

    Once per application transaction, as `append`; returns whether something was committed.
    """

    def attempt() -> bool:
        table = _opened(path, rows.schema, shape)
        if _committed(table, commit):
            return False
        write_deltalake(
            table,
            completed(rows, table),
            mode="overwrite",
            predicate=predicate,
            commit_properties=commit.properties(),
        )
        return True

    return retrying(path, attempt)


def gain_columns(path: Place, shape: Shape) -> bool:
    """Give a stored table the columns of its shape that it lacks; returns whether it lacked any."""

    def attempt() -> bool:
        table = open_table(path)
        return table is not None and gain(table, shape.columns)

    return retrying(path, attempt)


def compact(path: Place, more_than: int) -> None:
    """Join a table's small files when there are more than `more_than`; its rows stay the same."""
    table = open_table(path)
    if table is not None:
        _compact(table, more_than)


def _compact(table: DeltaTable, more_than: int) -> None:
    if len(table.file_uris()) > more_than:
        _join(table)


def _join_small(table: DeltaTable, more_than: int) -> None:
    """Join small files when there are more than so many, and all when there are many of any size.

    What is large is left alone: else each of the many appends to a long ledger would pay for rows
    that were written over and over again.
    """
    files = len(table.file_uris())
    if files > FILES:
        _join(table)
    elif files > more_than:
        sizes = pa.table(table.get_add_actions())["size_bytes"].to_pylist()
        if sum(size < SMALL for size in sizes) > more_than:
            _join(table, SMALL)


def _join(table: DeltaTable, up_to: int | None = None) -> None:
    try:
        table.optimize.compact(target_size=up_to, commit_properties=marked({"tidied": "files"}))
    except CommitFailedError:
        return  # another writer committed meanwhile; the next append joins the files


def _committed(table: DeltaTable, commit: Commit) -> bool:
    # delta-rs refuses a repeated transaction only among concurrent writers; one that comes later
    # it accepts, so this must be asked of the very object that commits
    known = table.transaction_version(commit.app_id)
    return known is not None and known >= commit.version


def _opened(path: Place, schema: pa.Schema, shape: Shape | None) -> DeltaTable:
    table = taken_over(path)
    if table is not None:
        if shape is not None:
            gain(table, shape.columns)
        return table
    with making(path) as made:
        DeltaTable.create(
            str(made.table),
            schema=delta_schema(shape.columns) if shape else schema,
            name=shape.name if shape else None,
            description=shape.description if shape else None,
            configuration=shape.configuration if shape else None,
            commit_properties=marked({}),
        )
    return DeltaTable(str(path))
