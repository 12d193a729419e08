"""One run of a suite over the typed feed, and the failing rows by GX's own conditions.

Belongs here: compiling a suite once, resolving its metrics once per delivery, finding the failing
rows in one pass, holding the two against each other. Keep out: what follows (`gate`).
Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from catalog_specs.errors import CheckError
from catalog_specs.models.resource import Resource
from quality.engine import load_batch, open_engine
from quality.findings import Findings
from quality.gate.bundling import COUNTING
from quality.gate.evidence import Document, configuration_json, suite_result_json, without_values
from quality.rules.expectations import install, register
from quality.rules.rule import Rule
from quality.rules.suite import expectation_for, refused
from register.bundles import place_sql
from register.records import RuleResult
from storage.engines.connection import Connection
from storage.engines.relation import Relation
from storage.sql import literal
from values.typed import Typed

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.validator.metric_configuration import MetricConfiguration
    from great_expectations.validator.validation_graph import ValidationGraph

__all__ = ["Plan", "Runner"]

_FAILURES = "failures"

_FORMAT = {
    "result_format": {
        "result_format": "BASIC",
        "partial_unexpected_count": 0,
        "include_unexpected_rows": False,
    }
}
_VALUES = ".unexpected_values"
"""Metrics that would fetch cell values; they are answered with an empty list, never computed."""


@dataclass(frozen=True)
class _Judge:
    """A rule with its expectation, the metrics that needs, and its row condition if it has one.

    `shown` is the expectation as results have it.
    """

    rule: Rule
    expectation: Expectation
    shown: Document
    needs: dict[str, MetricConfiguration]
    condition: MetricConfiguration | None


@dataclass(frozen=True)
class Plan:
    """A resource's suite, compiled once and run for every delivery of the day."""

    resource: Resource
    judges: tuple[_Judge, ...]
    graph: ValidationGraph


