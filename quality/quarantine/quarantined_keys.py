"""Quarantined records of one key: their places and the rules that they fail.

Belongs here: that question. Keep out: where a stored row is from (`authoritative.lineage`), the
records themselves (`states`). No value is returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from catalog_specs.catalog import Catalog
from quality.quarantine.states import State, descriptions, load_quarantined
from quality.quarantine.table import key_column
from register.register import open_register
from storage.delta.table_shape import Column, authoritative_shape
from storage.delta.tables import snapshot
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import identifier

__all__ = ["QuarantinedPlace", "quarantined_with_key"]


@dataclass(frozen=True)
class QuarantinedPlace:
    """One quarantined record: where it lies, the rules it fails (code → meaning), its state."""

    delivery: str
    record: int
    file: str
    member: str | None
    line: int | None
    rules: Mapping[str, str]
    state: State

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def quarantined_with_key(
    layout: Layout, catalog: Catalog, ref: str, key: Mapping[str, str]
) -> tuple[QuarantinedPlace, ...]:
    """Return the quarantined records under a key, newest first; `key` gives every item as text."""
    resource = catalog.resource(ref)
    found = snapshot(layout.quarantine(ref))
    if found is None:
        return ()
    shape = authoritative_shape(catalog, resource)
    typed = [column for column in shape.columns if column.name in resource.key]
    stored = [Column(key_column(column.name), "VARCHAR") for column in typed]
    places = (Column("delivery", "VARCHAR"), Column("row", "BIGINT"))
    same = " AND ".join(
        f"q.{identifier(text.name)} = CAST(TRY_CAST(? AS {column.type}) AS VARCHAR)"
        for column, text in zip(typed, stored, strict=True)
    )
    said = descriptions(catalog, ref)
    with open_workbench(layout.work) as con:
        records = load_quarantined(con, open_register(layout, resource))
        rows = con.execute(
            'SELECT k.delivery, k."row", k.file, k.member, k.line, k.rules, k.state '
            f"FROM {records} k JOIN {found.select_sql((*places, *stored))} q "
            f'ON k.delivery = q.delivery AND k."row" = q."row" WHERE {same} '
            'ORDER BY k.delivery DESC, k."row" DESC',
            [key[column.name] for column in typed],
        ).fetchall()
    return tuple(
        QuarantinedPlace(
            delivery, record, file, member, line, {c: said.get(c, "") for c in rules}, State(state)
        )
        for delivery, record, file, member, line, rules, state in rows
    )
