"""Packages of open data: they come about in one rename, in order, and never change."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from lakehouse.packages import begin_package, commit_package, releases, scan_parquet, write_data


def test_package_exists_only_once_committed(tmp_path: Path) -> None:
    """While it is built a package is no release; committed it is one, read-only and final."""
    place = tmp_path / "set" / "20260302-01"
    (begin_package(place) / "data.csv").write_text("a")
    assert releases(place.parent) == ()
    commit_package(place)
    assert releases(place.parent) == ("20260302-01",)
    assert (place / "data.csv").stat().st_mode & 0o222 == 0
    begin_package(place)
    with pytest.raises(FileExistsError):
        commit_package(place)


def test_releases_are_in_order(tmp_path: Path) -> None:
    """Releases are ordered by day and number, also beyond ninety-nine a day."""
    names = ("20260302-01", "20260302-09", "20260302-99", "20260302-100", "20260303-01")
    for name in reversed(names):
        (tmp_path / name).mkdir()
    assert releases(tmp_path) == names
    assert releases(tmp_path / "nothing") == ()


def test_data_is_sorted_and_nulls_are_empty(tmp_path: Path) -> None:
    """Rows are sorted by all columns; a null is an empty cell and an empty text a quoted one."""
    frame = pl.LazyFrame({"a": ["b", None, "", "a"], "n": [1, -2, 3, None]})
    table, text = write_data(frame, tmp_path, [pl.col("a"), pl.col("n")], "\r\n")
    assert scan_parquet(table).collect().rows() == [("", 3), ("a", None), ("b", 1), (None, -2)]
    assert text.read_bytes() == '\ufeffa,n\r\n"",3\r\na,\r\nb,1\r\n,-2\r\n'.encode()
