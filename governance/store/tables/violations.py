"""Violations: what is suspected, and what named posts decided of it.

Belongs here: the tables. Keep out: what a violation is (`governance.violations`).
No column holds a value of the data.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance.store.tables.declared import Code, Declared, Words

__all__ = ["ViolationEventRow", "ViolationRow"]


class ViolationRow(Declared):
    """One violation, for ever: its id follows from its kind, department, subject and cause."""

    __tablename__ = "violations"

    id: Mapped[Code] = mapped_column(primary_key=True)
    kind: Mapped[Code]
    detector: Mapped[Code]
    department: Mapped[Code]
    about: Mapped[Code]
    cause: Mapped[Words]
    wording: Mapped[Words]
    wording_en: Mapped[Words]
    confidence: Mapped[Code]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[Code] = mapped_column(index=True)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    gone_since: Mapped[datetime | None]
    rectify_by: Mapped[date | None] = mapped_column(Date)


class ViolationEventRow(Declared):
    """One event of a violation; rows are added and never changed, which triggers see to."""

    __tablename__ = "violation_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    violation_id: Mapped[Code] = mapped_column(ForeignKey("violations.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[Code]
    by: Mapped[Code]
    post: Mapped[Code | None]
    document: Mapped[Code | None]
    reason: Mapped[Words | None]
    rectify_by: Mapped[date | None] = mapped_column(Date)
    exemption_ref: Mapped[Code | None]
