"""The plan of a resource's rules: compiled for Great Expectations, and as SQL.

Belongs here: that translation, done once in a process for a resource and a day. Keep out: running
it (`runner`), which expectation judges which rule (`rules.suite`). Imported in functions only.
Every condition is Great Expectations' own, with the filters of its domain. One about nothing but
the record itself becomes a flag; any other is a query of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from quality.engine import load_batch, open_engine
from quality.gate.evidence import Document, configuration_json
from quality.rules.core_expectations import COUNTING
from quality.rules.expectations import register
from quality.rules.relations import looks_at_itself
from quality.rules.rule import Rule, refused
from quality.rules.suite import expectation_for
from storage.engines.connection import in_memory
from values.typed import empty_feed, feed_shape

if TYPE_CHECKING:
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import MetricEdge

__all__ = ["FORMAT", "Judge", "Plan", "compile_plan", "condition_sql", "not_evaluated"]

FORMAT = {
    "result_format": {
        "result_format": "BASIC",
        "partial_unexpected_count": 0,
        "include_unexpected_rows": False,
    }
}
VALUES = ".unexpected_values"
"""Metrics that would fetch cell values; they are answered with an empty list, never computed."""
_COUNT, _CONDITION = ".unexpected_count", ".condition"
_HARMLESS = frozenset(
    {"table.columns", "table.column_types", "table.row_count", "table.row_count.aggregate_fn"}
)
"""Metrics that no condition has a value of: the columns, and a count that all ask for in vain."""
_OF_A_ROW = ".map"
"""How metrics end that are no values either, but an expression over the row, such as a length."""


@dataclass(frozen=True)
class Judge:
    """A rule with its expectation and the metrics that needs.

    `shown` is the expectation as results have it. `asks` is the SQL of a row that the rule does not
    let pass, None where it counts no rows; `late` the metric of that SQL where it takes others that
    are worked out from the records. `counted` are the needs that are counts of a condition, by the
    condition's SQL; `rows` those that are the number of records; `computed` all others but values.
    `among` is, of a rule that asks nothing but how many records there are, which it means.
    """

    rule: Rule
    expectation: Expectation
    shown: Document
    needs: Mapping[str, MetricConfiguration]
    asks: str | None
    late: MetricConfiguration | None
    counted: Mapping[str, str]
    rows: frozenset[str]
    among: str | None

    @property
    def per_row(self) -> bool:
        """Say whether the rule counts rows."""
        return self.asks is not None or self.late is not None

    @property
    def computed(self) -> list[MetricConfiguration]:
        """Return the metrics that Great Expectations works out from the records itself."""
        known = {*self.counted, *self.rows}
        needs = [
            need
            for name, need in self.needs.items()
            if name not in known and not name.endswith(VALUES)
        ]
        return needs if self.late is None else [*needs, self.late]


@dataclass(frozen=True)
class Plan:
    """A resource's suite, compiled once and run for every delivery of the day.

    `flags` are the conditions about one record, by place. Others ask the typed feed by its name.
    """

    ref: str
    judges: tuple[Judge, ...]
    flags: tuple[str, ...]
    edges: tuple[MetricEdge, ...]


_KNOWN: dict[str, tuple[tuple[object, ...], Plan]] = {}
"""The plan that was compiled last of each resource, with all that it depends on."""


def compile_plan(
    resource: Resource, rules: Sequence[Rule], today: date, types: Mapping[str, str]
) -> Plan:
    """Compile rules over the typed feed of items with these types, once in a process.

    Raises:
        CheckError: the catalogue asks for what cannot be judged.
    """
    asked = (today, repr(rules), tuple(feed_shape(resource, types).items()))
    known = _KNOWN.get(resource.ref)
    if known is None or known[0] != asked:
        known = _KNOWN[resource.ref] = asked, _compiled(resource, rules, today, types)
    return known[1]


def _compiled(
    resource: Resource, rules: Sequence[Rule], today: date, types: Mapping[str, str]
) -> Plan:
    register()
    con = in_memory()
    feed = empty_feed(con, resource, types).feed
    engine = open_engine(con)
    try:
        load_batch(engine, feed.name)
        return _Compiling(resource, today, engine, feed.name).plan(rules)
    finally:
        engine.close()
        con.close()


def condition_sql(
    engine: SqlAlchemyExecutionEngine, metric: MetricConfiguration, partial: tuple[Any, Any, Any]
) -> str:
    """Render GX's condition of an unexpected row, with the filters of its domain, as SQL."""
    return _rendered(engine, _clause(engine, metric, partial))


def not_evaluated(where: str, codes: Sequence[str]) -> CheckError:
    """Return the error for rules that raised; the cause is left out, for it may quote values."""
    return CheckError(
        f"these rules could not be evaluated: {', '.join(codes) or 'unknown'}",
        where=where,
        remedy="compare the rule's arguments with the types of its columns",
    )


