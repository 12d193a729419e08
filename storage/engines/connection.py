"""Connections: the type that all packages use, and two short-lived ways to open one.

Belongs here: the names by which other packages speak of the engine. Keep out: bounded work
(`workbench`), files that others open (`database_files`), SQL of any stage.
"""

from __future__ import annotations

import os
from functools import cache
from threading import Lock

import duckdb

from storage.engines.object_reading import reach_objects
from storage.places.buckets import any_opened

__all__ = [
    "GROUP_ROWS",
    "VECTOR_ROWS",
    "Connection",
    "EngineError",
    "end_if_interrupted",
    "in_memory",
    "interrupted",
    "on_tables",
    "on_values",
]

VECTOR_ROWS = 2048
"""Rows that the engine processes at once, however wide they are."""
GROUP_ROWS = 122_880
"""Rows of a row group that one of its threads takes at a time."""

Connection = duckdb.DuckDBPyConnection
"""An open connection to the engine; no other package imports duckdb."""
EngineError = duckdb.Error
"""Any error of the engine; its text may quote a value, so it is never shown."""


def interrupted(error: BaseException) -> bool:
    """Say whether the engine stopped a query because somebody interrupted the process (Ctrl-C).

    It tells so by an error with the interrupt as its cause; where it was calling Python to read a
    file, by an error of no class of its own that begins with the interrupt's name. Either may be
    behind an error of ours that was raised of it.
    """
    name = KeyboardInterrupt.__name__
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, duckdb.InterruptException):  # nothing else ends it from without
            return True
        if type(behind) is EngineError and str(behind).startswith(f"{name}:"):
            return True
        behind = behind.__cause__ or behind.__context__
        if isinstance(behind, KeyboardInterrupt):
            return True
    return False


def end_if_interrupted(error: BaseException) -> None:
    """Raise KeyboardInterrupt where an error comes of an interrupt, and of nothing that is broken.

    Whoever goes on after any error asks this first; else the interrupt would be lost, and have to
    be given again.
    """
    if interrupted(error):
        raise KeyboardInterrupt from error


def in_memory() -> Connection:
    """Open a database of its own without a file, for whoever makes tables or settings in it."""
    con = duckdb.connect()
    reach_objects(con)
    return con


def on_values() -> Connection:
    """Open a connection for queries over values and files; it makes no table but temporary ones.

    All of a process share one database, which takes a hundred times as long to open.
    """
    with _opening:
        return _shared(os.getpid(), any_opened(), "values").cursor()


def on_tables() -> Connection:
    """Open a connection for whoever makes tables without a file, and lets nobody else meanwhile.

    They stay until they are made anew: all of a process share one database, as `on_values` does.
    """
    with _opening:
        return _shared(os.getpid(), any_opened(), "tables").cursor()


_opening = Lock()


@cache
def _shared(process: int, objects: bool, what: str) -> Connection:
    """Open the database of a process: a fork has none of the threads of the one before."""
    del process, objects, what
    con = in_memory()
    con.execute("SET threads = 2")
    con.execute("SET memory_limit = '1GB'")  # some blocks of JSON, and their columns
    con.execute("SET autoinstall_known_extensions = false")  # nothing is ever downloaded
    return con
