"""Workbooks: a table as XLSX that a spreadsheet opens without changing a value.

Belongs here: writing XLSX, and saying when a table does not fit one. Keep out: what is published.
A spreadsheet that opens a CSV takes identifiers for numbers and keeps 15 digits of them; here the
type of every cell is written down. Cells are written one by one, because no writer of the format
takes columns; only the rows of one batch are in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

__all__ = ["MOST_ROWS", "write_workbook"]

MOST_ROWS = 1_048_575
"""Rows of a sheet (2 ** 20), without the header."""
MOST_CHARACTERS = 32_767
"""Characters of a cell; a spreadsheet would cut longer texts."""
_EXACT = 15
"""Digits of which every number is exact in a spreadsheet."""
_BATCH = 8_192

Writer = Callable[[Any, int, int, Any], object]


def write_workbook(table: Path, target: Path, made: datetime) -> str | None:
    """Write the rows of a Parquet file as one sheet below the names of its columns.

    Texts, dates and moments are texts; numbers are numbers where all of the column are exact.

    Returns:
        Why there is no workbook, when the table does not fit a sheet; else None.
    """
    import xlsxwriter

    why = _unfit(table)
    if why:
        return why
    # rows go to a temporary file at once; by default the library keeps the whole sheet in memory
    options = {"constant_memory": True, "tmpdir": str(target.parent)}
    with xlsxwriter.Workbook(str(target), options) as book:
        # a given moment, not the clock's: the same rows give the same bytes
        book.set_properties({"created": made.replace(tzinfo=None)})
        text = book.add_format({"num_format": "@"})
        writers = _writers(table, text)
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(writers):
            sheet.write_string(0, place, name, text)
        for number, row in enumerate(_rows(table), start=1):
            for place, (value, write) in enumerate(zip(row, writers.values(), strict=True)):
                if value is not None:
                    write(sheet, number, place, value)
    return None


def _rows(table: Path) -> Iterator[tuple[Any, ...]]:
    with pq.ParquetFile(table) as file:
        for batch in file.iter_batches(_BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _scan(table: Path) -> pl.LazyFrame:
    return pl.scan_parquet(table, glob=False, hive_partitioning=False)


def _unfit(table: Path) -> str | None:
    rows = int(pq.read_metadata(table).num_rows)
    if rows > MOST_ROWS:
        return f"共 {rows:,} 行，超过工作表的 {MOST_ROWS:,} 行 / more rows than a sheet holds"
    texts = pl.selectors.string().str.len_chars().max()
    longest = _scan(table).select(texts).collect(engine="streaming").rows()
    if any(length and length > MOST_CHARACTERS for row in longest for length in row):
        return f"有超过 {MOST_CHARACTERS:,} 个字符的文本 / a text is longer than a cell holds"
    return None


def _writers(table: Path, text: object) -> dict[str, Writer]:
    """Return how the cells of each column are written."""
    schema = _scan(table).collect_schema()
    numbers = [name for name, kind in schema.items() if kind.is_numeric()]
    digits = pl.col(numbers).cast(pl.String).str.replace_all(r"\D", "").str.len_chars().max()
    most = _scan(table).select(digits).collect(engine="streaming")
    exact = {name for name in numbers if (most.get_column(name).item() or 0) <= _EXACT}

    def as_text(sheet: Any, row: int, column: int, value: Any) -> object:  # noqa: ANN401
        return sheet.write_string(row, column, _text(value), text)

    def as_number(sheet: Any, row: int, column: int, value: Any) -> object:  # noqa: ANN401
        return sheet.write_number(row, column, value)

    def as_boolean(sheet: Any, row: int, column: int, value: Any) -> object:  # noqa: ANN401
        return sheet.write_boolean(row, column, value)

    def chosen(name: str, kind: pl.DataType) -> Writer:
        if name in exact:
            return as_number
        return as_boolean if kind == pl.Boolean else as_text

    return {name: chosen(name, kind) for name, kind in schema.items()}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
