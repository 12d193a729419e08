"""Alembic's environment: migrations run on the connection that the store has opened.

Alembic executes this file; nothing imports it.
"""

from __future__ import annotations

from alembic import context

from governance.store.tables.declared import Declared


def _migrate() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Declared.metadata,
        render_as_batch=True,  # SQLite changes a column by making the table anew
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate()
