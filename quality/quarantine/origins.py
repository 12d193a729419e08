"""Origins of replayed records: each one's first delivery and row.

Belongs here: how such a delivery is written, and reading back which record stands for which. Keep
out: what is quarantined and what is chosen (`quality`), landing itself (`landing`).
A replay is a delivery like any other: a file in landing, judged, promoted, rebuilt as such. It is
JSON lines, or Parquet where the cells had types when they came, which are understood a little
wider. Its records are keyed by part, not by delivered header, so that they outlive a change of
headers; beside the parts they carry where the record first came, and the attempt they repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from catalog_specs.models.feed import Changes, Feed
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedFormat, FeedKind
from feeds.columns import OPERATION, SEQUENCE, feed_columns
from quality.quarantine.texts_again import written_rows
from register.receipts import rows_file
from register.records import REPLAYED, Arrival, Delivery
from storage.delta.table_shape import Column, empty_select
from storage.layout import Layout
from storage.sql import identifier, identifiers, parquet

__all__ = [
    "ARRIVAL",
    "ORIGIN",
    "PREVIOUS",
    "attempts_sql",
    "delivered_as",
    "parts_of",
    "parts_sql",
    "records_sql",
    "replay_resource",
    "sequence_sql",
]

ARRIVAL = Arrival(origin=REPLAYED)
ORIGIN = ("_origin_delivery", "_origin_row", "_origin_file", "_origin_line")
"""Columns: where a replayed record first came: delivery, record, member of an archive, line."""
PREVIOUS = ("_previous_delivery", "_previous_row")
"""Columns: the delivery and record whose place in quarantine this attempt takes.

Row 0 is the whole delivery: a refused file that, read again, has other records than before."""

_ATTEMPTS = (
    Column("delivery", "VARCHAR"),
    Column("row", "BIGINT"),
    Column("origin_delivery", "VARCHAR"),
    Column("origin_row", "BIGINT"),
    Column("previous_delivery", "VARCHAR"),
    Column("previous_row", "BIGINT"),
)


def replay_resource(resource: Resource, form: FeedFormat) -> Resource:
    """Return the resource as a replay is landed: keyed by part, with the origins."""
    parts = [part for part in parts_of(resource) if part not in (OPERATION, SEQUENCE)]
    changes = resource.feed.changes is not None
    plain = Feed(
        kind=FeedKind.CHANGES if changes else FeedKind.UPSERT,
        format=form,
        columns={part: part for part in parts},
        changes=Changes(operation=OPERATION, sequence=SEQUENCE) if changes else None,
    )
    columns = plain.columns | {name: name for name in (*ORIGIN, *PREVIOUS)}
    return resource.model_copy(update={"feed": plain.model_copy(update={"columns": columns})})


def parts_of(resource: Resource) -> tuple[str, ...]:
    """Return the text columns of a landed record, `_op` and `_seq` of a change feed among them."""
    return tuple(feed_columns(resource.feed))


def parts_sql(layout: Layout, resource: Resource, names: Sequence[str]) -> str:
    """Return SQL behind FROM: the parts as landed, `_delivery`, `_row`, `_defect`, `_raw`.

    `_file` and `_line` are where the record first came. A part that the catalogue gained since a
    delivery was landed is null there.
    """
    return records_sql(resource, written_rows(layout, resource.ref, names))


def records_sql(resource: Resource, rows: Sequence[Path]) -> str:
    """Return what `parts_sql` does, of rows.parquet files wherever they lie."""
    parts = parts_of(resource)
    texts = ("_file", *ORIGIN, *parts)
    absent = ", ".join(f"CAST(NULL AS VARCHAR) AS {identifier(name)}" for name in texts)
    first = "_origin_delivery IS NULL"
    return (
        "(SELECT string_split(_path, '/')[-2] AS _delivery, _row, _defect, _raw, "
        f"CASE WHEN {first} THEN _file ELSE _origin_file END AS _file, "
        f"CASE WHEN {first} THEN _line ELSE CAST(_origin_line AS BIGINT) END AS _line, "
        f"{identifiers(parts)} FROM (FROM {_named(rows)} UNION ALL BY NAME "
        f"SELECT CAST(NULL AS BIGINT) AS _line, {absent} WHERE FALSE))"
    )


def delivered_as(resource: Resource, delivery: Delivery) -> FeedKind:
    """Return what a delivery means: a replay of a snapshot only adds, for it is not everything."""
    whole = resource.feed.kind is FeedKind.SNAPSHOT
    return FeedKind.UPSERT if whole and delivery.origin == REPLAYED else resource.feed.kind


def attempts_sql(layout: Layout, ref: str, replays: Sequence[str]) -> str:
    """Return SQL to put behind FROM: every record of some replays and what it stands for.

    Columns `delivery`, `row`, then `origin_…` and `previous_…` of both.
    """
    if not replays:
        return empty_select(_ATTEMPTS)
    files = [rows_file(layout, ref, one) for one in replays]
    return (
        "(SELECT string_split(_path, '/')[-2] AS delivery, _row AS \"row\", "
        "_origin_delivery AS origin_delivery, CAST(_origin_row AS BIGINT) AS origin_row, "
        "_previous_delivery AS previous_delivery, CAST(_previous_row AS BIGINT) AS previous_row "
        f"FROM {_named(files)})"
    )


def _named(files: Sequence[Path]) -> str:
    """Return the rows of files that may differ in their columns, each with its file's `_path`."""
    return parquet(files, "filename = '_path'", "union_by_name = true")


def sequence_sql(delivery: str) -> str:
    """Return the SQL of a delivery's sequence, from an expression that gives its name."""
    return f"CAST(split_part({delivery}, '-', 1) AS BIGINT)"
