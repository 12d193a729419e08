"""Sampling: the first records of an undescribed file as texts, and how the file is written.

Belongs here: finding out format, encoding, delimiter and header, and reading the first records.
Keep out: what the columns mean (`scaffold`). The readers are those of landing; only what a
resource would declare is found out first. No value of the sample leaves this process.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from catalog_specs.models.feed import Feed
from catalog_specs.vocabulary import FeedFormat
from feeds.archives import parts
from feeds.reader import DEFECT, LINE, RAW, ROW
from feeds.readers import Source, reader_for
from feeds.secrecy import refuse_marked_file
from feeds.text.blocks import line_blocks, split_lines
from feeds.text.encodings import text_code
from scaffold.sample_header import header_place, is_header
from storage.engines.connection import Connection

__all__ = ["SAMPLE", "Sample", "column_name", "sample_file"]

SAMPLE = "sample"
"""Table of the sample: `_defect`, then `c0`, `c1` … as VARCHAR."""
DELIMITERS = (",", "\t", "|", ";", "，", "^", "~")
LINES = 200
"""Lines and records looked at to find delimiter and header."""
PREAMBLE = 30
"""Records that may stand before the header."""


@dataclass(frozen=True)
class Sample:
    """How a file is written, as a feed would declare it, and how much of it was read.

    `header` is what `feed.header.at` would say; without one the columns are named by their place.
    `defects` counts the records that could not be split, by why.
    """

    format: FeedFormat
    headers: tuple[str, ...]
    rows: int
    defects: dict[str, int]
    encoding: str | None = None
    delimiter: str | None = None
    header: int | Literal["first", "none"] = "first"
    packed: bool = False


def column_name(place: int) -> str:
    """Return the name of a column of the sample's table."""
    return f"c{place}"


def sample_file(
    con: Connection,
    path: Path,
    rows: int,
    work: Path,
    is_name: Callable[[str], bool] = lambda _: False,
) -> Sample:
    """Read at most `rows` records of a file into the table `sample`.

    `is_name` says whether a text is a name by which the city knows a fact: a header holds such.

    Raises:
        IntakeError: the file cannot be read, is hostile, or bears a secrecy marking.
    """
    refuse_marked_file(path, _source(path).feed)
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sample-", dir=work) as scratch:
        first, *_ = parts(_source(path), Path(scratch))
        return _read(con, first, rows, is_name)


def _source(path: Path, **said: object) -> Source:
    feed = {"kind": "upsert", "format": "csv", "encoding": "detect", "columns": {"-": "none"}}
    return Source(path, Feed.model_validate(feed | said))


def _read(con: Connection, part: Source, rows: int, is_name: Callable[[str], bool]) -> Sample:
    said: dict[str, Any] = {}
    width = 0
    if part.format is FeedFormat.CSV:
        said["delimiter"], width = _delimiter(part)
    if part.format.traits.headed:
        said |= _header(part, said, width, is_name)
    source = _said(part, said)
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
        delimiter=said.get("delimiter"),
        header=said.get("header", {}).get("at", "first"),
        packed=part.member is not None,
    )


def _first(batches: Iterator[pa.Table], rows: int, columns: dict[str, str]) -> pa.Table:
    gathered: list[pa.Table] = []
    count = 0
    for batch in batches:
        gathered.append(batch.slice(0, rows - count))
        count += gathered[-1].num_rows
        if count >= rows:
            break
    if gathered:
        return pa.concat_tables(gathered)
    return pa.table({name: pa.array([], pa.string()) for name in (DEFECT, *columns)})


def _said(part: Source, said: dict[str, Any]) -> Source:
    feed = _source(part.path, **said).feed
    return replace(part, feed=feed) if said else part


def _header(
    part: Source, said: dict[str, Any], width: int, is_name: Callable[[str], bool]
) -> dict[str, Any]:
    """Return where the header stands, and the names of the columns where there is none."""
    if not width:
        with reader_for(part.format).open(part) as opened:
            width = len(opened.headers)
    if not width:
        return {}
    unnamed = {
        "header": {"at": "none"},
        "columns": {f"列{place}": column_name(place) for place in range(1, width + 1)},
    }
    columns = {column_name(place): f"列{place}" for place in range(1, width + 1)}
    with reader_for(part.format).open(_said(part, said | unnamed)) as opened:
        first = _first(opened.batches(columns, whole=False), LINES, columns).to_pylist()
    records: list[Sequence[str | None]] = [
        _as_delivered(part.format, one[RAW] or "", said.get("delimiter", ","))
        if one[DEFECT]
        else [one[name] for name in columns]
        for one in first
    ]
    place = header_place(records[:PREAMBLE], width)
    if place is None:
        return {}
    if not is_header(records[place], records[place + 1 :], is_name):
        return unnamed
    return {"header": {"at": first[place][LINE]}} if place else {}


def _as_delivered(given: FeedFormat, raw: str, delimiter: str) -> Sequence[str | None]:
    """Return the cells of a record that is quarantined: a title or a header may well be one.

    Of a sheet it is an object of its cells' texts, for a title is often merged across columns.
    """
    if given is FeedFormat.CSV:
        return next(_split([raw], delimiter))
    return list(json.loads(raw).values()) if raw else ()


def _delimiter(part: Source) -> tuple[str, int]:
    """Return the delimiter, and how many fields most lines have with it."""
    block = next(line_blocks(part, text_code(part)), b"")
    lines = [line for line in split_lines(block)[:LINES] if line.strip()]
    found = [(_fit(lines, delimiter), delimiter) for delimiter in DELIMITERS]
    (_, width), delimiter = max(found, key=lambda one: one[0])
    return (delimiter, width) if width > 1 else (",", min(len(lines), 1))


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