class Runner:
    """Great Expectations bound to one DuckDB connection for many deliveries."""

    def __init__(self, con: Connection) -> None:
        register()
        install(con)
        self._con = con
        self._engine = open_engine(con)

    def close(self) -> None:
        """Let go of the connection; it is closed with it, so this comes last."""
        self._engine.close()

    def compile(self, resource: Resource, rules: Sequence[Rule], today: date, typed: Typed) -> Plan:
        """Compile a resource's rules; CheckError when the catalogue asks for the impossible."""
        from great_expectations.validator.validation_graph import ValidationGraph

        load_batch(self._engine, typed.feed.name)
        graph = ValidationGraph(execution_engine=self._engine)
        judges = []
        for rule in rules:
            judge = self._judge(rule, resource, today)
            self._add(graph, judge, resource)
            judges.append(judge)
        return Plan(resource, tuple(judges), graph)

    def run(
        self, plan: Plan, typed: Typed, delivery: str, places: Sequence[int] = (0,)
    ) -> Findings:
        """Judge a typed feed; what is found holds until the next run.

        `places` are those of a bundle's deliveries that are held to rules about their number of
        records: each of them by itself, for they are judged together to save time and not to be
        one.

        Raises:
            CheckError: a rule raised, or the rows found are not as many as GX counted.
        """
        where = f"{plan.resource.ref}/{delivery}"
        load_batch(self._engine, typed.feed.name)
        metrics, aborted = plan.graph.resolve(
            runtime_configuration=dict(_FORMAT), show_progress_bars=False
        )
        if aborted or any(need.id not in metrics for j in plan.judges for need in _computed(j)):
            raise _raised(where, self._raising(plan))
        counted = {
            judge.rule.code: self._counted(judge, metrics, typed, places, where)
            for judge in plan.judges
            if len(places) > 1 and _counts_records(judge)
        }
        validated = [
            _worst(counted[judge.rule.code])
            if judge.rule.code in counted
            else _validated(judge, metrics, self._engine, where)
            for judge in plan.judges
        ]
        conditions = {
            judge.rule.code: self._condition_sql(metrics[judge.condition.id])
            for judge in plan.judges
            if judge.condition is not None
        }
        failures = _find_rows(typed.feed, conditions)
        results = tuple(map(_result, plan.judges, validated))
        self._compare(plan, failures, results, where)
        each = {
            code: {place: bool(one["success"]) for place, one in documents.items()}
            for code, documents in counted.items()
        }
        gx_result = suite_result_json(plan.resource.ref, validated)
        return Findings(results, gx_result, failures, each)

    def _counted(
        self,
        judge: _Judge,
        metrics: dict[Any, Any],
        typed: Typed,
        places: Sequence[int],
        where: str,
    ) -> dict[int, Document]:
        """Return what a rule about the number of records says of each delivery, by its place."""
        (need,) = judge.needs.values()
        domain = need.metric_domain_kwargs
        filters = _filters(self._engine.get_domain_records(domain_kwargs=domain))
        rows = dict(
            self._con.execute(
                f"SELECT {place_sql()}, count(*) FROM {typed.feed.sql} "
                f"WHERE {self._rendered(sa.and_(sa.true(), *filters))} GROUP BY 1"
            ).fetchall()
        )
        return {
            place: _validated(judge, {**metrics, need.id: rows.get(place, 0)}, self._engine, where)
            for place in places
        }

    def _judge(self, rule: Rule, resource: Resource, today: date) -> _Judge:
        from great_expectations.validator.metric_configuration import MetricConfiguration

        expectation = expectation_for(rule, resource, today)
        needs = expectation.get_validation_dependencies(
            execution_engine=self._engine, runtime_configuration=dict(_FORMAT)
        ).metric_configurations
        shown = configuration_json(expectation)
        name = getattr(expectation, "map_metric", None)
        if name is None:
            return _Judge(rule, expectation, shown, needs, None)
        count = needs[f"{name}.unexpected_count"]
        condition = MetricConfiguration(
            metric_name=f"{name}.condition",
            metric_domain_kwargs=count.metric_domain_kwargs,
            metric_value_kwargs=count.metric_value_kwargs,
        )
        return _Judge(rule, expectation, shown, needs, condition)

    @staticmethod
    def _add(graph: ValidationGraph, judge: _Judge, resource: Resource) -> None:
        from great_expectations.exceptions import GreatExpectationsError

        try:
            for need in _computed(judge):
                graph.build_metric_dependency_graph(need, runtime_configuration=dict(_FORMAT))
        except GreatExpectationsError as error:
            raise refused(
                judge.rule, resource, "its expectation cannot be computed in a database"
            ) from error

    def _condition_sql(self, partial: tuple[Any, dict[str, Any], dict[str, Any]]) -> str:
        """Render GX's condition of an unexpected row, with the filters of its domain, as SQL."""
        condition, domain, _ = partial
        filters = _filters(self._engine.get_domain_records(domain_kwargs=domain))
        return self._rendered(sa.and_(*filters, condition))

    def _rendered(self, condition: sa.ColumnElement[bool]) -> str:
        compiled = condition.compile(
            dialect=self._engine.engine.dialect, compile_kwargs={"literal_binds": True}
        )
        return str(compiled)

    @staticmethod
    def _compare(plan: Plan, failures: Relation, results: Sequence[RuleResult], where: str) -> None:
        codes = f"SELECT unnest(rules) AS code FROM {failures.sql}"
        rows = failures.con.execute(f"SELECT code, count(*) FROM ({codes}) GROUP BY 1").fetchall()
        found: dict[str, int] = dict(rows)
        counted = {r.code: r.unexpected for r in results}
        for judge in plan.judges:
            code = judge.rule.code
            if judge.condition is not None and found.get(code, 0) != counted[code]:
                raise CheckError(
                    f"rule {code} found {found.get(code, 0)} rows where Great Expectations "
                    f"counted {counted[code]}",
                    where=where,
                    remedy="this is a fault of the rule or of Quanshu, not of the data: report it",
                )

    def _raising(self, plan: Plan) -> list[str]:
        """Find the rules that raise by running each on its own: together, one fails them all."""
        from great_expectations.validator.metrics_calculator import MetricsCalculator

        calculator = MetricsCalculator(self._engine)
        raising = []
        for judge in plan.judges:
            metrics, aborted = calculator.compute_metrics(_computed(judge), dict(_FORMAT))
            if aborted or any(need.id not in metrics for need in _computed(judge)):
                raising.append(judge.rule.code)
        return raising


