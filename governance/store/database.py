"""The database of the store: one SQLite file of the home, or a PostgreSQL server's.

Belongs here: opening it, migrating it when it is opened, sessions. Keep out: tables, queries.
SQLite: the owner alone may read the file; readers never wait for a writer (WAL), and a writer waits
for another one from its first statement on, so that what it has read is still so when it writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from catalog_specs.errors import SettingsError
from governance.store.revisions import MIGRATIONS, current, newest, require_known
from storage.full_disk import is_full
from storage.layout import Layout
from storage.locks import locked

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["VARIABLE", "Session", "Store", "exists", "made_store", "open_store", "stands_at"]

VARIABLE = "QUANSHU_GOVERNANCE_DB"
PATIENCE = 60
"""Seconds that a writer waits for another one."""
_DRIVER = "postgresql+pg8000"
_MIGRATING = 7_230_451_960
"""Number of the lock that runners of one PostgreSQL database hold while they migrate it."""


@dataclass(frozen=True)
class Store:
    """An open database with the newest schema."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one state, from its first question on, and changes nothing."""
        reader = self.engine
        if reader.dialect.name == "postgresql":  # SQLite does so by itself
            reader = reader.execution_options(isolation_level="REPEATABLE READ")
        with Session(reader) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session whose changes stand together when the block ends well, or not at all."""
        writer = self.engine.execution_options(writing=True)
        with Session(writer) as session, session.begin():
            if self.engine.dialect.name == "postgresql":
                # as SQLite does: one writer at a time; cases are few, and none is opened twice
                session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATING + 1})
            yield session


def exists(layout: Layout, address: str = "") -> bool:
    """Say whether there is a store already: a home of before has none, and nothing to tell."""
    return bool(address) or layout.governance_db.is_file()


@contextmanager
def open_store(layout: Layout, address: str = "") -> Iterator[Store]:
    """Open the store, made or migrated first where that is due; close it afterwards.

    `address` is a URL of SQLAlchemy for PostgreSQL; empty means the home's own file.

    Raises:
        SettingsError: the address is none, nothing answers there, or its schema is newer than this
            program.
    """
    engine = _engine(layout, address)
    where = VARIABLE if address else str(layout.governance_db)
    try:
        _require_newest(layout, engine, where)
        yield Store(engine)
    finally:
        engine.dispose()


def stands_at(layout: Layout, address: str = "") -> str | None:
    """Return the revision of the store's schema as it is, and migrate nothing; None if empty.

    Raises:
        SettingsError: the address is none, or nothing answers there.
    """
    engine = _engine(layout, address)
    try:
        with engine.connect() as connection:
            return current(connection)
    except DBAPIError as error:
        raise _unreachable(VARIABLE if address else str(layout.governance_db), error) from None
    finally:
        engine.dispose()


@contextmanager
def made_store(layout: Layout, address: str, revision: str) -> Iterator[Store]:
    """Open a store that has a schema of before, made with it where there is none; close it after.

    Raises:
        SettingsError: as `open_store`.
    """
    engine = _engine(layout, address)
    where = VARIABLE if address else str(layout.governance_db)
    try:
        with engine.connect() as connection:
            found = current(connection)
        if found is None:
            _migrate(layout, engine, where, revision)
        yield Store(engine)
    except DBAPIError as error:
        if is_full(error):
            raise
        raise _unreachable(where, error) from None
    finally:
        engine.dispose()


def _require_newest(layout: Layout, engine: Engine, where: str) -> None:
    try:
        with engine.connect() as connection:
            found = current(connection)
        if found != newest():
            require_known(found, where)
            _migrate(layout, engine, where)
    except DBAPIError as error:
        if is_full(error):
            raise
        # without the driver's words: they may quote the address
        raise _unreachable(where, error) from None


def _engine(layout: Layout, address: str) -> Engine:
    if address:
        try:
            return create_engine(_server(address), pool_size=1)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            # without the cause: its words may quote the password
            raise _no_address() from None
    file = layout.governance_db
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    return _engine_of(str(file))


@lru_cache(maxsize=8)
def _engine_of(file: str) -> Engine:
    """Return the engine of a file: it keeps the statements that it compiled, and no connection.

    A run opens the store a dozen times. The file may be another one each time, e.g. restored.
    """
    engine = create_engine(URL.create("sqlite", database=file), poolclass=NullPool)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _server(address: str) -> URL:
    """Return the address for the driver; a socket may be named as libpq does, `?host=/folder`."""
    url = make_url(address)
    if url.get_backend_name() != "postgresql":
        raise _no_address()
    folder = url.query.get("host")
    if isinstance(folder, str) and folder.startswith("/"):
        socket = f"{folder}/.s.PGSQL.{url.query.get('port', '5432')}"
        url = url.set(query={"unix_sock": socket})
    return url.set(drivername=_DRIVER)


def _set_up(connection: sqlite3.Connection, record: object) -> None:
    del record
    # the driver would begin transactions by itself, and only when something is written
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    writing = bool(options.get("writing"))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(layout: Layout, engine: Engine, where: str, to: str = "head") -> None:
    """Bring the schema up to date, unless another runner has done so in the meantime."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    writer = engine.execution_options(writing=True)
    with locked(layout, "governance"):
        if engine.dialect.name == "sqlite":
            _write_ahead(engine)
        with writer.begin() as connection:
            _to_revision(connection, config, where, to)


def _write_ahead(engine: Engine) -> None:
    """Let the file keep a log beside it, once for ever: that cannot be done in a transaction."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def _to_revision(connection: Connection, config: Config, where: str, to: str) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATING})
    found = current(connection)
    if found != newest():
        require_known(found, where)
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _no_address() -> SettingsError:
    return SettingsError(
        "the address of the governance store is not one of PostgreSQL, or its driver is missing",
        where=VARIABLE,
        remedy="write postgresql://user:password@host/database, and install quanshu[postgresql]; "
        "without the variable the store is a file of the home",
    )


def _unreachable(where: str, error: DBAPIError) -> SettingsError:
    """Tell that the store does not answer, by the class of the driver's error alone."""
    return SettingsError(
        f"the governance store does not answer ({type(error.orig).__name__})",
        where=where,
        remedy="see that the server runs and that this account may use the database or the file",
    )
