"""Failing rows: counts of what looks beyond one record, and which rows stay back for which rules.

Belongs here: those queries and the tables they leave. Keep out: the flags of single records
(`flags`), what a count means (`runner`), quarantine (`gate`). Imported inside functions only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from quality.gate.flags import flag_columns, flagged_sql, set_sql
from quality.gate.forms import not_evaluated
from storage.engines.connection import EngineError
from storage.engines.relation import Relation, as_table
from storage.engines.spark.closed_list import NotSaidAlike
from storage.sql import literal

__all__ = ["Beyond", "failing_rows", "first_rows"]

_FAILURES, _BEYOND = "failures", "failures_beyond_a_row"


class Beyond:
    """The rows of rules that look at more than one record, each found by a query of its own.

    Those of the rules named `kept` are written down as they are found, to be looked for once.
    """

    def __init__(self, feed: Relation, kept: Collection[str]) -> None:
        self.feed = feed
        self._kept = kept
        self.rows = Relation(feed.con, _BEYOND)
        feed.con.execute(f"CREATE OR REPLACE TABLE {self.rows.sql} (_row BIGINT, code VARCHAR)")

    def count(self, code: str, condition: str, parted: str, where: str) -> dict[int, int]:
        """Return how many rows meet a rule's condition, by part.

        Raises:
            CheckError: the rule raised.
        """
        con, named = self.feed.con, literal(code)
        found = self._found(condition, where)
        try:
            if code in self._kept:
                con.execute(f"INSERT INTO {self.rows.sql} SELECT _row, {named} FROM {found}")
                found = f"{self.rows.sql} WHERE code = {named}"
            counted = con.execute(f"SELECT {parted}, count(*) FROM {found} GROUP BY 1")
        except EngineError:
            raise not_evaluated(where, [code]) from None
        return dict(counted.fetchall())

    def _found(self, condition: str, where: str) -> str:
        """Return the SQL behind FROM of the rows that meet a condition.

        Where a second engine wrote the feed they are found there, unless it cannot be told how.
        """
        here = f"{self.feed.sql} WHERE {condition}"
        if self.feed.elsewhere is None:
            return here
        try:
            return self.feed.elsewhere.answer(f"SELECT _row FROM {here}", where)
        except NotSaidAlike:
            return here


def failing_rows(feed: Relation, flags: Mapping[str, int], beyond: Beyond) -> Relation:
    """Make the table of the rows that stay back, each once: `_row`, `rules`.

    `flags` is rule → place of its flag. Most rows fail the same few rules, so the codes are put
    together once for each number that holds flags.
    """
    columns = ", ".join(flag_columns(["false"] * (max(flags.values(), default=0) + 1)))
    codes = ", ".join(
        f"CASE WHEN {set_sql(place)} THEN {literal(code)} END" for code, place in flags.items()
    )
    failing = f"FROM {feed.sql} WHERE {flagged_sql([*flags.values()])}"
    named = f"list_filter([{codes}]::VARCHAR[], lambda code: code IS NOT NULL)"
    by_flags = (
        f"WITH sets AS (SELECT *, {named} AS codes FROM (SELECT DISTINCT {columns} {failing})) "
        f"SELECT _row, codes FROM (SELECT _row, {columns} {failing}) JOIN sets USING ({columns})"
    )
    listed = f"SELECT _row, list(code) AS codes FROM {beyond.rows.sql} GROUP BY _row"
    return as_table(
        feed.con,
        _FAILURES,
        "SELECT _row, list_concat(coalesce(f.codes, []), coalesce(b.codes, [])) AS rules "
        f"FROM ({by_flags if flags else _NONE}) f FULL JOIN ({listed}) b USING (_row)",
    )


def first_rows(flags: Mapping[str, int], beyond: Beyond, named: int) -> dict[str, list[int]]:
    """Return the first rows that each rule does not let pass; a rule without any is left out.

    `flags` is rule → place of its flag. The numbers of most records are the same few, so that their
    first rows are found in one pass, and put together by rule from these.
    """
    columns = ", ".join(flag_columns(["false"] * (max(flags.values(), default=0) + 1)))
    listed = ", ".join(f"({literal(code)}, {set_sql(place)})" for code, place in flags.items())
    by_flags = (
        f"SELECT code, unnest(first) AS _row FROM (SELECT {columns}, min(_row, {named}) AS first "
        f"FROM {beyond.feed.sql} WHERE {flagged_sql([*flags.values()])} GROUP BY ALL), "
        f"LATERAL (VALUES {listed}) failed (code, fails) WHERE fails"
    )
    found = beyond.feed.con.execute(
        f"SELECT code, min(_row, {named}) FROM (SELECT code, _row FROM {beyond.rows.sql}"
        f"{f' UNION ALL {by_flags}' if flags else ''}) GROUP BY code"
    )
    return dict(found.fetchall())


_NONE = "SELECT NULL::BIGINT AS _row, NULL::VARCHAR[] AS codes WHERE false"
