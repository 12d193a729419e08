"""Small ledgers: entering facts once and reading them back as plain rows.

Belongs here: the two steps that every small ledger shares. Keep out: what any of them means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyarrow.dataset import dataset, field

from storage.delta.commits import Commit
from storage.delta.table_shape import Shape, arrow_schema
from storage.delta.tables import append, snapshot
from storage.layout import Layout

__all__ = ["enter", "entries"]

_SMALL_FILES = 256
"""A ledger with more files than this has them joined."""


def enter(
    layout: Layout, ledger: str, shape: Shape, rows: Sequence[Mapping[str, Any]], once: str
) -> bool:
    """Append rows unless something was entered under `once` before; returns whether it was new."""
    table = pa.Table.from_pylist([*rows], schema=arrow_schema(shape.columns))
    commit = Commit(once, 1, {"ledger": ledger})
    return append(layout.ledger(ledger), table, commit, shape, _SMALL_FILES)


def entries(
    layout: Layout, ledger: str, shape: Shape, resource: str | None = None
) -> list[dict[str, Any]]:
    """Return a ledger's rows in no particular order, of one resource or of all."""
    found = snapshot(layout.ledger(ledger))
    if found is None or not found.files:
        return []
    wanted = None if resource is None else field("resource") == resource
    rows = dataset(list(found.files), schema=arrow_schema(shape.columns)).to_table(filter=wanted)
    records: list[dict[str, Any]] = rows.to_pylist()
    return records
