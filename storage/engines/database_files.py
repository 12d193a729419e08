"""Database files for other readers: each is complete before it is put in its place.

Belongs here: building one aside, proving that it holds what was meant, the swap. Keep out: what is
in it (`outlets.shares.file`, `outlets.views`). DuckDB writes to a log beside its file first, and
closing a connection does not fail when that log could not be worked in: on a full disk the file is
then there and empty. So nothing is believed until another connection has read it back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from catalog_specs.errors import TableError
from storage.engines.connection import Connection
from storage.engines.workbench import Limits
from storage.sql import identifier, literal
from storage.working_folders import sweep, working_folder

__all__ = ["Contents", "build_database", "contents", "sweep_database"]

Contents = Mapping[tuple[str, str], int | None]
"""(schema, name) of each table and view → rows of the table; None for a view."""

PRIVATE_FILE = 0o600
_BUILDING = ".building"
_LISTED = (
    "SELECT schema_name, table_name, TRUE FROM duckdb_tables() WHERE NOT internal "
    "UNION ALL SELECT schema_name, view_name, FALSE FROM duckdb_views() WHERE NOT internal"
)


def build_database(place: Path, fill: Callable[[Connection], Contents]) -> None:
    """Build a file aside, check it, and put it in place in one step.

    `fill` writes into the connection and returns what is then meant to be in the file.

    Raises:
        TableError: what was written does not come back; nothing was put in place.
        EngineError: DuckDB itself noticed, e.g. that the disk is full.
    """
    with working_folder(place.parent, f".{place.name}.", _BUILDING) as folder:
        aside = folder / place.name
        limits = Limits()
        with duckdb.connect(aside) as con:
            con.execute(f"SET memory_limit = {literal(limits.memory)}")
            con.execute(f"SET threads = {limits.threads}")
            con.execute(f"SET temp_directory = {literal(folder / 'spill')}")
            meant = fill(con)
            con.execute("FORCE CHECKPOINT")
        _verified(aside, meant, place)
        aside.chmod(PRIVATE_FILE)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(place)


def sweep_database(place: Path) -> None:
    """Remove what killed runs left beside the file."""
    if place.parent.is_dir():
        sweep(place.parent, f".{place.name}.", _BUILDING)


def contents(con: Connection) -> Contents:
    """Return what a database holds."""
    return {
        (schema, name): _rows(con, schema, name) if table else None
        for schema, name, table in con.execute(_LISTED).fetchall()
    }


def _rows(con: Connection, schema: str, name: str) -> int:
    [(rows,)] = con.execute(
        f"SELECT count(*) FROM {identifier(schema)}.{identifier(name)}"
    ).fetchall()
    return int(rows)


def _verified(aside: Path, meant: Contents, place: Path) -> None:
    """Read the file back as whoever it is for would: closed, alone, read-only."""
    left = aside.with_name(f"{aside.name}.wal")
    found: Contents | None = None
    if not left.exists():
        with duckdb.connect(aside, read_only=True) as con:
            found = contents(con)
    if found != meant:
        raise TableError(
            "the file does not hold what was written into it, and was not put in place",
            where=str(place),
            remedy="free space on the disk, or see to its health, and run again",
        )
