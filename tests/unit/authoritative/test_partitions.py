"""Partitions that deliveries changed: told from the log, with the rows that each holds."""

from __future__ import annotations

import shutil
from pathlib import Path

from deltalake import DeltaTable
from deltalake.transaction import AddAction

from authoritative.partitions import StoredPartition, changed_partitions, stored_partitions
from register.register import open_register
from storage.delta.appending import compact
from tests.city.one_feed import REF
from tests.city.taps import BY_MONTH, Taps


def test_a_delivery_names_what_it_changed(tmp_path: Path) -> None:
    """Also one that emptied a partition, and one behind which files were joined."""
    taps = Taps(tmp_path, "snapshot", BY_MONTH)
    taps.take("a,2026-01-05,东", "a,2026-02-05,东")
    taps.take("b,2026-01-06,东")
    city = taps.city
    compact(city.layout.authoritative(REF), 0)
    first, second = open_register(city.layout, city.catalog.resource(REF)).passed

    def changed(*names: str) -> dict[str, int]:
        return dict(changed_partitions(city.layout, REF, names))

    assert changed(second) == {"2026-01": 1}
    assert changed(first, second) == {"2026-01": 1, "2026-02": 1}
    assert changed() == {}
    shutil.rmtree(city.layout.authoritative(REF))
    assert changed(first) == {}


def test_each_partition_tells_of_its_newest_record(tmp_path: Path) -> None:
    """Also behind joined files; where somebody else's file has no bounds, nothing is told."""
    taps = Taps(tmp_path, "upsert", BY_MONTH)
    taps.take("b,2026-02-05,东", "a,2026-01-05,东")
    taps.take("b,2026-01-06,东")
    taps.take("b,2026-02-05,西")
    city = taps.city
    names = open_register(city.layout, city.catalog.resource(REF)).passed
    told = (StoredPartition("2026-01", 2, names[1]), StoredPartition("2026-02", 1, names[2]))
    assert stored_partitions(taps.found) == told
    compact(city.layout.authoritative(REF), 0)
    assert stored_partitions(taps.found) == told
    [february] = map(Path, taps.found.within(["2026-02"]).files)
    copy = shutil.copy(february, february.with_name("theirs.parquet"))
    added = AddAction(
        f"{february.parent.name}/{copy.name}",
        copy.stat().st_size,
        {"_partition": "2026-02"},
        0,
        data_change=True,
        stats='{"numRecords": 1}',
    )
    table = DeltaTable(str(taps.found.path))
    table.create_write_transaction(
        [added], mode="append", schema=table.schema(), partition_by=["_partition"]
    )
    assert stored_partitions(taps.found) == (told[0], StoredPartition("2026-02", 2, None))


def test_a_table_that_is_not_parted_has_none(tmp_path: Path) -> None:
    """Nothing is read of its log."""
    taps = Taps(tmp_path, "upsert", None)
    taps.take("a,2026-01-05,东")
    city = taps.city
    names = open_register(city.layout, city.catalog.resource(REF)).passed
    assert changed_partitions(city.layout, REF, names) == {}
    assert stored_partitions(taps.found) == ()
