"""Grants: who may decide, what was applied for, and everything that happened to a grant (五(四)).

Belongs here: the tables. Keep out: what may follow what (`governance.grants.life`), who may do it
(`governance.applications`). No column holds a value of the data; `stewards.name` is the one name of
a person in the store, and goes nowhere from there (九(二)).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from governance.store.tables.declared import Code, Declared, Words

__all__ = ["ApplicationRow", "GrantEventRow", "StewardRow"]


class StewardRow(Declared):
    """One term of a department's data steward; a row is added for every change (九(二))."""

    __tablename__ = "stewards"

    id: Mapped[int] = mapped_column(primary_key=True)
    department: Mapped[Code] = mapped_column(index=True)
    account: Mapped[Code] = mapped_column(index=True)
    post: Mapped[Code]
    name: Mapped[Words]
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    filing: Mapped[Code]
    at: Mapped[datetime]
    by: Mapped[Code]


class ApplicationRow(Declared):
    """What a consumer asked for; rows are added and never changed, which triggers see to."""

    __tablename__ = "applications"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant: Mapped[Code] = mapped_column(index=True)
    digest: Mapped[Code]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    origin: Mapped[Code]
    """`filed`, or `imported` from what an earlier version of the program kept in the catalogue."""


class GrantEventRow(Declared):
    """One event of a grant; rows are added and never changed, which triggers see to."""

    __tablename__ = "grant_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    grant: Mapped[Code] = mapped_column(index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    kind: Mapped[Code]
    at: Mapped[datetime]
    on: Mapped[date] = mapped_column(Date)
    """The day it counts from in the city: that of `at`, or the one on an imported document."""
    by: Mapped[Code]
    department: Mapped[Code]
    role: Mapped[Code]
    post: Mapped[Code]
    document: Mapped[Code]
    reason: Mapped[Words]
