"""The second engine beside a connection: queries of the connection, answered there in files.

Belongs here: bringing there what a query is over, where the answers lie. Keep out: its words
(`rendering`), sending and waiting (`session`), who asks what (`quality`, `authoritative`).
It answers in files of the home's folder. What it reads lies there too, or on an object store: files
of that are fetched into the folder, once for each bundle, unless the engine reads the store itself.
sqlglot and pyspark are an extra, and are imported when the first query goes there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storage.engines.connection import Connection
from storage.engines.spark.address import Address
from storage.places.deposits import fetch
from storage.places.object_path import Place
from storage.sql import identifier, literal, parquet

if TYPE_CHECKING:
    from storage.engines.spark.session import Session

__all__ = ["Elsewhere", "Expecting", "expecting"]

_AT_ONCE = 4
"""Files of a store that are fetched at a time."""


class Elsewhere:
    """A session of the second engine beside a connection, opened when a query first goes there.

    What it writes lies below `folder` until `begin` is called. `own` are functions of this project:
    name → the expression of its one argument `s`.
    """

    def __init__(
        self, con: Connection, folder: Path, address: Address, own: Mapping[str, str]
    ) -> None:
        self._con = con
        self._folder = folder
        self._address = address
        self._own = own
        self._session: Session | None = None
        self._begun = self._answers = 0

    @property
    def session(self) -> Session:
        """Return the session."""
        from storage.engines.spark.session import Session

        self._session = self._session or Session(self._address)
        return self._session

    def begin(self) -> Path:
        """Return a new folder, without what lay in those before.

        Of an earlier one, a write that died may still be in the way.
        """
        shutil.rmtree(self._place, ignore_errors=True)
        self._begun += 1
        self._place.mkdir(parents=True)
        return self._place

    def answered(self, query: str, where: str, rows: int | None = None) -> tuple[Path, ...]:
        """Let a query over relations of the connection be answered there; returns files.

        `rows` are those that must come of it, where that is known.

        Raises:
            NotSaidAlike: it cannot be said there; nothing was begun.
            SecondEngineError: the engine did not do what it was asked.
        """
        from storage.engines.spark.rendering import rendered
        from storage.engines.spark.session import Job
        from storage.engines.spark.sources import OnConnection

        sources = OnConnection(self._con)
        said = rendered(query, sources, self._own)
        self._answers += 1
        folder = self._place / f"answer-{self._answers}"
        folder.mkdir()
        brought = {view: name for name, view in said.relations.items()} | sources.tables
        read = {view: self._within_reach(found) for view, found in sources.files.items()}
        files: dict[str, tuple[Place, ...]] = read | {
            view: (self.copied(f"FROM {identifier(name)}", folder / f"{view}.parquet"),)
            for view, name in brought.items()
        }
        columns = {view: found for view, found in sources.columns.items() if view in files}
        return self.session.write(Job(said, files, folder / "rows", rows, where, columns))

    def answer(self, query: str, where: str, rows: int | None = None) -> str:
        """Return the SQL behind FROM of what `answered` returns, of the query's columns.

        Raises:
            NotSaidAlike: see `answered`.
            SecondEngineError: see `answered`.
        """
        files = self.answered(query, where, rows)
        # where nothing comes of it there may be no file; the query is not worked out for its shape
        return parquet(files) if files else f"(FROM ({query}) WHERE false)"

    def copied(self, query: str, file: Path) -> Path:
        """Write what a query of the connection returns as a Parquet file."""
        self._con.execute(f"COPY ({query}) TO {literal(file)} (FORMAT parquet)")
        return file

    def interrupt(self) -> None:
        """Give up what is running there, from another thread."""
        if self._session is not None:
            self._session.interrupt()

    def close(self) -> None:
        """End the session, if there is one."""
        if self._session is not None:
            self._session.close()

    def _within_reach(self, files: Iterable[Place]) -> tuple[Place, ...]:
        """Return files as the engine can read them."""
        if self._address.reads_store:
            return tuple(files)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return tuple(pool.map(self._fetched, files))

    def _fetched(self, file: Place) -> Path:
        """Return a file of the disk: itself, or a copy, which stays until `begin` is called."""
        if isinstance(file, Path):
            return file
        copy = self._place / "fetched" / file.bucket / file.key
        if not copy.is_file() and not fetch(file, copy, self._place):
            raise FileNotFoundError(f"there is no {file}")
        return copy

    @property
    def _place(self) -> Path:
        return self._folder / f"there-{self._begun}"


@dataclass(frozen=True)
class Expecting:
    """The second engine for one query, of which so many rows must come; None: nobody knows."""

    engine: Elsewhere
    rows: int | None

    def answered(self, query: str, where: str) -> tuple[Path, ...]:
        """Return files with the answer; see `Elsewhere.answered`."""
        return self.engine.answered(query, where, self.rows)


def expecting(engine: Elsewhere | None, rows: int | None) -> Expecting | None:
    """Return the second engine with what is known of its answer, if there is one."""
    return None if engine is None else Expecting(engine, rows)
