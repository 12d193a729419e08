"""Kinds of values: what can be compared with what, and what a type is called by Spark.

Belongs here: the type of an expression where that is plain, from its own words alone. Keep out:
writing a comparison (`expressions`). Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from storage.engines.spark.closed_list import KINDS, NotSaidAlike

__all__ = ["Columns", "kind_of", "spark_type", "type_of"]

Columns = Mapping[str, str | None]
"""Column → its type as DuckDB calls it, where it is known."""
_NAMES = {
    "VARCHAR": "string",
    "TEXT": "string",
    "INTEGER": "int",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMPNTZ": "timestamp_ntz",
}
_RESULTS: Mapping[type[exp.Expression], str] = {
    exp.Length: "INT",
    exp.Extract: "INT",
    exp.StrPosition: "INT",
    exp.DPipe: "TEXT",
    exp.Left: "TEXT",
    exp.Substring: "TEXT",
    exp.Replace: "TEXT",
    exp.ConcatWs: "TEXT",
}


def type_of(node: exp.Expression, columns: Columns) -> str | None:
    """Return the type of an expression; None where its words alone do not tell."""
    if isinstance(node, exp.Paren):
        return type_of(node.this, columns)
    if isinstance(node, exp.Column):
        return columns.get(node.name)
    if isinstance(node, exp.Cast):
        return str(node.to.sql(dialect="duckdb"))
    if isinstance(node, exp.Literal):
        return "TEXT" if node.is_string else "DOUBLE"
    if isinstance(node, exp.Case):
        results = (type_of(one.args["true"], columns) for one in node.args["ifs"])
        return next(filter(None, results), None)
    return _RESULTS.get(type(node))


def kind_of(node: exp.Expression, columns: Columns) -> str | None:
    """Return what an expression can be compared with; None where nobody knows."""
    found = type_of(node, columns)
    return None if found is None else KINDS.get(_plain(found))


def spark_type(kind: str) -> str:
    """Return a type of DuckDB as Spark calls it.

    Raises:
        NotSaidAlike: it is none of those that every engine has.
    """
    if _plain(kind) not in KINDS:
        raise NotSaidAlike(f"the type {kind.lower()}")
    return _NAMES.get(_plain(kind), kind.lower())


def _plain(kind: str) -> str:
    return kind.partition("(")[0].upper()
