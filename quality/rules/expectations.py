"""The expectations Great Expectations lacks, made of the conditions of the kinds of rules.

Belongs here: turning a condition into a metric and an expectation. Keep out: conditions (`kinds`),
which rule needs which expectation (`suite`). Imported inside functions only, as `engine` is.
Every expectation here is a GX column map expectation. Nulls of its column pass (but where
`presence` says otherwise); with `skip_deleted` a change feed's delete operations pass as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from quality.engine import load_vendor
from quality.rules.check_digits import MACROS
from quality.rules.condition import Arguments, Condition, deleted
from quality.rules.kinds import every_kind
from storage.engines.connection import Connection

__all__ = ["install", "looking_at_nulls", "make_expectation", "our_arguments", "register"]

Clause = sa.ColumnElement[bool]
Column = sa.ColumnElement[Any]
_SKIP = "skip_deleted"
"""The argument of every expectation here that lets deletions pass."""


def install(con: Connection) -> None:
    """Create the macros that the check-digit expectations call, for this connection."""
    con.execute(MACROS)


@cache
def register() -> None:
    """Make the condition of every kind of rule known to Great Expectations, once."""
    load_vendor()
    for kind in every_kind():
        if kind.condition is not None:
            make_expectation(kind.condition)


@cache
def our_arguments() -> Mapping[str, Arguments]:
    """Return type → arguments, as they are unless given, of the expectations made here."""
    conditions = (kind.condition for kind in every_kind() if kind.condition is not None)
    return {one.type: {**one.arguments, _SKIP: False} for one in conditions}


@cache
def looking_at_nulls() -> frozenset[str]:
    """Return the types of the expectations made here that look at the nulls of their column too."""
    conditions = (kind.condition for kind in every_kind() if kind.condition is not None)
    return frozenset(one.type for one in conditions if one.presence)


def make_expectation(condition: Condition) -> None:
    """Define one condition's GX metric and expectation; GX registers classes as they are made."""
    from great_expectations.expectations.expectation import ColumnMapExpectation

    defaults = {**condition.arguments, _SKIP: False}
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
        return sa.or_(met, deleted()) if given[_SKIP] else met

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
