"""Detectors: what they look for, and the suspicions that they return.

Belongs here: the shape of a detector and of a suspicion. Keep out: any one detector (`detectors`),
what becomes of a suspicion (`life`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from catalog_specs.rules.violations import Confidence, ViolationKind
from governance.violations.facts import Facts
from storage.digests import sha256_of_facts

__all__ = ["Detector", "Evidence", "Suspicion", "violation_id"]

Evidence = Mapping[str, str | int]
"""Hashes, versions, counts, days and names of the catalogue; never a value of the data."""


@dataclass(frozen=True)
class Suspicion:
    """One violation that a detector suspects; the same one again has the same id."""

    kind: ViolationKind
    department: str
    about: str
    """What it is about: a resource, a grant, an open set, or the department itself."""
    cause: str
    """What names it among those of its kind about the same thing."""
    zh: str
    en: str
    confidence: Confidence
    detector: str = ""
    evidence: Evidence = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return its id: stable, so that what is seen again is the same violation."""
        return violation_id(self.kind, self.department, self.about, self.cause)


@dataclass(frozen=True)
class Detector:
    """One detector: which violation it suspects, what it looks at, and how.

    `detect` is a pure function: the same facts give the same suspicions, in the same order.
    """

    kind: ViolationKind
    title: str
    title_en: str
    detect: Callable[[Facts], Iterable[Suspicion]]


def violation_id(kind: ViolationKind, department: str, about: str, cause: str) -> str:
    """Return the id of a violation: its number among the ten, and a digest of what names it."""
    number = kind.stored.rpartition("-")[2][-2:]
    named = {"department": department, "about": about, "cause": cause}
    return f"V{number}-{sha256_of_facts(named)[:8]}"
