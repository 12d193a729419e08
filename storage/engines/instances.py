"""Instances: engines of this process that stand ready for the next piece of work.

Belongs here: taking one for oneself with a file attached, giving it back. Keep out: limits and
other settings, which whoever takes one sets (`workbench`). To begin an instance costs five times as
much as to attach a file to one that stands ready, and a run needs dozens, one after another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from storage.sql import identifier, literal

__all__ = ["beside", "on_instance"]

_BENCH = "bench"
_ready: dict[int, list[duckdb.DuckDBPyConnection]] = {}
"""By process, instances that nobody uses: a fork has none of the threads of the one before."""


@contextmanager
def on_instance(file: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an instance that nobody else uses, at home in a new file.

    What it cannot keep in memory goes to `spill`. Tables and macros go with the file, what is
    temporary with the connection. An instance is given up after any error, and when it has spilled:
    it would spill there for ever.
    """
    ready = _ready.setdefault(os.getpid(), [])
    try:
        root = ready.pop()
    except IndexError:
        root = duckdb.connect()
    con = root.cursor()
    try:
        con.execute(f"SET temp_directory = {literal(spill)}")
        # the file goes with the connection: a log of its changes would be written, and waited for
        # on the disk, with every table that is made, and keep the place of those that went
        con.execute(f"ATTACH {literal(file)} AS {_BENCH} (RECOVERY_MODE no_wal_writes)")
        con.execute(f"USE {_BENCH}")
        yield con
    except BaseException:
        con.close()
        root.close()
        raise
    con.close()
    if _emptied(root) and not spill.exists():
        ready.append(root)
    else:
        root.close()


def _emptied(root: duckdb.DuckDBPyConnection) -> bool:
    """Let the file go; say whether that could be done.

    The engine writes into it once more, and may find the disk full. Nobody needs what it writes:
    the work is done, and the file goes.
    """
    try:
        root.execute(f"DETACH {_BENCH}")
    except duckdb.Error:
        return False
    return True


def beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a further connection to the same tables, for another thread."""
    ((name,),) = con.execute("SELECT current_database()").fetchall()
    one = con.cursor()
    one.execute(f"USE {identifier(name)}")
    return one
