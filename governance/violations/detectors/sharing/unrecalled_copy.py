"""⑨ Unrecalled copy: the authority has not got back what an ended grant handed out (五(十)).

No notice was ever given, or its day passed without an acknowledgement. Of the receiver, who keeps
it, `kept_copy` speaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.detectors.sharing.kept_copy import by_grant
from governance.violations.facts import Facts
from register.copies import CopyState

__all__ = ["DETECTOR"]


def _detect(facts: Facts) -> Iterator[Suspicion]:
    day = facts.today.isoformat()
    for code, found in by_grant(facts.copies).items():
        late = [one for one in found if one.state(day) is CopyState.OVERDUE]
        silent = [one for one in found if one.notice is None] if facts.ended(code) else []
        if late or silent:
            yield Suspicion(
                ViolationKind.CONTROLS,
                facts.catalog.city.authority,
                code,
                "recall",
                f"副本未收回：逾期未回执 {len(late)} 份，未发召回通知 {len(silent)} 份",
                f"copies are not got back: {len(late)} past their day, {len(silent)} without a "
                "notice",
                Confidence.HIGH,
                evidence={
                    "overdue": len(late),
                    "without_notice": len(silent),
                    "oldest": (*late, *silent)[0].copy.copy,
                },
            )


DETECTOR = Detector(
    kind=ViolationKind.CONTROLS,
    title="副本未收回",
    title_en="a copy not got back",
    detect=_detect,
)
