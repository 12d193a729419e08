"""Conditions: what holds of a good value, as SQLAlchemy over the typed feed.

Belongs here: the shape of a condition, and what several of them are built from. Keep out: single
conditions (`kinds`), making expectations of them (`expectations`). SQLAlchemy is imported inside
functions only, because rules are derived where nothing is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from feeds.columns import OPERATION

if TYPE_CHECKING:
    import sqlalchemy as sa

    Clause = sa.ColumnElement[bool]
    Column = sa.ColumnElement[Any]

__all__ = ["Arguments", "Condition", "day_of", "deleted", "within"]

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """One expectation: its GX type, its arguments with defaults, and the condition of a good row.

    `meets(column, arguments, table)` returns SQL that is true for a good row; `table` is the
    relation judged. With `presence` nulls of the column are judged too.
    """

    type: str
    meets: Callable[[Column, Arguments, sa.FromClause], Clause]
    description: str
    arguments: Arguments = field(default_factory=dict)
    presence: bool = False

    @property
    def metric(self) -> str:
        """Return the name of the GX metric behind it."""
        return f"column_values.quanshu.{self.type.removeprefix('expect_')}"


def within(value: Column, low: Any, high: Any) -> Clause:  # noqa: ANN401 - numbers or SQL
    """Return that a value lies between two bounds, both inclusive; None is no bound."""
    import sqlalchemy as sa

    parts = [value >= low] if low is not None else []
    return sa.and_(sa.true(), *parts, *([value <= high] if high is not None else []))


def deleted() -> Clause:
    """Return that a record of a change feed deletes."""
    import sqlalchemy as sa

    return sa.func.coalesce(sa.column(OPERATION) == "D", sa.false())


def day_of(arguments: Arguments) -> Column:
    """Return the day that a condition means: of the column `on`, else the written `day`."""
    import sqlalchemy as sa

    if arguments["on"] is not None:
        return sa.cast(sa.column(arguments["on"]), sa.Date)
    return sa.literal_column(f"DATE '{date.fromisoformat(arguments['day']).isoformat()}'")
