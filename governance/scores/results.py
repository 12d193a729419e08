"""Rule results of a span, counted by department and rule.

Belongs here: which rows of the ledger count, and adding them up. Keep out: the formula. Results of
the gate and of the clock count. A recheck looks at what is stored, by today's rules: it would count
a record again that the gate has judged.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from catalog_specs.vocabulary import Dimension, Level
from governance.scores.formula import RuleCount
from governance.scores.moments import Span, within
from register.rule_results import RULE_RESULTS, Origin, standing
from storage.layout import Layout

__all__ = ["Results", "open_results"]

_GROUP = ["department", "resource", "rule", "dimension", "level"]
_READ = (*_GROUP, "delivery", "judged", "failing", "passed", "judged_at", "origin")


class Results:
    """The results that had been recorded by the end of a span, read once for every question."""

    def __init__(self, rows: pa.Table) -> None:
        """Keep the rows that stand."""
        self._rows = rows

    def of(self, span: Span) -> dict[str, tuple[RuleCount, ...]]:
        """Return each department's rules in a span, in the order of resources and rules."""
        rows = within(self._rows, "judged_at", span)
        counted = rows.group_by(_GROUP, use_threads=False).aggregate(
            [("judged", "sum"), ("failing", "sum")]
        )
        places = pc.sort_indices(counted, [(name, "ascending") for name in _GROUP])
        found: dict[str, list[RuleCount]] = {}
        for row in counted.take(places).to_pylist():
            found.setdefault(row["department"], []).append(
                RuleCount(
                    row["resource"],
                    row["rule"],
                    Dimension(row["dimension"]),
                    Level(row["level"]),
                    row["judged_sum"],
                    row["failing_sum"],
                )
            )
        return {department: tuple(counts) for department, counts in sorted(found.items())}


def open_results(layout: Layout, span: Span) -> Results:
    """Read the results that had been recorded by the end of a span, whatever came since."""
    rows = RULE_RESULTS.table(layout, columns=_READ)
    rows = rows.filter(pc.is_in(rows["origin"], pa.array([Origin.GATE.value, Origin.CLOCK.value])))
    return Results(_effective(standing(within(rows, "judged_at", span.ever()))))


def _effective(rows: pa.Table) -> pa.Table:
    """Return rows in which a rule about a delivery as a whole that failed fails all it looked at.

    A rule that looked at nothing and passed says nothing, and counts for nothing.
    """
    whole = pc.and_(pc.invert(rows["passed"]), pc.equal(rows["failing"], 0))
    judged = pc.if_else(whole, pc.max_element_wise(rows["judged"], 1), rows["judged"])
    failing = pc.if_else(whole, judged, rows["failing"])
    judged_at, failing_at = (rows.schema.get_field_index(name) for name in ("judged", "failing"))
    counted = rows.set_column(judged_at, "judged", judged)
    return counted.set_column(failing_at, "failing", failing)
