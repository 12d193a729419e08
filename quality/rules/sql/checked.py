"""A checked statement: what may run, and how it is tried where there are no data.

Belongs here: putting tree, refusals and a trial together, for `check` and for the gate alike. Keep
out: single refusals (`statement`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog_specs.suggestion import one_of
from quality.rules.sql.statement import FEED, TODAY, Reads, SqlFault, read
from storage.engines.connection import Connection, EngineError, end_if_interrupted
from storage.engines.sealed import NotASelect, text_of, tree_of
from storage.sql import identifier

__all__ = ["NUMBER", "Columns", "Statement", "bound", "checked", "tried"]

NUMBER = "_row"
"""The column with a record's number, which a statement returns of every record it objects to."""
Columns = Mapping[str, str]
"""Column → DuckDB type."""


@dataclass(frozen=True)
class Statement:
    """One SELECT that may run: its text as it was read, without comments, and what it reads."""

    sql: str
    reads: Reads

    @property
    def rows(self) -> str:
        """Return the query for the numbers of the records it objects to."""
        # in a subquery of its own, and on a line of its own
        return f"SELECT DISTINCT {NUMBER} FROM (\n{self.sql}\n) WHERE {NUMBER} IS NOT NULL"

    @property
    def parameters(self) -> bool:
        """Say whether it asks for the day of judging."""
        return f"${TODAY}" in self.sql


def checked(
    con: Connection, sql: str, tables: Mapping[str, Columns]
) -> tuple[Statement | None, tuple[SqlFault, ...]]:
    """Return a statement as it may run, or what keeps it from being a rule.

    `tables` are the columns of the resources it may read, by `<department>/<resource>`.
    """
    try:
        tree = tree_of(con, sql)
        reads, faults = read(tree, tables)
        return (None, faults) if faults else (Statement(text_of(con, tree), reads), ())
    except NotASelect as error:
        remedy = "write one SELECT, and nothing else"
        return None, (SqlFault(f"it is not one SELECT statement: {error.why}", remedy),)
    except (EngineError, RuntimeError) as error:  # what the parser, or its binding, cannot take
        end_if_interrupted(error)
        what = "it cannot be read: it is nested too deeply, or holds what no statement holds"
        return None, (SqlFault(what, "write a shorter statement"),)


def tried(
    con: Connection, statement: Statement, feed: Columns, tables: Mapping[str, Columns]
) -> SqlFault | None:
    """Run a statement over empty tables on a sealed connection; return what the engine says.

    No value of the data is there, so its words quote nothing but the catalogue.
    """
    _empty(con, None, FEED, {NUMBER: "BIGINT", **feed})
    for ref in statement.reads.resources:
        department, _, name = ref.partition("/")
        _empty(con, department, name, tables[ref])
    try:
        con.execute(statement.sql, bound(statement, date.min)).fetchall()
        names = [str(column[0]) for column in con.description or ()]
        if names.count(NUMBER) == 1:
            con.execute(statement.rows, bound(statement, date.min)).fetchall()
    except EngineError as error:
        end_if_interrupted(error)
        said = str(error).partition("\n\nLINE")[0].strip().replace("\n", " ")
        return SqlFault(said, "correct the statement as the message says")
    if names.count(NUMBER) != 1:
        what = f"it returns {one_of(names)}, and not the number of the record"
        return SqlFault(what, f"begin with `SELECT {NUMBER}`, the number that `feed` has")
    return None


def bound(statement: Statement, today: date) -> dict[str, object] | None:
    """Return the values of a statement's parameters."""
    return {TODAY: today} if statement.parameters else None


def _empty(con: Connection, schema: str | None, name: str, columns: Columns) -> None:
    listed = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns.items())
    if schema is not None:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")
    table = identifier(name) if schema is None else f"{identifier(schema)}.{identifier(name)}"
    con.execute(f"CREATE OR REPLACE TABLE {table} ({listed})")
