"""Matters: openings, interface requests, delegations, and their events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from governance.store.tables.declared import Moment

revision = "0004"
down_revision = "0003"

_CODE = sa.String(200)


def upgrade() -> None:
    """Make the tables, and the triggers that let nothing of a matter be changed."""
    op.create_table(
        "matters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
    )
    op.create_table(
        "matter_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        *(sa.Column(name, _CODE, nullable=False) for name in _SAID),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_events"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_events_matter_id"),
    )
    op.create_index("ix_matters_kind", "matters", ["kind"])
    op.create_index("ix_matter_events_matter_id", "matter_events", ["matter_id"])
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


_SAID = ("by", "department", "post", "document")
_KEPT = ("matters", "matter_events")
_WORDS = "what was filed and decided is never changed"

_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        for table in _KEPT
        for act in ("UPDATE", "DELETE")
    ],
    # the function is that of revision 0003
    "postgresql": [
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_grant_change()"
        for table in _KEPT
    ],
}
