"""Chosen rows: which records of a judged bundle stay back, each with the codes that say why.

Belongs here: that choice, from findings and refusals. Keep out: finding (`runner`), storing what is
chosen (`quality.quarantine.table`).
"""

from __future__ import annotations

from catalog_specs.vocabulary import Level
from quality.findings import Findings
from storage.engines.relation import Relation
from values.typed import Typed

__all__ = ["chosen_rows"]


def chosen_rows(
    typed: Typed, findings: Findings, refusal: str | None
) -> tuple[tuple[str, ...], Relation]:
    """Return the codes that reject the whole, and the table of the rows that stay back.

    Its columns are `_row`, and `rules`, why.

    A rejected delivery's rows all carry what rejected it, and what they fail themselves.
    """
    failing = findings.failing(Level.QUARANTINE)
    rejecting = findings.failing(Level.REJECT) if refusal is None else (refusal,)
    feed, con = typed.feed.sql, typed.feed.con
    source = f"SELECT _row, [] AS rules FROM {feed}"
    if findings.failures is not None:
        source = f"FROM {findings.failures.sql}"
    if refusal is None and rejecting and findings.failures is not None:
        source = (
            f"SELECT _row, coalesce(rules, []) AS rules FROM {feed} "
            f"LEFT JOIN {findings.failures.sql} USING (_row)"
        )
    kept = Relation(con, "kept")
    con.execute(
        f"CREATE OR REPLACE TABLE {kept.sql} AS "
        f"SELECT _row, list_sort(list_distinct(list_concat($rejecting::VARCHAR[], "
        f"list_filter(rules, lambda code: list_contains($failing::VARCHAR[], code))))) AS rules "
        f"FROM ({source}) WHERE len($rejecting::VARCHAR[]) > 0 "
        f"OR list_has_any(rules, $failing::VARCHAR[])",
        {"rejecting": list(rejecting), "failing": list(failing)},
    )
    return rejecting, kept
