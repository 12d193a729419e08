"""Due times: nothing is due of a resource that is not aggregated, nor before it was published.

Belongs here: `due` against the rest of its resource. Keep out: counting days (`working_days`),
what came and what did not (`quality.timeliness`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import AggregationMode

__all__ = ["LAWS"]


def _owed(declared: Declared) -> Iterator[Fault]:
    for ref, resource in declared.resources.items():
        said = "due" in resource.model_fields_set
        if said and resource.aggregation.mode is AggregationMode.EXEMPT:
            yield Fault(
                resource_at(ref),
                "due",
                "the resource is not aggregated (不予汇聚), so nothing of it is due",
                "remove `due`, or correct `aggregation`",
            )
        since = resource.due.since
        if since is not None and since < resource.published_on:
            yield Fault(
                resource_at(ref),
                "due.since",
                f"{since} lies before the resource was published, {resource.published_on}",
                "let deliveries be owed from the day of publication on, or later",
            )


LAWS = (
    Law(
        "CAT-046",
        "只有汇聚的资源才有应交期限",
        "deliveries are due of what is aggregated, and not before it was published",
        "四(三)",
        "correct `due` as the message says",
        _owed,
    ),
)
