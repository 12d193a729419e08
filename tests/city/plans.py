"""Plans of rules as tests need them.

Belongs here: changing what was compiled. Keep out: compiling (`quality.gate.plan`).
"""

from __future__ import annotations

from dataclasses import replace

from catalog_specs.vocabulary import Level
from quality.gate.plan import Plan

__all__ = ["keeping_back"]


def keeping_back(plan: Plan) -> Plan:
    """Return a plan whose every rule keeps its failing rows back, so that each row is named.

    Catalogues may not ask that of every rule; what is compiled of them is the same.
    """
    kept = (replace(j, rule=replace(j.rule, level=Level.QUARANTINE)) for j in plan.judges)
    return replace(plan, judges=tuple(kept))
