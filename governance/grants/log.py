"""The log of grants in the store: everything that happened to them, in order.

Belongs here: reading it, and adding to it. Keep out: what may follow what
(`governance.grants.life`). A file of the home is read without SQLAlchemy, whose import costs a run
in which nothing waits a fifth of a second; a server is asked through it.
"""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

from catalog_specs.errors import SettingsError
from governance.grants.life import GrantEvent, GrantEventKind
from storage.full_disk import is_full
from storage.layout import Layout

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["Log", "add_application", "add_events", "events_in", "read_log"]

Log = tuple[tuple[GrantEvent, ...], dict[int, dict[str, Any]]]
"""All events in order, and the contents of the applications they are about, by their numbers."""

_EVENTS = (
    'SELECT e.id, e."grant", e.application_id, e.kind, e.at, e."on", e."by", e.department, '
    "e.role, e.post, e.document, e.reason, a.origin FROM grant_events e "
    "JOIN applications a ON a.id = e.application_id ORDER BY e.id"
)
_APPLICATIONS = "SELECT id, content FROM applications"
_ROOM = 64 << 10
"""Bytes that reading needs at most, of a file that is written ahead."""


def read_log(layout: Layout, address: str = "") -> Log:
    """Return everything that happened to grants; nothing where there is no store yet.

    Raises:
        SettingsError: the store does not answer, or cannot be read.
    """
    if address:
        return _from_server(layout, address)
    if not layout.governance_db.is_file():
        return (), {}
    try:
        with closing(sqlite3.connect(layout.governance_db, timeout=60)) as connection:
            return _from_file(connection)
    except sqlite3.Error as error:
        # a reader needs a page of shared memory beside the file, and SQLite calls its lack an
        # input/output error
        if is_full(error) or disk_usage(layout.home).free < _ROOM:
            raise OSError(errno.ENOSPC, "the governance store", str(layout.governance_db)) from None
        raise SettingsError(
            f"the governance store cannot be read ({type(error).__name__})",
            where=str(layout.governance_db),
            remedy="see that this account may read the file, or restore it from its backup",
        ) from None


def events_in(session: Session, grant: str = "") -> Log:
    """Return what happened to one grant, or to all, as a session sees it."""
    from sqlalchemy import select

    from governance.store.tables.grants import ApplicationRow, GrantEventRow

    query = select(GrantEventRow, ApplicationRow.origin).join(
        ApplicationRow, ApplicationRow.id == GrantEventRow.application_id
    )
    asked = select(ApplicationRow.id, ApplicationRow.content)
    if grant:
        query = query.where(GrantEventRow.grant == grant)
        asked = asked.where(ApplicationRow.grant == grant)
    events = tuple(
        GrantEvent(
            row.grant, row.application_id, GrantEventKind(row.kind), row.at, row.on, row.by,
            row.department, row.role, row.post, row.document, row.reason,
            imported=origin == "imported",
        )
        for row, origin in session.execute(query.order_by(GrantEventRow.id))
    )  # fmt: skip
    return events, {row.id: row.content for row in session.execute(asked)}


def add_application(session: Session, grant: str, content: tuple[str, Any], origin: str) -> int:
    """Add what was applied for, with its digest; return its number."""
    from governance.store.tables.grants import ApplicationRow

    row = ApplicationRow(grant=grant, digest=content[0], content=content[1], origin=origin)
    session.add(row)
    session.flush()
    return row.id


def add_events(session: Session, events: Iterable[GrantEvent]) -> None:
    """Add events of grants, in their order."""
    from governance.store.tables.grants import GrantEventRow

    for one in events:
        session.add(
            GrantEventRow(
                grant=one.grant, application_id=one.application, kind=one.kind.value, at=one.at,
                on=one.on, by=one.by, department=one.department, role=one.role, post=one.post,
                document=one.document, reason=one.reason,
            )
        )  # fmt: skip
        session.flush()  # one by one: their numbers are their order


def _from_server(layout: Layout, address: str) -> Log:
    from governance.store.database import open_store

    with open_store(layout, address) as store, store.reading() as session:
        return events_in(session)


def _from_file(connection: sqlite3.Connection) -> Log:
    known = "SELECT count(*) FROM sqlite_master WHERE name = 'grant_events'"
    if not connection.execute(known).fetchone()[0]:
        return (), {}  # a store of an earlier version, which no command has migrated yet
    connection.execute("BEGIN")  # both queries see one state
    events = tuple(map(_event, connection.execute(_EVENTS)))
    contents = {number: json.loads(text) for number, text in connection.execute(_APPLICATIONS)}
    return events, contents


def _event(row: Sequence[Any]) -> GrantEvent:
    _, grant, application, kind, at, on, by, department, role, post, document, reason, origin = row
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return GrantEvent(
        grant, application, GrantEventKind(kind), moment, date.fromisoformat(on), by, department,
        role, post, document, reason, imported=origin == "imported",
    )  # fmt: skip
