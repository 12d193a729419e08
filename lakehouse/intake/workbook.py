"""XLSX: one sheet with a header row; cells become canonical text.

Belongs here: sheets, blank rows, the text of cells. Keep out: what the text is then cast to.
A workbook is read whole: a sheet has at most 1,048,576 rows, and `EXPANDED_LIMIT` bounds what its
archive may expand to. Empty cells are null, rows without any value are no records.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.intake.reader import Block, OpenFeed, Source, first_positions, rows_table, unreadable

__all__ = ["EXPANDED_LIMIT", "WorkbookReader"]

EXPANDED_LIMIT = 2 << 30
"""Bytes that the members of a workbook may expand to."""

_MIDNIGHT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$"
_TIME_ALONE = r"^1899-12-3[01] ([0-9:.]+)$"


class WorkbookReader:
    """Reads the declared sheet of a workbook, or its first."""

    @contextmanager
    def open(self, source: Source) -> Iterator[OpenFeed]:
        """Take the cells of the first row that has any as headers."""
        headers, table = _sheet(source)

        def read(columns: Mapping[str, str], whole: bool) -> Iterator[pa.Table]:
            places = first_positions(headers)
            texts = {
                h: table.column(p) for h, p in places.items() if whole or h in columns.values()
            }
            if table.num_rows:
                yield rows_table(1, Block(table.num_rows, texts), columns, whole=whole)

        yield OpenFeed(headers, read)


def _sheet(source: Source) -> tuple[tuple[str, ...], pa.Table]:
    """Return the header row and the rows below it that hold any value, as texts."""
    import fastexcel

    _refuse_bombs(source)
    try:
        reader = fastexcel.read_excel(source.path)
        sheet = reader.load_sheet(source.feed.sheet or 0, header_row=None, dtypes="string")
        cells = pa.table(sheet.to_arrow())
    except fastexcel.FastExcelError as error:
        missing = isinstance(error, fastexcel.SheetNotFoundError)
        raise unreadable(
            source,
            "the workbook lacks the declared sheet" if missing else "not a workbook",
            "name the sheet in `feed.sheet`" if missing else "deliver a whole XLSX file",
        ) from None
    if not cells.num_rows:
        return (), cells
    names = tuple((column[0].as_py() or "").strip() for column in cells.columns)
    return names, _texts(cells.slice(1))


def _texts(cells: pa.Table) -> pa.Table:
    """Write dates without midnight and times without a date; leave out rows without a value."""
    columns = [
        pc.replace_substring_regex(
            pc.replace_substring_regex(column.cast(pa.string()), _MIDNIGHT, r"\1"),
            _TIME_ALONE,
            r"\1",
        )
        for column in cells.columns
    ]
    filled = pa.chunked_array([pa.repeat(pa.scalar(False), cells.num_rows)])
    for column in columns:
        filled = pc.or_(filled, pc.is_valid(column))
    return pa.table(columns, names=[str(p) for p in range(len(columns))]).filter(filled)


def _refuse_bombs(source: Source) -> None:
    try:
        with zipfile.ZipFile(source.path) as archive:
            expanded = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        raise unreadable(source, "not a workbook", "deliver a whole XLSX file") from None
    if expanded > EXPANDED_LIMIT:
        raise unreadable(
            source,
            f"the workbook expands to more than {EXPANDED_LIMIT >> 30} GiB",
            "deliver large data as CSV or Parquet",
        )