class _Compiling:
    """One compilation: the engine that renders, and the conditions met so far."""

    def __init__(
        self, resource: Resource, today: date, engine: SqlAlchemyExecutionEngine, feed: str
    ) -> None:
        self._resource = resource
        self._today = today
        self._engine = engine
        self._feed = feed
        self._flags: dict[str, None] = {}

    def plan(self, rules: Sequence[Rule]) -> Plan:
        """Compile every rule, and what Great Expectations has to work out itself."""
        judges = tuple(map(self._judge, rules))
        edges = self._edges(need for judge in judges for need in judge.computed)
        return Plan(self._resource.ref, judges, tuple(self._flags), edges)

    def _judge(self, rule: Rule) -> Judge:
        expectation = expectation_for(rule, self._resource, self._today)
        needs = expectation.get_validation_dependencies(
            execution_engine=self._engine, runtime_configuration=dict(FORMAT)
        ).metric_configurations
        self._computable(rule, needs)
        shown = configuration_json(expectation)
        own = f"{getattr(expectation, 'map_metric', None)}{_COUNT}"
        counted: dict[str, str] = {}
        late = None
        for name, need in needs.items():
            if name.endswith(_COUNT):
                itself = name == own and looks_at_itself(rule, self._resource)
                found = self._condition(rule, need, beyond=itself)
                if isinstance(found, str):
                    counted[name] = found
                elif name == own:
                    late = found
        rows = frozenset(name for name, need in needs.items() if _is_row_count(need))
        return Judge(
            rule=rule,
            expectation=expectation,
            shown=shown,
            needs=needs,
            asks=counted.get(own),
            late=late,
            counted=counted,
            rows=rows,
            among=self._among(shown, needs),
        )

    def _computable(self, rule: Rule, needs: Mapping[str, MetricConfiguration]) -> None:
        """Refuse a rule that Great Expectations has no SQL for."""
        from great_expectations.exceptions import GreatExpectationsError

        try:
            self._edges(need for name, need in needs.items() if not name.endswith(VALUES))
        except GreatExpectationsError as error:
            raise refused(
                rule, self._resource, "its expectation cannot be computed in a database"
            ) from error

    def _condition(
        self, rule: Rule, count: MetricConfiguration, *, beyond: bool
    ) -> str | MetricConfiguration:
        """Return the SQL of what a metric counts; the metric of it where that is known too late."""
        from great_expectations.validator.metric_configuration import MetricConfiguration
        from great_expectations.validator.validation_graph import ValidationGraph

        condition = MetricConfiguration(
            metric_name=count.metric_name.removesuffix(_COUNT) + _CONDITION,
            metric_domain_kwargs=count.metric_domain_kwargs,
            metric_value_kwargs=count.metric_value_kwargs,
        )
        edges = self._edges([condition])
        others = (edge.right.metric_name for edge in edges if edge.right)
        if not all(name in _HARMLESS or name.endswith(_OF_A_ROW) for name in others):
            return condition
        metrics, aborted = ValidationGraph(self._engine, list(edges)).resolve(
            runtime_configuration=dict(FORMAT), show_progress_bars=False
        )
        if aborted or condition.id not in metrics:
            raise not_evaluated(self._resource.ref, [rule.code])
        clause = _clause(self._engine, condition, metrics[condition.id])
        sql = _rendered(self._engine, clause)
        if not beyond and not _looks_beyond(clause, self._feed):
            self._flags.setdefault(sql)
        return sql

    def _among(self, shown: Document, needs: Mapping[str, MetricConfiguration]) -> str | None:
        if shown["type"].removeprefix("expect_") not in COUNTING or len(needs) != 1:
            return None
        (need,) = needs.values()
        records = self._engine.get_domain_records(domain_kwargs=need.metric_domain_kwargs)
        return _rendered(self._engine, sa.and_(sa.true(), *_filters(records)))

    def _edges(self, needs: Iterable[MetricConfiguration]) -> tuple[MetricEdge, ...]:
        from great_expectations.validator.validation_graph import ValidationGraph

        graph = ValidationGraph(execution_engine=self._engine)
        for need in needs:
            graph.build_metric_dependency_graph(need, runtime_configuration=dict(FORMAT))
        return tuple(graph.edges)


def _is_row_count(need: MetricConfiguration) -> bool:
    """Say whether a metric is the number of all records."""
    return need.metric_name == "table.row_count" and not need.metric_domain_kwargs.get(
        "row_condition"
    )


def _clause(
    engine: SqlAlchemyExecutionEngine, metric: MetricConfiguration, partial: tuple[Any, Any, Any]
) -> sa.ColumnElement[bool]:
    """Return the condition among the rows that the metric's own domain means.

    The domain that comes with the condition lacks the columns, without which GX ignores no row.
    """
    records = engine.get_domain_records(domain_kwargs=metric.metric_domain_kwargs)
    return sa.and_(*_filters(records), partial[0])


def _rendered(engine: SqlAlchemyExecutionEngine, clause: sa.ColumnElement[bool]) -> str:
    compiled = clause.compile(dialect=engine.engine.dialect, compile_kwargs={"literal_binds": True})
    return str(compiled)


def _looks_beyond(clause: sa.ColumnElement[bool], feed: str) -> bool:
    """Say whether a condition asks other records: a window over them, or a query of the feed."""
    return any(
        isinstance(part, sa.sql.elements.Over)
        or (isinstance(part, sa.sql.selectable.TableClause) and part.name == feed)
        for part in sa.sql.visitors.iterate(clause)
    )


def _filters(records: Any) -> Iterator[Any]:  # noqa: ANN401 - any selectable
    """Yield the WHERE clauses that GX put around the feed: row conditions and ignored rows."""
    if isinstance(records, sa.Select):
        if records.whereclause is not None:
            yield records.whereclause
        for source in records.get_final_froms():
            yield from _filters(source)
    elif isinstance(records, sa.sql.selectable.AliasedReturnsRows):
        yield from _filters(records.element)
