"""Pulls from SQLite: a file opened for reading only, every value as its text.

Belongs here: how SQLite is asked. Keep out: what is asked (`sql`).
SQLite types values, not columns, and its driver takes a column's type from the first rows it sees:
a column that begins with a thousand nulls would break the pull. So every value is asked for as
text, and a first row of empty texts, which is thrown away, says that all columns are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from catalog_specs.errors import TransientError
from landing.pulls.database import WATERMARK, Asked, Cursor
from landing.pulls.orders import Order
from landing.pulls.watermarks import Kind
from storage.sql import identifier, literal

__all__ = ["Sqlite"]

BATCH_ROWS = 1 << 15
"""Rows of an Arrow batch of the driver; its default is 1,024."""
BUSY_MILLISECONDS = 10_000
"""How long a writer's lock is waited for."""
EXACT = 1 << 53
"""Beyond it a float no longer holds every whole number."""


@dataclass(frozen=True)
class Sqlite:
    """A SQLite file; `told` names it in messages, because the path itself is not to be told."""

    path: Path
    told: str
    ref: str
    leading: int = 1

    @contextmanager
    def opened(self) -> Iterator[Cursor]:
        """Connect, so that nothing can be written and the rows are of one moment."""
        from adbc_driver_sqlite import dbapi

        if not self.path.is_file():
            raise TransientError(
                f"there is no database file where {self.told} says",
                where=self.ref,
                remedy=f"see that {self.told} is right; the next run tries again",
            )
        address = f"file:{quote(str(self.path.absolute()))}?mode=ro"  # a wrong path makes no file
        with dbapi.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            cursor.fetchall()
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
            yield cursor

    def kind(self, cursor: Cursor, relation: str, column: str, kind: pa.DataType) -> Kind | None:
        """Return what a watermark column holds; None when it cannot serve as one."""
        del kind
        name = identifier(column)
        # by the values: SQLite's columns have an affinity, not a type
        cursor.execute(f"SELECT DISTINCT typeof({name}) FROM {relation} WHERE {name} IS NOT NULL")
        match [row[0] for row in cursor.fetchall()]:
            case ["integer"]:
                return Kind.INTEGER
            case ["text"] | []:
                return Kind.TEXT
            case _:
                return None

    def shapes(self, cursor: Cursor, relation: str, column: str, most: int) -> list[str]:
        """Return `most` different shapes at most of the texts in a column, digits as zeros."""
        name = identifier(column)
        shape = name
        for digit in "123456789":
            shape = f"replace({shape}, '{digit}', '0')"
        cursor.execute(f"SELECT DISTINCT {shape} FROM {relation} WHERE {name} <> '' LIMIT {most}")
        return [str(row[0]) for row in cursor.fetchall()]

    def statement(self, asked: Asked) -> str:
        """Return the SELECT; every value as text, below a row of empty texts."""
        wanted = {name: _text(identifier(name)) for name in asked.columns}
        where = ""
        if asked.watermark is not None:
            mark = identifier(asked.watermark)
            wanted[WATERMARK] = f"CAST({mark} AS TEXT)"
            where = _since(mark, asked)
        first = ", ".join(f"'' AS {identifier(name)}" for name in wanted)
        rows = f"SELECT {', '.join(wanted.values())} FROM {asked.relation}{where}"
        return f"SELECT {first} UNION ALL {rows}"


def _text(column: str) -> str:
    """Write a value so that nothing of it is lost; whole floats without a point.

    Floats that may stand for several whole numbers get an exponent, as damage that the gate knows.
    SQLite writes more than 16 digits of a float only where the format has a `!`.
    """
    whole = f"{column} = CAST({column} AS INTEGER) AND abs({column}) < {EXACT}"
    short = f"CAST({column} AS TEXT)"
    return (
        f"CASE typeof({column}) WHEN 'blob' THEN hex({column}) WHEN 'real' THEN"
        f" CASE WHEN {whole} THEN CAST(CAST({column} AS INTEGER) AS TEXT)"
        f" WHEN abs({column}) >= {EXACT} THEN printf('%!.16e', {column})"
        f" WHEN CAST({short} AS REAL) = {column} THEN {short}"
        f" ELSE printf('%!.17g', {column}) END"
        f" ELSE {short} END"
    )


def _since(column: str, asked: Asked) -> str:
    if asked.bound is None or asked.scale is None:
        return ""
    value = asked.bound.value
    match asked.scale.kind, asked.scale.order:
        case Kind.INTEGER, _:
            return f" WHERE {column} >= {int(value)} OR {column} IS NULL"
        case _, Order.NUMBERS:
            beyond = f"CAST({column} AS INTEGER) >= {int(value)}"
        case _:
            beyond = f"{column} COLLATE BINARY >= {literal(value)}"
    return f" WHERE {beyond} OR {column} IS NULL OR {column} = ''"
