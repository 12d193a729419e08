"""Polars expressions: what masks and row conditions are written in, said in DuckDB's SQL.

Belongs here: the closed list by which one is read, node by node. Keep out: the expressions
themselves (`catalog_specs.masks`, `governance`), saying SQL to another engine (`spark`).
An expression is read as Polars itself writes it down. What is not on the list is refused, so that
nothing is said that has not been compared.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from storage.engines.spark.closed_list import NotSaidAlike
from storage.sql import identifier, identifiers, literal

__all__ = ["grouped_sql", "sql_of"]

_BIG = "DECIMAL(38,0)"
"""For whole numbers of any item, and one interval beyond them."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - moments are of the wall clock
Node = Mapping[str, Any]


def sql_of(expression: pl.Expr) -> str:
    """Return the SQL of an expression over columns of a source.

    Raises:
        NotSaidAlike: it has something that is not on the list.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Polars may write otherwise one day; tests would tell
        try:
            written = expression.meta.serialize(format="json")
        except pl.exceptions.ComputeError:  # it calls Python
            raise NotSaidAlike("an expression that calls Python") from None
    return _said(json.loads(written))


def grouped_sql(source: str, columns: Sequence[str], asked: Sequence[pl.Expr]) -> str:
    """Return the SQL of expressions over each group of a source's rows that agree in columns.

    `source` begins with FROM; without columns all of its rows are one group.

    Raises:
        NotSaidAlike: an expression has something that is not on the list.
    """
    made = [f"{sql_of(one)} AS {identifier(one.meta.output_name())}" for one in asked]
    listed = ", ".join([*map(identifier, columns), *made])
    return f"SELECT {listed} {source}{f' GROUP BY {identifiers(columns)}' if columns else ''}"


def _said(node: Node | str) -> str:
    ((kind, of),) = node.items() if isinstance(node, Mapping) else ((node, None),)
    say = _NODES.get(kind)
    if say is None:
        raise NotSaidAlike(f"the expression {kind.lower()}")
    return say(of)


def _choice(of: Node) -> str:
    asked, met, other = (_said(of[part]) for part in ("predicate", "truthy", "falsy"))
    return f"CASE WHEN {asked} THEN {met} ELSE {other} END"


def _literal(of: Node) -> str:
    ((kind, written),) = of.items()
    ((type_, value),) = written.items()
    match type_:
        case "Null":
            return "NULL"
        case "Int" | "Boolean" | "String" if kind in {"Dyn", "Scalar"}:
            return literal(value)
        case "Decimal":
            number, _, scale = value
            return _pointed(number, scale)
        case "Date":
            return f"DATE {literal((_EPOCH + timedelta(days=value)).date().isoformat())}"
        case "Datetime" if value[1:] == ["Microseconds", None]:
            moment = _EPOCH + timedelta(microseconds=value[0])
            return f"CAST({literal(moment.isoformat(sep=' '))} AS TIMESTAMP)"
    raise NotSaidAlike(f"a literal of the type {type_}")


def _pointed(number: int, scale: int) -> str:
    """Return a number of hundredths, say, with its point.

    As it is written: cast to many digits, another engine would round what it is compared with.
    """
    digits = str(abs(number)).zfill(scale + 1)
    whole = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return f"-{whole}" if number < 0 else whole


def _cast(of: Node) -> str:
    kind = _CASTS.get(str(of["dtype"].get("Literal")))
    if kind is None or of["options"] != "Strict":
        raise NotSaidAlike("a cast to another type")
    return f"CAST({_said(of['expr'])} AS {kind})"


_CASTS = {"Int64": "BIGINT", "Int128": _BIG, "String": "VARCHAR"}
_OPERATIONS = {
    "Eq": "=",
    "NotEq": "<>",
    "Lt": "<",
    "LtEq": "<=",
    "Gt": ">",
    "GtEq": ">=",
    "And": "AND",
    "Or": "OR",
    "Plus": "+",
    "Minus": "-",
}


def _operation(of: Node) -> str:
    if of["op"] == "Multiply":
        return _floored(of)
    if of["op"] not in _OPERATIONS:
        raise NotSaidAlike(f"the operator {of['op']}")
    left, right = (_said(of[part]) for part in ("left", "right"))
    return f"({left} {_OPERATIONS[of['op']]} {right})"


def _floored(of: Node) -> str:
    """Return the multiple below a number: what is divided downwards and multiplied again."""
    divided = of["left"].get("BinaryExpr", {})
    width = of["right"]
    if divided.get("op") != "FloorDivide" or divided["right"] != width:
        raise NotSaidAlike("a division of whole numbers")
    number, by = f"CAST({_said(divided['left'])} AS {_BIG})", f"CAST({_said(width)} AS {_BIG})"
    return f"({number} - ((({number} % {by}) + {by}) % {by}))"


def _function(of: Node) -> str:
    """Return a call; what it is called with besides its inputs stands beside its name."""
    called, about = of["function"], None
    while isinstance(called, Mapping):
        ((family, called),) = called.items()
        if family not in _FAMILIES:
            called, about = family, called
    write = _FUNCTIONS.get(str(called))
    if write is None:
        raise NotSaidAlike(f"the function {called}")
    return write(of["input"], about)


_FAMILIES = frozenset({"StringExpr", "TemporalExpr", "Boolean"})
Inputs = list[Node]


def _aggregated(of: Any) -> str:  # noqa: ANN401 - as Polars has it
    """Return how many different values a group has; a null is one, unless it is left out."""
    ((kind, inner),) = of.items()
    if kind != "NUnique":
        raise NotSaidAlike(f"the aggregate {kind.lower()}")
    function = inner.get("Function", {})
    if function.get("function") == "DropNulls":
        return f"count(DISTINCT {_said(function['input'][0])})"
    value = _said(inner)
    null = f"coalesce(max(CASE WHEN {value} IS NULL THEN 1 ELSE 0 END), 0)"
    return f"count(DISTINCT {value}) + {null}"


def _least(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
    del about
    said = [*map(_said, inputs)]
    return f"least({', '.join(said)})" if len(said) > 1 else said[0]


def _plain(form: str) -> Callable[[Inputs, Any], str]:
    """Return what writes inputs into a form, each in its place."""

    def write(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
        if about is not None:
            raise NotSaidAlike("a function with options")
        return form.format(*map(_said, inputs))

    return write


def _padded(form: str) -> Callable[[Inputs, Any], str]:
    """Return what fills a text up on one side; one that is long enough stays as it is."""

    def write(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
        text, size = map(_said, inputs)
        fill = literal("0" if about is None else about["fill_char"])
        filled = form.format(text, f"CAST({size} AS INTEGER)", fill)
        return f"CASE WHEN length({text}) >= {size} THEN {text} ELSE {filled} END"

    return write


def _sliced(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
    """Return a part of a text that begins at a place which is written down."""
    text, (start, size) = _said(inputs[0]), (one.get("Literal") for one in inputs[1:])
    if about is not None or start is None or size is None or start["Dyn"]["Int"] < 0:
        raise NotSaidAlike("a part of a text that is counted from its end")
    return f"substring({text}, {start['Dyn']['Int'] + 1}, {_literal(size)})"


def _contained(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
    if about["literal"]:
        raise NotSaidAlike("a text within another")
    return f"regexp_matches({', '.join(map(_said, inputs))})"


def _replaced(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
    text, pattern, put = inputs
    new = put.get("Literal", {}).get("Scalar", {}).get("String")
    if about["literal"] or about["n"] != -1 or new is None or "\\" in new:
        raise NotSaidAlike("a replacement that engines read differently")
    if new.replace("$$", "").count("$"):
        raise NotSaidAlike("a replacement with groups")
    said = literal(new.replace("$$", "$"))
    return f"regexp_replace({_said(text)}, {_said(pattern)}, {said}, 'g')"


def _joined(inputs: Inputs, about: Any) -> str:  # noqa: ANN401 - as Polars has it
    """Return texts one after another; nothing where one of them is nothing."""
    if about != {"delimiter": "", "ignore_nulls": False}:
        raise NotSaidAlike("texts that are joined otherwise")
    return " || ".join(f"CAST({_said(one)} AS VARCHAR)" for one in inputs)


_FUNCTIONS: Mapping[str, Callable[[Inputs, Any], str]] = {
    "LenChars": _plain("length({})"),
    "Head": _plain("left({}, {})"),
    "Tail": _plain("substring({0}, greatest(length({0}) - {1}, 0) + 1)"),
    "Slice": _sliced,
    "PadEnd": _padded("rpad({}, {}, {})"),
    "ZFill": _padded("lpad({}, {}, {})"),
    "ConcatHorizontal": _joined,
    "Contains": _contained,
    "Replace": _replaced,
    "StartsWith": _plain("starts_with({}, {})"),
    "MinHorizontal": _least,
    "MaxHorizontal": _plain("greatest({}, {})"),
    "Floor": _plain("floor(CAST({} AS DECIMAL(38,18)))"),
    "Year": _plain("extract(year FROM {})"),
    "Quarter": _plain("extract(quarter FROM {})"),
    "Month": _plain("extract(month FROM {})"),
    "IsNull": _plain("({} IS NULL)"),
    "IsNotNull": _plain("({} IS NOT NULL)"),
}
_NODES: Mapping[str, Callable[[Any], str]] = {
    "Column": identifier,
    "Alias": lambda of: _said(of[0]),
    "Literal": _literal,
    "Cast": _cast,
    "BinaryExpr": _operation,
    "Ternary": _choice,
    "Function": _function,
    "Len": lambda _: "count(*)",
    "Agg": _aggregated,
}
