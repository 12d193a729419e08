"""Declared SQL: which statements may be a rule, and what one of them reads.

Belongs here: going through the tree of a statement, refusing whatever is not known to be harmless.
Keep out: running it (`quality.rules.kinds.of_feed.sql`), the functions it may call (`functions`).
What is not named here is refused: a new version of the engine may bring nodes nobody thought of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog_specs.suggestion import did_you_mean
from quality.rules.sql.functions import FUNCTIONS, OPERATORS
from storage.engines.sealed import Tree

__all__ = ["FEED", "TODAY", "Reads", "SqlFault", "read"]

FEED = "feed"
"""What a statement calls the delivery that is judged."""
TODAY = "today"
"""The one parameter a statement may have: `$today`, the day of judging."""

_QUERIES = {"SELECT_NODE", "SET_OPERATION_NODE"}
_TABLES = {"BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY"}
_MODIFIERS = {"ORDER_MODIFIER", "DISTINCT_MODIFIER"}
_EXPRESSIONS = {
    "BETWEEN", "CASE", "CAST", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION",
    "OPERATOR", "PARAMETER", "STAR", "SUBQUERY", "WINDOW",
}  # fmt: skip
_WORDS = {
    "LIMIT_MODIFIER": "LIMIT, which leaves open which rows it means",
    "LIMIT_PERCENT_MODIFIER": "LIMIT, which leaves open which rows it means",
    "RECURSIVE_CTE_NODE": "a recursive query, which may never end",
    "TABLE_FUNCTION": "a table function",
    "SHOW_REF": "SHOW or DESCRIBE",
    "PIVOT": "PIVOT",
    "EXPRESSION_LIST": "VALUES",
    "LAMBDA": "a lambda",
    "COLLATE": "COLLATE",
}
_TYPES = {
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE",
    "VARCHAR", "DATE", "TIME", "TIMESTAMP", "INTERVAL",
}  # fmt: skip
_JOINS = {"REGULAR", "CROSS"}
_CHANGING = {
    "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "localtime", "localtimestamp", "rowid", "session_user",
    "user",
}  # fmt: skip
"""What the engine takes for a value of its own where no column is called so."""


@dataclass(frozen=True)
class SqlFault:
    """What a statement may not do, and what to do about it."""

    message: str
    remedy: str


@dataclass
class Reads:
    """What a statement reads: other resources, and the names of columns it mentions."""

    resources: dict[str, None] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    every_column: bool = False

    def of(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return those of a table's columns that the statement may read."""
        return tuple(one for one in columns if self.every_column or one in self.columns)


def read(tree: Tree, known: Iterable[str]) -> tuple[Reads, tuple[SqlFault, ...]]:
    """Return what a statement reads, and what keeps it from being a rule; `known` are resources."""
    (statement,) = tree["statements"]
    reading = _Reading(dict.fromkeys(known))
    faults = tuple(dict.fromkeys(reading.node(statement["node"])))
    return reading.reads, faults


