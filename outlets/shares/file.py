"""The DuckDB file of a grant: its rows, complete, under commented views.

Belongs here: what is put into that file. Keep out: what the comments say (`governance`), making a
file whole (`database_files`). Plain DuckDB opens it on any machine, read-only, without extensions
and with nothing beside it: it names no path. The rows lie in tables of the schema `data`; a view of
each in `main` is what people see, and is over nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.delta.table_shape import Column, Shape, empty_select
from storage.delta.tables import live_files
from storage.engines.connection import Connection
from storage.engines.database_files import Contents, build_database
from storage.sql import Value, identifier, identifiers, literal, parquet

__all__ = ["DATA", "META", "ShareTable", "build_share_file"]

META = "_meta"
DATA = "data"


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
    columns = tuple(Column(name, "VARCHAR") for name in about[0])
    meta = Shape(META, comment, columns)

    def fill(con: Connection) -> Contents:
        con.execute(f"CREATE SCHEMA {identifier(DATA)}")
        for table in tables:
            _add(con, table.shape, _rows(table))
        _add(con, meta, _values(about))
        rows = {table.shape.name: table.rows for table in tables} | {META: len(about)}
        return {
            **{(DATA, name): number for name, number in rows.items()},
            **{("main", name): None for name in rows},
        }

    build_database(place, fill)


def _add(con: Connection, shape: Shape, query: str) -> None:
    """Store the rows of a query, in their order, and show them under a view; both are commented.

    The order of an extract is that of its values: it reveals nothing about the source.
    """
    stored = f"{identifier(DATA)}.{identifier(shape.name)}"
    shown = f"main.{identifier(shape.name)}"
    con.execute(f"CREATE TABLE {stored} AS {query}")
    con.execute(f"CREATE VIEW {shown} AS SELECT {identifiers(shape.names)} FROM {stored}")
    for kind, place in (("TABLE", stored), ("VIEW", shown)):
        con.execute(f"COMMENT ON {kind} {place} IS {literal(shape.description)}")
        for column in shape.columns:
            if column.comment:
                target = f"{place}.{identifier(column.name)}"
                con.execute(f"COMMENT ON COLUMN {target} IS {literal(column.comment)}")


def _rows(table: ShareTable) -> str:
    files = live_files(table.extract)
    rows = parquet(files) if files else empty_select(table.shape.columns)
    return f"SELECT {identifiers(table.shape.names)} FROM {rows}"


def _values(rows: Sequence[Mapping[str, Value]]) -> str:
    """Return SQL that yields these rows; they describe the grant and hold no data."""
    names = list(rows[0])
    tuples = ", ".join(
        "(" + ", ".join(_constant(row[name]) for name in names) + ")" for row in rows
    )
    return f"SELECT * FROM (VALUES {tuples}) AS facts ({identifiers(names)})"


def _constant(value: Value) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
