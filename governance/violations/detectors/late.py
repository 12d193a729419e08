"""④ Late: a delivery, a correction or an interface that a department has not given in its term."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.owed import OwedKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts
from governance.violations.late_offices import said_of

__all__ = ["DETECTOR"]

_SAID = {
    "missing": ("缺交", "nothing was delivered"),
    "late": ("逾期交付", "it was delivered late"),
    "stale": ("内容陈旧", "what was delivered is stale"),
    "correction": ("更正后未按期重新汇聚", "a correction was not aggregated again"),
}


def _detect(facts: Facts) -> Iterator[Suspicion]:
    yield from _aggregated(facts)
    for one in facts.owed:
        if one.kind is OwedKind.INTERFACE:
            yield said_of(ViolationKind.LATE, one, one.by)


def _aggregated(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.overdue:
        zh, en = _SAID[one.what]
        yield Suspicion(
            ViolationKind.LATE,
            facts.department(one.resource),
            one.resource,
            f"{one.what}:{one.about or one.due.isoformat()}",
            f"{zh}：应于 {one.due.isoformat()} 前，已逾期 {one.days} 个工作日",
            f"{en}: due {one.due.isoformat()}, {one.days} working days ago",
            Confidence.HIGH,
            evidence={
                "due": one.due.isoformat(),
                "days": one.days,
                **({"case": one.about} if one.about else {}),
            },
        )


DETECTOR = Detector(
    kind=ViolationKind.LATE,
    title="逾期未汇聚",
    title_en="not aggregated in its term",
    detect=_detect,
)
