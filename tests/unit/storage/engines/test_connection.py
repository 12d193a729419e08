"""Connections on values: each by itself, whatever they share, and in a fork another database."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from storage.engines.connection import EngineError, on_values


def test_what_one_registers_no_other_sees() -> None:
    """Not beside it, and not after it is closed."""
    with on_values() as one, on_values() as other:
        one.register("lines", pa.table({"n": [1, 2]}))
        other.register("lines", pa.table({"n": [3]}))
        assert one.execute("SELECT sum(n) FROM lines").fetchall() == [(3,)]
        assert other.execute("SELECT sum(n) FROM lines").fetchall() == [(3,)]
        assert one.execute("SELECT count(*) FROM lines").fetchall() == [(2,)]
    with on_values() as later, pytest.raises(EngineError, match="lines"):
        later.execute("FROM lines")


def test_many_threads_ask_at_once() -> None:
    """Each on a connection of its own."""

    def asked(number: int) -> int:
        with on_values() as con:
            con.register("numbers", pa.table({"n": [*range(number)]}))
            [(found,)] = con.execute("SELECT count(*) FROM numbers").fetchall()
            return int(found)

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(asked, range(40))] == [*range(40)]


FORKING = """
import os
from storage.engines.connection import on_values

QUERY = "SELECT count(*) FROM range(3000000) WHERE hash(range) % 2 < 2"
with on_values() as con:
    con.execute(QUERY)
child = os.fork()
with on_values() as con:
    same = con.execute(QUERY).fetchall() == [(3_000_000,)]
if child == 0:
    os._exit(0 if same else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_fork_asks_a_database_of_its_own() -> None:
    """The one before the fork lost its threads, and would never answer."""
    subprocess.run([sys.executable, "-c", FORKING], check=True, timeout=120)
