"""Packages of open data: their data files, publication and removal.

Belongs here: writing and scanning those files, the one rename that makes a package exist, names in
order, what stays of a withdrawn one. Keep out: what is published and how it is described
(`governance`). A package is built where nobody looks; the public folder only ever sees whole ones.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.models.timing.partition import Partition
from storage.delta.extracts import sink_sorted
from storage.swaps import json_text, point, read_json, remove, write_text

__all__ = [
    "LATEST",
    "METADATA",
    "commit_package",
    "is_withdrawn",
    "next_name",
    "package_names",
    "point_latest",
    "publish_json",
    "publish_text",
    "releases",
    "scan_parquet",
    "tidy_packages",
    "tombstone",
    "withdraw_package",
    "write_csv",
    "write_data",
]

READ_ONLY = 0o444
PUBLIC_FILE = 0o644
PUBLIC_FOLDER = 0o755
LATEST = "latest"
"""The link to the newest release that was not withdrawn."""
WITHDRAWN = "withdrawn.json"
METADATA = "metadata.json"
"""What a release says of itself, and what the next one is compared with."""
_NAME = re.compile(r"[0-9]{8}-[0-9]{2,}")


def commit_package(built: Path, place: Path) -> None:
    """Make the package exist, in one rename; its files can no longer be changed.

    Raises:
        FileExistsError: there is a package already; none is ever replaced.
    """
    if place.exists():
        raise FileExistsError(place)
    _open_folder(place.parent)
    for path in built.iterdir():
        path.chmod(READ_ONLY)
        with path.open("rb") as file:
            os.fsync(file.fileno())
    built.chmod(PUBLIC_FOLDER)
    built.rename(place)


def package_names(folder: Path) -> tuple[str, ...]:
    """Return the names of all packages there ever were in a set's folder, oldest first."""
    if not folder.is_dir():
        return ()
    names = (path.name for path in folder.iterdir() if path.is_dir())
    found = (name for name in names if _NAME.fullmatch(name))
    # by length before text: `-100` comes after `-99`
    return tuple(sorted(found, key=lambda name: (name.partition("-")[0], len(name), name)))


def releases(folder: Path) -> tuple[str, ...]:
    """Return the names of the packages that were not withdrawn, oldest first."""
    return tuple(name for name in package_names(folder) if not is_withdrawn(folder / name))


def next_name(folder: Path, moment: datetime) -> str:
    """Return `YYYYMMDD-NN`, which sorts after every name there ever was, as text as well.

    A clock that was put back goes on counting on the last day; after 99 comes 9900.
    """
    day, number = moment.strftime("%Y%m%d"), 1
    names = package_names(folder)
    if names:
        last, _, count = names[-1].partition("-")
        if last >= day:
            day, number = last, int(count) + 1
            if set(count) == {"9"}:
                number = int(f"{count}00")
    return f"{day}-{number:02}"


def point_latest(folder: Path) -> str | None:
    """Point `latest` at the newest package that stands; return its name, None when none does."""
    names = releases(folder)
    link = folder / LATEST
    if not names:
        remove(link)
        return None
    if not link.is_symlink() or link.readlink().name != names[-1]:
        point(link, folder / names[-1])
    return names[-1]


def withdraw_package(place: Path, said: Mapping[str, Any]) -> None:
    """Take a package's data away for good; what stays is `withdrawn.json`, with the reason.

    The tombstone comes first: from then on the package counts as withdrawn, and if the run is
    interrupted, `tidy_packages` removes the rest.
    """
    publish_json(place / WITHDRAWN, said)
    _empty(place)


def is_withdrawn(place: Path) -> bool:
    """Say whether a package was withdrawn."""
    return (place / WITHDRAWN).is_file()


def tombstone(place: Path) -> dict[str, Any]:
    """Return the tombstone of a withdrawn package; empty when it was not withdrawn."""
    return read_json(place / WITHDRAWN)


def tidy_packages(folder: Path) -> None:
    """Remove remains of killed runs in a public folder, and finish withdrawals that they began.

    Earlier versions built packages there, under hidden names.
    """
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.startswith("."):
            remove(path)
    for name in package_names(folder):
        if is_withdrawn(folder / name):
            _empty(folder / name)


def publish_text(path: Path, text: str) -> bool:
    """Write a page that everybody may read, in one step; say whether it was another before."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    _open_folder(path.parent)
    write_text(path, text, PUBLIC_FILE)
    return True


def publish_json(path: Path, content: Mapping[str, Any]) -> bool:
    """Write a JSON object that everybody may read, as `publish_text` does."""
    return publish_text(path, json_text(content))


def _empty(place: Path) -> None:
    for path in place.iterdir():
        if path.name != WITHDRAWN:
            remove(path)


def _open_folder(folder: Path) -> None:
    """Make a public folder, open to everybody whatever the umask."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != PUBLIC_FOLDER:
        folder.chmod(PUBLIC_FOLDER)


def scan_parquet(path: Path) -> pl.LazyFrame:
    """Return the rows of one file of a package."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def write_data(
    frame: pl.LazyFrame,
    folder: Path,
    cells: Sequence[pl.Expr],
    line_end: str,
    partition: Partition | None = None,
) -> Path:
    """Write data.parquet and, with a byte order mark, data.csv; return the former's path.

    Rows are sorted by their published values, so that their order tells nothing of the source's.
    `cells` are the columns as the CSV carries them. Rows that are parted have a CSV for each
    partition: data-2026-03.csv.
    """
    table = folder / "data.parquet"
    sink_sorted(frame, table)
    if partition is None:
        write_csv(table, folder / "data.csv", cells, line_end)
        return table
    name = pl.col(partition.of).dt.strftime(partition.by.pattern).fill_null("none")
    found = scan_parquet(table).select(name.unique().sort()).collect(engine="streaming")
    for one in found.to_series():
        write_csv(table, folder / f"data-{one}.csv", cells, line_end, name == one)
    return table


def write_csv(
    table: Path,
    text: Path,
    cells: Sequence[pl.Expr],
    line_end: str,
    only: pl.Expr | None = None,
) -> None:
    """Write rows of a Parquet file as CSV, in their order, with a byte order mark."""
    rows = scan_parquet(table)
    rows = rows if only is None else rows.filter(only)
    rows.select(cells).sink_csv(
        text,
        include_bom=True,  # without it spreadsheets read Chinese as the system's code page
        line_terminator=line_end,
        datetime_format="%Y-%m-%dT%H:%M:%S%.f",
        date_format="%Y-%m-%d",
    )
