"""rows.parquet: every record once, in order, in row groups of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feeds.reader import DEFECT
from landing import landed_file
from landing.landed_file import landed_schema, write_rows

COLUMNS = {"甲": "a"}
SCHEMA = landed_schema(COLUMNS)


def parts(*sizes: int, spoiled: int = 0) -> Iterator[pa.Table]:
    """Yield tables of records, the first ones of each spoiled."""
    for size in sizes:
        columns = {field.name: pa.nulls(size, field.type) for field in SCHEMA}
        columns[DEFECT] = pa.array(["encoding"] * spoiled + [None] * (size - spoiled), pa.string())
        yield pa.table(columns, schema=SCHEMA)


def test_records_and_defects_are_counted(tmp_path: Path) -> None:
    """Every part of a file is written, and what could not be read is counted apart."""
    assert write_rows(parts(3, 2, spoiled=1), COLUMNS, tmp_path / "r.parquet") == (5, 2)
    assert pq.read_table(tmp_path / "r.parquet").num_rows == 5


def test_no_records_make_a_file_as_well(tmp_path: Path) -> None:
    """An empty delivery has its columns."""
    assert write_rows(parts(), COLUMNS, tmp_path / "r.parquet") == (0, 0)
    assert pq.read_schema(tmp_path / "r.parquet").names == SCHEMA.names


def test_small_parts_are_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row group begins when the last one is full, not with every part."""
    monkeypatch.setattr(landed_file, "GROUP_ROWS", 4)

    write_rows(parts(2, 2, 1, 5), COLUMNS, tmp_path / "r.parquet")

    metadata = pq.read_metadata(tmp_path / "r.parquet")
    groups = [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)]
    assert groups == [4, 6]


def test_a_row_group_of_wide_records_is_small(tmp_path: Path) -> None:
    """Who reads one has all of its records in hand, where they are fewer than are read at once."""

    def wide(records: int, width: int) -> pa.Table:
        (table,) = parts(records)
        texts = pa.array(["x" * width] * records, pa.string())
        return table.set_column(table.schema.get_field_index("甲"), "甲", texts)

    given = [*[wide(170, 24_000)] * 9, *[wide(40_000, 100)] * 5]
    write_rows(iter(given), COLUMNS, tmp_path / "r.parquet")

    metadata = pq.read_metadata(tmp_path / "r.parquet")
    groups = [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)]
    assert groups == [510, 510, 510, 160_000, 40_000]


def test_an_error_in_reading_is_the_callers(tmp_path: Path) -> None:
    """What a reader raises amid its records comes through the writer's thread."""

    def broken() -> Iterator[pa.Table]:
        yield from parts(1)
        raise LookupError

    with pytest.raises(LookupError):
        write_rows(broken(), COLUMNS, tmp_path / "r.parquet")
