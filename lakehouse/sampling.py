"""A sample of a file nobody has described yet, as texts in a table, and how the file is written.

Belongs here: finding out format, encoding, delimiter and header, and reading the first records.
Keep out: what the columns mean (`quality.scaffold`). The readers are those of landing; only what a
resource would declare is found out first. No value of the sample leaves this process.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from catalog_specs.models.feed import Feed
from catalog_specs.vocabulary import FeedFormat
from lakehouse.intake import Source, parts, reader_for
from lakehouse.intake.blocks import line_blocks, split_lines
from lakehouse.intake.encodings import text_code
from lakehouse.intake.reader import DEFECT, LINE, RAW, ROW
from lakehouse.intake.secrecy import refuse_marked_file

__all__ = ["SAMPLE", "Sample", "column_name", "sample_file"]

SAMPLE = "sample"
"""Table of the sample: `_defect`, then `c0`, `c1` … as VARCHAR."""
DELIMITERS = (",", "\t", "|", ";", "，", "^", "~")
LINES = 200
"""Lines looked at to find delimiter and header."""
PREAMBLE = 30
"""Lines that may stand before the header."""


@dataclass(frozen=True)
class Sample:
    """How a file is written, as a feed would declare it, and how much of it was read.

    `header_line` counts from 1 and is None where the header is the first record. `defects` counts
    the records that could not be split, by why.
    """

    format: FeedFormat
    headers: tuple[str, ...]
    rows: int
    defects: dict[str, int]
    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    packed: bool = False


def column_name(place: int) -> str:
    """Return the name of a column of the sample's table."""
    return f"c{place}"


def sample_file(con: duckdb.DuckDBPyConnection, path: Path, rows: int, work: Path) -> Sample:
    """Read at most `rows` records of a file into the table `sample`.

    Raises:
        IntakeError: the file cannot be read, is hostile, or bears a secrecy marking.
    """
    refuse_marked_file(path, _source(path).feed)
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sample-", dir=work) as scratch:
        first, *_ = parts(_source(path), Path(scratch))
        return _read(con, first, rows, packed=first.member is not None)


def _source(path: Path, **said: object) -> Source:
    feed = {"kind": "upsert", "format": "csv", "encoding": "detect", "columns": {"-": "none"}}
    return Source(path, Feed.model_validate(feed | said))


def _read(con: duckdb.DuckDBPyConnection, part: Source, rows: int, *, packed: bool) -> Sample:
    delimiter, header_line = None, None
    source = part
    if part.format is FeedFormat.CSV:
        delimiter, header_line = _dialect(part)
        said: dict[str, object] = {"delimiter": delimiter}
        if header_line is not None:
            said["header"] = {"at": header_line}
        source = Source(part.path, _source(part.path, **said).feed, member=part.member)
    with reader_for(source.format).open(source) as opened:
        headers = tuple(dict.fromkeys(header for header in opened.headers if header))
        columns = {column_name(place): header for place, header in enumerate(headers)}
        table = _first(opened.batches(columns, whole=False), rows, columns)
        encoding = opened.encoding
    texts = table.drop_columns([name for name in (ROW, LINE, RAW) if name in table.column_names])
    con.register("sampled", texts)
    con.execute(f"CREATE OR REPLACE TABLE {SAMPLE} AS FROM sampled")
    con.unregister("sampled")
    counts = con.execute(
        f"SELECT {DEFECT}, count(*) FROM {SAMPLE} WHERE {DEFECT} IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return Sample(
        format=source.format,
        headers=headers,
        rows=table.num_rows,
        defects=dict(counts),
        encoding=encoding,
        delimiter=delimiter,
        header_line=header_line,
        packed=packed,
    )


def _first(batches: Iterator[pa.Table], rows: int, columns: dict[str, str]) -> pa.Table:
    held: list[pa.Table] = []
    count = 0
    for batch in batches:
        held.append(batch.slice(0, rows - count))
        count += held[-1].num_rows
        if count >= rows:
            break
    if held:
        return pa.concat_tables(held)
    return pa.table({name: pa.array([], pa.string()) for name in (DEFECT, *columns)})


def _dialect(part: Source) -> tuple[str, int | None]:
    """Return the delimiter, and the line of the header where lines stand before it."""
    block = next(line_blocks(part, text_code(part)), b"")
    lines = split_lines(block)[:LINES]
    found = [(_fit(lines, delimiter), delimiter) for delimiter in DELIMITERS]
    (_, width), delimiter = max(found, key=lambda one: one[0])
    if width < 2:  # noqa: PLR2004 - one field: nothing is delimited
        return ",", None
    filled = [
        place
        for place, fields in enumerate(_split(lines[:PREAMBLE], delimiter))
        if len(fields) == width and all(field.strip() for field in fields)
    ]
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return delimiter, filled[0] + 1 if filled and filled[0] > first else None


def _fit(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """Return how much a delimiter explains: the share of lines of one width, and that width."""
    widths = Counter(len(fields) for fields in _split(lines, delimiter) if len(fields) > 1)
    if not widths:
        return 0.0, 1
    width, count = max(widths.items(), key=lambda one: (one[1], one[0]))
    return count / max(len(lines), 1) + min(width, 50) / 1000, width


def _split(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    for line in lines:
        try:
            yield next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
        except csv.Error:
            yield []
