"""History: the figures of earlier deliveries that a rule compares a delivery with.

Belongs here: reading them from stored facts. Keep out: what is made of them (the kind `drift`).
The judged delivery never counts among its own history, nor does any that came after it: judging it
again gives the same answer. What was rejected does not count either.
"""

from __future__ import annotations

import pyarrow.compute as pc

from quality.rules.kind import Lookup
from register.records import VerdictKind
from register.rule_results import RULE_RESULTS, Origin, standing
from register.verdicts import VERDICTS
from register.verdicts import standing as standing_verdicts

__all__ = ["earlier_figures"]

_COLUMNS = ["resource", "delivery", "rule", "fingerprint", "judged_at", "origin", "observed"]


def earlier_figures(
    lookup: Lookup, ref: str, rule: str, fingerprint: str, deliveries: int
) -> list[float]:
    """Return what a rule observed of at most so many deliveries before the one that is judged.

    A rule that was defined otherwise begins a history of its own.
    """
    rows = RULE_RESULTS.table(lookup.layout, ref, _COLUMNS)
    chosen = pc.and_(pc.equal(rows["rule"], rule), pc.equal(rows["fingerprint"], fingerprint))
    chosen = pc.and_(chosen, pc.equal(rows["origin"], Origin.GATE.value))
    found = standing(rows.filter(pc.and_(chosen, pc.is_valid(rows["observed"]))))
    passed = _passed(lookup, ref)
    own = _sequence(lookup.delivery)
    figures = {
        _sequence(name): figure
        for name, figure in zip(
            found["delivery"].to_pylist(), found["observed"].to_pylist(), strict=True
        )
        if name in passed and _sequence(name) < own
    }
    return [figures[place] for place in sorted(figures)[-deliveries:]]


def _passed(lookup: Lookup, ref: str) -> set[str]:
    columns = ["resource", "delivery", "kind", "reasons", "judged_at"]
    rows = standing_verdicts(VERDICTS.table(lookup.layout, ref, columns))
    return {*rows.filter(pc.equal(rows["kind"], VerdictKind.PASSED.value))["delivery"].to_pylist()}


def _sequence(delivery: str) -> int:
    """Return a delivery's number among those of its resource, with which its name begins."""
    return int(delivery.partition("-")[0])
