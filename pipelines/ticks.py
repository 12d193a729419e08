"""Ticks of a sensor: the withdrawals at its beginning, the report at its end.

Belongs here: the parts that every tick has. Keep out: what a sensor looks for (`automation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster import (
    AddDynamicPartitionsRequest,
    AssetMaterialization,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
)

from assets.naming import key
from catalog_specs.local_time import local_day
from flow.city import City
from flow.derived import enter_withdrawals, retract_sets, withdraw_lapsed, withdraw_uncompiled
from flow.failures import Faults
from outlets.shares.withdrawals import Withdrawal
from pipelines.watching import Watched

__all__ = ["Tick", "begin", "report_withdrawals"]

OUTGROWN = (
    "the catalogue has resources, rules or open sets that the graph was not made for: "
    "reload the code location, or restart `quanshu ui`"
)


@dataclass
class Tick:
    """One look of a sensor: the city as its catalogue says now, and what it has to say."""

    city: City
    faults: Faults
    context: SensorEvaluationContext
    notes: list[str] = field(default_factory=list)

    def result(
        self,
        requests: Sequence[RunRequest],
        partitions: Sequence[AddDynamicPartitionsRequest] = (),
    ) -> SensorResult:
        """Return what the tick asks for; what failed is said by code, and keeps nothing else."""
        said = [*self.notes, *map(str, self.faults.found)]
        for line in said:
            self.context.log.warning(line)
        return SensorResult(
            run_requests=list(requests),
            dynamic_partitions_requests=list(partitions),
            skip_reason=" | ".join(said) if said and not requests else None,
        )


def begin(watched: Watched, city: City, context: SensorEvaluationContext) -> Tick:
    """Look at the catalogue as it is now, and withdraw what it ends, before anything else.

    While it does not compile, its withdrawals are done all the same, and the last catalogue that
    compiled stays in use.
    """
    now = watched.now(city)
    tick = Tick(now, Faults(city.layout), context)
    withdrawn = list(withdraw_lapsed(now, tick.faults))
    if watched.problem is None:
        retract_sets(now, tick.faults)  # a catalogue that cannot be read closes no set
    if watched.problem is not None:
        day = local_day(now.catalog, city.clock())
        more, failures = withdraw_uncompiled(city.layout, now.catalog.root, day)
        withdrawn += more
        enter_withdrawals(now, more, tick.faults)
        tick.faults.found += failures
        tick.notes.append(str(watched.problem))
    elif watched.outgrown:
        tick.notes.append(OUTGROWN)
    report_withdrawals(context, withdrawn)
    return tick


def report_withdrawals(context: SensorEvaluationContext, withdrawn: Sequence[Withdrawal]) -> None:
    """Show in the graph which grants lost their extracts, and why."""
    for one in withdrawn:
        if one.existed:
            shown = AssetMaterialization(
                asset_key=key("shares", "extract"),
                partition=one.grant,
                metadata={"withdrawn": one.reason},
            )
            context.instance.report_runless_asset_event(shown)
