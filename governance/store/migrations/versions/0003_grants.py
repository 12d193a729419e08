"""Stewards, applications, and the life of grants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from governance.store.tables.declared import Moment

revision = "0003"
down_revision = "0002"

_CODE = sa.String(200)


def upgrade() -> None:
    """Make the tables, and the triggers that let nothing filed or decided be changed."""
    op.create_table(
        "stewards",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, _CODE, nullable=False) for name in ("department", "account", "post")),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("filing", _CODE, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", _CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stewards"),
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant", _CODE, nullable=False),
        sa.Column("digest", _CODE, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("origin", _CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
    )
    op.create_table(
        "grant_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant", _CODE, nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        *(sa.Column(name, _CODE, nullable=False) for name in _SAID),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grant_events"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name="fk_grant_events_application_id"
        ),
    )
    for table, column in _INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


_SAID = ("by", "department", "role", "post", "document")
_INDEXED = (
    ("stewards", "department"),
    ("stewards", "account"),
    ("applications", "grant"),
    ("grant_events", "grant"),
    ("grant_events", "application_id"),
)
_KEPT = ("stewards", "applications", "grant_events")
_WORDS = "what was filed and decided is never changed"

_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        for table in _KEPT
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION refuse_grant_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{_WORDS}'; END $$"
        ),
        *(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_grant_change()"
            for table in _KEPT
        ),
    ],
}
