"""Logs of tables: their length, and what of them no version of the last days needs."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from storage.delta.logs import checkpointed, log_length, outlived
from tests.tiers import then_thorough

NOW = datetime.now(tz=UTC)  # Delta itself forgets entries by the clock of the machine


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table of 25 commits, one an hour until now, with a checkpoint at every tenth."""
    path = tmp_path / "t"
    settings = {"delta.checkpointInterval": "10"}
    for number in range(25):
        write_deltalake(path, pa.table({"n": [number]}), mode="append", configuration=settings)
        entry = path / "_delta_log" / f"{number:020}.json"
        moment = (NOW - timedelta(hours=24 - number)).timestamp()
        os.utime(entry, (moment, moment))
        mark = path / "_delta_log" / f"{number:020}.checkpoint.parquet"
        if mark.exists():
            os.utime(mark, (moment, moment))
    return path


def test_a_log_is_counted_from_its_newest_checkpoint(table: Path) -> None:
    """A checkpoint is no commit: the table keeps its version, and the tail is gone."""
    before = log_length(table)
    assert (before.entries, before.tail) == (25, 5)
    assert not checkpointed(table, tail=5)
    assert checkpointed(table, tail=4)
    assert (log_length(table).entries, log_length(table).tail) == (25, 0)
    assert DeltaTable(str(table)).version() == 24
    assert not checkpointed(table.parent / "t", tail=0)


@pytest.mark.parametrize("hours", then_thorough([(0, 0), (15, 9)], [(6, 0), (20, 19), (99, 19)]))
def test_versions_of_the_last_day_stay_readable(table: Path, hours: tuple[int, int]) -> None:
    """Entries before the checkpoint that the oldest of them stands on go, from the oldest on."""
    passed, first = hours
    later = NOW + timedelta(hours=passed)
    old = outlived(table, 1, later)
    for file in old:
        file.unlink()
        newest = DeltaTable(str(table))  # a killed remover left a table that reads as before
        assert newest.to_pyarrow_table().num_rows == 25
    assert min(int(one.name[:20]) for one in (table / "_delta_log").glob("*.json")) == first
    within = [n for n in range(25) if NOW - timedelta(hours=24 - n) >= later - timedelta(days=1)]
    for number in within:
        assert DeltaTable(str(table), version=number).to_pyarrow_table().num_rows == number + 1
    assert outlived(table, 1, later) == ()


def test_a_checkpoint_has_to_be_a_day_old_itself(table: Path) -> None:
    """Whoever opened the table before it was made still reads the entries that it stands for."""
    assert checkpointed(table, tail=4)
    first = outlived(table, 1, NOW + timedelta(hours=23))
    assert max(int(one.name[:20]) for one in first) == 18
    second = outlived(table, 1, NOW + timedelta(hours=25))
    assert max(int(one.name[:20]) for one in second) == 23
