"""The DuckDB file of a grant: its rows, complete, under commented views, and what codes mean.

Belongs here: what is put into that file. Keep out: what the comments say (`governance`), making a
file whole (`database_files`). Plain DuckDB opens it on any machine, read-only, without extensions
and with nothing beside it: it names no path. The rows lie in tables of the schema `data`; a view of
each in `main` is what people see, and a second one has the names of its codes beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage.delta.table_shape import Column, Shape, empty_select
from storage.delta.tables import live_files
from storage.engines.connection import Connection
from storage.engines.database_files import Contents, build_database
from storage.engines.workbench import Limits
from storage.sql import Value, identifier, identifiers, literal, parquet

__all__ = [
    "CODES",
    "DATA",
    "META",
    "RECEIPT",
    "Note",
    "ShareTable",
    "build_share_file",
]

META = "_meta"
RECEIPT = "_receipt"
CODES = "_codes"
DATA = "data"
_TEXTS = "texts"
"""The column of a note's table."""
_NAMED = "（含代码名称）"
"""The ending of a view that has the names of codes."""
_CODE_SHAPE = Shape(
    CODES,
    "各视图中代码的名称，只列出现过的代码",
    (
        Column("view", "VARCHAR", "视图"),
        Column("item", "VARCHAR", "信息项"),
        Column("code", "VARCHAR", "代码"),
        Column("name", "VARCHAR", "名称"),
    ),
)


@dataclass(frozen=True)
class ShareTable:
    """One table: its name and comments are the shape's, its rows those of the extract.

    `labels` are the names of codes, of each column that has codes.
    """

    shape: Shape
    extract: Path
    rows: int
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ordered: Path | None = None
    """A Parquet file that has the rows in the order to store them; None means the extract's."""


@dataclass(frozen=True)
class Note:
    """A table of texts about the file; `rows` has one at least, all with the same keys in order."""

    name: str
    comment: str
    rows: Sequence[Mapping[str, Value]]


def build_share_file(place: Path, tables: Sequence[ShareTable], notes: Sequence[Note]) -> None:
    """Build a grant's DuckDB file and put it in place, with the contents of its extracts inside.

    Args:
        place: where the file belongs.
        tables: the tables; their extracts need not stay where they are.
        notes: what the file says of itself.

    Raises:
        TableError: the file does not hold what was written; nothing was put in place.
    """

    def fill(con: Connection) -> Contents:
        con.execute(f"CREATE SCHEMA {identifier(DATA)}")
        for table in tables:
            _add(con, table.shape, _rows(table))
        for note in notes:
            _note(con, note)
        rows = {table.shape.name: table.rows for table in tables}
        rows |= {note.name: len(note.rows) for note in notes}
        labelled = [table for table in tables if table.labels]
        if labelled:
            _add(con, _CODE_SHAPE, " UNION ALL ".join(_codes(labelled)) + " ORDER BY ALL")
            rows[CODES] = _count(con)
        views = [*rows, *(_add_named(con, table) for table in labelled)]
        return {
            **{(DATA, name): number for name, number in rows.items()},
            **{("main", name): None for name in views},
        }

    # to keep the order, two threads would store groups of rows apart and most of them once more
    build_database(place, fill, limits=Limits(threads=1))


def _note(con: Connection, note: Note) -> None:
    """Store a note in one column of lists, and show it with a column for each of its texts.

    Every stored column takes DuckDB half a millisecond, as long as copying a megabyte.
    """
    stored = _stored(note.name)
    con.execute(f"CREATE TABLE {stored} AS {_values(note.rows)}")
    shown = ", ".join(
        f"{_TEXTS}[{place}] AS {identifier(name)}"
        for place, name in enumerate(note.rows[0], start=1)
    )
    con.execute(f"CREATE VIEW main.{identifier(note.name)} AS SELECT {shown} FROM {stored}")
    for kind, place in (("TABLE", stored), ("VIEW", f"main.{identifier(note.name)}")):
        con.execute(f"COMMENT ON {kind} {place} IS {literal(note.comment)}")


def _stored(name: str) -> str:
    return f"{identifier(DATA)}.{identifier(name)}"


def _codes(tables: Sequence[ShareTable]) -> Iterator[str]:
    """Yield SQL of the codes that occur in each column, with their names."""
    for table in tables:
        stored = _stored(table.shape.name)
        for item, names in table.labels.items():
            known = ", ".join(f"({literal(code)}, {literal(name)})" for code, name in names.items())
            yield (
                f"(SELECT {literal(table.shape.name)} AS view, {literal(item)} AS item, code, name "
                f"FROM (VALUES {known}) AS known (code, name) WHERE code IN "
                f"(SELECT {identifier(item)} FROM {stored}))"
            )


def _count(con: Connection) -> int:
    (number,) = con.execute(f"SELECT count(*) FROM {identifier(DATA)}.{CODES}").fetchall()[0]
    return int(number)


def _add_named(con: Connection, table: ShareTable) -> str:
    """Show a table once more with the name of each code beside it; return that view's name."""
    name = f"{table.shape.name}{_NAMED}"
    codes = f"{identifier(DATA)}.{CODES}"
    shown, joins, comments = [], [], []
    for place, column in enumerate(table.shape.columns):
        shown.append(f"t.{identifier(column.name)}")
        comments.append((column.name, column.comment))
        if column.name in table.labels:
            beside = f"{column.name}_name"
            shown.append(f"c{place}.name AS {identifier(beside)}")
            comments.append((beside, f"{column.comment}的名称"))
            joins.append(
                f"LEFT JOIN {codes} AS c{place} ON c{place}.view = {literal(table.shape.name)} AND "
                f"c{place}.item = {literal(column.name)} AND c{place}.code = "
                f"t.{identifier(column.name)}"
            )
    stored = _stored(table.shape.name)
    view = f"main.{identifier(name)}"
    con.execute(
        f"CREATE VIEW {view} AS SELECT {', '.join(shown)} FROM {stored} AS t {' '.join(joins)}"
    )
    con.execute(f"COMMENT ON VIEW {view} IS {literal(f'{table.shape.description}，代码附名称')}")
    for column_name, comment in comments:
        target = f"{view}.{identifier(column_name)}"
        con.execute(f"COMMENT ON COLUMN {target} IS {literal(comment)}")
    return name


def _add(con: Connection, shape: Shape, query: str) -> None:
    """Store the rows of a query, in their order, and show them under a view; both are commented.

    The order of an extract is that of its values: it reveals nothing about the source.
    """
    stored = _stored(shape.name)
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
    files = [table.ordered] if table.ordered else sorted(live_files(table.extract))
    rows = parquet(files) if files else empty_select(table.shape.columns)
    return f"SELECT {identifiers(table.shape.names)} FROM {rows}"


def _values(rows: Sequence[Mapping[str, Value]]) -> str:
    """Return SQL that yields a list for each row; they describe the grant and hold no data."""
    lists = ", ".join(f"([{', '.join(map(_constant, row.values()))}])" for row in rows)
    return f"SELECT {_TEXTS} FROM (VALUES {lists}) AS facts ({_TEXTS})"


def _constant(value: Value) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
