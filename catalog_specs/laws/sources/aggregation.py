"""Aggregation modes (二(三)、四(三)): exemptions, and reasons for not being real time.

Belongs here: evidence, interface specifications, filing numbers. Keep out: feeds (`feeds`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.laws.law import Fault, Law, resource_at
from catalog_specs.reading.declared import Declared
from catalog_specs.vocabulary import AggregationMode

__all__ = ["LAWS"]


def _exempt(declared: Declared) -> Iterator[Fault]:
    for resource in declared.resources.values():
        how = resource.aggregation
        if how.mode is not AggregationMode.EXEMPT:
            continue
        if not how.evidence:
            yield Fault(
                resource_at(resource.ref),
                "aggregation.evidence",
                "exempt from aggregation without evidence",
                "name the law or central policy that forbids aggregation",
            )
        if how.interface_spec is None:
            yield Fault(
                resource_at(resource.ref),
                "aggregation.interface_spec",
                "exempt from aggregation without an interface in its place",
                "name the interface specification and call guide",
            )


def _filed(declared: Declared) -> Iterator[Fault]:
    """Find batches without a filing number; reflow and manual upload are channels of their own."""
    for resource in declared.resources.values():
        how = resource.aggregation
        if how.mode is AggregationMode.BATCH and how.filing_no is None:
            yield Fault(
                resource_at(resource.ref),
                "aggregation.filing_no",
                f"{how.mode.label} is slower than real time and has no filing number",
                "file it with the authority and write the number into `aggregation.filing_no`; "
                "data of a superior system are `mode: reflow`, data without a system `manual`",
            )


LAWS = (
    Law(
        "CAT-010",
        "不予汇聚须有依据和接口规范",
        "exempt from aggregation needs evidence and an interface specification",
        "二(三)",
        "fill `aggregation.evidence` and `aggregation.interface_spec`",
        _exempt,
    ),
    Law(
        "CAT-011",
        "批量汇聚（非实时）须备案",
        "batch aggregation, where real time is not possible, has a filing number",
        "四(三)",
        "fill `aggregation.filing_no`",
        _filed,
    ),
)
