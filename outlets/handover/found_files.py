"""Files that turned up: their digest, marks and first rows, whatever their names say.

Belongs here: telling Parquet, XLSX, DuckDB and CSV files by their content, and reading them. Keep
out: whose copy one is (`trace`). Such a file may have been re-encoded, cut or edited; what cannot
be read is known by its digest alone.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import polars as pl
import pyarrow.parquet as pq

from outlets.handover.share_copy import COPY_NOTE
from outlets.handover.trace import Seen
from outlets.handover.watermark import NOTE
from outlets.shares.file import DATA
from storage.digests import sha256_of_file
from storage.engines.connection import EngineError, end_if_interrupted
from storage.engines.database_files import contents, opened_unknown
from storage.sql import identifier

__all__ = ["MOST_ROWS", "look_at"]

MOST_ROWS = 20_000
"""Rows that are read of a file: the order of fewer is enough."""
_SAMPLE = 65_536
_MAGIC_AT = 8
"""Where a DuckDB file says that it is one."""
_MARK = re.compile(r"\b[0-9a-f]{32}\b")
_ENCODINGS = ("utf-8-sig", "gb18030")
_UNREAD = (pl.exceptions.PolarsError, EngineError, OSError, ValueError, BadZipFile, csv.Error)


def look_at(file: Path) -> Seen:
    """Return what a file shows of itself."""
    digest = sha256_of_file(file)
    with file.open("rb") as stream:
        head = stream.read(_SAMPLE)
    try:
        if head[:4] == b"PAR1":
            return _parquet(file, digest)
        if head[:2] == b"PK":
            return _workbook(file, digest)
        if head[_MAGIC_AT : _MAGIC_AT + 4] == b"DUCK":
            return _database(file, digest)
        return Seen(digest, (), _text(file, head))
    except _UNREAD as error:
        end_if_interrupted(error)
        return Seen(digest)


def _parquet(file: Path, digest: str) -> Seen:
    notes = pq.read_metadata(file).metadata or {}
    told = notes.get(NOTE.encode(), b"").decode("ascii", "ignore")
    rows = pl.read_parquet(file, n_rows=MOST_ROWS, glob=False, hive_partitioning=False)
    return Seen(digest, (told,) if told else (), rows)


def _workbook(file: Path, digest: str) -> Seen:
    import fastexcel

    with ZipFile(file) as book:
        properties = book.read("docProps/core.xml") if _has_properties(book) else b""
    marks = tuple(_MARK.findall(properties.decode("utf-8", "ignore")))
    try:
        sheet = fastexcel.read_excel(file).load_sheet(0, n_rows=MOST_ROWS, dtypes="string")
        return Seen(digest, marks, sheet.to_polars())
    except fastexcel.FastExcelError:
        return Seen(digest, marks)


def _database(file: Path, digest: str) -> Seen:
    """Return the first rows of the table with the most, and the mark of a copy of ours.

    Only tables are read: a view is whatever its maker wrote.
    """
    with opened_unknown(file) as con:
        tables = {name: rows for name, rows in contents(con).items() if rows}
        largest = max(tables, key=lambda name: tables[name] or 0, default=None)
        rows = None
        if largest is not None:
            table = con.execute(f"FROM {_named(largest)} LIMIT {MOST_ROWS}").to_arrow_table()
            rows = pl.from_arrow(table)
        ours = (DATA, COPY_NOTE)
        told = con.execute(f"FROM {_named(ours)}").fetchall() if ours in tables else []
    marks = tuple(_MARK.findall(repr(told)))
    return Seen(digest, marks, rows if isinstance(rows, pl.DataFrame) else None)


def _named(table: tuple[str, str]) -> str:
    return ".".join(map(identifier, table))


def _has_properties(book: ZipFile) -> bool:
    return "docProps/core.xml" in book.namelist()


def _text(file: Path, head: bytes) -> pl.DataFrame | None:
    """Return the rows of a text with separators; None when it is none."""
    encoding = next((name for name in _ENCODINGS if _reads(head, name)), None)
    if encoding is None:
        return None
    first = head.decode(encoding, "ignore").partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    return pl.read_csv(
        file,
        separator=separator,
        encoding="utf8" if encoding == "utf-8-sig" else encoding,
        infer_schema=False,
        n_rows=MOST_ROWS,
        truncate_ragged_lines=True,
    )


def _reads(head: bytes, encoding: str) -> bool:
    """Say whether bytes are of an encoding; the last sign may have been cut."""
    try:
        head[: -4 if len(head) == _SAMPLE else None].decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) == _SAMPLE and error.start > _SAMPLE - 16
    return True
