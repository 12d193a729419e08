"""A record as it was delivered, as SQL over landed records.

Belongs here: its text, whatever its types are. Keep out: what the text means (`typed`).
"""

from __future__ import annotations

from collections.abc import Sequence

from catalog_specs.models.resource import Resource
from feeds.columns import feed_columns
from register.bundles import LandedFile, landed_sql
from storage.sql import identifier, literal

__all__ = ["delivered_sql", "raw_json_sql"]


def raw_json_sql(resource: Resource) -> str:
    """Return the SQL of a record as it was delivered, over the columns of rows.parquet.

    `_raw` where there is one (a defective record, or any record of a delivery that lacks columns),
    else a JSON object keyed by delivered header, in the catalogue's order, before null markers.
    """
    columns: dict[str, str] = {}
    for column, header in feed_columns(resource.feed).items():
        columns.setdefault(header, column)
    fields = ", ".join(f"{literal(h)}, {identifier(column)}" for h, column in columns.items())
    return f"coalesce(_raw, CAST(json_object({fields}) AS VARCHAR))"


def delivered_sql(resource: Resource, rows: LandedFile | Sequence[LandedFile]) -> str:
    """Return a SELECT of `_row` and `raw` (see `raw_json_sql`) for every landed record."""
    source = landed_sql(rows, feed_columns(resource.feed), resource.former)
    return f"SELECT _row, {raw_json_sql(resource)} AS raw FROM {source}"
