"""Pulls from PostgreSQL: one read-only snapshot, exact texts, streamed in columns.

Belongs here: how PostgreSQL is asked. Keep out: what is asked (`sql`).
Whole and floating numbers, truth values and texts come as they are. Everything else comes as the
text PostgreSQL writes: numerics keep every digit, and an infinite date is the text of one row, not
the ruin of a column. Moments with an offset are written as the wall clock of the city.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from landing.pulls.database import WATERMARK, Asked, Cursor
from landing.pulls.orders import Order
from landing.pulls.watermarks import Kind
from storage.sql import identifier, literal

__all__ = ["PostgreSql"]

CONNECT_SECONDS = 15
"""libpq's own default waits for ever."""
_PLAIN = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_string,
    pa.types.is_large_string,
)


@dataclass(frozen=True)
class PostgreSql:
    """A PostgreSQL database by its libpq address; `timeout` seconds for one statement."""

    url: str
    timezone: str
    timeout: int
    leading: int = 0

    @contextmanager
    def opened(self) -> Iterator[Cursor]:
        """Connect, so that nothing can be written and the rows are of one moment."""
        from adbc_driver_postgresql import dbapi

        patience = "" if "connect_timeout" in self.url else f"connect_timeout={CONNECT_SECONDS}"
        joint = "&" if "?" in self.url else "?"
        with (
            dbapi.connect(self.url + joint + patience if patience else self.url) as connection,
            connection.cursor() as cursor,
        ):
            for setting in (
                # must be the first statement of the transaction; it gives one snapshot for all
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
                f"SET LOCAL statement_timeout = '{self.timeout}s'",
                f"SET LOCAL TIME ZONE {literal(self.timezone)}",
                "SET LOCAL DateStyle = 'ISO'",
                "SET LOCAL standard_conforming_strings = on",  # else `\` escapes within literals
            ):
                cursor.execute(setting)
            yield cursor

    def kind(self, cursor: Cursor, relation: str, column: str, kind: pa.DataType) -> Kind | None:
        """Return what a watermark column holds; None when it cannot serve as one."""
        del cursor, relation, column
        if pa.types.is_timestamp(kind):
            return Kind.TIMESTAMP if kind.tz is None else Kind.TIMESTAMPTZ
        if pa.types.is_date(kind):
            return Kind.DATE
        if pa.types.is_integer(kind):
            return Kind.INTEGER
        return Kind.TEXT if pa.types.is_string(kind) or pa.types.is_large_string(kind) else None

    def shapes(self, cursor: Cursor, relation: str, column: str, most: int) -> list[str]:
        """Return `most` different shapes at most of the texts in a column, digits as zeros."""
        name = identifier(column)
        shape = f"translate({name}, '123456789', '000000000')"
        cursor.execute(f"SELECT DISTINCT {shape} FROM {relation} WHERE {name} <> '' LIMIT {most}")
        return [str(row[0]) for row in cursor.fetchall()]

    def statement(self, asked: Asked) -> str:
        """Return the SELECT; text, numbers and truth values only, moments as wall clock text."""
        wanted = [_written(name, kind) for name, kind in asked.columns.items()]
        where = ""
        if asked.watermark is not None:
            mark = identifier(asked.watermark)
            kind = asked.scale.kind if asked.scale else None
            wanted.append(f"{_mark(mark, kind)} AS {identifier(WATERMARK)}")
            where = _since(mark, asked)
        return f"SELECT {', '.join(wanted)} FROM {asked.relation}{where}"


def _written(name: str, kind: pa.DataType) -> str:
    column = identifier(name)
    if any(plain(kind) for plain in _PLAIN):
        return column
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return f"{column}::timestamp::text AS {column}"
    return f"{column}::text AS {column}"


def _mark(column: str, kind: Kind | None) -> str:
    match kind:
        case Kind.INTEGER:
            return f"{column}::bigint"
        case Kind.TIMESTAMPTZ:
            return f"({column} AT TIME ZONE 'UTC')::text"
        case _:
            return f"{column}::text"


def _since(column: str, asked: Asked) -> str:
    if asked.bound is None or asked.scale is None:
        return ""
    value = asked.bound.value
    none = f"{column} IS NULL"
    match asked.scale.kind, asked.scale.order:
        case Kind.INTEGER, _:
            return f" WHERE {column} >= {int(value)} OR {none}"
        case _, Order.NUMBERS:  # CASE, because nothing else keeps the cast from other texts
            number = f"CASE WHEN {column} ~ '^[0-9]+$' THEN {column}::bigint END"
            return f" WHERE {number} >= {int(value)} OR {none} OR {column} = ''"
        case Kind.TEXT, _:
            ordered = f'{column} COLLATE "C" >= {literal(value)}'
            return f" WHERE {ordered} OR {none} OR {column} = ''"
        case Kind.TIMESTAMPTZ, _:
            bound = f"({literal(value)}::timestamp AT TIME ZONE 'UTC')"
        case kind, _:
            bound = f"{literal(value)}::{kind}"
    return f" WHERE {column} >= {bound} OR {none} OR {column} = '-infinity'"
