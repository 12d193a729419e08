"""Connections on values: each by itself, whatever they share, and in a fork another database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import duckdb
import pyarrow as pa
import pytest

from storage.engines.connection import (
    EngineError,
    end_if_interrupted,
    in_memory,
    interrupted,
    on_values,
)
from storage.engines.encoded_files import reach_encoded_files
from storage.engines.transcoding import EncodedText


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


@pytest.mark.parametrize("reading", ["its own", "through Python"])
def test_an_interrupt_in_the_middle_of_a_query_is_known_as_one(
    tmp_path: Path, reading: str
) -> None:
    """It is told from every failure, a text of the same words among them."""
    con = in_memory()
    query = "SELECT max(hash(range)) FROM range(600_000_000)"
    if reading == "through Python":
        reach_encoded_files(con)
        file = tmp_path / "long.csv"
        file.write_bytes("编号,姓名\n".encode("gb18030") + "1,甲\n".encode("gb18030") * 4_000_000)
        text = EncodedText(file, "gb18030").address
        query = f"SELECT max(hash(COLUMNS(*))) FROM read_csv({text!r}, all_varchar = true)"
    press = Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    press.start()
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - its class is what is asked
        con.execute(query).fetchall()
    press.join()
    assert isinstance(caught.value, KeyboardInterrupt) or interrupted(caught.value)
    if interrupted(caught.value):
        with pytest.raises(KeyboardInterrupt):
            end_if_interrupted(caught.value)
    with pytest.raises(EngineError) as other:
        con.execute("SELECT CAST('KeyboardInterrupt: 1' AS INTEGER)")
    assert not interrupted(other.value)
    end_if_interrupted(other.value)


def test_a_query_that_was_ended_from_without_was_interrupted() -> None:
    """Another thread's ends so at Ctrl-C, and one that reads a file by Python may."""
    ended = duckdb.InterruptException("INTERRUPT Error: Interrupted!")
    assert interrupted(ended)
    told = RuntimeError("as somebody tells it in words of theirs")
    told.__cause__ = ended
    assert interrupted(told)
    assert not interrupted(duckdb.ConversionException("of a value"))
