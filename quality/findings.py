"""Findings of one run over a delivery: counts per rule, the failing rows in a table.

Belongs here: that value, for those who must not load Great Expectations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_specs.vocabulary import Level
from register.records import RuleResult
from storage.engines.relation import Relation

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """One result per rule in their order, and GX's whole result as JSON; empty when nothing ran.

    `failures` holds `_row`, and `rules`, the codes of the rules that row fails; None when nothing
    ran. `each` says of the rules that count the records of a delivery whether they passed, by its
    place in the bundle; such a rule passes for a bundle when it passes for each.
    """

    results: tuple[RuleResult, ...] = ()
    gx_result: str = "{}"
    failures: Relation | None = None
    each: Mapping[str, Mapping[int, bool]] = field(default_factory=dict)

    def failing(self, level: Level) -> tuple[str, ...]:
        """Return the codes of the rules of a level that did not hold."""
        return tuple(r.code for r in self.results if r.level == level and not r.success)
