"""④ Legacy exchange: a system that exchanges beside the platform after the day of its migration.

What such a system gathers has to come to the city's platform (一(五)) by the day that was filed.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.catalog.legacy.values():
        if not one.overdue(facts.today):
            continue
        yield Suspicion(
            ViolationKind.LATE,
            one.owner,
            one.owner,
            f"legacy:{one.code}:{one.due.isoformat()}",
            f"原有交换系统“{one.name}”应于 {one.due.isoformat()} 前迁移到市平台",
            f"the exchange `{one.code}` was to be migrated to the city's platform by "
            f"{one.due.isoformat()}",
            Confidence.HIGH,
            evidence={
                "exchange": one.code,
                "state": one.state.value,
                "due": one.due.isoformat(),
                "days": (facts.today - one.due).days,
                "filing_no": one.filing_no,
                "catalogue": facts.catalog.digest,
            },
        )


DETECTOR = Detector(
    kind=ViolationKind.LATE,
    title="原有交换系统逾期未迁移",
    title_en="a legacy exchange is not migrated in its term",
    detect=_detect,
)
