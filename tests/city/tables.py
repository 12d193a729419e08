"""Typed records of the city, and authoritative tables made of them without landing or a gate.

Belongs here: such records, ways to store and promote them, and to read what is stored. Keep out:
texts (`records`), verdicts (`by_hand`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from authoritative.promotion import Candidate, Origin, promote
from catalog_specs.catalog import Catalog
from catalog_specs.vocabulary import FeedKind
from register.bundles import Bundle
from register.outcomes import Promotion
from register.records import Delivery
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import (
    Column,
    arrow_schema,
    authoritative_shape,
    column_type,
)
from storage.delta.tables import scan_sql, version
from storage.engines.relation import Relation
from storage.engines.workbench import open_workbench
from storage.layout import Layout
from storage.sql import identifier
from tests.city import NOW, REGION
from tests.city.records import person_id

__all__ = [
    "ORIGIN",
    "apply",
    "bench",
    "feed",
    "fill",
    "fill_regions",
    "persons",
    "someone",
    "stored",
]

ORIGIN = Origin(actor="tests", now=NOW, approval="批〔2026〕1号")


def someone(number: int, **changes: Any) -> dict[str, Any]:
    """Return the number-th person, born between 1950 and 1999, with a value of every type."""
    record = {
        "resident_id": person_id(number),
        "name": f"张某{number:06}",
        "sex": str(1 + number % 2),
        "birth_date": date(1950 + number % 50, 1 + number % 12, 1 + number % 28),
        "residence": "350502" if number % 3 else "350503",
        "income": Decimal(number) / 4,
        "seen_at": datetime(2024, 1, 1, 23, 30, 0, 123456),  # noqa: DTZ001 - the delivered clock
        "resident": number % 2 == 0,
        "children": number,
        "employer": None,
    }
    return record | changes


def persons(count: int) -> list[dict[str, Any]]:
    """Return that many persons."""
    return [someone(number) for number in range(count)]


def fill(layout: Layout, catalog: Catalog, ref: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append rows to a resource's authoritative table; what a row leaves out is null."""
    path = layout.authoritative(ref)
    shape = authoritative_shape(catalog, catalog.resource(ref))
    lineage = {"_delivery": "000001-aaaaaaaaaaaa", "_row": 1}
    complete = [{name: row.get(name) for name in shape.names} | lineage for row in rows]
    table = pa.Table.from_pylist(complete, schema=arrow_schema(shape.columns))
    append(path, table, Commit("tests", 1 + (version(path) or 0)), shape)


def fill_regions(layout: Layout, catalog: Catalog, *codes: str) -> None:
    """Append divisions to their table."""
    fill(layout, catalog, REGION, [{"code": code, "name": "区"} for code in codes])


def feed(
    con: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    ref: str,
    records: Sequence[dict[str, Any]],
    table: str = "feed",
) -> Relation:
    """Make a typed feed table of records, numbered from 1 in the order given."""
    wanted = catalog.resource(ref)
    types = {item.code: column_type(catalog.element_of(item)) for item in wanted.items}
    columns = {"_row": "BIGINT", "_defect": "VARCHAR", "_raw": "VARCHAR", **types}
    if wanted.feed.kind is FeedKind.CHANGES:
        columns |= {"_op": "VARCHAR", "_seq": "BIGINT"}
    declared = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(table)} ({declared})")
    rows = [
        {"_row": number} | {name: record.get(name) for name in list(columns)[1:]}
        for number, record in enumerate(records, start=1)
    ]
    # what is given as text is cast on the way, like a delivery's
    texts = {name for row in rows for name, value in row.items() if isinstance(value, str)}
    told = [Column(name, "VARCHAR" if name in texts else columns[name]) for name in columns]
    con.register("told", pa.Table.from_pylist(rows, schema=arrow_schema(told)))
    con.execute(f"INSERT INTO {identifier(table)} FROM told")
    con.unregister("told")
    return Relation(con, table)


@contextmanager
def bench(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a workbench below a folder."""
    with open_workbench(folder / "work") as con:
        yield con


def apply(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    catalog: Catalog,
    receipt: Delivery,
    records: Sequence[dict[str, Any]],
) -> Promotion:
    """Promote records as one delivery, all of them accepted."""
    accepted = feed(con, catalog, receipt.resource, records)
    (promotion,) = promote(layout, catalog, Candidate(Bundle((receipt,)), accepted), ORIGIN)
    return promotion


def stored(
    con: duckdb.DuckDBPyConnection, layout: Layout, catalog: Catalog, ref: str
) -> list[dict[str, Any]]:
    """Return the authoritative rows in the order of their keys."""
    shape = authoritative_shape(catalog, catalog.resource(ref))
    found = con.sql(
        f"FROM {scan_sql(layout.authoritative(ref), shape.columns)} "
        f"ORDER BY {', '.join(catalog.resource(ref).key)}"
    )
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
