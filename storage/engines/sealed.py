"""The sealed bench: a DuckDB connection from which nothing can be reached but what was put on it.

Belongs here: opening it, putting rows on it, reading a statement as a tree. Keep out: which
statements may run (`quality.rules.sql`). Files, network, extensions and settings are switched off
in the engine itself, so that a statement that somebody wrote has nothing to do harm with, whatever
the reader of its tree may have missed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import pyarrow as pa

from storage.engines.connection import Connection
from storage.engines.workbench import Limits
from storage.sql import identifier, literal
from storage.working_folders import working_folder

__all__ = ["NotASelect", "Tree", "limits_of", "open_sealed", "put", "text_of", "tree_of", "within"]

Tree = Mapping[str, Any]
"""A statement as the engine's own parser reads it."""
_INCOMING = "_incoming"
SPILL = "8GB"
"""How much of the disk a statement may take: a join without a condition would fill it."""


class NotASelect(Exception):  # noqa: N818 - a fact about a text, which its reader words
    """The text is no statement that only reads; `why` is the engine's word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def open_sealed(work: Path, limits: Limits | None = None) -> Iterator[Connection]:
    """Yield a sealed connection, whose tables are in a temporary file below `work`."""
    bounds = limits or Limits()
    with working_folder(work, "sealed-") as folder:
        con = duckdb.connect(folder / "sealed.duckdb")
        try:
            con.execute(f"SET memory_limit = {literal(bounds.memory)}")
            con.execute(f"SET threads = {bounds.threads}")
            con.execute(f"SET temp_directory = {literal(folder / 'spill')}")
            con.execute(f"SET max_temp_directory_size = {literal(SPILL)}")
            con.execute("SET enable_progress_bar = false")
            con.execute("SET autoinstall_known_extensions = false")
            con.execute("SET autoload_known_extensions = false")
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")  # last: nothing can be set from here on
            yield con
        finally:
            con.close()


def limits_of(con: Connection) -> Limits:
    """Return the bounds of a connection, for another that works beside it."""
    row = con.execute("SELECT current_setting('memory_limit'), current_setting('threads')")
    [(memory, threads)] = row.fetchall()
    return Limits(str(memory), int(threads))


def put(con: Connection, schema: str | None, name: str, rows: pa.RecordBatchReader) -> None:
    """Make a table of rows, which stream through."""
    table = identifier(name)
    if schema is not None:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")
        table = f"{identifier(schema)}.{table}"
    con.register(_INCOMING, rows)
    con.execute(f"CREATE TABLE {table} AS FROM {_INCOMING}")
    con.unregister(_INCOMING)


def tree_of(con: Connection, sql: str) -> Tree:
    """Return the tree of a text that is one SELECT.

    Raises:
        NotASelect: it is something else, or several statements.
    """
    [(text,)] = con.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()
    found: dict[str, Any] = json.loads(text)
    if found["error"]:
        raise NotASelect(str(found["error_message"]))
    if len(found["statements"]) != 1:
        raise NotASelect(f"there are {len(found['statements'])} statements")
    return found


def text_of(con: Connection, tree: Tree) -> str:
    """Return the statement of a tree: without comments, and exactly what was read."""
    [(text,)] = con.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(tree)]).fetchall()
    return str(text)


@contextmanager
def within(con: Connection, seconds: float) -> Iterator[None]:
    """Break off what runs on a connection after some time; it then raises the engine's error."""
    timer = Timer(seconds, con.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
