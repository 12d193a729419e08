"""⑤ Kept copy: a copy that its receiver keeps although it must not, or not all of it, any more.

It was called back and its day is over, or the grant still holds and covers less than the copy has.
It is gone once somebody acknowledged that the copies were destroyed or returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.masks.copied import copied
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts
from register.copies import Copy, CopyState, Traced

__all__ = ["DETECTOR", "by_grant"]


def by_grant(copies: Sequence[Traced]) -> Mapping[str, tuple[Traced, ...]]:
    """Return copies by the grant under which they were handed out."""
    codes = dict.fromkeys(one.copy.grant for one in copies)
    return {code: tuple(one for one in copies if one.copy.grant == code) for code in codes}


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for code, found in by_grant(facts.copies).items():
        overdue = [one for one in found if one.state(facts.today.isoformat()) is CopyState.OVERDUE]
        if overdue:
            due = min(one.notice.due for one in overdue if one.notice)
            yield Suspicion(
                ViolationKind.SHARED,
                facts.consumer(code),
                code,
                "kept",
                f"授权结束后仍持有数据副本 {len(overdue)} 份，应于 {due} 前处置",
                f"{len(overdue)} copies are kept after the grant ended; they were due by {due}",
                Confidence.MEDIUM,
                evidence={"copies": len(overdue), "due": due, "oldest": overdue[0].copy.copy},
            )
        if not facts.ended(code):
            yield from _beyond(facts, code, [one.copy for one in found])


def _beyond(facts: Facts, code: str, copies: Sequence[Copy]) -> Iterator[Suspicion]:
    """Yield what copies of a grant that holds have beyond it: it was narrowed since."""
    granted = {one.resource: frozenset(one.items) for one in facts.catalog.grant(code).resources}
    more = {one.copy: _more(granted, one) for one in copies}
    beyond = {copy: items for copy, items in more.items() if items}
    if beyond:
        items = sorted({item for found in beyond.values() for item in found})
        yield Suspicion(
            ViolationKind.SHARED,
            facts.consumer(code),
            code,
            "narrowed",
            f"数据副本 {len(beyond)} 份超出现行授权范围：多 {len(items)} 项",
            f"{len(beyond)} copies go beyond the grant as it is now: {len(items)} items",
            Confidence.MEDIUM,
            evidence={
                "copies": len(beyond),
                "items": ", ".join(items),
                "oldest": next(iter(beyond)),
            },
        )


def _more(granted: Mapping[str, frozenset[str]], copy: Copy) -> set[str]:
    more = {ref for ref in copy.resources if ref not in granted}
    for one in copied(copy.scope):
        known = granted.get(one.resource)
        more |= {f"{one.resource}.{item}" for item in one.items if known and item not in known}
    return more


DETECTOR = Detector(
    kind=ViolationKind.SHARED,
    title="逾期或超范围持有副本",
    title_en="a copy kept beyond term or scope",
    detect=_detect,
)
