"""Delta tables: opening a snapshot, reading it from DuckDB, committing to it.

Belongs here: snapshots, appends and replacements, each applied once. Keep out: the meaning of the
tables (`authoritative`, `ledgers`), merges (`merging`), bulk writing (`fast_write`).
Nothing here reads data through delta-rs: a snapshot is a list of Parquet files for DuckDB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from catalog_specs.errors import TableError, UnreadableError
from storage.delta.commits import Commit, making, marked, retrying
from storage.delta.gained_columns import completed, gain, has_gained
from storage.delta.table_shape import Column, Shape, columns_of, delta_schema, empty_select
from storage.sql import identifier, identifiers, parquet

__all__ = [
    "Snapshot",
    "append",
    "commits",
    "compact",
    "exists",
    "last_commit",
    "live_files",
    "replace_where",
    "scan_sql",
    "snapshot",
    "table_id",
    "tables_below",
    "transaction_version",
    "version",
]


@dataclass(frozen=True)
class Snapshot:
    """One version of one table; everything read or written through it sees that version."""

    path: Path
    table: DeltaTable
    """delta-rs's own object; nobody outside this package touches it."""
    columns: tuple[Column, ...]
    files: tuple[str, ...]

    @property
    def version(self) -> int:
        """Return the Delta version."""
        return self.table.version()

    @property
    def table_id(self) -> str:
        """Return the identity that the table got at its creation; a new table has another."""
        return str(self.table.metadata().id)

    def transaction_version(self, app_id: str) -> int | None:
        """Return the highest version committed under `app_id`; None when there was none."""
        return self.table.transaction_version(app_id)

    def rows(self) -> int:
        """Return the number of rows, from the log's statistics."""
        return self.table.count()

    def files_with(self, column: str, value: str) -> tuple[str, ...]:
        """Return the files that may hold a row with this text, by the bounds in the log.

        Bounds of long texts are cut so that they stay bounds; a file without any may hold it.
        """
        actions = pa.table(self.table.get_add_actions(flatten=True))
        if f"min.{column}" not in actions.column_names:
            return self.files
        bounds = zip(
            *(actions[name].to_pylist() for name in ("path", f"min.{column}", f"max.{column}")),
            strict=True,
        )
        without = {
            Path(path).name
            for path, least, most in bounds
            if least is not None and most is not None and not least <= value <= most
        }
        return tuple(file for file in self.files if Path(file).name not in without)

    def scan_sql(self) -> str:
        """Return SQL to put behind FROM; typed and without rows when the table is empty."""
        if not self.files:
            return empty_select(self.columns)
        # a file may hold more than the table's columns (see `fast_write.adopt`)
        columns = identifiers(column.name for column in self.columns)
        if not has_gained(self.table.schema()):
            return f"(SELECT {columns} FROM {parquet(self.files)})"
        # the empty SELECT gives the columns that none of the remaining files has
        return (
            f"(SELECT {columns} FROM (FROM {parquet(self.files, 'union_by_name = true')} "
            f"UNION ALL BY NAME {empty_select(self.columns)}))"
        )

    def select_sql(self, wanted: Sequence[Column]) -> str:
        """Return SQL to put behind FROM with exactly the wanted columns.

        A column that the table does not have yet, because the catalogue gained it since, is null.
        """
        stored = {column.name for column in self.columns}
        columns = ", ".join(
            identifier(column.name)
            if column.name in stored
            else f"CAST(NULL AS {column.type}) AS {identifier(column.name)}"
            for column in wanted
        )
        return f"(SELECT {columns} FROM {self.scan_sql()})"


def exists(path: Path) -> bool:
    """Say whether there is a Delta table at `path`."""
    return _open(path) is not None


def tables_below(root: Path) -> tuple[str, ...]:
    """Return the Delta tables two folders below a root, as `<department>/<resource>`."""
    logs = sorted(root.glob("*/*/_delta_log"))
    names = (str(log.parent.relative_to(root)) for log in logs)
    return tuple(name for name in names if not any(p.startswith(".") for p in name.split("/")))


def snapshot(path: Path, version: int | None = None) -> Snapshot | None:
    """Open one version of a table, the newest by default; None when there is no table.

    Raises:
        TableError: the table uses deletion vectors or partitions, which a list of files cannot
            express.
    """
    path = path.resolve()  # views list these files, and are opened from any current folder
    table = _open(path, version)
    if table is None:
        return None
    features = table.protocol().reader_features or []
    if "deletionVectors" in features or table.metadata().partition_columns:
        raise TableError(
            "the table uses deletion vectors or partition columns",
            where=str(path),
            remedy="rewrite it without them; Quanshu itself never makes such a table",
        )
    # delta-rs percent-encodes what a URL cannot hold, e.g. Chinese; DuckDB wants the plain path
    files = tuple(unquote(uri).removeprefix("file://") for uri in table.file_uris())
    return Snapshot(path, table, columns_of(table.schema()), files)


