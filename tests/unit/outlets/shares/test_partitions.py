"""Parted extracts: a partition is taken over as long as its source's files stand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from flow.city import City
from outlets.shares.project import project
from storage.delta.tables import live_files
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.one_feed import NOW, REF
from tests.city.taps import BY_MONTH, GRANT, PERIOD, Taps, made, spoil_pages


@pytest.fixture
def taps(tmp_path: Path) -> Taps:
    """Return such taps."""
    return made(tmp_path)


def shared(city: City) -> set[tuple[Any, ...]]:
    """Bring the share up to date; return what its file holds."""
    catalog = city.catalog
    project(city.layout, rights_of(catalog), catalog.grants["taps"], KEYS, NOW)
    extract = pl.read_parquet(list(live_files(city.layout.share_table("taps", REF))))
    with duckdb.connect(city.layout.share_file("taps"), read_only=True) as con:
        name = catalog.resource(REF).name
        rows = con.execute(f'SELECT card, tapped_on::VARCHAR, stop FROM "{name}"').fetchall()
    assert len(rows) == len(extract)
    return set(rows)


def extract(taps: Taps) -> dict[str, tuple[int, bytes]]:
    """Return the files of the extract by partition: which they are, and their bytes."""
    table = taps.city.layout.share_table("taps", REF)
    assert DeltaTable(str(table)).metadata().partition_columns == ["_partition"]
    files = {path.parent.name.partition("=")[2]: path for path in table.glob("*/part-*")}
    return {name: (path.stat().st_ino, path.read_bytes()) for name, path in files.items()}


def test_a_share_is_made_again_where_a_partition_changed(taps: Taps) -> None:
    """Other partitions are neither read nor written, and the rows are those of a whole rebuild."""
    assert shared(taps.city) == taps.rows
    before = extract(taps)
    taps.take("b,2026-01-06,南", "c,2026-04-01,北")
    rows = taps.rows
    found = taps.found
    touched = {*found.within(["2026-01", "2026-04"]).files}
    lying = {file: Path(file).read_bytes() for file in {*found.files} - touched}
    spoil_pages(lying)

    assert shared(taps.city) == rows

    after = extract(taps)
    assert {name for name in after if after[name] != before.get(name)} == {"2026-01", "2026-04"}
    for file, data in lying.items():
        Path(file).write_bytes(data)
    shutil.rmtree(taps.city.layout.share("taps"))
    assert shared(taps.city) == rows
    assert {name: data for name, (_, data) in extract(taps).items()} == {
        name: data for name, (_, data) in after.items()
    }


def test_a_share_is_made_anew_when_its_grant_changes(taps: Taps) -> None:
    """A narrower condition takes rows out of partitions that did not change, and empties others."""
    shared(taps.city)
    narrow = GRANT["resources"][0] | {"where": PERIOD[1:]}
    taps.changes["grants/taps.yaml"] = GRANT | {"resources": [narrow]}
    taps.catalogue = taps.declare(BY_MONTH)
    assert shared(taps.city) == {("a", "2026-01-05", "东"), ("b", "2026-01-06", "西")}
    assert [*extract(taps)] == ["2026-01"]
    taps.take("z,2026-03-01,东")
    assert len(shared(taps.city)) == 2


def test_a_share_that_masks_the_item_is_not_parted(taps: Taps) -> None:
    """The name of a folder would tell of each row the month that its mask hides."""
    masked = {"masks": {"tapped_on": {"mask": "generalise_date", "to": "year"}}}
    taps.changes["grants/taps.yaml"] = GRANT | {"resources": [GRANT["resources"][0] | masked]}
    taps.catalogue = taps.declare(BY_MONTH)
    assert {row[1][:4] for row in shared(taps.city)} == {"2026"}
    table = taps.city.layout.share_table("taps", REF)
    assert [*table.rglob("*2026*")] == []
    assert DeltaTable(str(table)).metadata().partition_columns == []


def test_a_grant_of_a_period_reads_its_pages_alone(tmp_path: Path) -> None:
    """A condition on the item is compared with the bounds of a file before its pages are read."""
    narrow = GRANT | {"resources": [GRANT["resources"][0] | {"where": PERIOD}]}
    taps = made(tmp_path, **{"grants/taps.yaml": narrow})
    found = taps.found
    spoil_pages({*found.files} - {*found.within(["2026-01"]).files})
    assert shared(taps.city) == {("a", "2026-01-05", "东"), ("b", "2026-01-06", "西")}
