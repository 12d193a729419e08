"""Findings of one run over a bundle: counts per rule and delivery, the failing rows in a table.

Belongs here: that value, for those who must not load Great Expectations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog_specs.vocabulary import Level
from register.rule_results import RuleFound
from storage.engines.relation import Relation

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """One result per rule in their order, and GX's whole result as JSON; empty when nothing ran.

    `places` are those of the deliveries in the bundle that the results are about, in the same
    order. `failures` holds `_row`, and `rules`, the codes of the rules that row fails; None when
    nothing ran. `first` is rule → its first failing rows, where they were asked for.
    """

    results: tuple[RuleFound, ...] = ()
    gx_result: str = "{}"
    failures: Relation | None = None
    places: tuple[int, ...] = (0,)
    first: Mapping[str, list[int]] = field(default_factory=dict)

    def failing(self, level: Level, place: int | None = None) -> tuple[str, ...]:
        """Return the codes of the rules of a level that did not hold, of any delivery or of one."""
        if place is not None and place not in self.places:
            return ()
        of = slice(None)
        if place is not None:
            at = self.places.index(place)
            of = slice(at, at + 1)
        return tuple(
            one.asked.rule
            for one in self.results
            if one.asked.level is level and not all(one.passed[of])
        )
