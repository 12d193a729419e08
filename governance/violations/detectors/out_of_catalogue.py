"""② Out of catalogue: a column or sheet that is delivered, not declared, and under no exception."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.outside:
        # an empty column, or a sheet that nobody reads, says less of what is collected
        certain = Confidence.HIGH if one.cells else Confidence.MEDIUM
        yield Suspicion(
            ViolationKind.SCOPE,
            facts.department(one.resource),
            one.resource,
            f"header:{one.header}",
            f"采集了目录之外的数据，无有效例外：{one.deliveries} 批",
            f"collected outside the catalogue, without a live exception: {one.deliveries} "
            "deliveries",
            certain,
            evidence={
                "header": one.header,
                "since": one.since.isoformat(),
                "deliveries": one.deliveries,
                "newest": one.newest,
                **({} if one.cells is None else {"cells": one.cells}),
            },
        )


DETECTOR = Detector(
    kind=ViolationKind.SCOPE,
    title="目录外采集",
    title_en="collection outside the catalogue",
    detect=_detect,
)
