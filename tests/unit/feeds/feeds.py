"""Small feeds and a way to read files as them, for tests of readers.

Belongs here: builders. Keep out: assertions on what was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog_specs.models.feed import Feed
from feeds.columns import feed_columns
from feeds.reader import rows_schema
from feeds.readers import Source, reader_for

Rows = list[dict[str, Any]]


def make_feed(*names: str, **fields: Any) -> Feed:
    """Return a feed, CSV unless told, whose headers are the upper-case names."""
    columns = {name.upper(): name for name in names or ("a", "b", "c")}
    return Feed.model_validate({"kind": "snapshot", "format": "csv", "columns": columns, **fields})


def read(
    path: Path, data: bytes, feed: Feed | None = None, *, whole: bool = False, block: int = 4096
) -> Rows:
    """Write bytes and read them back as rows, which must be numbered from 1."""
    path.write_bytes(data)
    feed = feed or make_feed()
    source = Source(path, feed, block_bytes=block)
    columns = feed_columns(feed)
    with reader_for(feed.format).open(source) as opened:
        tables = list(opened.batches(columns, whole=whole))
    rows: Rows = pa.concat_tables([rows_schema(columns).empty_table(), *tables]).to_pylist()
    assert [row["_row"] for row in rows] == list(range(1, len(rows) + 1))
    return rows


def values(rows: Rows) -> list[tuple[str | None, ...]]:
    """Return the texts of each row."""
    return [tuple(row[name] for name in ("a", "b", "c")) for row in rows]


def headers_of(source: Source) -> tuple[str, ...]:
    """Return the headers of a file."""
    with reader_for(source.format).open(source) as opened:
        return opened.headers


@dataclass(frozen=True)
class Opened:
    """A file as its reader gives it."""

    headers: tuple[str, ...]
    encoding: str | None
    skipped: dict[str, int]
    rows: Rows
    cut_off: bool = False

    def cells(self, *columns: str) -> list[tuple[str | None, ...]]:
        """Return the texts of each row."""
        return [tuple(row[column] for column in columns) for row in self.rows]

    @property
    def lines(self) -> list[int]:
        """Return the line that each row begins on."""
        return [row["_line"] for row in self.rows]

    @property
    def defects(self) -> dict[int, tuple[str, str]]:
        """Return the code and raw text of each row that is a defect, by its line."""
        return {r["_line"]: (r["_defect"], r["_raw"]) for r in self.rows if r["_defect"]}


def opened(path: Path, data: bytes, feed: Feed, *, block: int = 4096) -> Opened:
    """Write bytes and read them back with all that the reader says of them."""
    path.write_bytes(data)
    columns = feed_columns(feed)
    with reader_for(feed.format).open(Source(path, feed, block_bytes=block)) as found:
        tables = list(found.batches(columns, whole=False))
        rows = pa.concat_tables([rows_schema(columns).empty_table(), *tables]).to_pylist()
        assert [row["_row"] for row in rows] == list(range(1, len(rows) + 1))
        return Opened(
            found.headers, found.encoding, dict(found.skipped), rows, found.ending.cut_off
        )
