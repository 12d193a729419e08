"""⑦ Foreign commit: a change of an authoritative table that no run made and nobody accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.foreign:
        operation = _known(one.operation)
        yield Suspicion(
            ViolationKind.CHANGED,
            facts.department(one.resource),
            one.resource,
            f"version:{one.version}",
            f"权威表第 {one.version} 版不是本系统写入（{operation}）",
            f"version {one.version} of the table is not ours ({operation})",
            Confidence.HIGH,
            evidence={"version": one.version, "operation": operation},
        )


def _known(operation: str) -> str:
    """Return an operation as it is named in Delta; whoever wrote the commit may write anything."""
    short = re.fullmatch(r"[A-Z]+( [A-Z]+){0,2}", operation)
    return operation if short else "OTHER"


DETECTOR = Detector(
    kind=ViolationKind.CHANGED,
    title="未经批准的更改",
    title_en="a change without an approval",
    detect=_detect,
)