class _Reading:
    """One way through a tree; names of common table expressions are known once seen."""

    def __init__(self, known: Mapping[str, None]) -> None:
        self.reads = Reads()
        self._known = known
        self._named: set[str] = set()

    def node(self, part: Any) -> Iterator[SqlFault]:  # noqa: ANN401 - any part of a tree
        """Yield what is wrong with a part of the tree and all below it."""
        if isinstance(part, list):
            for one in part:
                yield from self.node(one)
        elif isinstance(part, dict):
            yield from self._this(part)
            for name, below in part.items():
                if name not in {"cte_map", "cast_type"} and not _is_value(part, name):
                    yield from self.node(below)

    def _this(self, part: Mapping[str, Any]) -> Iterator[SqlFault]:
        for entry in part.get("cte_map", {}).get("map", ()):
            name = str(entry["key"]).lower()
            if name == FEED:
                yield SqlFault("it gives the name `feed` to a query of its own", "choose another")
            self._named.add(name)
            yield from self.node(entry["value"])
        if part.get("sample") is not None or part.get("at_clause") is not None:
            yield _not_allowed("a sample or another version of a table")
        kind = part.get("class") or part.get("type")
        if "class" in part:
            yield from self._expression(str(kind), part)
        elif isinstance(kind, str):
            yield from self._relation(kind, part)

    def _relation(self, kind: str, part: Mapping[str, Any]) -> Iterator[SqlFault]:
        if kind not in _QUERIES | _TABLES | _MODIFIERS | _ORDERS:
            yield _not_allowed(_WORDS.get(kind, kind))
        elif kind == "BASE_TABLE":
            yield from self._table(part)
        elif kind == "JOIN":
            self.reads.columns |= {str(one).lower() for one in part["using_columns"]}
            if part["ref_type"] not in _JOINS:
                yield _not_allowed(f"a join of the kind {part['ref_type']}")

    def _table(self, part: Mapping[str, Any]) -> Iterator[SqlFault]:
        schema, name = str(part["schema_name"]), str(part["table_name"])
        if part["column_name_alias"]:
            yield _not_allowed("other names for the columns of a table")
        ref = f"{schema}/{name}"
        if part["catalog_name"]:
            yield _unknown(f"{part['catalog_name']}.{schema}.{name}", self._known)
        elif schema and ref in self._known:
            self.reads.resources[ref] = None
        elif schema or name.lower() not in {FEED, *self._named}:
            yield _unknown(f"{schema}.{name}" if schema else name, self._known)

    def _column(self, names: list[str]) -> Iterator[SqlFault]:
        self.reads.columns |= {*names}
        if len(names) == 1 and names[0] in _CHANGING:
            yield SqlFault(
                f"it asks for `{names[0]}`, which is another at another time",
                "use `$today`, the day of judging; put the table before a column of that name",
            )

    def _expression(self, kind: str, part: Mapping[str, Any]) -> Iterator[SqlFault]:
        match kind:
            case "COLUMN_REF":
                yield from self._column([str(one).lower() for one in part["column_names"]])
            case "STAR":
                self.reads.every_column = True
                if part["columns"]:
                    yield _not_allowed("COLUMNS(…)")
            case "FUNCTION" | "WINDOW":
                yield from _function(part)
            case "PARAMETER" | "CAST":
                yield from _value(part)
            case _ if kind not in _EXPRESSIONS:
                yield _not_allowed(_WORDS.get(kind, kind))


_ORDERS = {"ASCENDING", "DESCENDING", "ORDER_DEFAULT"}
"""Directions of ORDER BY, which stand where other parts have their kind."""


def _is_value(part: Mapping[str, Any], name: str) -> bool:
    """Say whether a part is a constant's value, which is no part of the statement."""
    return name == "value" and part.get("class") == "CONSTANT"


def _value(part: Mapping[str, Any]) -> Iterator[SqlFault]:
    """Yield what is wrong with a parameter, or with the type of a cast."""
    kind = part.get("cast_type", {}).get("id")
    if kind is not None and kind not in _TYPES:
        yield _not_allowed(f"the type {kind}")
    name = part.get("identifier", TODAY)
    if name != TODAY:
        remedy = "use `$today`, the day of judging, or write the value"
        yield SqlFault(f"it has the parameter `${name}`", remedy)


def _function(part: Mapping[str, Any]) -> Iterator[SqlFault]:
    name = str(part["function_name"]).lower()
    own = part["schema"] in {"", "main"} and not part["catalog"]
    if part.get("is_operator") and own and name in OPERATORS:
        return
    if not own or name not in FUNCTIONS | OPERATORS:
        remedy = did_you_mean(name, FUNCTIONS, "docs/quality.md lists the functions")
        yield SqlFault(f"it calls the function `{name}`, which a rule may not", remedy)


def _not_allowed(what: str) -> SqlFault:
    return SqlFault(f"it uses {what}", "write it as a plain SELECT over `feed` and other resources")


def _unknown(name: str, known: Iterable[str]) -> SqlFault:
    others = [ref.replace("/", ".") for ref in known]
    otherwise = "use `feed` for the delivery, `<department>.<resource>` for another resource"
    return SqlFault(
        f"it reads `{name}`, which is no resource", did_you_mean(name, others, otherwise)
    )
