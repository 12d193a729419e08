"""Stop 2, the quality gate, as Dagster shows it: one blocking check for every rule.

The verdict is a stored fact; these checks *show* it. A check fails with severity ERROR (and so
stops this run's downstream) only where a delivery judged in this run was rejected by it.
Belongs here: the check factory. Keep out: rules and judging (`quality`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from assets.naming import check_name, key
from catalog_specs.catalog import Catalog
from catalog_specs.models.resource import Resource
from flow.city import City
from flow.stops import judge_waiting, latest_verdict, opened
from quality.rules.derivation import rules_for
from register.records import Verdict, VerdictKind
from register.register import Register

__all__ = ["evaluations", "gate_checks"]

DELIVERY = "delivery"
"""The check that fails when a delivery could not be read at all (a refusal)."""


def evaluations(city: City, register: Register) -> Iterator[AssetCheckEvaluation]:
    """Show every rule of a resource over its newest verdict, for a run outside Dagster."""
    resource = register.resource
    last = latest_verdict(city, register)
    for name in _described(city.catalog, resource) if last else ():
        one = _shown(name, key("landing", resource.ref), (last,) if last else (), fresh=True)
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
    return described | {check_name(rule.code): rule.description for rule in rules}


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
            last = latest_verdict(city, opened(city, resource.ref))
        verdicts = judged or ((last,) if last else ())
        for name in described:
            yield _shown(name, landing, verdicts, fresh=bool(judged))

    return quality_gate


def _shown(
    name: str, asset: AssetKey, verdicts: Sequence[Verdict], *, fresh: bool
) -> AssetCheckResult:
    """Show one rule over the verdicts of this run (or, when nothing waited, the last one)."""
    failing = [verdict for verdict in verdicts if _fails(name, verdict)]
    rejected = fresh and any(verdict.kind is VerdictKind.REJECTED for verdict in failing)
    unexpected = sum(
        rule.unexpected
        for verdict in verdicts
        for rule in verdict.rules
        if check_name(rule.code) == name
    )
    return AssetCheckResult(
        check_name=name,
        asset_key=asset,
        passed=not failing,
        severity=AssetCheckSeverity.ERROR if rejected else AssetCheckSeverity.WARN,
        metadata={
            "unexpected": unexpected,
            "delivered": sum(verdict.delivered for verdict in verdicts),
            "deliveries": ", ".join(verdict.delivery for verdict in verdicts),
        },
    )


def _fails(name: str, verdict: Verdict) -> bool:
    if name == DELIVERY:
        return verdict.kind is VerdictKind.REJECTED and not verdict.rules
    return any(check_name(rule.code) == name and not rule.success for rule in verdict.rules)
