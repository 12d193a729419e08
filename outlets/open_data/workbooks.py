"""Workbooks: a table as XLSX that a spreadsheet opens without changing a value.

Belongs here: writing XLSX, and saying when a table does not fit one. Keep out: what is published.
A spreadsheet that opens a CSV takes identifiers for numbers and keeps 15 digits of them; here the
type of every cell is written down. The library that knows the format makes the workbook with its
header. The rows, which are nearly all of it, are written a batch at a time as expressions over
columns: one by one, cells took a third of the time of all releases of a city.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["MOST_ROWS", "write_workbook", "write_workbooks"]

MOST_ROWS = 1_048_575
"""Rows of a sheet (2 ** 20), without the header."""
PIECE_ROWS = 500_000
"""Rows at most of each of several workbooks: half a sheet, which an office machine still opens."""
MOST_CHARACTERS = 32_767
"""Characters of a cell; a spreadsheet would cut longer texts."""
_EXACT = 15
"""Digits of which every number is exact in a spreadsheet."""
_BATCH = 8_192
_SHEET = "xl/worksheets/sheet1.xml"
_ESCAPED = {
    **{chr(code): f"_x{code:04X}_" for code in (*range(9), *range(0x0B, 0x20), 0xFFFE, 0xFFFF)},
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}
"""What XML cannot hold, or would read as markup; a character that it cannot hold by its number."""


def write_workbook(table: Path, target: Path, made: datetime, note: str = "") -> str | None:
    """Write the rows of a Parquet file as one sheet below the names of its columns.

    Texts, dates and moments are texts; numbers are numbers where all of the column are exact. The
    same rows give the same bytes. `note` stands among the properties of the document.

    Returns:
        Why there is no workbook, when the table does not fit a sheet; else None.
    """
    rows = int(pq.read_metadata(table).num_rows)
    if rows > MOST_ROWS:
        return f"共 {rows:,} 行，超过工作表的 {MOST_ROWS:,} 行 / more rows than a sheet holds"
    why = _unfit(table)
    if why is None:
        _write(table, target, (0, rows), made, note)
    return why


def write_workbooks(
    table: Path, target: Path, made: datetime, note: str = ""
) -> tuple[tuple[Path, ...], str | None]:
    """Write the rows of a Parquet file as one workbook, or as numbered ones where none holds all.

    Of several, each has the header, and rows in the table's order: put one below the other they are
    the table. A column is text in all of them or in none.

    Returns:
        The workbooks: `target`, or `target` with numbers; or why there is none.
    """
    why = _unfit(table)
    if why:
        return (), why
    rows = int(pq.read_metadata(table).num_rows)
    if rows <= MOST_ROWS:
        _write(table, target, (0, rows), made, note)
        return (target,), None
    pieces = -(-rows // PIECE_ROWS)
    each, digits = -(-rows // pieces), len(str(pieces))
    there = []
    for piece in range(pieces):
        place = target.with_name(f"{target.stem}-{piece + 1:0{digits}}{target.suffix}")
        first = piece * each
        _write(table, place, (first, min(each, rows - first)), made, note)
        there.append(place)
    return tuple(there), None


def _write(table: Path, target: Path, rows: tuple[int, int], made: datetime, note: str) -> None:
    """Write some rows, from one on and how many, as a workbook."""
    schema = _scan(table).collect_schema()
    with (
        ZipFile(_with_header(schema.names(), made, note, target.parent)) as empty,
        ZipFile(target, "w", ZIP_DEFLATED) as book,
    ):
        for part in empty.infolist():
            content = empty.read(part)
            placed = ZipInfo(part.filename, part.date_time)
            placed.compress_type = ZIP_DEFLATED
            with book.open(placed, "w") as out:
                if part.filename != _SHEET:
                    out.write(content)
                    continue
                for piece in _sheet(content.decode(), table, schema, rows):
                    out.write(piece.encode())


def _with_header(names: list[str], made: datetime, note: str, scratch: Path) -> BytesIO:
    """Return a workbook that holds the names of the columns alone."""
    import xlsxwriter

    held = BytesIO()
    # so set, texts stand in their cells, and not in a table of texts beside the sheet
    with xlsxwriter.Workbook(held, {"constant_memory": True, "tmpdir": str(scratch)}) as book:
        # not what the clock says
        said = {"comments": note} if note else {}
        book.set_properties({"created": made.replace(tzinfo=None), **said})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, text)
    held.seek(0)
    return held


def _sheet(
    header: str, table: Path, schema: Mapping[str, pl.DataType], rows: tuple[int, int]
) -> Iterator[str]:
    """Yield the sheet of the header with the rows below it."""
    begin, end, rest = header.partition("</sheetData>")
    found = re.search(r'<dimension ref="A1(:[A-Z]+1)?"/>', begin)
    style = re.search(r'<c r="A1" s="(\d+)"', begin)
    if not (found and style and end):
        raise ValueError("the library writes sheets in another way than the one known here")
    columns = [_letters(place) for place in range(len(schema))]
    size = f'<dimension ref="A1:{columns[-1]}{rows[1] + 1}"/>'
    yield begin.replace(found.group(), size)
    exact = _exact(table, schema)
    cells = [
        _cell(letters, name, kind, style.group(1), number=name in exact)
        for letters, (name, kind) in zip(columns, schema.items(), strict=True)
    ]
    number = pl.col("").cast(pl.String)
    row = pl.concat_str(
        pl.format('<row r="{}">', number), *cells, pl.lit("</row>"), ignore_nulls=True
    )
    first = 2  # the header is row 1
    for batch in _batches(table, *rows):
        frame = pl.DataFrame(batch).with_row_index("", offset=first)
        yield "".join(frame.select(row).to_series())
        first += frame.height
    yield end + rest


def _batches(table: Path, first: int, count: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a file from one on, so many; row groups before them are not read."""
    with pq.ParquetFile(table) as file:
        groups, skip, begin = [], first, 0
        for group in range(file.num_row_groups):
            end = begin + file.metadata.row_group(group).num_rows
            if end <= first:
                skip = first - end
            elif begin < first + count:
                groups.append(group)
            begin = end
        for batch in file.iter_batches(_BATCH, row_groups=groups):
            kept = batch.slice(min(skip, batch.num_rows), count)
            skip -= min(skip, batch.num_rows)
            count -= kept.num_rows
            if kept.num_rows:
                yield kept


