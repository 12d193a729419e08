"""The bulk write: DuckDB writes the Parquet files that are all of a table from then on.

Belongs here: the bulk write. Keep out: the files themselves and what the log says of them
(`written_files`), its entries (`log_entries`), appends and merges (`appending`, `merging`), and
deciding when a table is written whole (`authoritative`).
This is the fastest way into Delta, and its memory is DuckDB's, which is bounded. It skips the
checks of delta-rs, so the query must already yield what the shape declares.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction, create_table_with_add_actions

from storage.delta.commits import Commit, making
from storage.delta.gained_columns import allow_wall_clock
from storage.delta.log_entries import commit_content
from storage.delta.open_tables import whole_path
from storage.delta.table_shape import PARTITION, Column, Shape, partition_sql
from storage.delta.tables import Snapshot
from storage.delta.written_files import Target, WrittenFile, measured, statistics, write_files
from storage.engines.connection import Connection
from storage.engines.workbench import folder_of
from storage.places.object_path import ObjectPath, Place
from storage.sql import identifier
from storage.working_folders import working_folder

if TYPE_CHECKING:
    from storage.engines.spark.elsewhere import Expecting

__all__ = [
    "Written",
    "adopt",
    "bulk_write",
    "removed_if_refused",
    "write_content",
]


@dataclass(frozen=True)
class Written:
    """What a bulk write committed: the version and the number of rows in it."""

    version: int
    rows: int


def bulk_write(
    con: Connection,
    query: str,
    target: Place | Snapshot,
    shape: Shape,
    commit: Commit | Callable[[int], Commit],
    elsewhere: Expecting | None = None,
) -> Written:
    """Write the query's rows as the table's whole content, in one commit.

    Args:
        con: the connection the query runs on; its limits bound the memory.
        query: SELECT that yields the shape's columns by name; they are cast to its types.
        target: a path makes the table; a snapshot has its content, and its columns, replaced.
        shape: name, description and columns of the table from now on.
        commit: transaction and facts the commit carries, or how to make them from the number of
            rows written.
        elsewhere: the second engine, if it is to run the query.

    Raises:
        CommitFailedError: somebody committed after the snapshot was taken, or made the table.
    """
    if isinstance(target, Snapshot):
        files = write_content(con, query, target.path, shape, elsewhere)
        carried = _carried(commit, files)
        return Written(_replace(target, files, shape, carried), _rows(files))
    made_of: list[WrittenFile] = []
    with removed_if_refused(made_of), making(whole_path(target)) as made:
        made_of += write_content(con, query, made.files, shape, elsewhere)
        _make(made.table, made_of, shape, _carried(commit, made_of))
    return Written(0, _rows(made_of))


def adopt(
    files: Sequence[WrittenFile], target: Place | Snapshot, shape: Shape, commit: Commit
) -> Written:
    """Make files that lie elsewhere the table's whole content, in one commit, as they are.

    They must hold the shape's columns, of its types. What other columns they hold is no part of the
    table: whoever reads it by its schema does not see them. The files stay where they were too.

    Raises:
        CommitFailedError: somebody committed after the snapshot was taken, or made the table.
    """
    held = [file for file in files if file.rows]
    if isinstance(target, Snapshot):
        placed = _placed(held, target.path)
        return Written(_replace(target, placed, shape, commit), _rows(placed))
    made_of: list[WrittenFile] = []
    with removed_if_refused(made_of), making(whole_path(target)) as made:
        made_of += _placed(held, made.files)
        _make(made.table, made_of, shape, commit)
    return Written(0, _rows(made_of))


@contextmanager
def removed_if_refused(files: Sequence[WrittenFile]) -> Iterator[None]:
    """Remove files whose commit is refused; only then is it certain that no log names them."""
    try:
        yield
    except CommitFailedError:
        for file in files:
            file.path.unlink(missing_ok=True)
        raise


def _placed(files: Sequence[WrittenFile], folder: Place) -> tuple[WrittenFile, ...]:
    # some engines number their files
    return tuple(_put(file, folder / f"part-{uuid.uuid4()}.parquet") for file in files)


def _put(file: WrittenFile, place: Place) -> WrittenFile:
    """Put a written file into a table's folder, by a link where that is possible."""
    source = Path(file.path)
    if isinstance(place, ObjectPath):
        place.upload(source)
        return replace(file, path=place)
    try:
        place.hardlink_to(source)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, place)
    return replace(file, path=place)


def write_content(
    con: Connection,
    query: str,
    folder: Place,
    shape: Shape,
    elsewhere: Expecting | None = None,
) -> tuple[WrittenFile, ...]:
    """Write a query's rows as a table's files, its columns by name and cast; without rows none.

    The query need not yield the column that a table is parted by: it follows from the others.
    A second engine writes them aside, and they are put into the table's folder when all are there;
    rows that are parted are written here. What goes to an object store is written on the disk
    first, beside what the query spills: an object is put in place whole, and the engine needs no
    memory for the parts of one.

    Raises:
        SecondEngineError: it did not do so, or wrote another number of rows.
    """
    if isinstance(folder, ObjectPath):
        with working_folder(folder_of(con), "objects-") as aside:
            made = write_content(con, query, aside, shape, elsewhere)
            return tuple(_put(file, folder / file.name) for file in made)
    typed = ", ".join(
        f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}" for c in shape.columns
    )
    written = f"SELECT {typed} FROM ({query})"
    if elsewhere is not None and shape.partition is None:
        found = measured(elsewhere.answered(written, str(folder)))
        return _placed([file for file in found if file.rows], folder)
    if shape.partition is not None:
        written = f"SELECT *, {partition_sql(shape.partition)} AS {PARTITION} FROM ({written})"
    files = write_files(con, [written], Target(folder, shape.parted_by))
    for empty in (file for file in files if not file.rows):
        Path(empty.path).unlink()
    return tuple(file for file in files if file.rows)


def _make(folder: Path, files: Sequence[WrittenFile], shape: Shape, commit: Commit) -> None:
    create_table_with_add_actions(
        str(folder),
        shape.schema,
        _actions(files, shape),
        partition_by=shape.parted_by,
        name=shape.name,
        description=shape.description,
        configuration=shape.configuration,
        commit_properties=commit.properties(),
    )


def _replace(found: Snapshot, files: Sequence[WrittenFile], shape: Shape, commit: Commit) -> int:
    with removed_if_refused(files):
        version = found.version
        if any(column.type == "TIMESTAMP" for column in shape.columns):
            allow_wall_clock(found.table)  # takes in what others committed
        if found.version > version + 1:
            raise CommitFailedError("somebody committed after the snapshot was taken")
        return commit_content(found, files, shape, commit)


def _carried(commit: Commit | Callable[[int], Commit], files: Sequence[WrittenFile]) -> Commit:
    return commit if isinstance(commit, Commit) else commit(_rows(files))


def _rows(files: Sequence[WrittenFile]) -> int:
    return sum(file.rows for file in files)


def _actions(files: Sequence[WrittenFile], shape: Shape) -> list[AddAction]:
    return [_action(file, shape.columns) for file in files]


def _action(file: WrittenFile, columns: Sequence[Column]) -> AddAction:
    modified = time.time_ns() // 1_000_000
    text = statistics(file, columns)
    return AddAction(file.name, file.bytes, file.partition, modified, data_change=True, stats=text)
