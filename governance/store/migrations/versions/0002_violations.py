"""Violations, and what was decided of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from governance.store.tables.declared import Moment

revision = "0002"
down_revision = "0001"

_CODE = sa.String(200)


def upgrade() -> None:
    """Make the tables, and the triggers that let no event be changed."""
    op.create_table(
        "violations",
        *(sa.Column(name, _CODE, nullable=False) for name in _NAMES),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("first_seen", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=False),
        sa.Column("gone_since", Moment(), nullable=True),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_violations"),
    )
    op.create_index("ix_violations_state", "violations", ["state"])
    op.create_table(
        "violation_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("violation_id", _CODE, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", _CODE, nullable=False),
        sa.Column("by", _CODE, nullable=False),
        sa.Column("post", _CODE, nullable=True),
        sa.Column("document", _CODE, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.Column("exemption_ref", _CODE, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_violation_events"),
        sa.ForeignKeyConstraint(
            ["violation_id"], ["violations.id"], name="fk_violation_events_violation_id"
        ),
    )
    op.create_index("ix_violation_events_violation_id", "violation_events", ["violation_id"])
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


_NAMES = ("id", "kind", "detector", "department", "about", "confidence", "state")
_WORDS = ("cause", "wording", "wording_en")

_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER violation_events_no_{act.lower()} BEFORE {act} ON violation_events "
        "BEGIN SELECT RAISE(ABORT, 'events of a violation are never changed'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION refuse_violation_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'events of a violation are never changed'; END $$"
        ),
        (
            "CREATE TRIGGER violation_events_kept BEFORE UPDATE OR DELETE ON violation_events "
            "FOR EACH ROW EXECUTE FUNCTION refuse_violation_change()"
        ),
    ],
}
