"""⑤ Refused asks: a grant that was asked for more than it gives, again and again (五(三)).

Beyond its term, its method, its items or its budget, or with ids that look made up. Once is a
mistake; the profile says how often is more than that. It is gone when the days that count are over.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.answers import AnswerRefusal
from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts

__all__ = ["DETECTOR"]

_CONFIDENCE = {
    AnswerRefusal.REGULAR: Confidence.MEDIUM,
    AnswerRefusal.REPEATED: Confidence.MEDIUM,
    AnswerRefusal.COVERAGE: Confidence.MEDIUM,
    AnswerRefusal.NOT_IN_FORCE: Confidence.LOW,
    AnswerRefusal.METHOD: Confidence.LOW,
    AnswerRefusal.ITEM: Confidence.LOW,
    AnswerRefusal.DAILY: Confidence.LOW,
}
"""Refusals of what goes beyond a grant; others are about the list or the form of the answer."""
_KNOWN = {one.stored: one for one in _CONFIDENCE}


def _detect(facts: Facts) -> Iterator[Suspicion]:
    supervision = facts.catalog.profile.supervision
    for one in facts.refused:
        reason = _KNOWN.get(one.reason)
        if reason is None or one.asks < supervision.refused_asks.value:
            continue
        days = supervision.refused_days.value
        yield Suspicion(
            ViolationKind.SHARED,
            facts.consumer(one.grant),
            one.grant,
            f"refused:{one.reason}",
            f"{days} 天内 {one.asks} 次因“{reason.label}”被拒绝答复",
            f"refused {one.asks} times in {days} days: {reason.english}",
            _CONFIDENCE[reason],
            evidence={"reason": one.reason, "asks": one.asks, "newest": one.newest},
        )


DETECTOR = Detector(
    kind=ViolationKind.SHARED,
    title="反复超范围查询",
    title_en="asked beyond the grant, again and again",
    detect=_detect,
)
