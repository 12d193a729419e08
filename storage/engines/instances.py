"""Instances: an engine for one piece of work, at home in a file of its own.

Belongs here: beginning one with its file attached, ending it, several queries on one at a time,
ending all that run. Keep out: limits and other settings, which whoever takes one sets
(`workbench`). None is used twice: what a library still refers to when the work is done, say a
result, may only go after the tables that it read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from storage.sql import identifier, literal

__all__ = ["beside", "end_queries", "on_instance", "side_by_side"]

PAUSE = 0.02
"""Seconds between two interrupts of a job that has not stopped."""
_BENCH = "bench"
_OPEN: set[duckdb.DuckDBPyConnection] = set()
"""The connections of all instances."""
T = TypeVar("T")


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
        with _known(con):
            yield con
    finally:
        con.close()


@contextmanager
def beside(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a further connection to the same tables, for another thread."""
    ((name,),) = con.execute("SELECT current_database()").fetchall()
    with con.cursor() as one, _known(one):
        one.execute(f"USE {identifier(name)}")
        yield one


@contextmanager
def _known(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    _OPEN.add(con)
    try:
        yield
    finally:
        _OPEN.discard(con)


def end_queries() -> None:
    """End whatever query runs on an instance of this process; each raises the engine's error.

    Without it a query that several threads work at goes on where whoever asked was interrupted.
    """
    for con in tuple(_OPEN):
        with suppress(duckdb.Error):  # it may be closed just now
            con.interrupt()


def side_by_side(
    con: duckdb.DuckDBPyConnection, jobs: Sequence[Callable[[duckdb.DuckDBPyConnection], T]]
) -> list[T]:
    """Run jobs at once, the first on the connection itself; return their results in their order.

    What is temporary on the connection is not there for the others. If the first one ends by an
    error or an interrupt, the others' queries are ended.
    """
    first, *others = jobs
    with ExitStack() as stack:
        if others:
            stack.enter_context(_without_workers(con))
        cursors = [stack.enter_context(beside(con)) for _ in others]
        pool = stack.enter_context(ThreadPoolExecutor(len(jobs)))
        begun = [pool.submit(job, cursor) for job, cursor in zip(others, cursors, strict=True)]
        try:
            # here and not in a thread, where nobody could interrupt it
            result = first(con)
            return [result, *(one.result() for one in begun)]
        except BaseException:
            _end(begun, cursors)
            raise


def _end(begun: Sequence[Future[T]], cursors: Sequence[duckdb.DuckDBPyConnection]) -> None:
    # again and again: a query that has not begun does not notice, and a job has several
    while wait(begun, PAUSE).not_done:
        for one in cursors:
            one.interrupt()


@contextmanager
def _without_workers(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let each query be run by the thread that asks for it, and by no other.

    Else a worker of the engine may take the one task of a query, and the thread that asks for it
    looks for another without a pause: as much of a processor as the query itself takes.
    """
    threads = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
    con.execute("SET threads = 1")
    try:
        yield
    finally:
        con.execute(f"SET threads = {threads}")
