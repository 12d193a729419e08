"""⑩ Overdue duty: an office that has not decided, accepted or reported what it owes by its day.

Interfaces are ④ (`late`); copies that were called back are ⑤ and ⑨ (`sharing`). An applicant from
outside is no unit of the city: its missing report is put to the authority, which opened the data.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.violations import ViolationKind
from governance.owed import OwedKind
from governance.violations.detector import Detector, Suspicion
from governance.violations.facts import Facts
from governance.violations.late_offices import said_of

__all__ = ["DETECTOR"]

_ELSEWHERE = frozenset({OwedKind.INTERFACE, OwedKind.RECALL})


def _detect(facts: Facts) -> Iterator[Suspicion]:
    for one in facts.owed:
        if one.kind not in _ELSEWHERE:
            known = one.by in facts.catalog.departments
            department = one.by if known else facts.catalog.city.authority
            yield said_of(ViolationKind.OTHER, one, department)


DETECTOR = Detector(
    kind=ViolationKind.OTHER,
    title="逾期未办理",
    title_en="not done in its term",
    detect=_detect,
)
