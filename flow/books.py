"""What the ledgers say before a run: verdicts and outcomes of each resource, read once.

Belongs here: reading them. Keep out: what is done about it (`stops`, `promotion`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flow.city import City
from register.outcomes import Applied, outcomes
from register.records import Verdict
from register.verdicts import verdicts

__all__ = ["Books", "open_books"]


@dataclass(frozen=True)
class Books:
    """What the ledgers say of each resource: verdicts (without single rules) and outcomes."""

    verdicts: Mapping[str, Sequence[Verdict]]
    outcomes: Mapping[str, Sequence[Applied]]


def open_books(city: City, ref: str | None = None) -> Books:
    """Read the ledgers once, of one resource or of all."""
    judged: dict[str, list[Verdict]] = {}
    for verdict in verdicts(city.layout, ref, rules=False):
        judged.setdefault(verdict.resource, []).append(verdict)
    applied: dict[str, list[Applied]] = {}
    for row in outcomes(city.layout, ref):
        resource = f"{row.outcome.department}/{row.outcome.resource}"
        applied.setdefault(resource, []).append(row)
    return Books(judged, applied)
