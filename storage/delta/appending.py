"""Appends to Delta tables and replacements in them, each applied once.

Belongs here: small commits of rows that are at hand, joining small files. Keep out: merges
(`merging`), bulk writing (`fast_write`), reading (`tables`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from storage.delta.commits import Commit, making, marked, retrying
from storage.delta.fast_write import removed_if_refused
from storage.delta.gained_columns import completed, gain
from storage.delta.log_entries import commit_joining
from storage.delta.open_tables import keep_open, open_table, taken_over, whole_path
from storage.delta.table_shape import PARTITION, Shape, arrow_schema, delta_schema
from storage.delta.tables import Snapshot, StoredFile, seen, snapshot
from storage.delta.written_files import WrittenFile, measured
from storage.engines.connection import GROUP_ROWS
from storage.places.object_path import Place, place_of
from storage.places.parquet_files import open_parquet

__all__ = ["append", "compact", "gain_columns", "replace_where"]

SMALL = 1 << 20
"""Bytes up to which files are joined as soon as there are a few of them."""
LARGE = 100 << 20
"""Bytes of a file to which nothing is joined any more."""
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
            # every append looks, and few join: what there is to join is asked of those alone
            if tidy_above is not None and len(table.file_uris()) > tidy_above:
                _join_small(seen(whole_path(path), table), tidy_above)
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
    found = snapshot(path)
    if found is not None and len(found.files) > more_than:
        _join(found, LARGE)


def _join_small(found: Snapshot, more_than: int) -> None:
    """Join small files when there are more than so many, and all when there are many of any size.

    What is large is left alone: else each of the many appends to a long ledger would pay for rows
    that were written over and over again.
    """
    if len(found.files) > FILES:
        _join(found, LARGE)
    elif sum(one.bytes < SMALL for one in found.stored()) > more_than:
        _join(found, SMALL)


def _join(found: Snapshot, up_to: int) -> None:
    """Join files of fewer bytes into such of about so many, unless somebody commits meanwhile."""
    groups = [*_groups(found, up_to)]
    if not groups:
        return
    added = [_joined(found, files) for files in groups]
    gone = [one.file for files in groups for one in files]
    with suppress(CommitFailedError), removed_if_refused(added):  # the next append joins the files
        commit_joining(found, gone, added)


def _groups(found: Snapshot, up_to: int) -> Iterator[Sequence[StoredFile]]:
    """Yield files of one partition that together have about so many bytes, the oldest first."""
    small = [one for one in reversed(found.stored()) if one.bytes < up_to]
    for partition in dict.fromkeys(one.partition for one in small):
        begun: list[StoredFile] = []
        size = 0
        for one in (each for each in small if each.partition == partition):
            if begun and size + one.bytes > up_to:
                yield from [begun] if len(begun) > 1 else []
                begun, size = [], 0
            begun.append(one)
            size += one.bytes
        yield from [begun] if len(begun) > 1 else []


def _joined(found: Snapshot, files: Sequence[StoredFile]) -> WrittenFile:
    """Write the rows of files of one partition as one file in their folder."""
    place = place_of(files[0].file).parent / f"part-{uuid.uuid4()}.parquet"
    partition = {PARTITION: files[0].partition} if found.parted_by else {}
    if isinstance(place, Path):
        _write(place, found, files)
        [made] = measured([place])
        return replace(made, partition=partition)
    with TemporaryDirectory(prefix="joining-") as folder:
        aside = Path(folder, place.name)
        _write(aside, found, files)
        [made] = measured([aside])
        place.upload(aside)
    return replace(made, path=place, partition=partition)


def _write(file: Path, found: Snapshot, files: Sequence[StoredFile]) -> None:
    """Write rows of files one after another, a group of rows in memory."""
    schema = arrow_schema(found.columns)
    with pq.ParquetWriter(file, schema) as writer:
        waiting: list[pa.Table] = []
        for rows in (rows for one in files for rows in _rows_of(one.file, schema)):
            waiting.append(rows)
            if sum(one.num_rows for one in waiting) >= GROUP_ROWS:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _rows_of(file: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a file, some at a time, with null for columns that it lacks."""
    with open_parquet(file) as opened:
        there = [name for name in schema.names if name in opened.schema_arrow.names]
        for batch in opened.iter_batches(GROUP_ROWS, columns=there, use_threads=False):
            columns = [
                batch[one.name].cast(one.type)
                if one.name in there
                else pa.nulls(batch.num_rows, one.type)
                for one in schema
            ]
            yield pa.table(columns, schema=schema)


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
