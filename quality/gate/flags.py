"""Flags: one bit of a number for every condition that a record meets or fails by itself.

Belongs here: the columns that hold the bits, counting them, the rows in which one is set. Keep out:
where conditions are from (`plan`), what a count means (`runner`).
Each condition is worked out once, in the query that types the records. Everything that is asked of
it later reads these numbers and no value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from storage.engines.relation import Relation

__all__ = ["Flagged", "count_flags", "flag_columns", "flagged_sql", "set_sql"]

BITS = 63
"""Bits of a BIGINT that are not its sign."""
_ALL = -1
"""The place at which all records are counted."""


def flag_columns(conditions: Sequence[str]) -> dict[str, str]:
    """Return column → SQL, over the columns of one record; a condition that is null is not met."""
    return {
        _column(first): " + ".join(
            f"CASE WHEN {sql} THEN {1 << bit} ELSE 0 END"
            for bit, sql in enumerate(conditions[first : first + BITS])
        )
        + "::BIGINT"
        for first in range(0, len(conditions), BITS)
    }


def set_sql(place: int) -> str:
    """Return the SQL that says whether a record meets the condition at a place."""
    return f"({_column(place)} & {1 << place % BITS}) <> 0"


def flagged_sql(places: Sequence[int]) -> str:
    """Return the SQL that says whether a record meets any of the conditions at these places."""
    masks: dict[str, int] = {}
    for place in places:
        masks[_column(place)] = masks.get(_column(place), 0) | 1 << place % BITS
    return " OR ".join(f"({name} & {mask}) <> 0" for name, mask in masks.items()) or "false"


@dataclass(frozen=True)
class Flagged:
    """How many records there are, and how many of them meet each condition."""

    rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def count_flags(
    feed: Relation, conditions: Sequence[str], parted: str = "0"
) -> Mapping[int, Flagged]:
    """Return what is counted of each part of the records; a part without any is left out.

    Most records meet the same few conditions, so the numbers are grouped before their bits are
    read; and a bit is a row, because a column for each would take longer to plan than to work out.
    `parted` is the SQL of the number of a record's part.
    """
    columns = [*flag_columns(conditions)]
    listed = "".join(f", {name}" for name in columns)
    counted = " UNION ALL ".join(
        [
            f"SELECT part, {_ALL} AS place, sum(n)::BIGINT FROM grouped GROUP BY part",
            *(
                f"SELECT part, {BITS * number} + bit AS place, sum(n)::BIGINT "
                f"FROM grouped, range({BITS}) bits (bit) WHERE ({name} >> bit::INTEGER) & 1 = 1 "
                "GROUP BY part, bit"
                for number, name in enumerate(columns)
            ),
        ]
    )
    found = feed.con.execute(
        f"WITH grouped AS MATERIALIZED (SELECT {parted} AS part{listed}, count(*) AS n "
        f"FROM {feed.sql} GROUP BY ALL) {counted}"
    )
    parts: dict[int, dict[int, int]] = {}
    for part, place, n in found.fetchall():
        parts.setdefault(part, {})[place] = n
    return {
        part: Flagged(of[_ALL], {sql: of.get(place, 0) for place, sql in enumerate(conditions)})
        for part, of in parts.items()
    }


def _column(place: int) -> str:
    return f"_flags_{place // BITS}"
