"""One run of a suite over a typed feed: counts and failing rows from its flags, results from GX.

Belongs here: answering what Great Expectations asks, letting it judge, gathering the failing rows.
Keep out: compiling (`plan`), the flags themselves (`flags`), what follows (`gate`).
Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from catalog_specs.vocabulary import Level
from quality.engine import load_batch, open_engine
from quality.findings import Findings
from quality.gate.conditions import condition_sql, of_items
from quality.gate.evidence import Document, suite_result_json, without_values
from quality.gate.failing import Beyond, failing_rows, first_rows
from quality.gate.flags import Flagged, count_flags
from quality.gate.forms import FORMAT, VALUES, not_evaluated
from quality.gate.plan import Judge, Plan
from quality.rules.expectations import install, register
from quality.rules.figures import Bounds, observed
from register.bundles import place_sql
from register.rule_results import RuleFound
from storage.engines.connection import Connection, EngineError, end_if_interrupted
from values.typed import Typed

if TYPE_CHECKING:
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine

__all__ = ["Runner"]


@dataclass(frozen=True)
class _Answers:
    """What is known of a feed: its records, how many meet each condition, and other metrics."""

    rows: int
    counts: Mapping[str, int]
    metrics: Mapping[Any, Any]


@dataclass(frozen=True)
class _Posed:
    """What is asked of one feed: by rule, the SQL of the rows that it does not let pass."""

    asked: Mapping[str, str]
    metrics: Mapping[Any, Any]
    where: str


class Runner:
    """Great Expectations bound to one DuckDB connection for many deliveries."""

    def __init__(self, con: Connection) -> None:
        register()
        install(con)
        self._con = con
        self._open: SqlAlchemyExecutionEngine | None = None

    def close(self) -> None:
        """Let go of the connection; it is closed with it, so this comes last."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def run(
        self,
        plan: Plan,
        typed: Typed,
        delivery: str,
        places: Sequence[int] = (0,),
        named: int = 0,
    ) -> Findings:
        """Judge a feed that was typed with the plan's flags; findings are valid until the next.

        `places` are those of a bundle's deliveries for which rules about their number of records
        are judged: each by itself, because they are together only to save time. Of each rule the
        first `named` failing records are told.

        Raises:
            CheckError: a rule raised.
        """
        posed = self._posed(plan, typed, f"{plan.ref}/{delivery}")
        kept = {j.rule.code for j in plan.judges if j.rule.level is Level.QUARANTINE}
        every = {j.rule.code for j in plan.judges}
        beyond = Beyond(typed.feed, every if named else kept)
        findings = self._judged(plan, posed, _counts(plan, posed, beyond, places), places)
        flags = {sql: place for place, sql in enumerate(plan.flags)}
        places_of = {c: flags[sql] for c, sql in posed.asked.items() if sql in flags}
        first = first_rows(places_of, beyond, named) if named else {}
        keeping = {code: place for code, place in places_of.items() if code in kept}
        failures = failing_rows(typed.feed, keeping, beyond)
        return replace(findings, failures=failures, first=first)

    def count(
        self, plan: Plan, typed: Typed, what: str, places: Sequence[int] = (0,)
    ) -> tuple[Findings, Mapping[str, tuple[int, ...]]]:
        """Judge as `run` does, and gather no failing row.

        The feed is judged as a whole. Returned beside it is rule → failing records at each place.

        Raises:
            CheckError: a rule raised.
        """
        posed = self._posed(plan, typed, f"{plan.ref}/{what}")
        each = _counts(plan, posed, Beyond(typed.feed, ()), places)
        apart = {one.rule.code: tuple(_failing(one, part) for part in each) for one in plan.judges}
        return self._judged(plan, posed, [_together(each)], (0,)), apart

    def _posed(self, plan: Plan, typed: Typed, where: str) -> _Posed:
        """Work out what has to be known of a feed before its rows are counted."""
        metrics = self._resolved(plan, typed, where) if plan.edges else {}
        late = {
            judge.rule.code: condition_sql(self._engine, judge.late, metrics[judge.late.id])
            for judge in plan.judges
            if judge.late is not None
        }
        asked = {j.rule.code: j.asks for j in plan.judges if j.asks is not None} | late
        return _Posed(asked, metrics, where)

    def _judged(
        self, plan: Plan, posed: _Posed, answers: Sequence[_Answers], places: Sequence[int]
    ) -> Findings:
        """Let every expectation say what follows from what was counted."""
        where = posed.where
        single = {
            judge.rule.code: [self._validated(judge, one, where) for one in answers]
            for judge in plan.judges
            if judge.counting
        }
        whole = _together(answers)
        validated = [
            _worst(single[judge.rule.code])
            if judge.counting
            else self._validated(judge, whole, where)
            for judge in plan.judges
        ]
        results = tuple(
            _found(judge, answers, single.get(judge.rule.code) or [one])
            for judge, one in zip(plan.judges, validated, strict=True)
        )
        gx_result = suite_result_json(plan.ref, validated)
        return Findings(results, gx_result, places=tuple(places))

    def raising(self, plan: Plan, typed: Typed) -> list[str]:
        """Return the rules whose flags cannot be worked out, trying each on a feed without them."""
        broken = set()
        for sql in plan.flags:
            try:
                self._con.execute(f"SELECT count(*) FILTER ({sql}) FROM {typed.feed.sql}")
            except EngineError as error:
                end_if_interrupted(error)
                broken.add(sql)
        return [j.rule.code for j in plan.judges if broken & {*j.counted.values()}]

    @property
    def _engine(self) -> SqlAlchemyExecutionEngine:
        if self._open is None:
            self._open = open_engine(self._con)
        return self._open

    def _resolved(self, plan: Plan, typed: Typed, where: str) -> Mapping[Any, Any]:
        """Let Great Expectations work out what no flag answers."""
        from great_expectations.validator.metrics_calculator import MetricsCalculator
        from great_expectations.validator.validation_graph import ValidationGraph

        load_batch(self._engine, typed.feed.name)
        graph = ValidationGraph(execution_engine=self._engine, edges=list(plan.edges))
        metrics, aborted = graph.resolve(
            runtime_configuration=dict(FORMAT), show_progress_bars=False
        )
        if not aborted and all(need.id in metrics for j in plan.judges for need in j.form.computed):
            return dict(metrics)
        calculator = MetricsCalculator(self._engine)
        raising = []
        for judge in plan.judges:  # together, one that raises fails them all
            found, failed = calculator.compute_metrics(judge.form.computed, dict(FORMAT))
            if failed or any(need.id not in found for need in judge.form.computed):
                raising.append(judge.rule.code)
        raise not_evaluated(where, raising)

    def _validated(self, judge: Judge, answers: _Answers, where: str) -> Document:
        """Let the expectation itself turn its metrics into a result.

        `_validate` is what every GX expectation implements; `metrics_validate` around it would work
        out the same dependencies once more, which costs more than all queries of a small delivery.
        """
        try:
            raw = judge.expectation._validate(  # noqa: SLF001 - GX's own extension point
                metrics={name: _metric(judge, name, answers) for name in judge.form.needs},
                runtime_configuration=dict(FORMAT),
                execution_engine=self._engine if judge.form.computed else None,
            )
            return _settled(judge, raw)
        except Exception:  # noqa: BLE001 - whatever an expectation raises, it is no bad data
            raise not_evaluated(where, [judge.rule.code]) from None


