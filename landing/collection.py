"""Undeclared data: the ledger of findings, and the holding tables of exceptions (三(二)).

Belongs here: recording each finding once, moving excepted cells into holding once. Keep out:
reading the columns (`undeclared`), which exceptions there are (`catalog_specs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from landing.undeclared import EXCEPTED_FILE
from register.records import Delivery
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.delta.tables import append
from storage.layout import Layout
from storage.ledger import Ledger

__all__ = ["HOLDING", "UNDECLARED", "Outside", "hold", "newly_seen", "record_outside"]

HOLDING = Shape(
    "目录外数据暂存",
    "经批准例外接收、尚未列入目录的数据，一格一行，不进入权威库。",
    (
        Column("delivery", "VARCHAR", "交付批次"),
        Column("row", "BIGINT", "在交付文件中的记录序号"),
        Column("header", "VARCHAR", "列名"),
        Column("value", "VARCHAR", "交付时的文本"),
    ),
)
_BATCH = 100_000


@dataclass(frozen=True)
class Outside:
    """A header (or `sheet:<name>`) of one delivery that the catalogue does not know."""

    resource: str
    delivery: str
    header: str
    cells: int | None
    """Cells that hold a value; None for a sheet, whose cells nobody counts."""
    excepted: bool
    exception: str | None


def _once(found: Sequence[Outside]) -> str:
    return f"{found[0].resource}/{found[0].delivery}..{found[-1].delivery}"


UNDECLARED = Ledger(
    name="undeclared",
    shape=Shape(
        "目录外数据台账",
        "交付文件中目录未登记的列或工作表，每批每项一行，不含数据值。",
        (
            Column("resource", "VARCHAR", "信息资源"),
            Column("delivery", "VARCHAR", "交付批次"),
            Column("header", "VARCHAR", "列名；工作表以 sheet: 开头"),
            Column("cells", "BIGINT", "有值的单元格数；工作表未统计为空"),
            Column("excepted", "BOOLEAN", "是否有有效的例外批准"),
            Column("exception", "VARCHAR", "例外代码；无例外为空"),
        ),
    ),
    value=Outside,
    once=_once,
    order=("resource", "delivery", "header"),
)


def record_outside(layout: Layout, deliveries: Sequence[Delivery]) -> bool:
    """Record what deliveries of one resource hold outside the catalogue, once each.

    Of a refused delivery nothing is taken in, and what stands where its headers should may well be
    its first record: its names stay in landing. The caller holds the resource's lock. Returns
    whether anything was new.
    """
    bringing = [one for one in deliveries if one.undeclared and one.refusal is None]
    if not bringing:
        return False
    ref = bringing[0].resource
    known = {one.delivery for one in UNDECLARED.read(layout, ref)}
    fresh = [delivery for delivery in bringing if delivery.delivery not in known]
    return UNDECLARED.record(layout, [one for delivery in fresh for one in _found(delivery)])


def newly_seen(layout: Layout, deliveries: AbstractSet[tuple[str, str]]) -> tuple[Outside, ...]:
    """Return what these deliveries (resource, delivery) brought that none before them had."""
    found = UNDECLARED.read(layout)
    before = {(o.resource, o.header) for o in found if (o.resource, o.delivery) not in deliveries}
    first = {
        (one.resource, one.header): one
        for one in reversed(found)
        if (one.resource, one.delivery) in deliveries
    }
    return tuple(one for key, one in sorted(first.items()) if key not in before)


def hold(layout: Layout, delivery: Delivery) -> None:
    """Append a delivery's excepted cells to its resource's holding table, each batch once."""
    file = layout.delivery(delivery.resource, delivery.delivery) / EXCEPTED_FILE
    if not delivery.excepted or not file.exists():
        return
    schema = arrow_schema(HOLDING.columns)
    with pq.ParquetFile(file) as stored:
        for number, batch in enumerate(stored.iter_batches(_BATCH)):
            cells = pa.Table.from_batches([batch])
            name = pa.repeat(pa.scalar(delivery.delivery, pa.string()), cells.num_rows)
            rows = cells.add_column(0, "delivery", name).cast(schema)
            commit = Commit(f"holding/{delivery.delivery}", number, {"rows": rows.num_rows})
            append(layout.holding(delivery.resource), rows, commit, HOLDING)


def _found(delivery: Delivery) -> list[Outside]:
    return [
        Outside(
            delivery.resource,
            delivery.delivery,
            header,
            cells,
            header in delivery.excepted,
            delivery.excepted.get(header),
        )
        for header, cells in delivery.undeclared.items()
    ]
