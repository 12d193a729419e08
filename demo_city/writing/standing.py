"""Expected tables: what the platform must store of a register after each delivery.

Belongs here: which rows stand, and the counts a delivery must lead to. Keep out: defects, files.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedKind
from demo_city.writing.feeds import DELETE

__all__ = ["Standing", "Told", "nothing_standing", "settle"]


@dataclass(frozen=True)
class Standing:
    """The rows that stand: `_id` and `_hash` of the stored texts; and ids still to be corrected."""

    rows: pl.DataFrame
    owed: pl.Series
    inserted: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class Told:
    """A delivery as the gate lets it through.

    `texts` and `facts` (see `feeds.Handed`) are of the delivered rows; `quarantined` are the
    positions of those that must not pass.
    """

    texts: pl.DataFrame
    facts: pl.DataFrame
    quarantined: frozenset[int]


def nothing_standing() -> Standing:
    """Return the standing before the first delivery."""
    rows = pl.DataFrame(schema={"_id": pl.UInt32, "_hash": pl.UInt64})
    return Standing(rows, rows["_id"])


def settle(resource: Resource, before: Standing, told: Told) -> Standing:
    """Return the standing after a delivery, with what it inserted, updated and deleted."""
    stored = [item.code for item in resource.stored]
    rows = told.facts.select("_id", "_kind").with_columns(
        _hash=told.texts.select(stored).hash_rows(), _place=pl.int_range(pl.len())
    )
    kept = rows["_place"].is_in(list(told.quarantined))
    passed = rows.filter(told.facts["_final"] & ~kept)
    owed = rows.filter(kept)["_id"]
    new = passed.filter(pl.col("_kind") != DELETE).select("_id", "_hash")
    both = new.join(before.rows, on="_id", how="left", suffix="_old")
    gone = leaving(resource, before, passed, owed)
    rest = before.rows.join(new, on="_id", how="anti").join(gone, on="_id", how="anti")
    return Standing(
        rows=pl.concat([rest, new]),
        owed=owed,
        inserted=both["_hash_old"].null_count(),
        updated=both.filter(pl.col("_hash") != pl.col("_hash_old")).height,
        deleted=gone.height,
    )


def leaving(
    resource: Resource, before: Standing, passed: pl.DataFrame, owed: pl.Series
) -> pl.DataFrame:
    """Return the rows that stand no more: a snapshot lacks them, or an operation deletes them."""
    match resource.feed.kind:
        case FeedKind.SNAPSHOT:
            spoken = passed.select("_id")
            return before.rows.join(spoken, on="_id", how="anti").filter(
                ~pl.col("_id").is_in(owed.implode())
            )
        case FeedKind.UPSERT:
            return before.rows.clear()
        case FeedKind.CHANGES:
            deleted = passed.filter(pl.col("_kind") == DELETE).select("_id")
            return before.rows.join(deleted, on="_id", how="semi")
