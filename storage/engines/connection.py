"""Connections: the type that all packages use, and two short-lived ways to open one.

Belongs here: the names by which other packages speak of the engine. Keep out: bounded work
(`workbench`), files that others open (`database_files`), SQL of any stage.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

__all__ = ["GROUP_ROWS", "VECTOR_ROWS", "Connection", "EngineError", "in_memory", "read_only"]

VECTOR_ROWS = 2048
"""Rows that the engine processes at once, however wide they are."""
GROUP_ROWS = 122_880
"""Rows of a row group that one of its threads takes at a time."""

Connection = duckdb.DuckDBPyConnection
"""An open connection to the engine; no other package imports duckdb."""
EngineError = duckdb.Error
"""Any error of the engine; its text may quote a value, so it is never shown."""


def in_memory() -> Connection:
    """Open a connection without a file, for a query over values in memory."""
    return duckdb.connect()


def read_only(file: Path) -> Connection:
    """Open a database file without changing it."""
    return duckdb.connect(file, read_only=True)
