"""Files as a resource's feed declares them: headers, format, encoding, empty cells.

Belongs here: bytes of a delivery, the same bytes for the same texts. Keep out: what is in it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from catalog_specs.models.feed import Feed
from catalog_specs.vocabulary import FeedFormat

__all__ = ["BROKEN", "MISSING", "OPERATION", "SEQUENCE", "SURPLUS", "Sheet", "render"]

OPERATION = "_op"
SEQUENCE = "_seq"
SURPLUS, MISSING, BROKEN = "surplus", "missing", "broken"
MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)
"""What workbooks say of their making, so that the same content is the same file."""
CRLF_ENCODING = "gb18030"
WIDE = "多余"


@dataclass(frozen=True)
class Sheet:
    """A delivery before it is a file.

    `texts` holds item codes (change feeds also `_op`, `_seq`) as texts; `kinds` gives the types
    that Parquet, JSON and workbooks write cells with; `raw` maps positions of records to how
    their text is broken (surplus or missing field, broken off); `without` names items whose
    column is left out.
    """

    texts: pl.DataFrame
    kinds: Mapping[str, pl.DataType] = field(default_factory=dict)
    raw: Mapping[int, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def numbers(self, headers: Mapping[str, str]) -> frozenset[str]:
        """Return the headers of columns of numbers."""
        kinds = self.types(headers)
        return frozenset(header for header, kind in kinds.items() if kind.is_numeric())

    def types(self, headers: Mapping[str, str]) -> dict[str, pl.DataType]:
        """Return the types of typed columns by header."""
        return {h: self.kinds[code] for h, code in headers.items() if code in self.kinds}


def render(feed: Feed, sheet: Sheet) -> bytes:
    """Return the file of a delivery."""
    if feed.compose:
        raise ValueError("the made-up city does not write composed items")
    headers = columns(feed, sheet.without)
    table = sheet.texts.select(
        marked(feed, code, place).alias(header)
        for place, (header, code) in enumerate(headers.items())
    )
    match feed.format:
        case FeedFormat.CSV:
            return as_csv(feed, table, sheet.raw)
        case FeedFormat.JSONL:
            return as_jsonl(table, sheet.numbers(headers), sheet.raw)
        case FeedFormat.PARQUET:
            return as_parquet(table, sheet.types(headers))
        case FeedFormat.XLSX:
            return as_xlsx(feed, table, sheet.numbers(headers))
        case other:
            raise ValueError(f"the made-up city does not write {other}")


def columns(feed: Feed, without: frozenset[str]) -> dict[str, str]:
    """Return header → column of the texts, in the order of the file."""
    head: dict[str, str] = {}
    if feed.changes is not None:
        head = {feed.changes.sequence: SEQUENCE, feed.changes.operation: OPERATION}
    return head | {h: code for h, code in feed.columns.items() if code not in without}


def marked(feed: Feed, code: str, place: int) -> pl.Expr:
    """Write missing values with the feed's null markers in turn; null stands for the empty cell."""
    markers = [marker or None for marker in feed.nulls]
    if markers == [None]:
        return pl.col(code)
    turn = (pl.int_range(pl.len()) * 7 + place) % len(markers)
    chosen = pl.lit(pl.Series(markers, dtype=pl.String)).gather(turn)
    return pl.when(pl.col(code).is_null()).then(chosen).otherwise(pl.col(code))


def as_csv(feed: Feed, table: pl.DataFrame, raw: Mapping[int, str]) -> bytes:
    """Return CSV; records named in `raw` get a field too many or too few."""
    ending = "\r\n" if feed.encoding == CRLF_ENCODING else "\n"

    def written(part: pl.DataFrame, *, header: bool = False) -> str:
        return part.write_csv(
            include_header=header, separator=feed.delimiter, line_terminator=ending
        )

    pieces = [written(table.head(0), header=True)]
    begin = 0
    for place in sorted(raw):
        pieces.append(written(table[begin:place]))
        record = table[place : place + 1]
        if raw[place] == SURPLUS:
            pieces.append(written(record).removesuffix(ending) + feed.delimiter + WIDE + ending)
        else:
            pieces.append(written(record[:, :-1]))
        begin = place + 1
    pieces.append(written(table[begin:]))
    return "".join(pieces).encode(feed.encoding)


def as_jsonl(table: pl.DataFrame, numbers: frozenset[str], raw: Mapping[int, str]) -> bytes:
    """Return JSON Lines; records named in `raw` break off in the middle."""
    members = [
        pl.lit(f'"{name}": ') + json_cell(name, number=name in numbers) for name in table.columns
    ]
    lines = table.select(
        pl.lit("{") + pl.concat_str(members, separator=", ") + pl.lit("}")
    ).to_series()
    if raw:
        places = sorted(raw)
        lines = lines.scatter(places, broken_off(lines[places]))
    return ("\n".join(lines.to_list()) + "\n").encode()


def broken_off(lines: pl.Series) -> pl.Series:
    """Return the first half of each line."""
    return (
        lines.to_frame("line")
        .select(pl.col("line").str.head(pl.col("line").str.len_chars() // 2))
        .to_series()
    )


def json_cell(name: str, *, number: bool) -> pl.Expr:
    """Return a column as JSON texts: null, a bare number, or a quoted text."""
    column = pl.col(name)
    quoted = (
        pl.lit('"')
        + column.str.replace_all("\\", "\\\\", literal=True).str.replace_all(
            '"', '\\"', literal=True
        )
        + pl.lit('"')
    )
    bare = column.str.contains(r"^-?(0|[1-9]\d*)(\.\d+)?$") if number else pl.lit(value=False)
    return pl.when(column.is_null()).then(pl.lit("null")).when(bare).then(column).otherwise(quoted)


def as_parquet(table: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> bytes:
    """Return Parquet with typed columns; texts must be written the ISO way."""
    buffer = io.BytesIO()
    typed = table.with_columns(typed_column(name, kind) for name, kind in kinds.items())
    typed.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def typed_column(name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column of ISO texts as what they say."""
    column = pl.col(name)
    if isinstance(kind, pl.Date):
        return column.str.to_date("%Y-%m-%d")
    if isinstance(kind, pl.Datetime):
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S")
    return column.cast(kind)


def as_xlsx(feed: Feed, table: pl.DataFrame, numbers: frozenset[str]) -> bytes:
    """Return a workbook of one sheet; for small tables only."""
    import xlsxwriter

    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": MADE_AT.replace(tzinfo=None)})
    page = book.add_worksheet(feed.sheet)
    page.write_row(0, 0, table.columns)
    for place, name in enumerate(table.columns):
        write = page.write_number if name in numbers else page.write_string
        for line, value in enumerate(table[name].to_list(), start=1):
            if value is None:
                continue
            if name in numbers and not is_number(value):
                page.write_string(line, place, value)
            else:
                write(line, place, float(value) if name in numbers else value)
    book.close()
    return buffer.getvalue()


def is_number(text: str) -> bool:
    """Say whether a text reads as a finite number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False
