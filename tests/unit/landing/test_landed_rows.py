"""Work is bounded by bytes: a small file of very wide records is landed in small pieces, or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.readers import Source
from feeds.untrusted.limits import ReadingLimits
from landing.landed_rows import land_rows
from storage.layout import ROWS
from tests.unit.feeds.feeds import make_feed


def wide(folder: Path, rows: int, width: int, form: str) -> Source:
    """Return a small file of wide records."""
    path = folder / "f"
    table = pa.table({"A": pa.repeat(pa.scalar("x" * width), rows)})
    if form == "arrow":
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    else:
        pq.write_table(table, path)
    return Source(path, make_feed("a", format=form), texts=frozenset())


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_wide_records_are_landed_in_groups_of_few(tmp_path: Path, form: str) -> None:
    """A row group holds as many records as fit into its bytes."""
    landed = land_rows(wide(tmp_path, 12_000, 12_000, form), tmp_path)
    assert (landed.refusal, landed.rows) == (None, 12_000)
    groups = pq.ParquetFile(tmp_path / ROWS).metadata
    sizes = [groups.row_group(place).total_byte_size for place in range(groups.num_row_groups)]
    assert len(sizes) > 1
    assert max(sizes) < 110 << 20


@pytest.mark.parametrize(
    ("limits", "what"),
    [({"vector": 1 << 20}, "2,048 records in a row"), ({"expanded": 4 << 20}, "unpacks beyond")],
)
def test_records_beyond_the_limits_are_refused(
    tmp_path: Path, limits: dict[str, int], what: str
) -> None:
    """What the engine could not hold never reaches it, and nothing of it is kept unseen."""
    source = replace(wide(tmp_path, 5_000, 1_000, "parquet"), limits=ReadingLimits(**limits))
    landed = land_rows(source, tmp_path)
    assert landed.refusal is not None
    assert landed.refusal[0] == "GATE-110"
    assert what in landed.refusal[1]
    assert pq.ParquetFile(tmp_path / ROWS).metadata.num_rows == 0
