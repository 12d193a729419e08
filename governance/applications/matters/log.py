"""The log of matters in the store: what happened to them, in order.

Belongs here: reading it, and adding to it. Keep out: what may follow what (`machine`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.applications.matters.machine import Matter, MatterEvent, lived
from governance.applications.matters.machines import MACHINES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = ["add_event", "add_matter", "matters_in"]


def matters_in(
    session: Session, kind: str | None = None, number: int | None = None
) -> tuple[Matter, ...]:
    """Return the matters, of one kind or with one number, in the order in which they began.

    One of a kind that this program does not know is left out.
    """
    from sqlalchemy import select

    from governance.store.tables.matters import MatterEventRow, MatterRow

    query = select(MatterEventRow, MatterRow.kind).join(
        MatterRow, MatterRow.id == MatterEventRow.matter_id
    )
    if kind is not None:
        query = query.where(MatterRow.kind == kind)
    if number is not None:
        query = query.where(MatterRow.id == number)
    found: dict[tuple[int, str], list[MatterEvent]] = {}
    for row, of in session.execute(query.order_by(MatterEventRow.id)):
        event = MatterEvent(
            row.matter_id, row.kind, row.at, row.on, row.by, row.department, row.post,
            row.document, row.reason, row.facts,
        )  # fmt: skip
        found.setdefault((row.matter_id, of), []).append(event)
    known = (lived(MACHINES[of], events) for (_, of), events in found.items() if of in MACHINES)
    return tuple(sorted((one for one in known if one), key=lambda one: one.number))


def add_matter(session: Session, kind: str) -> int:
    """Add a matter; return its number."""
    from governance.store.tables.matters import MatterRow

    row = MatterRow(kind=kind)
    session.add(row)
    session.flush()
    return row.id


def add_event(session: Session, one: MatterEvent) -> None:
    """Add an event of a matter."""
    from governance.store.tables.matters import MatterEventRow

    session.add(
        MatterEventRow(
            matter_id=one.matter, kind=str(one.kind), at=one.at, on=one.on, by=one.by,
            department=one.department, post=one.post, document=one.document, reason=one.reason,
            facts=dict(one.facts),
        )
    )  # fmt: skip
    session.flush()
