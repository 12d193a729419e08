"""The common parts of the tables of the store: one metadata, and names for its constraints.

Belongs here: the declarative base and the types of columns that several tables use. Keep out:
tables.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

__all__ = ["Code", "Declared", "Moment", "Words"]

Code = Annotated[str, "code"]
"""A name out of the catalogue or a closed set."""
Words = Annotated[str, "words"]
"""Text of any length."""


class Moment(TypeDecorator[datetime]):
    """A moment: stored in UTC, read with its zone; SQLite itself knows none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as it is stored; ValueError for one that names no zone."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - a driver's
        """Return the moment in UTC."""
        del dialect
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Declared(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {Code: String(200), Words: Text(), datetime: Moment()}  # noqa: RUF012 - SQLAlchemy's own
