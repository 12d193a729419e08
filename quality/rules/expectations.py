"""The expectations Great Expectations lacks, each as one condition that DuckDB evaluates.

Belongs here: what holds of a good value, as SQLAlchemy over the typed feed. Keep out: which rule
needs which expectation (`suite`). Imported inside functions only, as `engine` is.
Every expectation here is a GX column map expectation. Nulls of its column pass (but where
`presence` says otherwise); with `skip_deleted` a change feed's delete operations pass as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa

from feeds.columns import OPERATION
from quality.engine import load_vendor
from quality.rules.check_digits import MACROS
from register.bundles import place_sql
from storage.engines.connection import Connection

__all__ = ["EXPECTATIONS", "Condition", "install", "register"]

Clause = sa.ColumnElement[bool]
Column = sa.ColumnElement[Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """One expectation: its GX type, its arguments with defaults, and the condition of a good row.

    `meets(column, arguments, table)` returns SQL that is true for a good row; `table` is the
    relation judged. With `presence` nulls of the column are judged too.
    """

    type: str
    meets: Callable[[Column, Arguments, sa.FromClause], Clause]
    description: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    presence: bool = False

    @property
    def metric(self) -> str:
        """Return the name of the GX metric behind it."""
        return f"column_values.quanshu.{self.type.removeprefix('expect_')}"


def _present(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del arguments, table
    return sa.or_(column.is_not(None), sa.column("_defect").is_not(None))


def _sound(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del table
    return column != sa.literal(arguments["mark"])


def _castable(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del column, table
    return sa.column(arguments["typed_column"]).is_not(None)


def _length(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del table
    return _within(sa.func.length(column), arguments["min_value"], arguments["max_value"])


def _number(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del table
    low, high = (_exact(arguments[name]) for name in ("min_value", "max_value"))
    return _within(column, low, high)


def _date(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Hold a date or moment to days, both inclusive: a moment may lie anywhere in the last day."""
    del table
    parts = []
    if arguments["min_value"] is not None:
        parts.append(column >= _day(date.fromisoformat(arguments["min_value"])))
    if arguments["max_value"] is not None:
        last = date.fromisoformat(arguments["max_value"])
        parts.append(column < _day(last + timedelta(days=1)))
    return sa.and_(sa.true(), *parts)


