"""Added columns of a stored table: older rows read null in them.

Belongs here: adding columns to an append-only table, and knowing that its files differ. Keep out:
tables whose rows are rewritten anyway (`authoritative`, `storage.evolution`).
Adding a column is a commit to the log alone: no row is rewritten, however long a ledger is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyarrow as pa
from deltalake import DeltaTable, Field, Schema, TableFeatures

from storage.delta.commits import marked
from storage.delta.table_shape import Column, delta_schema

__all__ = ["completed", "gain", "has_gained"]

_MARK = "quanshu.gained"
"""Metadata of an added column: older files of the table do not have it."""


def gain(table: DeltaTable, wanted: Iterable[Column]) -> bool:
    """Give a table the columns that it lacks; returns whether it lacked any.

    Raises:
        CommitFailedError: somebody else committed in between.
    """
    stored = {field.name for field in table.schema().fields}
    lacking = tuple(column for column in wanted if column.name not in stored)
    if not lacking:
        return False
    if any(column.type == "TIMESTAMP" for column in lacking):
        allow_wall_clock(table)
    table.alter.add_columns(
        [_field(field) for field in json.loads(delta_schema(lacking).to_json())["fields"]],
        commit_properties=marked({"gained": ", ".join(column.name for column in lacking)}),
    )
    table.update_incremental()
    return True


def allow_wall_clock(table: DeltaTable) -> None:
    """Let a table hold moments without a time zone, if it could not before."""
    if "timestampNtz" not in (table.protocol().reader_features or []):
        table.alter.add_feature(
            TableFeatures.TimestampWithoutTimezone,
            allow_protocol_versions_increase=True,
            commit_properties=marked({"allowed": "timestampNtz"}),
        )
        table.update_incremental()


def has_gained(schema: Schema) -> bool:
    """Say whether files of the table may lack columns that the table has."""
    return any(_MARK in field.metadata for field in schema.fields)


def completed(rows: pa.Table, table: DeltaTable) -> pa.Table:
    """Return rows with nulls in the columns that a later version added to the table.

    Column comments are left out. delta-rs refuses rows whose comments differ from the table's, and
    the wording of a catalogue may change at any time.
    """
    rows = rows.cast(pa.schema([(field.name, field.type) for field in rows.schema]))
    for field in pa.schema(table.schema().to_arrow()):
        if field.name not in rows.column_names:
            rows = rows.append_column(field.name, pa.nulls(rows.num_rows, field.type))
    return rows


def _field(field: dict[str, object]) -> Field:
    metadata = dict(field["metadata"]) if isinstance(field["metadata"], dict) else {}
    return Field.from_json(json.dumps(field | {"metadata": metadata | {_MARK: "1"}}))
