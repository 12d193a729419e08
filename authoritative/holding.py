"""Holding tables: undeclared cells of passed deliveries that an exception covers (三(二)).

Belongs here: their shape, and appending a delivery's cells once. Keep out: which cells those are
(`landing.undeclared`), the ledger of findings (`register.undeclared`).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from landing.undeclared import EXCEPTED_FILE
from register.records import Delivery
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.table_shape import Column, Shape, arrow_schema
from storage.layout import Layout

__all__ = ["HOLDING", "store_excepted"]

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
"""Cells of one commit: a delivery may have millions, and a killed run goes on behind the last."""


def store_excepted(layout: Layout, delivery: Delivery) -> None:
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
