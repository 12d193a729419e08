"""Dumps of the store: all its rows as text, out of SQLite or PostgreSQL, and into either.

Belongs here: writing and reading them. Keep out: when that is done (`flow.backup`). A dump says
which schema its rows are of: it is loaded into that one, and migrated afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, select, text

from catalog_specs.errors import BackupError
from catalog_specs.rules.homes.backup_faults import BackupFault
from governance.store import tables as declared
from governance.store.database import VARIABLE, Session, made_store, open_store
from governance.store.revisions import current, require_known
from governance.store.tables.declared import Declared
from storage.layout import Layout

__all__ = ["dump", "load", "revision_of"]

_MOST = 500
"""Rows that are inserted together."""


def dump(session: Session) -> Iterator[str]:
    """Yield the store as lines, without their ends, in the same order for the same rows."""
    yield json.dumps({"revision": current(session.connection())})
    for table in _declared():
        columns = tuple(column.name for column in table.columns)
        yield json.dumps({"table": table.name, "columns": columns}, ensure_ascii=False)
        for row in session.execute(select(table).order_by(*table.primary_key.columns)):
            yield json.dumps([_told(cell) for cell in row], ensure_ascii=False, sort_keys=True)


def load(layout: Layout, address: str, lines: Iterable[str]) -> None:
    """Put a dump into an empty store: a file of the home, or the database at an address.

    Raises:
        BackupError: the store holds something, or the dump is cut off.
        SettingsError: the store cannot be opened, or the dump is of a newer schema.
    """
    where = VARIABLE if address else str(layout.governance_db)
    rows = iter(lines)
    revision = revision_of([next(rows, "")])
    require_known(revision, where)
    with made_store(layout, address, revision) as store, store.writing() as session:
        connection = session.connection()
        found = current(connection)
        if found != revision or any(
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in _there(connection)
        ):
            raise BackupError(BackupFault.STORE_IN_USE, where=where)
        _insert(connection, rows)
    with open_store(layout, address):
        pass  # migrated, where the program has a newer schema


def revision_of(lines: Sequence[str]) -> str:
    """Return the schema that a dump's rows are of.

    Raises:
        BackupError: it is no dump.
    """
    try:
        return str(json.loads(lines[0])["revision"])
    except (IndexError, ValueError, TypeError, KeyError):
        raise BackupError(BackupFault.UNREADABLE_LIST, where="governance store") from None


def _declared() -> list[Table]:
    """Return every table of the store, those first that others refer to."""
    for module in iter_modules(declared.__path__, f"{declared.__name__}."):
        import_module(module.name)  # a table is known once its module is
    return list(Declared.metadata.sorted_tables)


def _there(connection: Connection) -> list[Table]:
    """Return the tables of a database as they are there, those first that others refer to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _insert(connection: Connection, lines: Iterator[str]) -> None:
    tables = {table.name: table for table in _there(connection)}
    table: Table | None = None
    columns: tuple[str, ...] = ()
    rows: list[dict[str, Any]] = []
    for line in lines:
        said = json.loads(line)
        if isinstance(said, dict) or len(rows) == _MOST:
            _add(connection, table, rows)
            rows = []
        if isinstance(said, dict):
            table, columns = tables[said["table"]], tuple(said["columns"])
        else:
            rows.append({name: _cell(one) for name, one in zip(columns, said, strict=True)})
    _add(connection, table, rows)
    if connection.dialect.name == "postgresql":
        for one in tables.values():
            if "id" in one.columns and one.columns["id"].type.python_type is int:
                _count_on(connection, one)


def _add(connection: Connection, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is not None and rows:
        connection.execute(table.insert(), rows)


def _count_on(connection: Connection, table: Table) -> None:
    """Let numbers that the database gives follow those that were put in."""
    sequence = connection.execute(
        text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
    ).scalar()
    last = connection.execute(select(func.max(table.columns["id"]))).scalar()
    if sequence and last:
        connection.execute(text("SELECT setval(:name, :last)"), {"name": sequence, "last": last})


def _told(cell: Any) -> Any:  # noqa: ANN401 - a cell
    if isinstance(cell, datetime):
        return {"moment": cell.astimezone(UTC).isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return {"json": cell} if isinstance(cell, (dict, list)) else cell


def _cell(told: Any) -> Any:  # noqa: ANN401 - a cell
    match told:
        case {"moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case {"json": value}:
            return value
        case _:
            return told
