"""Rights: the catalogue's grants beside what the store says of them, at one moment.

Belongs here: asking both at once. Keep out: deciding (`decisions`), reading the store (`standing`),
acting on it (`outlets.shares`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog_specs.catalog import Catalog
from catalog_specs.models.sharing import Grant
from governance.grants.decisions import Decision, decide
from governance.grants.standing import Standing

__all__ = ["Rights"]


@dataclass(frozen=True)
class Rights:
    """Who may be given what: a compiled catalogue, and how its grants stand in the store."""

    catalog: Catalog
    standings: Mapping[str, Standing]

    def decide(self, grant: Grant, today: date) -> Decision:
        """Decide whether a grant holds on a day."""
        return decide(self.catalog, grant, self.standings.get(grant.code), today)

    def holding(self, today: date) -> tuple[Grant, ...]:
        """Return the grants that hold on a day, in the catalogue's order."""
        return tuple(g for g in self.catalog.grants.values() if self.decide(g, today).allowed)
