"""⑤ Other purpose: acts under a grant for a purpose that nobody ever approved of it (五(三)).

The audit log says of every act what for. Only digests of purposes are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.purposes:
        yield Suspicion(
            ViolationKind.SHARED,
            facts.consumer(one.grant),
            one.grant,
            f"purpose:{one.purpose}",
            f"{one.acts} 次操作的用途与批准的用途不一致",
            f"{one.acts} acts were for another purpose than the approved one",
            Confidence.MEDIUM,
            evidence={"purpose": one.purpose, "acts": one.acts},
        )


DETECTOR = Detector(
    kind=ViolationKind.SHARED,
    title="用途与批准不一致",
    title_en="another purpose than the approved one",
    detect=_detect,
)
