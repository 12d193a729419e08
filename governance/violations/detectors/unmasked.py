"""⑥ Unmasked: sensitive data that left, or lie ready to, without the masks that cover them."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Exposed, Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.exposed:
        yield Suspicion(
            ViolationKind.PRIVATE,
            _department(facts, one),
            one.code,
            f"{one.kind}:{one.reason}:{one.where}",
            f"未受脱敏规则覆盖的数据仍在提供（{one.reason}）",
            f"data that no mask covers are still handed out ({one.reason})",
            Confidence.MEDIUM,
            evidence={"kind": one.kind, "reason": one.reason, "where": one.where},
        )


def _department(facts: Facts, one: Exposed) -> str:
    """Return who answers: a grant's consumer, else the department of what is opened."""
    catalog = facts.catalog
    if one.kind == "grant":
        return facts.consumer(one.code)
    if one.kind == "open_set" and one.code in catalog.open_sets:
        return facts.department(catalog.open_sets[one.code].resource)
    return catalog.city.authority


DETECTOR = Detector(
    kind=ViolationKind.PRIVATE,
    title="敏感数据未脱敏",
    title_en="sensitive data without a mask",
    detect=_detect,
)
