"""Due times as Dagster shows them: one check of freshness for each authoritative table.

Belongs here: the check factory. Keep out: what is due and what is stale (`quality.timeliness`),
when the clock is looked at without a delivery (`pipelines.automation`).
A freshness policy of Dagster's own counts from an asset's last materialisation by a cron line. A
run without a delivery would make a table fresh, and no cron line knows a working weekend; so the
checks ask the same rule as everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    ResourceParam,
    multi_asset_check,
)

from assets.coded import raise_first
from assets.naming import key
from catalog_specs.catalog import Catalog
from flow.city import City
from flow.desk.keeping import keep_desk
from flow.failures import Faults
from flow.timeliness import look_at_clock
from quality.timeliness.duties import Timeliness
from quality.timeliness.periods import cycles

__all__ = ["DUE", "due_check_keys", "due_checks", "due_evaluations"]

DUE = "due"
"""The check's name: whether the table has what was due by now."""


def due_check_keys(catalog: Catalog) -> list[AssetCheckKey]:
    """Return the checks, one for each resource of which something is owed."""
    return [AssetCheckKey(key("authoritative", ref), DUE) for ref in cycles(catalog)]


def due_checks(catalog: Catalog) -> list[AssetChecksDefinition]:
    """Make the checks of all resources: one look at the clock answers every one of them."""
    keys = due_check_keys(catalog)
    return [_checks(catalog, keys)] if keys else []


def due_evaluations(city: City, faults: Faults) -> Iterator[AssetCheckEvaluation]:
    """Show what is owed now, for a run outside Dagster."""
    for found in look_at_clock(city, faults):
        one = _shown(city.catalog, found)
        yield AssetCheckEvaluation(
            asset_key=key("authoritative", found.resource),
            check_name=DUE,
            passed=one.passed,
            metadata=one.metadata,
            severity=one.severity,
        )


def _checks(catalog: Catalog, keys: Sequence[AssetCheckKey]) -> AssetChecksDefinition:

    @multi_asset_check(
        name="due_times",
        specs=[
            AssetCheckSpec(
                DUE,
                asset=one.asset_key,
                description="按更新周期应交的数据已交付并入库 / what was due came, and is applied",
            )
            for one in keys
        ],
        can_subset=True,
    )
    def due_times(context, city: ResourceParam[City]) -> Iterator[AssetCheckResult]:  # type: ignore[no-untyped-def]  # noqa: ANN001
        # Dagster reads the annotation of a context as text here, and so takes none
        faults = Faults(city.layout)
        found = look_at_clock(city, faults)
        keep_desk(city, faults)  # a silence opens its case at once
        raise_first(faults)
        asked = context.selected_asset_check_keys
        for one in found:
            if AssetCheckKey(key("authoritative", one.resource), DUE) in asked:
                yield _shown(catalog, one)

    return due_times


def _shown(catalog: Catalog, one: Timeliness) -> AssetCheckResult:
    owed, steward = one.owed, catalog.departments[one.department].steward
    metadata: dict[str, str | int | bool] = {
        "owner": catalog.departments[one.department].name,
        "steward": steward.post if steward else "",
        "missed": len(one.missed),
        "stale": one.stale,
    }
    if owed is not None:
        metadata |= {"due": f"{owed.due:%Y-%m-%d %H:%M}", "period": owed.period}
        metadata |= {"provisional": owed.provisional, "days_late": owed.days_late}
    return AssetCheckResult(
        check_name=DUE,
        asset_key=key("authoritative", one.resource),
        passed=not (one.missed or one.stale),
        severity=AssetCheckSeverity.WARN,
        metadata=metadata,
    )
