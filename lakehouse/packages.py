"""The files of an open-data package: data as Parquet and CSV, and putting a finished one in place.

Belongs here: writing and scanning those files, the one rename that makes a package exist. Keep
out: what is published and how it is described (`governance`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from lakehouse.extracts import sink_sorted
from lakehouse.swaps import aside, clear_aside

__all__ = ["begin_package", "commit_package", "releases", "scan_parquet", "write_data"]

READ_ONLY = 0o444
PUBLIC_FOLDER = 0o755


def begin_package(place: Path) -> Path:
    """Return a fresh folder beside `place` in which the package is built."""
    place.parent.mkdir(parents=True, exist_ok=True)
    clear_aside(place)
    aside(place).mkdir(mode=PUBLIC_FOLDER)
    return aside(place)


def commit_package(place: Path) -> None:
    """Make the package exist, in one rename; its files can no longer be changed.

    Raises:
        FileExistsError: a package lies there already; none is ever replaced.
    """
    if place.exists():
        raise FileExistsError(place)
    for path in aside(place).iterdir():
        path.chmod(READ_ONLY)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    aside(place).rename(place)


def releases(folder: Path) -> tuple[str, ...]:
    """Return the names of the finished packages in a data set's folder, oldest first."""
    if not folder.is_dir():
        return ()
    names = (path.name for path in folder.iterdir() if not path.name.startswith("."))
    return tuple(sorted(names, key=lambda name: (name.partition("-")[0], len(name), name)))


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Return the rows of one file of a package."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def write_data(
    frame: pl.LazyFrame, folder: Path, cells: Sequence[pl.Expr], line_end: str
) -> tuple[Path, Path]:
    """Write data.parquet and data.csv, the CSV with a byte order mark; return both paths.

    Rows are sorted by their published values, so that their order tells nothing of the source's.
    `cells` are the columns as the CSV carries them.
    """
    table, text = folder / "data.parquet", folder / "data.csv"
    sink_sorted(frame, table)
    scan_parquet(table).select(cells).sink_csv(
        text,
        include_bom=True,
        line_terminator=line_end,
        datetime_format="%Y-%m-%dT%H:%M:%S%.f",
        date_format="%Y-%m-%d",
    )
    return table, text
