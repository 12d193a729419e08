"""Kinds of values: what can be compared with what, and what a type is called by Spark.

Belongs here: the type of an expression where that is plain, from its own words alone. Keep out:
writing a comparison (`expressions`). Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from storage.engines.spark.closed_list import KINDS, NotSaidAlike
from storage.engines.spark.sums import sum_type

__all__ = ["Columns", "kind_of", "parts_of", "spark_type", "type_of"]

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
    exp.RegexpReplace: "TEXT",
    exp.RegexpExtract: "TEXT",
    exp.Translate: "TEXT",
    exp.Trim: "TEXT",
    exp.SplitPart: "TEXT",
    exp.Repeat: "TEXT",
    exp.TimestampTrunc: "TIMESTAMP",
    exp.ConcatWs: "TEXT",
}


_WHOLE = ((32, "INT"), (64, "BIGINT"))
"""Bits, one for the sign, of types of whole numbers."""


def type_of(node: exp.Expression, columns: Columns) -> str | None:
    """Return the type of an expression; None where its words alone do not tell."""
    find = _TYPES.get(type(node))
    return find(node, columns) if find else _RESULTS.get(type(node))


def _of_column(node: exp.Expression, columns: Columns) -> str | None:
    name = str(node.name)
    return columns.get(f"{node.text('table')}.{name}", columns.get(name))


def _of_literal(node: exp.Expression, columns: Columns) -> str:
    del columns
    if node.is_string:
        return "TEXT"
    if not node.is_int:
        return "DOUBLE"
    bits = int(node.name).bit_length()
    return next((kind for most, kind in _WHOLE if bits < most), "DECIMAL(38,0)")


def _of_case(node: exp.Expression, columns: Columns) -> str | None:
    results = (type_of(one.args["true"], columns) for one in node.args["ifs"])
    return next(filter(None, results), None)


def _of_bound(node: exp.Expression, columns: Columns) -> str | None:
    return next((kind for part, kind in parts_of(node, columns) if not part), None)


def _of_first(node: exp.Expression, columns: Columns) -> str | None:
    return type_of(node.this, columns)


def _of_sum(node: exp.Expression, columns: Columns) -> str | None:
    left, right = (type_of(one, columns) for one in (node.this, node.expression))
    return sum_type(left, right) if left and right else None


def _of_product(node: exp.Expression, columns: Columns) -> str | None:
    kinds = {type_of(one, columns) for one in (node.this, node.expression)}
    whole = kinds <= {"INT", "BIGINT"}
    return ("BIGINT" if "BIGINT" in kinds else "INT") if whole else None


def _of_cast(node: exp.Expression, columns: Columns) -> str:
    del columns
    return str(node.args["to"].sql(dialect="duckdb"))


_TYPES: Mapping[type[exp.Expression], Callable[[exp.Expression, Columns], str | None]] = {
    exp.Paren: _of_first,
    exp.Neg: _of_first,
    exp.Add: _of_sum,
    exp.Sub: _of_sum,
    exp.Mul: _of_product,
    exp.Column: _of_column,
    exp.Cast: _of_cast,
    exp.TryCast: _of_cast,
    exp.Literal: _of_literal,
    exp.Case: _of_case,
    exp.Bracket: _of_bound,
}


def parts_of(node: exp.Expression, columns: Columns) -> list[tuple[str, str | None]]:
    """Return the named parts of `[value FOR name IN [other]][1]`, or one without a name."""
    each = node.this.expressions[0] if isinstance(node.this, exp.Array) else None
    if not isinstance(each, exp.Comprehension):
        return []
    if isinstance(each.this, exp.Struct):
        return [(one.this.name, type_of(one.expression, columns)) for one in each.this.expressions]
    return [("", type_of(each.this, columns))]


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
