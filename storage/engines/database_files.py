"""Database files for other readers: each is complete before it is put in its place.

Belongs here: building a file aside, checking its content, the swap. Keep out: the content itself
(`outlets.shares.file`, `outlets.views`). DuckDB first writes to a log beside its file. Closing a
connection raises nothing when that log could not be merged: on a full disk the file then exists
and is empty. So a file is used only after a second engine has read it back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock

import duckdb

from catalog_specs.errors import TableError
from storage.engines.connection import Connection
from storage.engines.object_reading import reach_objects
from storage.engines.workbench import Limits
from storage.places.buckets import any_opened
from storage.sql import identifier, literal
from storage.working_folders import sweep, working_folder

__all__ = [
    "Contents",
    "build_database",
    "contents",
    "opened",
    "opened_unknown",
    "sweep_database",
]

Contents = Mapping[tuple[str, str], int | None]
"""(schema, name) of each table and view → rows of the table; None for a view."""

PRIVATE_FILE = 0o600
_BUILDING = ".building"
_OURS = "NOT internal AND database_name = current_database()"
_LISTED = (
    f"SELECT schema_name, table_name, TRUE FROM duckdb_tables() WHERE {_OURS} "
    f"UNION ALL SELECT schema_name, view_name, FALSE FROM duckdb_views() WHERE {_OURS}"
)


Fill = Callable[[Connection], Contents]
"""Writes into a connection, in one transaction, and returns the content the file must then have."""


def build_database(
    place: Path, fill: Fill, begun: Path | None = None, limits: Limits | None = None
) -> None:
    """Build a file aside, check it, and put it in place in one step.

    `fill` finds an empty file, or a copy of the one that is `begun`.

    Raises:
        TableError: what was written does not come back; nothing was put in place.
        EngineError: DuckDB itself noticed, e.g. that the disk is full.
    """
    bounds = limits or Limits()
    with working_folder(place.parent, f".{place.name}.", _BUILDING) as folder:
        aside = folder / place.name
        if begun is not None:
            shutil.copyfile(begun, aside)
        with duckdb.connect(aside) as con:
            con.execute(f"SET memory_limit = {literal(bounds.memory)}")
            con.execute(f"SET threads = {bounds.threads}")
            con.execute(f"SET temp_directory = {literal(folder / 'spill')}")
            reach_objects(con)
            meant = _filled(con, fill)
        _put(aside, meant, place)


def _filled(con: Connection, fill: Fill) -> Contents:
    con.execute("BEGIN")  # else each statement by itself would wait for the disk
    meant = fill(con)
    con.execute("COMMIT")
    con.execute("FORCE CHECKPOINT")  # closing would swallow an error of this step
    return meant


def _put(aside: Path, meant: Contents, place: Path) -> None:
    _verified(aside, meant, place)
    aside.chmod(PRIVATE_FILE)
    # before the rename: after a power cut the new name must not lead to an empty file
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.replace(place)


def sweep_database(place: Path) -> None:
    """Remove what killed runs left beside the file."""
    if place.parent.is_dir():
        sweep(place.parent, f".{place.name}.", _BUILDING)


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """Open a database file for a moment, to read it, one of a process at a time.

    One engine of the process, which holds nothing else, opens them all: to begin another one costs
    ten times as much. A file that cannot be read may leave an engine unusable, so that it is given
    up after any error.

    Raises:
        EngineError: the file cannot be read.
    """
    with _opening:
        reader = _reader(os.getpid(), any_opened())
        try:
            con = reader.cursor()
            con.execute(f"ATTACH {literal(file)} AS opened (TYPE duckdb, READ_ONLY)")
            con.execute("USE opened")
            yield con
            con.close()
            reader.execute("DETACH opened")
        except BaseException:
            _reader.cache_clear()
            reader.close()
            raise


@contextmanager
def opened_unknown(file: Path) -> Iterator[Connection]:
    """Open a database file of unknown origin: it can reach no other file, and no extension.

    Raises:
        EngineError: the file cannot be read.
    """
    shut: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "lock_configuration": "true",
        "threads": 1,
    }
    with duckdb.connect(file, read_only=True, config=shut) as con:
        yield con


_opening = Lock()


@cache
def _reader(process: int, objects: bool) -> Connection:
    """Begin the engine that opens files: a fork has none of the threads of the one before."""
    del process, objects
    con = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"})
    reach_objects(con)
    return con


def contents(con: Connection) -> Contents:
    """Return the tables and views of a connection's database, with their rows."""
    listed = con.execute(_LISTED).fetchall()
    names = [(schema, name) for schema, name, table in listed if table]
    counts = ", ".join(
        f"(SELECT count(*) FROM {identifier(schema)}.{identifier(name)})" for schema, name in names
    )
    [rows] = con.execute(f"SELECT {counts}").fetchall() if names else [()]
    return {(s, n): None for s, n, _ in listed} | dict(zip(names, map(int, rows), strict=True))


def _verified(aside: Path, meant: Contents, place: Path) -> None:
    """Read the file back as its consumer would: closed, alone, read-only."""
    left = aside.with_name(f"{aside.name}.wal")
    found: Contents | None = None
    if not left.exists():
        with opened(aside) as con:
            found = contents(con)
    if found != meant:
        raise TableError(
            "the file does not hold what was written into it, and was not put in place",
            where=str(place),
            remedy="free space on the disk, or check the disk for errors, and run again",
        )
