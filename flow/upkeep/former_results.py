"""Rule results that an earlier version kept as JSON in its verdicts, brought along into the ledger.

Belongs here: finding those that are not brought along yet, and entering them. Keep out: when that
is done (`flow.upkeep.evolution`), rule results as they are recorded today (`rule_results`).
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from register.rule_results import RULE_RESULTS, Origin
from register.verdicts import VERDICTS
from storage.delta.table_shape import Column, arrow_schema
from storage.delta.tables import Snapshot, snapshot
from storage.engines.connection import Connection
from storage.layout import Layout
from storage.sql import literal

__all__ = ["bring_former_results", "former_results"]

_COLUMNS = (
    Column("resource", "VARCHAR"),
    Column("delivery", "VARCHAR"),
    Column("delivered", "BIGINT"),
    Column("judged_at", "VARCHAR"),
    Column("rules", "VARCHAR"),
)
_RULE = (
    '[{"code":"VARCHAR","level":"VARCHAR","dimension":"VARCHAR","success":"BOOLEAN",'
    '"unexpected":"BIGINT","description":"VARCHAR"}]'
)


def former_results(con: Connection, layout: Layout) -> int:
    """Return how many deliveries have rule results in their verdict alone."""
    found = _kept(layout)
    if found is None:
        return 0
    query = f"SELECT count(DISTINCT (resource, delivery)) FROM ({_sql(layout, found)})"
    [(count,)] = con.execute(query).fetchall()
    return int(count)


def bring_former_results(con: Connection, layout: Layout, moment: Callable[[str], str]) -> bool:
    """Enter them in the ledger, in one commit; False when there was nothing to bring along.

    What was not kept stays empty: fingerprint, English wording and clause. `judged` is all that was
    delivered. `moment` writes a moment with the offset of the city.
    """
    found = _kept(layout)
    if found is None:
        return False
    schema = arrow_schema(RULE_RESULTS.shape.columns)
    rows = con.execute(_sql(layout, found)).to_arrow_table().cast(schema)
    if not rows.num_rows:
        return False
    at = rows["judged_at"].combine_chunks().dictionary_encode()
    told = pa.array([moment(one) for one in at.dictionary.to_pylist()], pa.string())
    place = schema.get_field_index("judged_at")
    rows = rows.set_column(place, schema.field(place), told.take(at.indices))
    return RULE_RESULTS.record_rows(layout, rows, f"former/{found.table_id}/{found.version}")


def _kept(layout: Layout) -> Snapshot | None:
    """Return the verdicts, where an earlier version stored rule results with them."""
    found = snapshot(VERDICTS.path(layout))
    return found if found and any(one.name == "rules" for one in found.columns) else None


def _sql(layout: Layout, found: Snapshot) -> str:
    results = snapshot(RULE_RESULTS.path(layout))
    known = "(SELECT NULL::VARCHAR AS resource, NULL::VARCHAR AS delivery WHERE FALSE)"
    if results is not None:
        known = results.select_sql(_COLUMNS[:2])
    said = {
        "department": "split_part(resource, '/', 1)",
        "resource": "resource",
        "delivery": "delivery",
        "rule": "one.code",
        "fingerprint": "''",
        "wording": "one.description",
        "wording_en": "''",
        "dimension": "one.dimension",
        "level": "one.level",
        "clause": "''",
        "judged": "delivered",
        "failing": "one.unexpected",
        "passed": "one.success",
        "judged_at": "judged_at",
        "origin": literal(Origin.GATE),
    }
    columns = ", ".join(
        f"{said.get(one.name, 'NULL')}::{one.type} AS {one.name}"
        for one in RULE_RESULTS.shape.columns
    )
    kept = f"(FROM {found.select_sql(_COLUMNS)} v ANTI JOIN {known} k USING (resource, delivery))"
    rules = f"SELECT *, unnest(from_json(rules, {literal(_RULE)})) AS one FROM {kept}"
    return f"SELECT {columns} FROM ({rules} WHERE rules IS NOT NULL) ORDER BY resource, delivery"