def _raised(where: str, codes: Sequence[str]) -> CheckError:
    """Return the error for rules that raised; the cause is left out, for it may quote values."""
    return CheckError(
        f"these rules could not be evaluated: {', '.join(codes) or 'unknown'}",
        where=where,
        remedy="compare the rule's arguments with the types of its columns",
    )


def _computed(judge: _Judge) -> list[MetricConfiguration]:
    needs = [need for name, need in judge.needs.items() if not name.endswith(_VALUES)]
    return needs if judge.condition is None else [*needs, judge.condition]


def _validated(judge: _Judge, metrics: dict[Any, Any], engine: object, where: str) -> Document:
    """Let the expectation itself turn its metrics into a result.

    `_validate` is what every GX expectation implements; `metrics_validate` around it would work
    out the same dependencies once more, which costs more than all queries of a small delivery.
    """
    given = {
        name: [] if name.endswith(_VALUES) else metrics[need.id]
        for name, need in judge.needs.items()
    }
    try:
        raw = judge.expectation._validate(  # noqa: SLF001 - GX's own extension point
            metrics=given, runtime_configuration=dict(_FORMAT), execution_engine=engine
        )
        return without_values(judge.shown, raw)
    except Exception:  # noqa: BLE001 - whatever an expectation raises, it is no bad data
        raise _raised(where, [judge.rule.code]) from None


def _counts_records(judge: _Judge) -> bool:
    """Say whether a rule asks for nothing but how many records there are."""
    return judge.shown["type"].removeprefix("expect_") in COUNTING and len(judge.needs) == 1


def _worst(documents: dict[int, Document]) -> Document:
    """Return the first result that did not succeed, else the first."""
    return min(documents.values(), key=lambda document: bool(document["success"]))


def _result(judge: _Judge, validated: Document) -> RuleResult:
    per_row = judge.condition is not None
    unexpected = int(validated["result"].get("unexpected_count") or 0) if per_row else 0
    keeps_rows_back = judge.rule.level.value == "quarantine"
    return RuleResult(
        code=judge.rule.code,
        level=judge.rule.level.value,
        dimension=judge.rule.dimension.value,
        success=unexpected == 0 if keeps_rows_back else validated["success"],
        unexpected=unexpected,
        description=judge.rule.description,
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


def _find_rows(feed: Relation, conditions: dict[str, str]) -> Relation:
    """Find the failing rows of all rules in one pass over the feed; none without conditions."""
    flags = ", ".join(f"({sql}) AS f{place}" for place, sql in enumerate(conditions.values()))
    failing = " OR ".join(f"f{place}" for place in range(len(conditions))) or "false"
    codes = ", ".join(
        f"CASE WHEN f{place} THEN {literal(code)} END" for place, code in enumerate(conditions)
    )
    failures = Relation(feed.con, _FAILURES)
    feed.con.execute(
        f"CREATE OR REPLACE TABLE {failures.sql} AS "
        f"SELECT _row, list_filter([{codes}]::VARCHAR[], lambda code: code IS NOT NULL) AS rules "
        f"FROM (SELECT _row{', ' if flags else ''}{flags} FROM {feed.sql}) WHERE {failing}"
    )
    return failures
