"""Revisions of the store's schema: which there are, and which a database has.

Belongs here: reading both without alembic, whose import takes a third of a second. Keep out:
migrating (`governance.store.database`). A file of `migrations/versions/` is named
`<revision>_<what>.py`; revisions are numbers of four digits, each following the one before.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from catalog_specs.errors import SettingsError

__all__ = ["MIGRATIONS", "current", "newest", "require_known"]

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def newest() -> str:
    """Return the revision that this code was written for."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def current(connection: Connection) -> str | None:
    """Return the revision of a database; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def require_known(found: str | None, where: str) -> None:
    """Refuse a database that a newer version of the program has migrated: SettingsError."""
    if found is not None and found > newest():
        raise SettingsError(
            f"the governance store has schema {found}; this program knows {newest()}",
            where=where,
            remedy="run the newer version of Quanshu that migrated it, or restore its backup",
        )
