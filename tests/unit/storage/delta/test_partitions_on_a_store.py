"""Partitioned tables on an object store: each partition lies in a folder of its name."""

from __future__ import annotations

from pathlib import Path

from catalog_specs.models.timing.partition import Partition
from storage.delta.commits import Commit
from storage.delta.fast_write import bulk_write
from storage.delta.merging import ChangeSet, merge
from storage.delta.table_shape import Column, Shape
from storage.delta.tables import snapshot
from storage.engines.relation import as_table
from storage.engines.workbench import open_workbench
from storage.places.object_path import ObjectPath
from tests.harness.fixtures import store

__all__ = ["store"]

SHAPE = Shape(
    "t",
    "",
    (Column("day", "DATE", key=True), Column("v", "VARCHAR")),
    partition=Partition.model_validate({"by": "month", "of": "day"}),
)


def test_they_are_written_merged_and_read_by_partition(store: ObjectPath, tmp_path: Path) -> None:
    """A change touches the files of its month, and every row is read with its day."""
    table = store / "t"
    with open_workbench(tmp_path) as con:
        rows = "SELECT DATE '2026-01-30' + CAST(range AS INTEGER) AS day, 'v' AS v FROM range(4)"
        bulk_write(con, rows, table, SHAPE, Commit("a", 1))
        before = snapshot(table)
        assert before is not None
        assert dict(before.partitions()) == {"2026-01": 2, "2026-02": 2}
        changes = as_table(
            con, "changes", "SELECT DATE '2026-02-01' AS day, 'n' AS v, 'U' AS _change"
        )
        stored = as_table(con, "stored", f"FROM {before.scan_sql()}")
        merge(before, ChangeSet(changes, stored), ("day",), SHAPE, Commit("a", 2))
        after = snapshot(table)
        assert after is not None
        assert len({*before.files} & {*after.files}) == 1
        found = con.execute(f"SELECT day::VARCHAR, v FROM {after.scan_sql()} ORDER BY 1").fetchall()
    assert found[1:3] == [("2026-01-31", "v"), ("2026-02-01", "n")]
    assert len(found) == 4
