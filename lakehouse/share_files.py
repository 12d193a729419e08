"""The DuckDB file that a consumer opens: one grant's rows, whole, in commented tables.

Belongs here: what is put into that file. Keep out: what the comments say (`governance`), making a
file whole (`database_files`). Plain DuckDB opens it on any machine, read-only, without extensions
and with nothing beside it: it names no path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lakehouse.database_files import Contents, build_database
from lakehouse.sql import Value, identifier, identifiers, literal, parquet
from lakehouse.table_shape import Shape, empty_select
from lakehouse.tables import live_files

__all__ = ["META_TABLE", "ShareTable", "build_share_file"]

META_TABLE = "_meta"


@dataclass(frozen=True)
class ShareTable:
    """One table: its name and comments are the shape's, its rows those of the extract."""

    shape: Shape
    extract: Path
    rows: int


def build_share_file(
    place: Path, tables: Sequence[ShareTable], about: Sequence[Mapping[str, Value]], comment: str
) -> None:
    """Build a grant's DuckDB file and put it in place, with the contents of its extracts inside.

    Args:
        place: where the file belongs.
        tables: the tables; their extracts need not stay where they are.
        about: the rows of `_meta`, at least one, all with the same keys; None is a null text.
        comment: what `_meta` is.

    Raises:
        TableError: the file does not hold what was written; nothing was put in place.
    """

    def fill(con: duckdb.DuckDBPyConnection) -> Contents:
        for table in tables:
            _add_table(con, table)
        con.execute(f"CREATE TABLE {identifier(META_TABLE)} AS {_values(about)}")
        con.execute(f"COMMENT ON TABLE {identifier(META_TABLE)} IS {literal(comment)}")
        meant = {("main", table.shape.name): table.rows for table in tables}
        return meant | {("main", META_TABLE): len(about)}

    build_database(place, fill)


def _add_table(con: duckdb.DuckDBPyConnection, table: ShareTable) -> None:
    name = identifier(table.shape.name)
    files = live_files(table.extract)
    rows = parquet(files) if files else empty_select(table.shape.columns)
    # in the order of the extract, which is that of its values: it tells nothing of the source
    con.execute(f"CREATE TABLE {name} AS SELECT {identifiers(table.shape.names)} FROM {rows}")
    con.execute(f"COMMENT ON TABLE {name} IS {literal(table.shape.description)}")
    for column in table.shape.columns:
        place = f"{name}.{identifier(column.name)}"
        con.execute(f"COMMENT ON COLUMN {place} IS {literal(column.comment)}")


def _values(rows: Sequence[Mapping[str, Value]]) -> str:
    """Return SQL that yields these rows; they describe the grant and hold no data."""
    names = list(rows[0])
    tuples = ", ".join(
        "(" + ", ".join(_constant(row[name]) for name in names) + ")" for row in rows
    )
    return f"SELECT * FROM (VALUES {tuples}) AS facts ({identifiers(names)})"


def _constant(value: Value) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
