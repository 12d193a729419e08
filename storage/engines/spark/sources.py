"""Sources: what the innermost names of a query stand for, on a connection and behind Spark Connect.

Belongs here: finding that out. Keep out: saying the query around them (`rendering`), bringing files
there (`session`). Imported inside functions only.
A view is said by its own query, files are read where they lie, and a table of the connection is
brought there as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlglot import exp, parse_one, tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from storage.engines.connection import Connection
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.kinds import Columns, spark_type
from storage.places.object_path import Place, place_of
from storage.sql import identifier, parquet

__all__ = ["LANDED", "LandedRecords", "Leaf", "OnConnection", "Sources", "parsed"]

LANDED = "landed_records"
"""The view of the second engine in which the records to be typed lie."""
T = TypeVar("T")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
_VALUES = frozenset({"true", "false", "null"})
_OURS = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING})
"""What no reader takes for a word of its language."""
_OPTIONS = frozenset({"hive_partitioning", "union_by_name"})
"""Options that say nothing of the rows of files whose columns are told."""


@dataclass(frozen=True)
class Leaf:
    """Rows that the second engine reads: its view, and the columns that this has."""

    view: str
    columns: Columns


class Sources(Protocol):
    """What a query is over."""

    def named(self, name: str) -> Leaf | exp.Expression:
        """Return what the name of a relation stands for: rows there, or a query in its place."""

    def read(self, files: exp.ReadParquet) -> Leaf:
        """Return the rows of Parquet files."""


@dataclass(frozen=True)
class LandedRecords:
    """The records of a delivery that is to be typed, and nothing else."""

    columns: Columns

    def named(self, name: str) -> Leaf | exp.Expression:
        """Return the landed records by their name."""
        if name != LANDED:
            raise NotSaidAlike("a source that is neither a query nor the landed records")
        return Leaf(LANDED, self.columns)

    def read(self, files: exp.ReadParquet) -> Leaf:
        """Return the landed records, which is what every file of theirs holds."""
        del files
        return Leaf(LANDED, self.columns)


@dataclass
class OnConnection:
    """Relations of a connection of DuckDB: `files` and `tables` are by view there what it holds."""

    con: Connection
    files: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)

    def named(self, name: str) -> Leaf | exp.Expression:
        """Return a view's query; or a table, which is brought there."""
        views = "SELECT sql FROM duckdb_views() WHERE view_name = ? AND NOT internal"
        found = self.con.execute(views, [name]).fetchone()
        if found is not None:
            return _defined(found[0])
        return self._leaf(self.tables, name, f"FROM {identifier(name)}")

    def read(self, files: exp.ReadParquet) -> Leaf:
        """Return the rows of files, with the columns that any of them has."""
        listed, *options = files.expressions
        if not {*map(_option, options)} <= _OPTIONS:
            raise NotSaidAlike("files that are read with options")
        paths = tuple(map(_path, listed.find_all(exp.Literal)))
        read = f"FROM {parquet(paths, 'union_by_name = true')}"
        return self._leaf(self.files, paths, read)

    def _leaf(self, known: dict[str, T], what: T, query: str) -> Leaf:
        view = next((one for one, other in known.items() if other == what), None)
        if view is None:
            view = f"rows_{len(self.columns)}"
            shape = self.con.execute(f"DESCRIBE {query}").fetchall()
            columns = {name: kind for name, kind, *_ in shape}
            for kind in columns.values():
                spark_type(kind)  # one that is not known there is told before anything is begun
            self.columns[view] = columns
            known[view] = what
        return Leaf(view, self.columns[view])


def parsed(sql: str) -> exp.Expression:
    """Read a statement.

    Raises:
        NotSaidAlike: it has a syntax that nobody has translated.
    """
    try:
        return parse_one(_told_apart(sql), read="duckdb")
    except SqlglotError:
        raise NotSaidAlike("a syntax that nobody has translated") from None


def _told_apart(sql: str) -> str:
    """Return a statement with quotes around each name that only its reader takes for a word.

    DuckDB knows fewer words than sqlglot does. They are in capitals in everything that we write or
    that DuckDB repeats, and names of the catalogue never are.
    """
    tokens, made, done = tokenize(sql, read="duckdb"), "", 0
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        called = after is not None and after.token_type is TokenType.L_PAREN
        is_word = _WORD.fullmatch(token.text) and token.text not in _VALUES
        if is_word and token.token_type not in _OURS and not called:
            made += f"{sql[done : token.start]}{identifier(token.text)}"
            done = token.end + 1
    return made + sql[done:]


def _defined(statement: str) -> exp.Expression:
    """Return the query of a view, whose words DuckDB repeats in its own way."""
    made: exp.Expression = parsed(statement).expression
    return made.transform(_unqualified)


def _unqualified(node: exp.Expression) -> exp.Expression:
    """Return EXTRACT as it was written; DuckDB repeats it as `main.date_part('year', x)`."""
    called = node.expression if isinstance(node, exp.Dot) else None
    if not isinstance(called, exp.Anonymous) or called.name.lower() != "date_part":
        return node
    part, value = called.expressions
    return exp.Extract(this=exp.var(part.name.upper()), expression=value)


def _option(node: exp.Expression) -> str:
    return next(_names(node), "")


def _names(node: exp.Expression) -> Iterator[str]:
    yield from (one.name for one in node.find_all(exp.Column))


def _path(pattern: exp.Literal) -> Place:
    """Return the place of which `storage.sql.exactly` made a pattern."""
    return place_of(re.sub(r"\[([*?\[])\]", r"\1", pattern.name))
