"""Forms of expectations: what Great Expectations makes of one, compiled once in a process.

Belongs here: that translation, and keeping it. Keep out: the rules of a resource (`plan`), running
anything over records (`runner`). Imported inside functions only.
An expectation of ours says the same of any column, so that one form serves every rule that differs
from another in its column alone: GX compiles it for a column that stands for all. One that GX
brings itself may ask for its column's type; its form is that of one feed. GX takes 20 ms for each,
of which reading the feed's columns is the most: those that are new are therefore compiled together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from quality.engine import load_batch, open_engine
from quality.gate.conditions import Clause, clause_of, counts_all, domain_clause, posed
from quality.rules.expectations import our_arguments
from quality.rules.rule import Rule
from quality.rules.suite import Asked, expectation_of
from storage.engines.connection import on_tables
from storage.sql import identifier
from values.shapes import feed_shape
from values.typed import empty_feed

if TYPE_CHECKING:
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import MetricEdge

__all__ = [
    "ABOUT",
    "FILTERED",
    "FORMAT",
    "NULLS",
    "ROWS",
    "VALUES",
    "Form",
    "forms_of",
    "not_evaluated",
]

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
ABOUT = "_about"
"""Stands among the needs for the records that an expectation means which does not count them."""
ROWS, FILTERED = "table.row_count", ".filtered_row_count"
"""How metrics end that are the number of records that the metric's domain means."""
NULLS = ".nonnull.unexpected_count"
"""How the metric ends that counts the nulls of a column, which most expectations do not look at."""
_HARMLESS = frozenset(
    {"table.columns", "table.column_types", "table.row_count", "table.row_count.aggregate_fn"}
)
"""Metrics that no condition has a value of: the columns, and a count that all ask for in vain."""
_OF_A_ROW = ".map"
"""How metrics end that are no values either, but an expression over the row, such as a length."""
_ANY = "_any_column"
"""The column that stands for all."""
_MOST = 4_096
"""Forms that are kept: those with the day in them are others every day, in a process that stays."""


@dataclass(frozen=True)
class Form:
    """What an expectation needs, and the conditions it counts, over its own or over any column.

    `own` names the need that counts the rows it does not let pass, if it counts rows. `clauses` are
    the conditions that needs count, or the records that they mean; `late` is the metric of the own
    one where it takes others that are worked out from the records. `rows` are the needs that are
    the number of records. `computed` is what GX works out from the records itself, `edges` that
    with all it depends on.
    """

    feed: str
    own: str
    needs: Mapping[str, MetricConfiguration]
    clauses: Mapping[str, Clause]
    late: MetricConfiguration | None
    rows: frozenset[str]
    computed: tuple[MetricConfiguration, ...]
    edges: tuple[MetricEdge, ...]

    def clause(self, need: str, column: str) -> Clause:
        """Return the condition that a need counts, of a column where the form is of any."""

        def placed(element: Any, **_: Any) -> Clause | None:  # noqa: ANN401 - any part of it
            if isinstance(element, sa.sql.elements.ColumnClause) and element.name == _ANY:
                return sa.column(column)
            return None

        return sa.sql.visitors.replacement_traverse(self.clauses[need], {}, placed)


_COMPILING = Lock()
"""What two threads ask for is compiled once, by one of them."""
_KNOWN: dict[tuple[object, ...], Form] = {}
_NEEDS: dict[str, tuple[str, Mapping[str, MetricConfiguration]]] = {}
"""Of each type of ours: the need that is its own count, and all its needs, of some arguments."""


def forms_of(
    resource: Resource, types: Mapping[str, str], asked: Sequence[tuple[Rule, Asked]]
) -> list[Form]:
    """Return the form of what each rule asks, over the typed feed of items with these types."""
    with _COMPILING:
        return _forms_of(resource, types, asked)


def _forms_of(
    resource: Resource, types: Mapping[str, str], asked: Sequence[tuple[Rule, Asked]]
) -> list[Form]:
    shape = tuple(feed_shape(resource, types).items())
    keys = [_key(expected, shape) for _, expected in asked]
    fresh = {key: one for key, one in zip(keys, asked, strict=True) if key not in _KNOWN}
    if len(_KNOWN) + len(fresh) > _MOST:
        _KNOWN.clear()
        fresh = dict(zip(keys, asked, strict=True))
    if fresh:
        _KNOWN.update(zip(fresh, _compiled(resource, types, [*fresh.values()]), strict=True))
    return [_KNOWN[key] for key in keys]


def not_evaluated(where: str, codes: Sequence[str]) -> CheckError:
    """Return the error for rules that raised; the cause is left out, for it may quote values."""
    return CheckError(
        f"these rules could not be evaluated: {', '.join(codes) or 'unknown'}",
        where=where,
        remedy="compare the rule's arguments with the types of its columns",
    )


def _key(asked: Asked, shape: tuple[object, ...]) -> tuple[object, ...]:
    rest = {name: value for name, value in asked.arguments.items() if name != "column"}
    if asked.type in our_arguments():
        return asked.type, repr(sorted(rest.items()))
    return asked.type, repr(asked.arguments), shape


def _compiled(
    resource: Resource, types: Mapping[str, str], asked: Sequence[tuple[Rule, Asked]]
) -> list[Form]:
    con = on_tables()
    feed = empty_feed(con, resource, types).feed
    con.execute(f"ALTER TABLE {feed.sql} ADD COLUMN {identifier(_ANY)} VARCHAR")
    engine = open_engine(con)
    try:
        load_batch(engine, feed.name)
        return _Compiling(resource, engine, feed.name).forms(asked)
    finally:
        engine.close()
        con.close()


