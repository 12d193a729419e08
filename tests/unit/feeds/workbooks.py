"""Small workbooks of every kind, for tests of readers.

Belongs here: builders. Keep out: assertions on what was read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

Rows = Sequence[Sequence[Any]]


def xlsx(sheets: Mapping[str, Rows], merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Return an XLSX; `merged` ranges (row, column, row, column) are of its first sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for place, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            for one in () if place else merged:
                sheet.merge_range(*one, "")
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, column, cell)
    return buffer.getvalue()


def xls(rows: Rows, merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Return an XLS with one sheet."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    plain, dated = xlwt.Style.default_style, xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("#"):
                sheet.row(number).set_cell_error(column, cell)
            elif cell is not None:
                sheet.write(number, column, cell, dated if isinstance(cell, date | time) else plain)
    for first_row, first, last_row, last in merged:
        sheet.merge(first_row, last_row, first, last)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(rows: Sequence[Sequence[Mapping[str, Any]]]) -> bytes:
    """Return an ODS with one sheet; a cell is its attributes, its `text`, and `spans` columns."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="甲")
    document.spreadsheet.addElement(table)
    for row in rows:
        line = TableRow()
        table.addElement(line)
        for attributes in row:
            fields = dict(attributes)
            text, spans = fields.pop("text", None), fields.pop("spans", 1)
            cell = TableCell(numbercolumnsspanned=spans, **fields)
            if text is not None:
                cell.addElement(P(text=text))
            line.addElement(cell)
            for _ in range(spans - 1):
                line.addElement(CoveredTableCell())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(workbook: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook in one part of which bytes are replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as given,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in given.infolist():
            data = given.read(entry)
            assert entry.filename != name or old in data
            made.writestr(entry, data.replace(old, new) if entry.filename == name else data)
    return buffer.getvalue()


def written(path: Path, data: bytes) -> Path:
    """Write bytes and return where."""
    path.write_bytes(data)
    return path


def workbook(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    """Return an XLSX of whose book and first sheet `fill` makes what it likes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        fill(book, book.add_worksheet("甲"))
    return buffer.getvalue()