def _cell(letters: str, name: str, kind: pl.DataType, style: str, *, number: bool) -> pl.Expr:
    """Return the cells of a column, null where there is no value; the column "" is the row."""
    place = pl.concat_str(pl.lit(f'<c r="{letters}'), pl.col("").cast(pl.String))
    value = pl.col(name)
    if number or kind == pl.Boolean:
        told = value.cast(pl.Int8) if kind == pl.Boolean else value
        mark = '" t="b"><v>' if kind == pl.Boolean else '"><v>'
        return pl.concat_str(place, pl.lit(mark), told.cast(pl.String), pl.lit("</v></c>"))
    text = _text(value, kind)
    # what looks like the number of a character is told from one; then no escape is escaped again
    safe = text.str.replace_all(r"(_x[0-9a-fA-F]{4}_)", "_x005F${1}").str.replace_many(_ESCAPED)
    kept = pl.when(safe.str.contains(r"^\s|\s$")).then(pl.lit(' xml:space="preserve"'))
    begin = pl.lit(f'" s="{style}" t="inlineStr"><is><t')
    return pl.concat_str(
        place, begin, kept.otherwise(pl.lit("")), pl.lit(">"), safe, pl.lit("</t></is></c>")
    )


def _text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Return values as texts: days and moments as ISO 8601 has them."""
    if not isinstance(kind, pl.Datetime):
        return value.cast(pl.String)
    fraction = pl.when(value.dt.microsecond() != 0).then(value.dt.to_string("%.6f"))
    whole = value.dt.to_string("%Y-%m-%dT%H:%M:%S")
    return pl.concat_str(whole, fraction.otherwise(pl.lit("")))


def _letters(place: int) -> str:
    """Return what a spreadsheet calls a column: A to Z, AA and so on."""
    before, last = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _scan(table: Path) -> pl.LazyFrame:
    return pl.scan_parquet(table, glob=False, hive_partitioning=False)


def _unfit(table: Path) -> str | None:
    """Return why no cell holds a text of the table; None when all fit."""
    texts = pl.selectors.string()
    # those beyond the first plane count twice, as in UTF-16
    units = texts.str.len_chars() + texts.str.count_matches(r"[\x{10000}-\x{10FFFF}]")
    longest = _scan(table).select(units.max()).collect(engine="streaming").rows()
    if any(length and length > MOST_CHARACTERS for row in longest for length in row):
        return f"有超过 {MOST_CHARACTERS:,} 个字符的文本 / a text is longer than a cell holds"
    return None


def _exact(table: Path, schema: Mapping[str, pl.DataType]) -> set[str]:
    """Return the columns of numbers that a spreadsheet holds as they are."""
    numbers = [name for name, kind in schema.items() if kind.is_numeric()]
    digits = pl.col(numbers).cast(pl.String).str.replace_all(r"\D", "").str.len_chars().max()
    most = _scan(table).select(digits).collect(engine="streaming")
    return {name for name in numbers if (most.get_column(name).item() or 0) <= _EXACT}
