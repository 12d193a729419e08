"""Late offices: how it is suspected that one has not done what it owes, by a day that is over.

Belongs here: the wording and the evidence, the same for every kind of duty. Keep out: which
violation it is (`detectors`), what is owed by when (`governance.owed`).
"""

from __future__ import annotations

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.owed import Owed
from governance.violations.detector import Suspicion

__all__ = ["said_of"]


def said_of(kind: ViolationKind, one: Owed, department: str) -> Suspicion:
    """Return what is suspected of something owed; the same thing owed is the same violation."""
    day = one.due.day.isoformat() if one.due else ""
    days = one.late or 0
    return Suspicion(
        kind,
        department,
        one.about,
        f"{one.kind.value}:{one.place}:{day}",
        f"逾期未{one.kind.label}：应于 {day} 前，已逾期 {days} 个工作日（{one.clause}）",
        f"overdue: to {one.kind.english}, due {day}, {days} working days ago ({one.clause})",
        Confidence.HIGH,
        evidence={"due": day, "days": days, "matter": one.place, "clause": one.clause},
    )
