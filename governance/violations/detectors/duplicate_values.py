"""③ Duplicate collection by value: what one department collects, another has nearly all of.

Values that are another resource's key are no fact collected twice: they say whom a row is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    supervision = facts.catalog.profile.supervision
    for one in facts.overlaps:
        enough = one.sampled >= max(1, supervision.least_values.value)
        # whole numbers: 80 % of 10 is 8, and never 8.000000001
        if one.other_item in facts.catalog.resources[one.other].key:
            continue
        if not enough or one.shared * 100 < supervision.containment.value * one.sampled:
            continue
        source = f"{one.other}.{one.other_item}"
        percent = one.shared * 100 // one.sampled
        yield Suspicion(
            ViolationKind.DUPLICATE,
            facts.department(one.resource),
            one.resource,
            f"values:{one.item}={source}",
            f"{one.item} 的取值有 {percent}% 也在 {source} 中",
            f"{percent} % of the values of {one.item} are in {source} as well",
            Confidence.MEDIUM,
            evidence={
                "item": one.item,
                "source": source,
                "sampled": one.sampled,
                "shared": one.shared,
                "version": one.versions[0],
                "source_version": one.versions[1],
            },
        )


DETECTOR = Detector(
    kind=ViolationKind.DUPLICATE,
    title="取值重复采集",
    title_en="collected twice, by its values",
    detect=_detect,
)