def live_files(path: Path, version: int | None = None) -> tuple[str, ...]:
    """Return the absolute paths of a version's Parquet files; none when there is no table."""
    found = snapshot(path, version)
    return found.files if found else ()


def scan_sql(path: Path, columns: Sequence[Column] = (), version: int | None = None) -> str:
    """Return SQL to put behind FROM for one version of a table.

    Args:
        path: the folder of the table.
        columns: the columns to yield, null where the table has none of that name; if none are
            given, an absent table is an error.
        version: which version; the newest by default.

    Raises:
        TableError: there is no table and `columns` is empty.
    """
    found = snapshot(path, version)
    if found:
        return found.select_sql(columns) if columns else found.scan_sql()
    if not columns:
        raise TableError(
            "there is no table", where=str(path), remedy="run `quanshu run` so that it is made"
        )
    return empty_select(columns)


def version(path: Path) -> int | None:
    """Return the newest version of a table; None when there is no table."""
    table = _open(path)
    return table.version() if table else None


def table_id(path: Path) -> str | None:
    """Return a table's identity; None when there is no table."""
    table = _open(path)
    return str(table.metadata().id) if table else None


def transaction_version(path: Path, app_id: str) -> int | None:
    """Return the highest version committed under `app_id`; None when there was none."""
    table = _open(path)
    return table.transaction_version(app_id) if table else None


def commits(path: Path, limit: int | None = None) -> tuple[dict[str, Any], ...]:
    """Return the commits' own descriptions, newest first."""
    table = _open(path)
    return tuple(table.history(limit)) if table else ()


def last_commit(path: Path) -> dict[str, Any] | None:
    """Return the newest commit's own description; None when there is no table."""
    return next(iter(commits(path, limit=1)), None)


def append(
    path: Path,
    rows: pa.Table,
    commit: Commit,
    shape: Shape | None = None,
    tidy_above: int | None = None,
) -> bool:
    """Append rows once per application transaction; make the table when there is none.

    A table of an older shape gains the columns it lacks, which its older rows then read as null.
    With more than `tidy_above` files, the table's files are joined afterwards.

    Returns:
        Whether something was committed: False when this transaction is already in the table.

    Raises:
        TransientError: other writers interfered every time.
    """

    def attempt() -> bool:
        table = _opened(path, rows.schema, shape)
        if _committed(table, commit):
            return False
        written = completed(rows, table)
        write_deltalake(table, written, mode="append", commit_properties=commit.properties())
        if tidy_above is not None:
            _compact(table, tidy_above)
        return True

    return retrying(path, attempt)


def replace_where(
    path: Path, rows: pa.Table, predicate: str, commit: Commit, shape: Shape | None = None
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


def compact(path: Path, more_than: int) -> None:
    """Join a table's small files when there are more than `more_than`; its rows stay the same."""
    table = _open(path)
    if table is not None:
        _compact(table, more_than)


def _compact(table: DeltaTable, more_than: int) -> None:
    if len(table.file_uris()) > more_than:
        try:
            table.optimize.compact(commit_properties=marked({"tidied": "files"}))
        except CommitFailedError:
            return  # another writer committed meanwhile; the next append joins the files


def _open(path: Path, version: int | None = None) -> DeltaTable | None:
    try:
        return DeltaTable(str(path), version=version)
    except TableNotFoundError:
        return None
    except DeltaError:  # its words may quote the log, and so bounds of values
        raise UnreadableError("the table's log cannot be read", where=str(path)) from None


def _committed(table: DeltaTable, commit: Commit) -> bool:
    # delta-rs refuses a repeated transaction only among concurrent writers; one that comes later
    # it accepts, so this must be asked of the very object that commits
    known = table.transaction_version(commit.app_id)
    return known is not None and known >= commit.version


def _opened(path: Path, schema: pa.Schema, shape: Shape | None) -> DeltaTable:
    table = _open(path)
    if table is not None:
        if shape is not None:
            gain(table, shape.columns)
        return table
    with making(path) as aside:
        DeltaTable.create(
            str(aside),
            schema=delta_schema(shape.columns) if shape else schema,
            name=shape.name if shape else None,
            description=shape.description if shape else None,
            configuration=shape.configuration if shape else None,
            commit_properties=marked({}),
        )
    return DeltaTable(str(path))
