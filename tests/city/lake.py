"""Looking at a whole home folder from outside: versions, contents, bytes."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from storage.places.object_path import Place
from tests.harness.placing import layout_of

__all__ = ["bytes_under", "content", "contents", "files", "releases", "tables", "versions"]

_VERSION = re.compile("/v-[0-9a-f]{32}(?=/)")


def tables(root: Place) -> dict[str, Place]:
    """Return every Delta table below a folder by its relative path.

    A folder that vanishes meanwhile, because a run is at work, holds none.
    """
    if not isinstance(root, Path):
        logs = {one.parent for one, _ in root.below() if one.parent.name == "_delta_log"}
        return {str(log.parent.relative_to(root)): log.parent for log in sorted(logs)}
    logs = sorted(
        Path(at) / "_delta_log" for at, names, _ in os.walk(root) if "_delta_log" in names
    )
    return {str(log.parent.relative_to(root)): log.parent for log in logs}


def versions(home: Path) -> dict[str, int]:
    """Return the version of every Delta table of a home."""
    store = layout_of(home).store
    found = tables(home) | (tables(store) if store is not None else {})
    return {name: DeltaTable(str(path)).version() for name, path in found.items()}


def content(path: Place) -> pl.DataFrame:
    """Return a table's rows in a fixed order, so that two tables can be compared."""
    table = pa.table(DeltaTable(str(path)).to_pyarrow_table())
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.sort(frame.columns, nulls_last=True)


def contents(home: Path, below: str) -> dict[str, pl.DataFrame]:
    """Return the contents of every table below one folder of a home's lake.

    The version of a grant's extracts, which no two homes have alike, is left out of the name.
    """
    layout = layout_of(home)
    found = tables((layout.lake if below == "shares" else layout.tables) / below).items()
    return {_VERSION.sub("", name): content(path) for name, path in found}


def releases(root: Path) -> list[str]:
    """Return every release that exists, as `<dataset>/<release>`."""
    return sorted(
        str(path.parent.relative_to(root / "open_data"))
        for path in (root / "open_data").rglob("SHA256SUMS")
    )


def files(*places: Path) -> dict[Path, bytes]:
    """Return the bytes of every file that is a place or lies below one."""
    paths = (
        path for one in places for path in ([one] if one.is_file() else sorted(one.rglob("*")))
    )
    return {path: path.read_bytes() for path in paths if path.is_file()}


def bytes_under(*places: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the bytes of every file in these places; of Parquet and DuckDB the values as well.

    Both compress, so raw bytes alone would prove nothing about them: the footer of Parquet
    (statistics included) is given as text and every column's values as delivered by the reader.
    """
    for path, raw in files(*places).items():
        yield path, raw
        if path.suffix == ".parquet":
            yield path, _parquet_text(path)
        if path.suffix == ".duckdb":
            yield path, _duckdb_text(path)
        if path.suffix == ".gz":
            yield path, _unpacked(raw)
        if path.suffix in {".xlsx", ".zip"} and is_zipfile(path):
            with ZipFile(path) as packed:
                yield path, b"\n".join(map(packed.read, packed.namelist()))


def _parquet_text(path: Path) -> bytes:
    file = pq.ParquetFile(path)
    metadata = repr(file.metadata.to_dict())
    values = file.read().to_pydict()
    return f"{metadata}{values}".encode()


def _duckdb_text(path: Path) -> bytes:
    with duckdb.connect(path, read_only=True) as con:
        named = con.sql("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        rows = [con.sql(f'FROM "{schema}"."{name}"').fetchall() for schema, name in named]
    return repr(rows).encode()


def _unpacked(raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw)
    except (OSError, zlib.error):
        return b""
