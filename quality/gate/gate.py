"""The quality gate: from a landed delivery to a verdict that is a stored fact.

Belongs here: the order of the steps and what each failing rule leads to. Keep out: rules (`rules`),
their evaluation (`runner`), promotion (`authoritative.promotion`).
`delivered = accepted + quarantined` holds for every delivery. Great Expectations is imported when
the first readable delivery is judged, and serves all that follow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from catalog_specs.catalog import Catalog
from catalog_specs.errors import SecondEngineError, SecondEngineFailedError
from catalog_specs.local_time import local_day, local_moment
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind, Level
from quality.accepted import Judged, divide
from quality.findings import Findings
from quality.gate.bundling import may_bundle
from quality.gate.choosing import chosen_rows
from quality.gate.flags import flag_columns
from quality.gate.second_engine import Unsaid, unsaid
from quality.gate.typing_bench import TypingBench
from quality.loading import wait_until_loaded
from quality.quarantine.overtaken import with_superseded
from quality.quarantine.table import Chosen, store_quarantined
from quality.rules.derivation import rules_for
from quality.rules.kind import Lookup
from quality.rules.kinds import kind_of
from quality.rules.relations import register_itself, register_relations
from quality.rules.rule import Rule
from register.bundles import Bundle
from register.records import REPLAYED, Delivery, Verdict, VerdictKind
from register.rule_results import record_results
from register.verdicts import VERDICTS
from storage.engines.connection import EngineError
from storage.engines.spark.address import Address
from storage.engines.spark.closed_list import NotSaidAlike
from storage.engines.workbench import Limits, open_workbench, use_threads
from storage.layout import Layout
from storage.working_folders import working_folder
from values.narrow import Across
from values.shapes import typed_schema
from values.typed import Typed

if TYPE_CHECKING:
    from quality.gate.plan import Plan
    from quality.gate.runner import Runner

__all__ = ["Gate", "open_gate"]


@contextmanager
def open_gate(
    layout: Layout,
    catalog: Catalog,
    limits: Limits | None,
    now: datetime,
    spark: Address | None = None,
    *,
    sealed: bool = True,
) -> Iterator[Gate]:
    """Yield a gate for any number of deliveries; its tables vanish when it closes.

    `now` has a time zone; the day it falls on in the profile's zone is the `today` of the rules.
    `spark` is where a second engine answers, if there is one; `sealed` is as for the bench.
    """
    with (
        working_folder(layout.work, "typed-") as folder,
        open_workbench(layout.work, limits) as con,
    ):
        bench = TypingBench(con, folder, layout, catalog, spark, sealed=sealed)
        gate = Gate(bench, now, limits or Limits())
        try:
            yield gate
        finally:
            gate.close()


class Gate:
    """One connection and one Great Expectations engine that judge deliveries one after another."""

    def __init__(self, bench: TypingBench, now: datetime, limits: Limits) -> None:
        self._bench = bench
        self._limits = limits
        self._con = bench.con
        self._layout = bench.layout
        self._catalog = bench.catalog
        self._now = now
        self._runner: Runner | None = None

    def close(self) -> None:
        """Let Great Expectations go of the connection, while there is one; end other sessions."""
        self._bench.close()
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def interrupt(self) -> None:
        """End the query that is running; for a thread that does not use the gate itself."""
        self._bench.interrupt()

    def expect(self, rows: int) -> None:
        """Prepare for deliveries and tables of up to so many rows each."""
        use_threads(self._con, self._limits, rows)

    @property
    def today(self) -> date:
        """Return the judging date."""
        return local_day(self._catalog, self._now)

    def judge(self, bundle: Bundle) -> tuple[Verdict, ...]:
        """Judge a bundle, quarantine what fails, and record each delivery's verdict last.

        Judging again after an interruption replaces what the first attempt wrote. What landing
        refused is rejected as it is, without judging. A bundle in which a rule rejects is taken
        apart, so that it rejects only whom it is about.

        Raises:
            CheckError: a rule could not be evaluated, or counts do not agree. Nothing is recorded;
                the deliveries stay unjudged.
        """
        resource = self._catalog.resource(bundle.resource)
        refused = bundle.last.refusal is not None
        several = len(bundle.deliveries) > 1
        if several and not refused and not self._bundles(resource):
            return self._singly(bundle)
        typed, findings = self._found(resource, bundle, self._asked(resource, bundle))
        if several and findings.failing(Level.REJECT):
            return self._singly(bundle)
        verdicts = self._decided(bundle, typed, findings)
        asked = [bundle.names[place] for place in findings.places]
        at = local_moment(self._catalog, self._now).isoformat()
        record_results(self._layout, bundle.resource, asked, findings.results, at)
        VERDICTS.record(self._layout, verdicts)
        return verdicts

    def tried(self, bundle: Bundle, rules: Sequence[Rule], named: int) -> tuple[Typed, Findings]:
        """Judge one delivery by some rules as `judge` does; nothing is quarantined or recorded.

        Of each rule the first `named` failing records are told. No more is kept of its records than
        that takes.

        Raises:
            CheckError: as `judge`.
        """
        resource = self._catalog.resource(bundle.resource)
        return self._found(resource, bundle, rules, named)

    def judged(self, bundle: Bundle) -> Judged:
        """Return what was accepted of judged deliveries, and what was quarantined.

        It holds until the gate judges or is asked again. What was typed last is not typed again:
        promoting right after judging costs nothing here.
        """
        typed = self._bench.known(bundle) or self._bench.typed(bundle, {})
        return divide(self._layout, bundle, typed)

    def _singly(self, bundle: Bundle) -> tuple[Verdict, ...]:
        return tuple(v for one in bundle.deliveries for v in self.judge(Bundle((one,))))

    def _bundles(self, resource: Resource) -> bool:
        """Say whether every rule of a resource judges a record by itself or its own delivery."""
        return may_bundle(resource, rules_for(self._catalog, resource))

    def _decided(self, bundle: Bundle, typed: Typed, findings: Findings) -> tuple[Verdict, ...]:
        """Quarantine the failing rows and return the outcome of each delivery."""
        rejecting, rows = chosen_rows(typed, findings, bundle.last.refusal)
        chosen = Chosen(bundle, typed, rows)
        kept = store_quarantined(self._layout, self._catalog, chosen)
        first = bundle.names[findings.places[0]]
        with_first = json.dumps({"judged_with": first})
        kind = VerdictKind.REJECTED if rejecting else VerdictKind.PASSED
        return tuple(
            self._verdict(
                delivery,
                rows,
                kind,
                (*rejecting, *findings.failing(Level.QUARANTINE, place)),
                _evidence(findings, place, with_first),
            )
            for place, (delivery, rows) in enumerate(zip(bundle.deliveries, kept, strict=True))
        )

    def _verdict(
        self,
        delivery: Delivery,
        kept: int,
        kind: VerdictKind,
        reasons: tuple[str, ...],
        gx_result: str,
    ) -> Verdict:
        return Verdict(
            resource=delivery.resource,
            delivery=delivery.delivery,
            sequence=delivery.sequence,
            kind=kind,
            delivered=delivery.rows,
            accepted=delivery.rows - kept,
            quarantined=kept,
            reasons=reasons,
            catalog_digest=self._catalog.digest,
            judged_at=self._now.isoformat(),
            gx_result=gx_result,
        )

    def _found(
        self,
        resource: Resource,
        bundle: Bundle,
        rules: Sequence[Rule],
        named: int = 0,
    ) -> tuple[Typed, Findings]:
        """Type a bundle and judge it; what was refused, or says nothing, is asked nothing.

        Only where failing records are `named` nobody needs the typed records afterwards.
        """
        if bundle.last.refusal is not None or not _saying(resource, bundle):
            return self._bench.typed(bundle, across=Across() if named else None), Findings()
        return self._run(resource, bundle, rules, named)

    def _run(
        self, resource: Resource, bundle: Bundle, rules: Sequence[Rule], named: int
    ) -> tuple[Typed, Findings]:
        """Type a bundle and flag what its records fail in one query, then let GX judge."""
        wait_until_loaded()
        from quality.gate.bounding import bounded
        from quality.gate.plan import across, compile_plan
        from quality.gate.runner import Runner

        if self._runner is None:
            self._runner = Runner(self._con)
        types = typed_schema(self._catalog, resource)
        plan = compile_plan(resource, rules, self.today, types)
        register_relations(self._con, self._layout, self._catalog, resource, rules)
        looked_at = across(plan, resource, self.today, types) if named else None
        typed = self._flagged(bundle, plan, self._runner, looked_at)
        register_itself(typed.feed, self._layout, self._catalog, resource, rules, self.today)
        lookup = Lookup(
            self._con, self._layout, self._catalog, typed.feed, self.today, bundle.last.delivery
        )
        plan = bounded(plan, resource, lookup)
        findings = self._runner.run(plan, typed, bundle.name, _saying(resource, bundle), named)
        if bundle.last.origin == REPLAYED:
            findings = with_superseded(self._layout, self._catalog, bundle.last, typed, findings)
        return typed, findings

    def _asked(self, resource: Resource, bundle: Bundle) -> tuple[Rule, ...]:
        """Return the rules that are asked of a bundle; of a replay none about a whole delivery."""
        rules = rules_for(self._catalog, resource)
        if bundle.last.origin != REPLAYED:
            return rules
        return tuple(rule for rule in rules if kind_of(rule.kind).bounds is None)

    def _flagged(self, bundle: Bundle, plan: Plan, runner: Runner, across: Across | None) -> Typed:
        """Type a bundle with its flags; a rule that raises is told from text that does."""
        from quality.gate.forms import not_evaluated

        try:
            return self._bench.typed(bundle, flag_columns(plan.flags), across)
        except NotSaidAlike as found:
            resource = self._catalog.resource(bundle.resource)
            all_of_it = unsaid(self._catalog, resource, plan, bundle.last.read_as)
            raise next(all_of_it, Unsaid(found.what)).error(resource.ref) from None
        except (EngineError, SecondEngineFailedError) as error:
            there = isinstance(error, SecondEngineFailedError)
            with suppress(SecondEngineError):  # else it fails at anything, and is to be seen to
                codes = runner.raising(plan, self._bench.typed(bundle, {} if there else None))
                if codes:
                    raise not_evaluated(f"{bundle.resource}/{bundle.name}", codes) from None
            raise


def _saying(resource: Resource, bundle: Bundle) -> tuple[int, ...]:
    """Return the places of the deliveries that say anything.

    An empty change set says that nothing happened, and no rule is about nothing.
    """
    empty = resource.feed.kind is FeedKind.CHANGES
    return tuple(n for n, one in enumerate(bundle.deliveries) if one.rows or not empty)


def _evidence(findings: Findings, place: int, with_first: str) -> str:
    """Return the engine's own result for a delivery: whole with the first that it is about."""
    if place not in findings.places:
        return "{}"
    return findings.gx_result if place == findings.places[0] else with_first
