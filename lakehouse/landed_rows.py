"""From a delivered file to rows.parquet: reading, refusing, writing in bounded memory.

Belongs here: what is looked for before the rows are read, and writing them. Keep out: formats
(`intake`), where the file lies (`landing`), types (`typed`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from catalog_specs.vocabulary import FeedFormat, FeedKind
from lakehouse.feed_columns import feed_columns
from lakehouse.intake import Source, reader_for
from lakehouse.intake.reader import DEFECT, ROW, rows_schema

__all__ = ["LandedRows", "land_rows"]

GROUP_ROWS = 122_880
"""Rows of a row group: what one DuckDB thread takes at a time."""

Refusal = tuple[str, str]
"""GATE- code and what happened, where, what to do; header names at most, no cell value."""


@dataclass(frozen=True)
class LandedRows:
    """What was read: headers as delivered, record counts, and why the delivery is refused."""

    headers: tuple[str, ...]
    rows: int
    malformed: int
    refusal: Refusal | None = None


def land_rows(source: Source, target: Path) -> LandedRows:
    """Write a delivered file's records to `target`; never raises for what the file holds.

    Refusals: GATE-101 unreadable (no rows written), GATE-102 a declared column is missing (all rows
    written, each with its own text in `_raw`), GATE-104 a file without its header row, or a
    snapshot without records.
    """
    columns = feed_columns(source.feed)
    reader = reader_for(source.feed.format)
    headers: tuple[str, ...] = ()
    try:
        headers = reader.headers(source)
        refusal = _refusal(source.feed, columns, headers)
        whole = refusal is not None and refusal[0] == "GATE-102"
        batches = reader.batches(source, columns, whole=whole)
        rows, malformed = _write(batches, columns, target)
    except IntakeError as error:
        _write((), columns, target)
        return LandedRows(headers, 0, 0, (error.reason, f"{error.what} · {error.remedy}"))
    if refusal is None and not rows and source.feed.kind is FeedKind.SNAPSHOT:
        refusal = ("GATE-104", "a snapshot without any record · deliver the whole resource")
    return LandedRows(headers, rows, malformed, refusal)


def _refusal(feed: Feed, columns: Mapping[str, str], headers: tuple[str, ...]) -> Refusal | None:
    """Refuse by the headers alone; JSON lines may lack records, and then have no keys."""
    if not headers:
        empty = "the file holds nothing · deliver a header row and the records below it"
        return None if feed.format is FeedFormat.JSONL else ("GATE-104", empty)
    wanted = dict.fromkeys(columns.values())
    missing = [header for header in wanted if header not in headers]
    if missing:
        spare = [header for header in headers if header not in wanted]
        named = "; ".join(_nearest(header, spare) for header in missing)
        return "GATE-102", f"missing: {named} · deliver every declared column under its own header"
    doubled = [header for header in wanted if headers.count(header) > 1]
    if doubled:
        return "GATE-102", f"twice: {', '.join(doubled)} · deliver every declared column once"
    return None


def _nearest(header: str, spare: list[str]) -> str:
    near = difflib.get_close_matches(header, spare, n=1, cutoff=0.5)
    return f"{header} (nearest delivered: {near[0][:80]})" if near else header


def _write(
    batches: Iterable[pa.Table], columns: Mapping[str, str], target: Path
) -> tuple[int, int]:
    """Write tables as row groups while the next ones are read; return (records, malformed)."""
    rows = malformed = 0
    with (
        pq.ParquetWriter(
            target,
            rows_schema(columns),
            compression="zstd",
            compression_level=1,
            use_dictionary=False,
            write_statistics=[ROW],
        ) as writer,
        ThreadPoolExecutor(1) as pool,
    ):
        written = pool.submit(lambda: None)
        for group in _groups(batches):
            written.result()
            written = pool.submit(writer.write_table, group)
            rows += group.num_rows
            malformed += group.num_rows - group.column(DEFECT).null_count
        written.result()
    return rows, malformed


def _groups(batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= GROUP_ROWS:
            yield pa.concat_tables(held)
            held, count = [], 0
    if held:
        yield pa.concat_tables(held)
