"""⑤ Misused share: rows of a grant that lie there although it is not in force, or beyond its scope.

Every run takes such rows away first; what is still there afterwards could not be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog_specs.models.sharing import Grant
from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Extract, Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.extracts:
        grant = facts.catalog.grants.get(one.grant)
        who = facts.consumer(one.grant)
        reason = _not_in_force(facts, one.grant)
        if reason:
            yield Suspicion(
                ViolationKind.SHARED,
                who,
                one.grant,
                "in force",
                f"授权已不成立（{reason}），共享数据仍在",
                f"the grant does not hold ({reason}), and its rows are still there",
                Confidence.HIGH,
                evidence={"reason": reason, "resources": len(one.columns)},
            )
        elif grant is not None:
            for ref, columns in _beyond(grant, one).items():
                yield Suspicion(
                    ViolationKind.SHARED,
                    who,
                    one.grant,
                    f"scope:{ref}",
                    f"共享数据超出授权范围：{ref} 多 {len(columns)} 列",
                    f"the rows go beyond the grant: {ref}, {len(columns)} columns",
                    Confidence.HIGH,
                    evidence={"resource": ref, "columns": ", ".join(columns)},
                )


def _not_in_force(facts: Facts, code: str) -> str:
    grant = facts.catalog.grants.get(code)
    reason = facts.ended(code)
    return reason if reason or grant is None or grant.method.materialised else grant.method.value


def _beyond(grant: Grant, extract: Extract) -> Mapping[str, tuple[str, ...]]:
    """Return the resources that hold columns the grant does not name, with these columns."""
    granted = {one.resource: frozenset(one.items) for one in grant.resources}
    found = {
        ref: tuple(one for one in columns if one not in granted.get(ref, frozenset()))
        for ref, columns in extract.columns.items()
    }
    return {ref: columns for ref, columns in found.items() if columns}


DETECTOR = Detector(
    kind=ViolationKind.SHARED,
    title="超期或超范围使用共享数据",
    title_en="shared data beyond term or scope",
    detect=_detect,
)
