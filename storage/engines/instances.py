"""Instances: an engine for one piece of work, at home in a file of its own.

Belongs here: beginning one with its file attached, ending it. Keep out: limits and other settings,
which whoever takes one sets (`workbench`). None is used twice: what a library still refers to when
the work is done, say a result, may only go after the tables that it read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from storage.sql import identifier, literal

__all__ = ["beside", "on_instance"]

_BENCH = "bench"


@contextmanager
def on_instance(file: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an instance that nobody else uses, at home in a new file.

    What it cannot keep in memory goes to `spill`.
    """
    con = duckdb.connect()
    try:
        con.execute(f"SET temp_directory = {literal(spill)}")
        # the file goes with the connection: a log of its changes would be written, and waited for
        # on the disk, with every table that is made, and keep the place of those that went
        con.execute(f"ATTACH {literal(file)} AS {_BENCH} (RECOVERY_MODE no_wal_writes)")
        con.execute(f"USE {_BENCH}")
        yield con
    finally:
        con.close()


def beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a further connection to the same tables, for another thread."""
    ((name,),) = con.execute("SELECT current_database()").fetchall()
    one = con.cursor()
    one.execute(f"USE {identifier(name)}")
    return one
