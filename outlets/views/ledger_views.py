"""The views of ledgers: flat columns, moments as moments, and the rows that stand.

Belongs here: how a ledger is shown to readers who ask in SQL. Keep out: which ledgers there are
(`ledgers`), other views (`sql`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from outlets.views.sql import Commented
from quality.timeliness import ledger as due_times
from register import comparisons, rule_results, verdicts
from storage.delta.table_shape import Column, empty_select
from storage.delta.tables import Snapshot
from storage.ledger import Ledger
from storage.sql import identifier

__all__ = ["MOMENT", "ledger_view"]

MOMENT = "TIMESTAMP WITH TIME ZONE"
"""What moments of ledgers are shown as: a reader sees them all in the zone of his own session."""

_STANDING: Mapping[str, str] = {
    verdicts.VERDICTS.name: verdicts.STANDING_SQL,
    rule_results.RULE_RESULTS.name: rule_results.STANDING_SQL,
    due_times.DUE.name: due_times.STANDING_SQL,
}
"""Ledgers of which not every row stands, each with the condition of those that do."""

_MORE: Mapping[str, tuple[tuple[Column, str], ...]] = {
    comparisons.COMPARISONS.name: (
        (
            Column("mismatch_rate", "DOUBLE", "不一致率；没有可比对记录时为空"),
            "round(told.mismatched / nullif(told.compared, 0), 6)",
        ),
        (
            Column("missing_rate", "DOUBLE", "来源中无此主体的比率；没有可比对记录时为空"),
            "round(told.missing_in_source / nullif(told.compared, 0), 6)",
        ),
    ),
    rule_results.RULE_RESULTS.name: (
        # the text has the city's offset, so that its first ten characters are the city's day
        (
            Column("judged_on", "DATE", "判定日期（本市）"),
            "CAST(left(told.judged_at, 10) AS DATE)",
        ),
    ),
}
"""Columns that a view has beside those of its ledger, with their SQL."""


_NESTED = frozenset({"gx_result", "partitions", "scope"})
"""Columns that hold JSON: the engine's long results, what a rule found in each partition, and what
a copy has of each resource.
"""


def ledger_view(ledger: Ledger[Any], table: Snapshot | None) -> Commented:
    """Return the view of a ledger, without what programs alone read; moments as moments.

    Of a delivery that was judged and later refused by decision, the last verdict stands.
    """
    stored = tuple(column for column in ledger.shape.columns if column.name not in _NESTED)
    rows = table.select_sql(stored) if table else empty_select(stored)
    columns, shown = zip(*_shown(ledger, stored), strict=True)
    query = f"SELECT {', '.join(shown)} FROM {rows} AS told"
    if ledger.name in _STANDING:
        query += f" QUALIFY {_STANDING[ledger.name]}"
    return Commented("quality", ledger.name, query, ledger.shape.description, columns)


def _shown(ledger: Ledger[Any], stored: tuple[Column, ...]) -> Iterator[tuple[Column, str]]:
    """Yield each column of a view with its SQL."""
    for one in stored:
        name = identifier(one.name)
        if _is_moment(one):
            yield replace(one, type=MOMENT), f"CAST(told.{name} AS {MOMENT}) AS {name}"
        else:
            yield one, f"told.{name}"
    for column, sql in _MORE.get(ledger.name, ()):
        yield column, f"{sql} AS {identifier(column.name)}"


def _is_moment(column: Column) -> bool:
    """Say whether a ledger's column holds a moment, which ledgers write as ISO 8601 text."""
    return column.type == "VARCHAR" and (column.name == "at" or column.name.endswith("_at"))
