"""Stop 2, the quality gate, as Dagster shows it: one blocking check for every rule.

The verdict is a stored fact; these checks *show* it. A check fails with severity ERROR (and so
stops this run's downstream) only where a delivery judged in this run was rejected by it.
Belongs here: the check factory. Keep out: rules and judging (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dagster import (
    AssetCheckEvaluation,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    ResourceParam,
    multi_asset_check,
)

from assets.coded import coded
from assets.naming import check_name, key
from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from flow.city import City
from flow.stops import judge_waiting, latest_verdict, opened
from quality.rules.derivation import rules_for
from register.records import Verdict, VerdictKind
from register.register import Register
from register.rule_results import RuleJudged, results_of

__all__ = ["evaluations", "gate_checks"]

DELIVERY = "delivery"
"""The check that fails when a delivery could not be read at all (a refusal)."""


def evaluations(city: City, register: Register) -> Iterator[AssetCheckEvaluation]:
    """Show every rule of a resource over its newest verdict, for a run outside Dagster."""
    resource = register.resource
    last = latest_verdict(register)
    if last is None:
        return
    shown = _Shown(city, resource.ref, (last,), fresh=True)
    for name in _described(city.catalog, resource):
        one = shown.check(name)
        yield AssetCheckEvaluation(
            asset_key=key("landing", resource.ref),
            check_name=name,
            passed=one.passed,
            metadata=one.metadata,
            severity=one.severity,
            blocking=True,
        )


def _described(catalog: Catalog, resource: Resource) -> dict[str, str]:
    """Return the checks of a resource with what they ask."""
    described = {DELIVERY: "交付文件可读、申报列齐全 / the delivery could be read as declared"}
    rules = rules_for(catalog, resource)
    return described | {check_name(rule.code): rule.wording.zh for rule in rules}


def gate_checks(catalog: Catalog, resource: Resource) -> AssetChecksDefinition:
    """Make the checks of one resource: its rules, and whether its delivery could be read."""
    landing = key("landing", resource.ref)
    upstream = [key("authoritative", ref) for ref in catalog.upstream(resource)]
    described = _described(catalog, resource)

    @multi_asset_check(
        name=f"quality_gate__{resource.ref.replace('/', '__')}",
        specs=[
            AssetCheckSpec(
                name, asset=landing, description=text, blocking=True, additional_deps=upstream
            )
            for name, text in described.items()
        ],
        compute_kind="greatexpectations",
        pool=resource.ref.replace("/", "__"),
    )
    def quality_gate(city: ResourceParam[City]) -> Iterator[AssetCheckResult]:
        with coded(city, "resource", resource.ref):
            judged = judge_waiting(city, resource.ref)
            last = latest_verdict(opened(city, resource.ref))
            verdicts = judged or ((last,) if last else ())
            shown = _Shown(city, resource.ref, verdicts, fresh=bool(judged))
        for name in described:
            yield shown.check(name)

    return quality_gate


class _Shown:
    """What the checks of one resource show: the verdicts of this run, or the last one there is."""

    def __init__(self, city: City, ref: str, verdicts: Sequence[Verdict], *, fresh: bool) -> None:
        self._asset = key("landing", ref)
        self._verdicts = verdicts
        self._fresh = fresh
        self._found = _results(city, ref, verdicts)

    def check(self, name: str) -> AssetCheckResult:
        """Show one rule over the verdicts."""
        failing = [verdict for verdict in self._verdicts if self._fails(name, verdict)]
        rejected = self._fresh and any(one.kind is VerdictKind.REJECTED for one in failing)
        return AssetCheckResult(
            check_name=name,
            asset_key=self._asset,
            passed=not failing,
            severity=AssetCheckSeverity.ERROR if rejected else AssetCheckSeverity.WARN,
            metadata={
                "unexpected": sum(one.failing for one in self._found.get(name, {}).values()),
                "delivered": sum(verdict.delivered for verdict in self._verdicts),
                "deliveries": ", ".join(verdict.delivery for verdict in self._verdicts),
            },
        )

    def _fails(self, name: str, verdict: Verdict) -> bool:
        if name == DELIVERY:
            asked = any(verdict.delivery in found for found in self._found.values())
            return verdict.kind is VerdictKind.REJECTED and not asked
        found = self._found.get(name, {}).get(verdict.delivery)
        return found is not None and not found.passed


def _results(
    city: City, ref: str, verdicts: Sequence[Verdict]
) -> Mapping[str, Mapping[str, RuleJudged]]:
    """Return check → delivery → what its rule found."""
    found: dict[str, dict[str, RuleJudged]] = {}
    wanted = [verdict.delivery for verdict in verdicts]
    for one in results_of(city.layout, ref, wanted):
        found.setdefault(check_name(one.rule), {})[one.delivery or ""] = one
    return found