def _pattern(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del table
    found: Clause = sa.func.regexp_full_match(column, sa.literal(arguments["regex"]))
    return found


def _listed(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del table
    value: Column = sa.column(arguments["relation_column"])
    relation = sa.table(sa.quoted_name(arguments["relation"], quote=True))
    return column.in_(sa.select(value).select_from(relation).where(value.is_not(None)))


def _unique(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    """Hold where no other row of the delivery says something else under the same key.

    The very same record twice is one record; a null in the key is nobody's double. The content is
    compared only of keys that occur more than once.
    """
    del column
    names = arguments["key_columns"]
    key: list[Column] = [sa.column(name) for name in names]
    whole = [part.is_not(None) for part in key]
    one = [sa.literal_column(place_sql()), *key]
    several = sa.select(*one).select_from(table).where(*whole).group_by(*one)
    doubled = several.having(sa.func.count() > 1)
    if arguments["content_columns"]:
        again: Column = sa.tuple_(*one)
        parts = [part.label(f"_key_{place}") for place, part in enumerate(one)]
        content = [part.label(f"_in_{place}") for place, part in enumerate(_content(arguments))]
        records = sa.select(*parts, *content).select_from(table)
        found = records.where(*whole, again.in_(doubled)).distinct().subquery()
        named = [found.c[part.name] for part in parts]
        doubled = sa.select(*named).group_by(*named).having(sa.func.count() > 1)
    missing = [part.is_(None) for part in key]
    return sa.or_(*missing, sa.not_(sa.tuple_(*one).in_(doubled)))


def _content(arguments: Arguments) -> list[Column]:
    """Return what two records of one key must agree in; of a deletion nothing but that it is one.

    A change feed's two words for a row that is there (I, U) say the same of it.
    """
    names = list(arguments["content_columns"])
    if OPERATION not in names:
        return [sa.column(name) for name in names]
    names.remove(OPERATION)
    kept = [sa.case((_deleted(), sa.null()), else_=sa.column(name)) for name in names]
    return [_deleted(), *kept]


def _resident_id(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del arguments, table
    found: Clause = sa.func.quanshu_resident_id_ok(column)
    return found


def _credit_code(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del arguments, table
    found: Clause = sa.func.quanshu_credit_code_ok(column)
    return found


_BOUNDS = {"min_value": None, "max_value": None}

EXPECTATIONS: tuple[Condition, ...] = (
    Condition("expect_column_values_to_be_present", _present, "required value", presence=True),
    Condition("expect_column_values_to_differ_from", _sound, "no such defect", {"mark": ""}),
    Condition(
        "expect_column_values_to_be_castable", _castable, "declared type", {"typed_column": None}
    ),
    Condition("expect_column_values_to_have_length_within", _length, "length", _BOUNDS),
    Condition("expect_column_values_to_be_numbers_within", _number, "range of numbers", _BOUNDS),
    Condition("expect_column_values_to_be_dates_within", _date, "range of days", _BOUNDS),
    Condition("expect_column_values_to_match_whole", _pattern, "whole text", {"regex": ""}),
    Condition(
        "expect_column_values_to_be_listed",
        _listed,
        "code list or key of another resource",
        {"relation": "", "relation_column": ""},
    ),
    Condition(
        "expect_column_key_to_be_unique",
        _unique,
        "key",
        {"key_columns": (), "content_columns": ()},
    ),
    Condition("expect_column_values_to_be_resident_ids", _resident_id, "GB 11643"),
    Condition("expect_column_values_to_be_credit_codes", _credit_code, "GB 32100"),
)


def install(con: Connection) -> None:
    """Create the macros that the check-digit expectations call, for this connection."""
    con.execute(MACROS)


@cache
def register() -> None:
    """Make every expectation of this module known to Great Expectations, once."""
    load_vendor()
    for condition in EXPECTATIONS:
        make_expectation(condition)


def make_expectation(condition: Condition) -> None:
    """Define one condition's GX metric and expectation; GX registers classes as they are made."""
    from great_expectations.expectations.expectation import ColumnMapExpectation

    defaults = {**condition.arguments, "skip_deleted": False}
    _make_metric(condition, tuple(defaults))
    name = "".join(part.capitalize() for part in condition.type.split("_"))
    type(ColumnMapExpectation)(
        name,
        (ColumnMapExpectation,),
        {
            "__doc__": condition.description,
            "__module__": __name__,
            "__annotations__": dict.fromkeys(defaults, Any),
            "map_metric": condition.metric,
            **({"_validate": _over_all_rows} if condition.presence else {}),
            "success_keys": ("mostly", *defaults),
            **defaults,
        },
    )


def _over_all_rows(
    self: Any,  # noqa: ANN401 - GX is untyped
    metrics: dict[str, Any],
    runtime_configuration: dict[str, Any] | None = None,
    execution_engine: object = None,
) -> Any:  # noqa: ANN401
    """Measure against all rows; GX would leave nulls out, and an all-null column would pass."""
    from great_expectations.expectations.expectation import ColumnMapExpectation

    return ColumnMapExpectation._validate(  # noqa: SLF001 - GX's own extension point
        self,
        metrics | {"column_values.nonnull.unexpected_count": 0},
        runtime_configuration,
        execution_engine,
    )


def _make_metric(condition: Condition, arguments: tuple[str, ...]) -> None:
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.metrics import ColumnMapMetricProvider
    from great_expectations.expectations.metrics.map_metric_provider import (
        column_condition_partial,
    )

    def _sqlalchemy(cls: type, column: Column, **given: Any) -> Clause:  # noqa: ANN401 - GX's own
        del cls
        met = condition.meets(column, given, given["_table"])
        return sa.or_(met, _deleted()) if given["skip_deleted"] else met

    type(ColumnMapMetricProvider)(
        f"_Metric{condition.type}",
        (ColumnMapMetricProvider,),
        {
            "condition_metric_name": condition.metric,
            "condition_value_keys": arguments,
            "filter_column_isnull": not condition.presence,
            "_sqlalchemy": column_condition_partial(engine=SqlAlchemyExecutionEngine)(_sqlalchemy),
        },
    )


def _deleted() -> Clause:
    return sa.func.coalesce(sa.column(OPERATION) == "D", sa.false())


def _within(value: Column, low: Any, high: Any) -> Clause:  # noqa: ANN401 - numbers or SQL
    parts = [value >= low] if low is not None else []
    return sa.and_(sa.true(), *parts, *([value <= high] if high is not None else []))


def _exact(bound: str | None) -> Column | None:
    """Write a bound as an SQL decimal, because a double would be off by a little."""
    return None if bound is None else sa.literal_column(format(Decimal(bound), "f"))


def _day(day: date) -> Column:
    return sa.literal_column(f"DATE '{day.isoformat()}'")
