"""Rendering: a query of this project, written for DuckDB, said in the words of Spark SQL.

Belongs here: SELECT over SELECT, down to the landed records. Keep out: which words are known at all
(`closed_list`), single expressions (`expressions`), sending it (`session`). Imported inside
functions only.
Stars are written out, because one of the engines has no `EXCEPT`; look-ups become columns of a
layer of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.spark.expressions import Expressions
from storage.engines.spark.kinds import Columns, type_of
from storage.engines.spark.lookups import Lookups, column, select_of

__all__ = ["LANDED", "Said", "rendered"]

LANDED = "landed_records"
"""The view of the second engine in which the records to be typed lie."""
_TEXT = "VARCHAR"


@dataclass(frozen=True)
class Said:
    """A query for the second engine; `relations` it looks values up in: name → name there."""

    sql: str
    relations: Mapping[str, str]


def rendered(query: str, landed: Columns, own: Mapping[str, str]) -> Said:
    """Render a query whose innermost source is the landed records, with these columns and types.

    `own` are functions of this project: name → the expression of its one argument `s`.

    Raises:
        NotSaidAlike: the query has something that is not known to mean the same.
    """
    rendering = _Rendering(landed, {name: _read(sql) for name, sql in own.items()})
    made, _ = rendering.select(_parsed(query))
    return Said(made.sql(dialect="spark", identify=True, copy=False), rendering.relations)


@cache
def _read(sql: str) -> exp.Expression:
    """Read a function of ours once; nobody changes what was read."""
    return _parsed(sql)


def _parsed(sql: str) -> exp.Expression:
    try:
        return parse_one(sql, read="duckdb")
    except SqlglotError:
        raise NotSaidAlike("a syntax that nobody has translated") from None


@dataclass
class _Rendering:
    landed: Columns
    own: Mapping[str, exp.Expression]
    relations: dict[str, str] = field(default_factory=dict)

    def select(self, tree: exp.Expression) -> tuple[exp.Select, Columns]:
        """Render a SELECT of columns from one source; returns its columns too."""
        given = {key for key, value in tree.args.items() if value}
        if not isinstance(tree, exp.Select) or given != {"expressions", "from_"}:
            raise NotSaidAlike(f"a query with {', '.join(sorted(given))}")
        source, columns = self._source(tree.args["from_"].this)
        lookups = Lookups(self.relations)
        expressions = Expressions(columns, self.own, lookups)
        made = {name: expressions.said(sql) for name, sql in _starless(tree, columns).items()}
        selected = select_of(lookups.beneath(source, columns), made)
        return selected, {name: type_of(sql, columns) for name, sql in made.items()}

    def _source(self, source: exp.Expression) -> tuple[exp.Expression, Columns]:
        if isinstance(source, exp.Table) and source.name == LANDED:
            return exp.table_(LANDED, quoted=True), self.landed
        inner = source.this if isinstance(source, exp.Subquery) else None
        if isinstance(inner, exp.Union):
            return self._records(inner)
        if inner is None:
            raise NotSaidAlike("a source that is neither a query nor the landed records")
        made, columns = self.select(inner)
        return exp.Subquery(this=made), columns

    def _records(self, union: exp.Union) -> tuple[exp.Expression, Columns]:
        """Read the landed records, and as null the columns that they were landed without."""
        read, absent = union.this, union.expression
        source, never = read.args["from_"].this, absent.args.get("where")
        reads = isinstance(source, exp.Table) and isinstance(source.this, exp.ReadParquet)
        if not reads or never is None or never.this != exp.false():
            raise NotSaidAlike("a union of several sources")
        columns = dict(self.landed)
        listed: dict[str, exp.Expression] = {name: column(name) for name in columns}
        for one in absent.expressions:
            if one.alias not in columns:
                columns[one.alias] = _TEXT
                listed[one.alias] = exp.cast(exp.null(), "string", dialect="spark")
        made = select_of(exp.table_(LANDED, quoted=True), listed)
        return exp.Subquery(this=made), columns


def _starless(tree: exp.Select, columns: Columns) -> dict[str, exp.Expression]:
    """Return column → expression of a SELECT, its stars written out."""
    found: dict[str, exp.Expression] = {}
    for one in tree.expressions:
        if not isinstance(one, exp.Star):
            found[one.alias_or_name] = one.unalias()
            continue
        left_out = {part.name for part in one.args.get("except_") or ()}
        replaced = {part.alias: part.this for part in one.args.get("replace") or ()}
        kept = (name for name in columns if name not in left_out)
        found |= {name: replaced.get(name, column(name)) for name in kept}
    return found