@dataclass
class _Draft:
    """A form of which GX has not yet said what its conditions are."""

    rule: Rule
    type: str
    own: str
    needs: Mapping[str, MetricConfiguration]
    conditions: dict[str, MetricConfiguration]
    late: MetricConfiguration | None = None


class _Compiling:
    """One compilation of forms, on the engine that answers for all of them."""

    def __init__(self, resource: Resource, engine: SqlAlchemyExecutionEngine, feed: str) -> None:
        self._resource = resource
        self._engine = engine
        self._feed = feed
        self._edges: dict[object, MetricEdge] = {}
        """All that the conditions depend on."""

    def forms(self, asked: Sequence[tuple[Rule, Asked]]) -> list[Form]:
        """Compile what rules ask: first all that it depends on, then that at once."""
        drafts = [self._draft(rule, expected) for rule, expected in asked]
        known = self._resolved([*self._edges.values()])
        found = [one for draft in drafts for one in draft.conditions.values()]
        if any(one.id not in known for one in found):
            raise not_evaluated(self._resource.ref, self._raising(drafts))
        return [self._form(draft, known) for draft in drafts]

    def _draft(self, rule: Rule, asked: Asked) -> _Draft:
        own, needs = self._needs(rule, asked)
        draft = _Draft(rule, asked.type, own, needs, {})
        for name, need in needs.items():
            if name.endswith(_COUNT):
                self._condition(draft, name, need)
        return draft

    def _needs(self, rule: Rule, asked: Asked) -> tuple[str, Mapping[str, MetricConfiguration]]:
        """Return the name of the own count, and what GX says that an expectation needs.

        Of a type of ours it is asked once: any other takes the same metrics with its own arguments,
        unless it has some that every expectation may have, such as a condition of its rows.
        """
        ours = our_arguments().get(asked.type)
        alike = ours is not None and asked.arguments.keys() <= {"column", *ours}
        known = _NEEDS.get(asked.type) if alike else None
        if ours is not None and known is not None:
            own, needs = known
            given = {**ours, **asked.arguments}
            return own, {name: posed(need, given) for name, need in needs.items()}
        wanted = asked if ours is None else asked.of(_ANY)
        expectation = expectation_of(rule, self._resource, wanted)
        needs = expectation.get_validation_dependencies(
            execution_engine=self._engine, runtime_configuration=dict(FORMAT)
        ).metric_configurations
        own = f"{getattr(expectation, 'map_metric', None)}{_COUNT}"
        if alike:
            _NEEDS[asked.type] = own, needs
        return own, needs

    def _condition(self, draft: _Draft, name: str, count: MetricConfiguration) -> None:
        """Let a draft have the condition of a count; its own is late where others come first."""
        from great_expectations.validator.metric_configuration import MetricConfiguration

        condition = MetricConfiguration(
            metric_name=count.metric_name.removesuffix(_COUNT) + _CONDITION,
            metric_domain_kwargs=count.metric_domain_kwargs,
            metric_value_kwargs=count.metric_value_kwargs,
        )
        edges = self._graph([condition])
        others = (edge.right.metric_name for edge in edges if edge.right)
        if all(other in _HARMLESS or other.endswith(_OF_A_ROW) for other in others):
            draft.conditions[name] = condition
            self._edges |= {edge.id: edge for edge in edges}
        elif name == draft.own:
            draft.late = condition

    def _form(self, draft: _Draft, known: Mapping[Any, Any]) -> Form:
        clauses = {
            name: clause_of(self._engine, one, known[one.id])
            for name, one in draft.conditions.items()
        }
        rows = frozenset(name for name, need in draft.needs.items() if counts_all(need))
        clauses |= {
            name: domain_clause(self._engine, need)
            for name, need in draft.needs.items()
            if name not in rows and need.metric_name.endswith((ROWS, FILTERED))
        }
        if not any(name.endswith((ROWS, FILTERED)) for name in draft.needs):
            some = next(iter(draft.needs.values()))
            clauses[ABOUT] = domain_clause(self._engine, some)
        computed = [
            need
            for name, need in draft.needs.items()
            if name not in clauses and name not in rows and not name.endswith(VALUES)
        ]
        computed += [draft.late] if draft.late else []
        return Form(
            feed=self._feed,
            own=draft.own,
            needs=draft.needs,
            clauses=clauses,
            late=draft.late,
            rows=rows,
            computed=tuple(computed),
            edges=self._graph(computed),
        )

    def _graph(self, needs: Iterable[MetricConfiguration]) -> tuple[MetricEdge, ...]:
        from great_expectations.validator.validation_graph import ValidationGraph

        graph = ValidationGraph(execution_engine=self._engine)
        for need in needs:
            graph.build_metric_dependency_graph(need, runtime_configuration=dict(FORMAT))
        return tuple(graph.edges)

    def _resolved(self, edges: list[MetricEdge]) -> Mapping[Any, Any]:
        from great_expectations.validator.validation_graph import ValidationGraph

        metrics, _ = ValidationGraph(self._engine, edges).resolve(
            runtime_configuration=dict(FORMAT), show_progress_bars=False
        )
        return dict(metrics)

    def _raising(self, drafts: Iterable[_Draft]) -> list[str]:
        """Return the rules whose conditions GX does not answer; together, one fails them all."""
        return [draft.rule.code for draft in drafts if not all(self._answers(draft))]

    def _answers(self, draft: _Draft) -> Iterator[bool]:
        for one in draft.conditions.values():
            yield one.id in self._resolved([*self._graph([one])])
