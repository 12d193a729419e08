"""Dead files: what no version in use needs, once its days are over; nothing else."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from storage.delta.dead_files import dead_files, remove_dead

NOW = datetime.now(tz=UTC)
LATER = NOW + timedelta(days=10)
LEFT = (
    "orphan.parquet",
    "staged.parquet#1",
    "_partition=2026-03/staged.parquet#1",
    "_change_data/unused.parquet",
    f"_delta_log/{2:020}.json#{10**38}",
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table whose one file was replaced, and beside it what killed writers left."""
    path = tmp_path / "t"
    for mode in ("append", "overwrite"):
        write_deltalake(path, pa.table({"a": [1]}), mode=mode)  # type: ignore[arg-type]
    for folder in ("_change_data", "_partition=2026-03"):
        (path / folder).mkdir()
    for name in LEFT:
        (path / name).write_bytes(b"x" * 7)
        os.utime(path / name, (1e9, 1e9))
    return path


def test_after_its_days_what_is_not_used_may_go(table: Path) -> None:
    """The replaced file, and what was left, with their bytes; the version in use is untouched."""
    used = {Path(uri).name for uri in DeltaTable(table).file_uris()}

    dead = dead_files(table, 7, LATER)

    assert {one.path for one in dead} >= {table / name for name in LEFT}
    assert used.isdisjoint(one.path.name for one in dead)
    assert {one.bytes for one in dead if one.path.name.startswith(("orphan", "staged"))} == {7}
    remove_dead(dead)
    remove_dead(dead)
    assert {path.name for path in table.glob("*.parquet*")} == used
    assert DeltaTable(table).version() == 1


def test_readers_have_their_days(table: Path) -> None:
    """What was replaced today stays, and so does what a writer may be staging."""
    for name in LEFT:
        (table / name).touch()

    assert dead_files(table, 7, NOW) == ()


def test_no_table_has_no_dead_files(tmp_path: Path) -> None:
    """Where there is no table there is nothing to remove."""
    assert dead_files(tmp_path / "none", 7, LATER) == ()
