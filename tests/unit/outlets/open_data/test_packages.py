"""Packages of open data: they come about in one rename, in order, and never change."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from outlets.open_data.packages import (
    commit_package,
    next_name,
    package_names,
    point_latest,
    releases,
    scan_parquet,
    tidy_packages,
    tombstone,
    withdraw_package,
    write_data,
)


def test_package_exists_only_once_committed(tmp_path: Path) -> None:
    """While it is built a package is no release; committed it is one, read-only and final."""
    place = tmp_path / "set" / "20260302-01"
    assert releases(place.parent) == ()
    commit_package(built(tmp_path), place)
    assert releases(place.parent) == ("20260302-01",)
    assert (place / "data.csv").stat().st_mode & 0o777 == 0o444
    assert place.stat().st_mode & place.parent.stat().st_mode & 0o777 == 0o755
    with pytest.raises(FileExistsError):
        commit_package(built(tmp_path), place)


def built(folder: Path) -> Path:
    """Return a package built elsewhere, as a strict umask makes it."""
    made = folder / "work" / "package"
    made.mkdir(parents=True, mode=0o700)
    (made / "data.csv").write_text("a")
    (made / "data.csv").chmod(0o600)
    return made


def test_names_never_sort_before_their_predecessors(tmp_path: Path) -> None:
    """Whatever the clock says, and however many a day has, names rise: as text and in order."""
    days = [5, 4, 5, 3, 6, 1, *[2] * 120, 7]
    names: list[str] = []
    for day in days:
        name = next_name(tmp_path, datetime(2026, 3, day, tzinfo=UTC))
        (tmp_path / name).mkdir()
        names.append(name)
    assert names == sorted(names)
    assert list(package_names(tmp_path)) == names
    assert names[:5] == [
        "20260305-01",
        "20260305-02",
        "20260305-03",
        "20260305-04",
        "20260306-01",
    ]
    assert names[-1] == "20260307-01"
    assert {len(name) for name in names} == {11, 13}


def test_withdrawn_package_leaves_its_name_and_the_reason(tmp_path: Path) -> None:
    """Its data are gone, also when the one who took them was killed; `latest` steps back."""
    for name in ("20260302-01", "20260302-02"):
        commit_package(built(tmp_path / name), tmp_path / "set" / name)
    folder = tmp_path / "set"
    assert point_latest(folder) == "20260302-02"
    assert (folder / "latest" / "data.csv").read_text() == "a"
    withdraw_package(folder / "20260302-02", {"reason": "错"})
    (folder / "20260302-02" / "data.csv").write_text("killed before it was removed")
    (folder / ".20260302-03.next").mkdir()
    tidy_packages(folder)
    assert [path.name for path in (folder / "20260302-02").iterdir()] == ["withdrawn.json"]
    assert tombstone(folder / "20260302-02") == {"reason": "错"}
    assert (releases(folder), len(package_names(folder))) == (("20260302-01",), 2)
    assert point_latest(folder) == "20260302-01"
    assert (folder / "latest").readlink() == Path("20260302-01")
    withdraw_package(folder / "20260302-01", {"reason": "错"})
    assert point_latest(folder) is None
    assert sorted(path.name for path in folder.iterdir()) == ["20260302-01", "20260302-02"]


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
    table = write_data(frame, tmp_path, [pl.col("a"), pl.col("n")], "\r\n")
    text = tmp_path / "data.csv"
    assert scan_parquet(table).collect().rows() == [("", 3), ("a", None), ("b", 1), (None, -2)]
    assert text.read_bytes() == '\ufeffa,n\r\n"",3\r\na,\r\nb,1\r\n,-2\r\n'.encode()