def _counts(plan: Plan, posed: _Posed, beyond: Beyond, places: Sequence[int]) -> list[_Answers]:
    """Count what the records of each delivery meet: their flags, and what looks beyond one."""
    parted = place_sql() if len(places) > 1 else str(places[0])
    flagged = count_flags(beyond.feed, plan.flags, parted)
    counted = {
        sql: beyond.count(code, sql, parted, posed.where)
        for code, sql in posed.asked.items()
        if sql not in plan.flags
    }
    return [
        _Answers(
            one.rows, {sql: one.counts.get(sql, 0) for sql in plan.flags} | more, posed.metrics
        )
        for place in places
        for one in [flagged.get(place, Flagged())]
        for more in [{sql: found.get(place, 0) for sql, found in counted.items()}]
    ]


def _settled(judge: Judge, raw: Mapping[str, Any]) -> Document:
    """Return a result as stored; a figure with nothing to compare it with passes, and says so."""
    if judge.bounds is None:
        return without_values(judge.shown, raw)
    document = without_values(judge.shown, raw, observed=judge.rule.arguments["stored"])
    if not judge.bounds.known:
        document |= {"success": True, "meta": {"too_little_history": judge.bounds.against}}
    return document


def _metric(judge: Judge, name: str, answers: _Answers) -> Any:  # noqa: ANN401 - any metric
    if name.endswith(VALUES):
        return []
    if name in judge.counted:
        return answers.counts[judge.counted[name]]
    if name in judge.form.rows:
        return answers.rows
    return of_items(judge.form.needs[name].metric_name, judge.form.needs[name].id, answers.metrics)


def _together(answers: Sequence[_Answers]) -> _Answers:
    """Return what is known of all deliveries of a bundle together."""
    if len(answers) == 1:
        return answers[0]
    counts = {sql: sum(one.counts[sql] for one in answers) for sql in answers[0].counts}
    return replace(answers[0], rows=sum(one.rows for one in answers), counts=counts)


def _worst(documents: Sequence[Document]) -> Document:
    """Return the first result that did not succeed, else the first."""
    return min(documents, key=lambda document: bool(document["success"]))


def _found(judge: Judge, each: Sequence[_Answers], documents: Sequence[Document]) -> RuleFound:
    """Return what a rule found in each delivery; `documents` is one result, or one for each.

    At the level quarantine every failing record stays back, whatever share a rule would let pass.
    """
    failing = tuple(_failing(judge, one) for one in each)
    passed = tuple(bool(one["success"]) for one in documents)
    if judge.per_row and (len(each) > 1 or judge.rule.level is Level.QUARANTINE):
        passed = tuple(not count for count in failing)
    elif len(passed) < len(each):
        passed *= len(each)
    found = RuleFound(judge.said, tuple(_looked_at(judge, one) for one in each), failing, passed)
    return found if judge.bounds is None else _figured(judge, judge.bounds, documents[0], found)


def _figured(judge: Judge, bounds: Bounds, document: Document, found: RuleFound) -> RuleFound:
    """Return what was found with the figure and its bounds, where these may be stored."""
    if not judge.rule.arguments["stored"]:
        return replace(found, against=bounds.against)
    figure = observed(judge.rule, document["result"].get("observed_value"))
    return replace(found, observed=figure, low=bounds.low, high=bounds.high, against=bounds.against)


def _failing(judge: Judge, answers: _Answers) -> int:
    return int(_metric(judge, judge.form.own, answers) or 0) if judge.per_row else 0


def _looked_at(judge: Judge, answers: _Answers) -> int:
    """Return how many records a rule looked at: those it is about, without nulls."""
    whole = answers.rows if judge.whole is None else int(_metric(judge, judge.whole, answers) or 0)
    return whole - (0 if judge.nulls is None else int(_metric(judge, judge.nulls, answers) or 0))
