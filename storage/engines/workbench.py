"""The workbench: a DuckDB connection with bounded memory for one piece of work.

Belongs here: opening and closing it, its limits, how it plans. Keep out: what is computed on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.engines.connection import GROUP_ROWS, Connection
from storage.engines.instances import on_instance
from storage.engines.object_reading import reach_objects
from storage.sql import literal
from storage.working_folders import working_folder

__all__ = ["Limits", "folder_of", "open_workbench", "use_threads", "without_optimizers"]

_COSTLY = "common_subexpressions"
"""An optimizer that takes half of the planning of a wide query over typed records, and makes it no
faster, however many records there are."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one workbench: `memory` as DuckDB writes it (e.g. "2GB"), `threads` ≥ 1."""

    memory: str = "512MB"
    threads: int = 2


@contextmanager
def open_workbench(work: Path, limits: Limits | None = None) -> Iterator[Connection]:
    """Yield a connection whose tables are in a temporary file below `work`.

    The tables are in a file and not in memory, so that memory follows `limits` and not the size of
    the data. Files of killed processes are removed first. No extension is installed, and none
    loaded but the one that reads objects, where tables lie on an object store.
    """
    from storage.engines.encoded_files import reach_encoded_files

    bounds = limits or Limits()
    with (
        working_folder(work, "bench-") as folder,
        on_instance(folder / "bench.duckdb", folder / "spill") as con,
    ):
        con.execute(f"SET memory_limit = {literal(bounds.memory)}")
        con.execute(f"SET threads = {bounds.threads}")
        # keeping the order would buffer whole results; every row carries its number anyway
        con.execute("SET preserve_insertion_order = false")
        # by default a query over, say, https:// downloads and runs an extension
        con.execute("SET autoinstall_known_extensions = false")
        con.execute("SET autoload_known_extensions = false")
        con.execute(f"SET disabled_optimizers = {literal(_COSTLY)}")
        # a long query would draw it into our own progress, or beside `--json`
        con.execute("SET enable_progress_bar = false")
        reach_objects(con)
        reach_encoded_files(con)
        yield con


def folder_of(con: Connection) -> Path:
    """Return the folder in which a connection may leave files while it works: where it spills."""
    ((spill,),) = con.execute("SELECT current_setting('temp_directory')").fetchall()
    return Path(str(spill)).absolute()


def use_threads(con: Connection, limits: Limits, rows: int) -> None:
    """Let a connection have the threads that queries over tables of up to `rows` rows keep busy.

    The engine parts work by row groups. Of what is one group a second thread gets nothing, and only
    looks for work while the first one is at it.
    """
    con.execute(f"SET threads = {limits.threads if rows > GROUP_ROWS else 1}")


@contextmanager
def without_optimizers(con: Connection, *names: str) -> Iterator[None]:
    """Let queries be planned without some optimizers too."""
    ((before,),) = con.execute("SELECT current_setting('disabled_optimizers')").fetchall()
    con.execute(f"SET disabled_optimizers = {literal(','.join([*filter(None, [before]), *names]))}")
    try:
        yield
    finally:
        con.execute(f"SET disabled_optimizers = {literal(before)}")
