"""⑧ Unattributed: open data that stand without source, day or licence to state (六(七)).

Whoever takes them cannot say where they come from, and under which terms; what users leave out
outside cannot be seen here.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.bare:
        yield Suspicion(
            ViolationKind.COMMERCIAL,
            facts.catalog.city.authority,
            one.dataset,
            f"release:{one.release}",
            f"开放发布 {one.release} 缺少{'、'.join(one.lacks)}",
            f"release {one.release} lacks what its users must state: {len(one.lacks)} things",
            Confidence.HIGH,
            evidence={"release": one.release, "lacks": "、".join(one.lacks)},
        )


DETECTOR = Detector(
    kind=ViolationKind.COMMERCIAL,
    title="开放数据缺来源或许可",
    title_en="open data without attribution or licence",
    detect=_detect,
)
