"""Stop 2, the quality gate, as Dagster shows it: one blocking check for every rule.

The verdict is a stored fact; these checks *show* it. A check fails with severity ERROR (and so
stops this run's downstream) only where a delivery judged in this run was rejected by it.
Belongs here: the check factory. Keep out: what a check shows (`gate_results`), rules and judging
(`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator

from dagster import (
    AssetCheckEvaluation,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    ResourceParam,
    multi_asset_check,
)

from assets.coded import coded
from assets.gate_results import DELIVERY, GateResults, gate_results
from assets.naming import check_name, key
from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from flow.city import City
from flow.stops import judge_waiting, latest_verdict, opened
from quality.rules.derivation import rules_for
from register.records import VerdictKind
from register.register import Register

__all__ = ["evaluations", "gate_checks"]


def evaluations(city: City, register: Register) -> Iterator[AssetCheckEvaluation]:
    """Show every rule of a resource over its newest verdict, for a run outside Dagster."""
    resource = register.resource
    last = latest_verdict(register)
    if last is None:
        return
    results = gate_results(city, resource.ref, (last,))
    for name in _described(city.catalog, resource):
        one = _check(results, name, key("landing", resource.ref), fresh=True)
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
            results = gate_results(city, resource.ref, verdicts)
        for name in described:
            yield _check(results, name, landing, fresh=bool(judged))

    return quality_gate


def _check(results: GateResults, name: str, asset: AssetKey, *, fresh: bool) -> AssetCheckResult:
    """Show one rule over the verdicts of this run (or, when nothing waited, the last one)."""
    failing = results.failing(name)
    rejected = fresh and any(one.kind is VerdictKind.REJECTED for one in failing)
    return AssetCheckResult(
        check_name=name,
        asset_key=asset,
        passed=not failing,
        severity=AssetCheckSeverity.ERROR if rejected else AssetCheckSeverity.WARN,
        metadata=results.metadata(name),
    )
