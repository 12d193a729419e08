"""Matters: openings, interface requests and delegations, and everything that happened to them.

Belongs here: the tables. Keep out: what may follow what (`governance.applications.matters`). No
column holds a value of the data or the name of a person; applicants are legal units.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance.store.tables.declared import Code, Declared, Words

__all__ = ["MatterEventRow", "MatterRow"]


class MatterRow(Declared):
    """One matter; rows are added and never changed, which triggers see to."""

    __tablename__ = "matters"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Code] = mapped_column(index=True)


class MatterEventRow(Declared):
    """One event of a matter; rows are added and never changed, which triggers see to."""

    __tablename__ = "matter_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    kind: Mapped[Code]
    at: Mapped[datetime]
    on: Mapped[date] = mapped_column(Date)
    by: Mapped[Code]
    department: Mapped[Code]
    post: Mapped[Code]
    document: Mapped[Code]
    reason: Mapped[Words]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
