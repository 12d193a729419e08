"""Cases: what somebody must put right, everything that happened to it, and who was told (七).

Belongs here: the tables. Keep out: when a case changes (`governance.cases`).
No column holds a value of the data, but `reports.wrong`: the consumer's own short words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from governance.store.tables.declared import Code, Declared, Words

__all__ = ["CaseRow", "EventRow", "NoticeRow", "ReportRow"]


class CaseRow(Declared):
    """One case: one row for each origin, resource, subject and cause, for ever."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("origin", "resource", "about", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[Code]
    resource: Mapped[Code]
    about: Mapped[Code]
    cause: Mapped[Code]
    owner: Mapped[Code]
    state: Mapped[Code] = mapped_column(index=True)
    wording: Mapped[Words]
    wording_en: Mapped[Words]
    count: Mapped[int]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    dispatched_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    extended_days: Mapped[int]
    closed_at: Mapped[datetime | None]


class EventRow(Declared):
    """One event of a case; rows are added and never changed, which triggers see to."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[Code]
    by: Mapped[Code]
    document: Mapped[Code | None]
    note: Mapped[Words]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReportRow(Declared):
    """What a consumer reported, by the place of the record and digests of its key and value."""

    __tablename__ = "reports"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    item: Mapped[Code]
    table_id: Mapped[Code]
    version: Mapped[int]
    delivery: Mapped[Code]
    record: Mapped[int]
    key_digest: Mapped[Code]
    digest: Mapped[Code]
    key_version: Mapped[int]
    wrong: Mapped[Words]
    consumer: Mapped[Code]
    grant: Mapped[Code]
    reported_at: Mapped[datetime]
    reported_by: Mapped[Code]
    checked_version: Mapped[int]


class NoticeRow(Declared):
    """One party that was told of a case: through which grant, and why it concerns them."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party: Mapped[Code]
    grant: Mapped[Code | None]
    kind: Mapped[Code]
    at: Mapped[datetime]
