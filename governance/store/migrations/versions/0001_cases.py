"""Cases, their events, what consumers reported, and who was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from governance.store.tables.declared import Moment

revision = "0001"
down_revision = None

_CODE = sa.String(200)


def upgrade() -> None:
    """Make the tables, and the triggers that let no event be changed."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, _CODE, nullable=False) for name in _NAMES),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("wording_en", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("dispatched_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint(
            "origin", "resource", "about", "cause", name="uq_cases_origin_resource_about_cause"
        ),
    )
    op.create_index("ix_cases_state", "cases", ["state"])
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("by", _CODE, nullable=False),
        sa.Column("document", _CODE, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_events_case_id"),
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id"])
    op.create_table(
        "reports",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("item", _CODE, nullable=False),
        sa.Column("table_id", _CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("delivery", _CODE, nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("key_digest", _CODE, nullable=False),
        sa.Column("digest", _CODE, nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("consumer", _CODE, nullable=False),
        sa.Column("grant", _CODE, nullable=False),
        sa.Column("reported_at", Moment(), nullable=False),
        sa.Column("reported_by", _CODE, nullable=False),
        sa.Column("checked_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_reports"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reports_case_id"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("party", _CODE, nullable=False),
        sa.Column("grant", _CODE, nullable=True),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id"),
    )
    op.create_index("ix_notices_case_id", "notices", ["case_id"])
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


_NAMES = ("origin", "resource", "about", "cause", "owner", "state")

_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER case_events_no_{act.lower()} BEFORE {act} ON case_events "
        "BEGIN SELECT RAISE(ABORT, 'events of a case are never changed'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        (
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'events of a case are never changed'; END $$"
        ),
        (
            "CREATE TRIGGER case_events_kept BEFORE UPDATE OR DELETE ON case_events "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
    ],
}
