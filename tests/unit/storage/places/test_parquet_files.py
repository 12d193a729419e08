"""Parquet files: read alike from a disk and from a store, small and large."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.places import parquet_files
from storage.places.object_path import ObjectPath
from storage.places.parquet_files import open_parquet, rows_in


@pytest.mark.parametrize("whole", [0, 8 << 20])
def test_a_file_reads_alike_wherever_it_lies(
    store: ObjectPath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """Its rows are the same whether it is fetched in one go or by its parts."""
    monkeypatch.setattr(parquet_files, "_WHOLE", whole)
    file = tmp_path / "file.parquet"
    pq.write_table(pa.table({"n": range(1000)}), file, row_group_size=100)
    (store / "file.parquet").upload(file)
    for place in (file, str(file), store / "file.parquet", f"{store}/file.parquet"):
        assert rows_in(place) == 1000
        with open_parquet(place) as opened:
            assert pa.compute.sum(opened.read()["n"]).as_py() == 499_500


def test_what_is_gone_is_said_to_be(store: ObjectPath, tmp_path: Path) -> None:
    """An absent file is the same error at both places."""
    for place in (tmp_path / "none.parquet", store / "none.parquet"):
        with pytest.raises(FileNotFoundError):
            rows_in(place)
