"""A second engine for tests: Sail on loopback, started once for whoever asks in this process.

Belongs here: starting it, and what it answers to a query. Keep out: assertions.
"""

from __future__ import annotations

import atexit
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.engines.connection import in_memory
from storage.engines.spark.address import Address
from tests.processes import Helper, helper

__all__ = ["answers", "both", "sail", "serving"]

_SERVING = """
import os, sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()
os._exit(0)
"""
"""A process that serves until whoever started it lets go of it."""


@cache
def sail() -> Address:
    """Return the address of the one server, which ends with this process."""
    stack = ExitStack()
    address, _ = stack.enter_context(serving())
    atexit.register(stack.close)
    return address


@contextmanager
def serving() -> Iterator[tuple[Address, Helper]]:
    """Yield a server of one's own, which may be killed."""
    pytest.importorskip("pysail")
    command = [sys.executable, "-c", _SERVING]
    with helper("Sail", command, cwd=Path.cwd(), env=os.environ) as made:
        yield Address(f"sc://127.0.0.1:{int(made.line())}", rows=1_000_000, seconds=60), made


def both(
    query: str, rows: pa.Table, folder: Path, at: Address | None = None
) -> tuple[list[Any], list[Any]]:
    """Return what DuckDB and the second engine answer to a query over `landed_records`."""
    from storage.engines.spark.rendering import rendered

    con = in_memory()
    con.register("landed_records", rows)
    types = con.execute("DESCRIBE landed_records").fetchall()
    here = con.execute(query).fetchall()
    said = rendered(query, {name: kind for name, kind, *_ in types}, {})
    con.close()
    return here, answers(said.sql, rows, folder, at=at)


def answers(
    sql: str,
    rows: pa.Table,
    folder: Path,
    more: Mapping[str, Path] | None = None,
    at: Address | None = None,
) -> list[Any]:
    """Return what the second engine answers to its own SQL over `landed_records` and `more`.

    It is Sail, unless another one answers `at` an address.
    """
    file = folder / "rows.parquet"
    pq.write_table(rows, file)
    views = {"landed_records": file, **(more or {})}
    if at is None:
        return _answered(_client(), sql, views)
    spark = _connected(at)
    try:
        return _answered(spark, sql, views)
    finally:
        spark.stop()  # or it would ask a server that is gone when the process ends


def _answered(spark: Any, sql: str, views: Mapping[str, Path]) -> list[Any]:
    for name, where in views.items():
        spark.read.parquet(f"file://{where}").createOrReplaceTempView(name)
    return [tuple(row.values()) for row in spark.sql(sql).toArrow().to_pylist()]


@cache
def _client() -> Any:
    return _connected(sail())


def _connected(at: Address) -> Any:
    from storage.engines.spark.session import connected

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return connected(at)
