"""Conditions of Great Expectations as SQL: which rows a metric counts, with its domain's filters.

Belongs here: reading what GX answers for a condition, and rendering it. Keep out: which rule has
which condition (`forms`, `plan`), running any. Imported inside functions only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from quality.engine import dialect

if TYPE_CHECKING:
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.validator.metric_configuration import MetricConfiguration

__all__ = [
    "Clause",
    "clause_of",
    "condition_sql",
    "counts_all",
    "domain_clause",
    "looks_beyond",
    "names_in",
    "of_items",
    "posed",
    "rendered",
]

Clause = sa.ColumnElement[bool]
_ANY_OF_FEW = re.compile(r"\[([^][\\^-]{1,4})\]")
"""A pattern that asks for one of a few signs. Looking for each takes a sixth of what the pattern
does, so that up to four of them are worth it."""


def condition_sql(
    engine: SqlAlchemyExecutionEngine, metric: MetricConfiguration, partial: tuple[Any, Any, Any]
) -> str:
    """Render GX's condition of an unexpected row, with the filters of its domain, as SQL."""
    return rendered(clause_of(engine, metric, partial))


def clause_of(
    engine: SqlAlchemyExecutionEngine, metric: MetricConfiguration, partial: tuple[Any, Any, Any]
) -> Clause:
    """Return the condition among the rows that the metric's own domain means.

    The domain that comes with the condition lacks the columns, without which GX ignores no row.
    """
    records = engine.get_domain_records(domain_kwargs=metric.metric_domain_kwargs)
    return sa.and_(*_filters(records), partial[0])


def domain_clause(engine: SqlAlchemyExecutionEngine, metric: MetricConfiguration) -> Clause:
    """Return which rows a metric's domain means; all of them where it has no filter."""
    records = engine.get_domain_records(domain_kwargs=metric.metric_domain_kwargs)
    return sa.and_(sa.true(), *_filters(records))


def rendered(clause: Clause) -> str:
    """Render a clause as SQL, with its values in it, said in the way the engine is quick at."""
    said = sa.sql.visitors.replacement_traverse(clause, {}, _quicker)
    compiled = said.compile(dialect=dialect(), compile_kwargs={"literal_binds": True})
    return str(compiled)


def _quicker(element: Any, **_: Any) -> Clause | None:  # noqa: ANN401 - any part of a clause
    """Return what means the same as a part of a clause and is quicker; None where it stays."""
    match element:
        case sa.sql.elements.BooleanClauseList(operator=sa.sql.operators.and_, clauses=[low, high]):
            return _between(low, high)
        case sa.sql.functions.Function(name="REGEXP_MATCHES"):
            text, pattern = element.clauses
            few = _ANY_OF_FEW.fullmatch(str(getattr(pattern, "value", "")))
            if few:
                each = (sa.func.contains(text, sign) for sign in sorted({*few[1]}))
                # what stands around it, such as NOT, took it for one expression
                return sa.sql.elements.Grouping(sa.or_(*each))
    return None


def _between(low: Any, high: Any) -> Clause | None:  # noqa: ANN401 - any part of a clause
    """Return a range for two bounds of one expression, which is then worked out once."""
    bounds = (getattr(low, "operator", None), getattr(high, "operator", None))
    if bounds != (sa.sql.operators.ge, sa.sql.operators.le) or not low.left.compare(high.left):
        return None
    found: Clause = sa.between(low.left, low.right, high.right)
    return found


def looks_beyond(clause: Clause, feed: str) -> bool:
    """Say whether a condition asks other records: a window over them, or a query of the feed."""
    return any(
        isinstance(part, sa.sql.elements.Over)
        or (isinstance(part, sa.sql.selectable.TableClause) and part.name == feed)
        for part in sa.sql.visitors.iterate(clause)
    )


def names_in(clause: Clause) -> set[str]:
    """Return the names of all columns in a clause, of whatever relation."""
    found = sa.sql.visitors.iterate(clause)
    return {one.name for one in found if isinstance(one, sa.sql.elements.ColumnClause)}


def _filters(records: Any) -> Iterator[Any]:  # noqa: ANN401 - any selectable
    """Yield the WHERE clauses that GX put around the feed: row conditions and ignored rows."""
    if isinstance(records, sa.Select):
        if records.whereclause is not None:
            yield records.whereclause
        for source in records.get_final_froms():
            yield from _filters(source)
    elif isinstance(records, sa.sql.selectable.AliasedReturnsRows):
        yield from _filters(records.element)


def posed(need: MetricConfiguration, arguments: Mapping[str, Any]) -> MetricConfiguration:
    """Return a metric as it is posed with other arguments."""
    from great_expectations.validator.metric_configuration import MetricConfiguration

    values = {name: arguments.get(name, old) for name, old in need.metric_value_kwargs.items()}
    return MetricConfiguration(need.metric_name, dict(need.metric_domain_kwargs), values)


def counts_all(need: MetricConfiguration) -> bool:
    """Say whether a metric is the number of all records."""
    return need.metric_name == "table.row_count" and not need.metric_domain_kwargs.get(
        "row_condition"
    )


def of_items(name: str, key: Any, metrics: Mapping[Any, Any]) -> Any:  # noqa: ANN401 - any metric
    """Return a metric that GX has worked out; one about columns without those of our own.

    The typed feed has columns beside its items, such as the record's number and its flags.
    """
    match name:
        case "table.columns":
            return [column for column in metrics[key] if not str(column).startswith("_")]
        case "table.column_types":
            return [one for one in metrics[key] if not str(one["name"]).startswith("_")]
        case "table.column_count":
            columns = next(other for other in metrics if other[0] == "table.columns")
            return len(of_items("table.columns", columns, metrics))
        case _:
            return metrics[key]
