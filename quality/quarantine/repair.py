"""Repair files: quarantined records as text, exported, edited, and read back.

Belongs here: the shape of such a file, writing it, reading it. Keep out: which records there are
(`states`), what is done with the edited ones (`replaying`).
A CSV is read by spreadsheets, which run what looks like a formula and rewrite what looks like a
number or a day; so a cell that may be either begins with `MARK`, which reading takes off again. A
workbook needs no mark: its cells are texts by format.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow as pa

from catalog_specs.catalog import Catalog
from catalog_specs.errors import RepairError
from catalog_specs.models.feed import Feed
from catalog_specs.models.resource import Resource
from catalog_specs.vocabulary import FeedFormat, FeedKind
from feeds.columns import feed_columns
from feeds.readers import Source
from landing.landed_rows import land_rows
from quality.quarantine.origins import parts_sql
from quality.quarantine.states import Chosen, State, descriptions, load_quarantined
from register.register import open_register
from storage.engines.connection import Connection
from storage.layout import ROWS, Layout
from storage.sql import identifier, literal, parquet

__all__ = [
    "EDITED",
    "FORMATS",
    "MARK",
    "choose_for_repair",
    "read_repaired",
    "refuse_lines",
    "write_for_repair",
]

FORMATS = {".csv": FeedFormat.CSV, ".jsonl": FeedFormat.JSONL, ".xlsx": FeedFormat.XLSX}
MARKS = ("_delivery", "_row", "_rules", "_rules_description", "_raw")
"""The columns of a repair file that say which record a line is, beside those delivered."""
MARK = "'"
"""What a cell of a CSV begins with when a spreadsheet might change it."""
EDITED = "edited"
"""Table of a file that was read: `_n`, `_line`, `_delivery`, `_row`, then every part as text."""

_RISKY = r"^\s*[=+\-@'＝＋－＠]|^[\t\r\n]|\p{N}|^(?i:true|false)$"
_OWNER_ONLY = 0o600
_BATCH = 50_000
_SHEET_ROWS = 100_000
"""Records that a workbook may hold: far fewer than a sheet can, as it is made in memory."""
_CELL = 32_767
"""Characters that a cell of a workbook holds."""
_LINES_NAMED = 5


def choose_for_repair(con: Connection, layout: Layout, resource: Resource, chosen: Chosen) -> int:
    """Make the table `for_repair` of the open records meant; return how many there are."""
    table = load_quarantined(con, open_register(layout, resource))
    where, given = chosen.where()
    con.execute(
        f'CREATE OR REPLACE TEMP TABLE for_repair AS SELECT delivery, "row", rules FROM {table} '
        f"WHERE {where} AND state = '{State.OPEN}'",
        given,
    )
    found = con.execute("SELECT count(*) FROM for_repair").fetchone()
    return found[0] if found else 0


def write_for_repair(
    con: Connection, layout: Layout, catalog: Catalog, resource: Resource, path: Path
) -> None:
    """Write the records of `for_repair` to a new file that its owner alone may read.

    Columns: `_delivery`, `_row`, `_rules`, `_rules_description`, every delivered header, `_raw`
    (the text of a record that could not be split, else empty).

    Raises:
        RepairError: the file exists, its folder does not, or a workbook cannot hold the records.
    """
    form = _format(path)
    query = _repair_sql(con, layout, catalog, resource, marked=form is FeedFormat.CSV)
    frames = (
        pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
        for batch in con.execute(query).to_arrow_reader(_BATCH)
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise RepairError(
            "the file exists already", where=str(path), remedy="name another file"
        ) from None
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise RepairError(
            "the file's folder is not there, or may not be written in",
            where=str(path),
            remedy="name a file in another folder",
        ) from None
    with os.fdopen(descriptor, "wb") as stream:
        try:
            _WRITERS[form](stream, frames)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def read_repaired(con: Connection, resource: Resource, path: Path, scratch: Path) -> None:
    """Read an edited file into the table `edited`; `scratch` is an empty folder.

    Raises:
        RepairError: the file is not there, cannot be read, lacks a column, or has broken records.
    """
    form = _format(path)
    if not path.is_file():
        raise RepairError(
            "there is no such file", where=str(path), remedy="name an edited export with --from"
        )
    labels = _labels(resource)
    # Reversed, so that of two parts with one label the first has it: later pairs overwrite.
    columns = {label: part for part, label in reversed([*labels.items()])}
    feed = Feed(kind=FeedKind.UPSERT, format=form, encoding="detect", columns={})
    columns |= {"_delivery": "_of_delivery", "_row": "_of_row"}
    landed = land_rows(Source(path, feed.model_copy(update={"columns": columns})), scratch)
    if landed.refusal is not None:
        what, _, remedy = landed.refusal[1].partition(" · ")
        raise RepairError(what, where=path.name, remedy=remedy)

    def text(column: str) -> str:
        name = identifier(column)
        if form is not FeedFormat.CSV:
            return name
        mark = literal(MARK)
        return f"CASE WHEN starts_with({name}, {mark}) THEN substr({name}, 2) ELSE {name} END"

    parts = ", ".join(
        f"{text(columns[label])} AS {identifier(part)}" for part, label in labels.items()
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {EDITED} AS SELECT _row AS _n, _line, "
        f"{text('_of_delivery')} AS _delivery, TRY_CAST({text('_of_row')} AS BIGINT) AS _row, "
        f"_defect, {parts} FROM {parquet(scratch / ROWS)}"
    )
    refuse_lines(con, path, "_defect IS NOT NULL", "records that cannot be split into fields")


def refuse_lines(con: Connection, path: Path, condition: str, what: str) -> None:
    """Refuse an edited file when any record of it meets a condition, naming the first lines."""
    lines = con.execute(
        f"SELECT coalesce(_line, _n + 1) FROM {EDITED} WHERE {condition} "
        f"ORDER BY _n LIMIT {_LINES_NAMED}"
    ).fetchall()
    if lines:
        raise RepairError(
            f"the file has {what}, first on line(s) {', '.join(str(line) for (line,) in lines)}",
            where=path.name,
            remedy="export again and change the delivered columns only; nothing was taken",
        )


def _format(path: Path) -> FeedFormat:
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise RepairError(
            "the file's ending says nothing of its format",
            where=path.name,
            remedy=f"name it {', '.join(FORMATS)}",
        )
    return form


def _labels(resource: Resource) -> Mapping[str, str]:
    """Return part → the column of a repair file: its header, or the part itself.

    A JSON path, and a header that a column of the repair file itself has, make way for the part,
    lengthened until no header and no other part is called so.
    """
    headers = feed_columns(resource.feed)
    taken = {*MARKS, *(header.casefold() for header in headers.values())}
    labels: dict[str, str] = {}
    for part, header in headers.items():
        label = header
        if header.startswith("$") or header.casefold() in MARKS:
            label = part
            while label in taken:
                label += "_"
            taken.add(label)
        labels[part] = label
    return labels


def _repair_sql(
    con: Connection,
    layout: Layout,
    catalog: Catalog,
    resource: Resource,
    *,
    marked: bool,
) -> str:
    """Return the query behind a repair file; makes the table of descriptions it reads."""
    said = descriptions(catalog, resource.ref)
    con.execute("CREATE OR REPLACE TEMP TABLE _said (code VARCHAR, said VARCHAR)")
    con.execute(
        "INSERT INTO _said SELECT unnest($codes), unnest($said)",
        {"codes": list(said), "said": list(said.values())},
    )
    names = [name for (name,) in con.execute("SELECT DISTINCT delivery FROM for_repair").fetchall()]
    first: dict[str, str] = {}
    for part, label in _labels(resource).items():
        first.setdefault(label, part)
    cells = {
        "_delivery": "r.delivery",
        "_row": 'CAST(r."row" AS VARCHAR)',
        "_rules": "array_to_string(r.rules, ' ')",
        "_rules_description": "(SELECT string_agg(said, '；' ORDER BY code) FROM _said "
        "WHERE list_contains(r.rules, code))",
        **{label: f"l.{identifier(part)}" for label, part in first.items()},
        "_raw": "l._raw",
    }
    shown = ", ".join(
        f"{_marked(cell) if marked else cell} AS {identifier(name)}" for name, cell in cells.items()
    )
    return (
        f"SELECT {shown} FROM for_repair r JOIN {parts_sql(layout, resource, names)} l "
        'ON r.delivery = l._delivery AND r."row" = l._row ORDER BY r.delivery, r."row"'
    )


def _marked(cell: str) -> str:
    return (
        f"CASE WHEN regexp_matches({cell}, {literal(_RISKY)}) "
        f"THEN {literal(MARK)} || {cell} ELSE {cell} END"
    )


def _write_csv(stream: IO[bytes], frames: Iterator[pl.DataFrame]) -> None:
    for place, frame in enumerate(frames):
        frame.write_csv(stream, include_bom=not place, include_header=not place)


def _write_jsonl(stream: IO[bytes], frames: Iterator[pl.DataFrame]) -> None:
    for frame in frames:
        frame.write_ndjson(stream)


def _write_xlsx(stream: IO[bytes], frames: Iterator[pl.DataFrame]) -> None:
    import xlsxwriter

    cells = pl.concat([*frames])
    longest = cells.select(pl.max_horizontal(pl.all().str.len_chars().max())).item() or 0
    if cells.height > _SHEET_ROWS or longest > _CELL:
        raise RepairError(
            f"a workbook holds {_SHEET_ROWS:,} records and {_CELL:,} characters a cell at most",
            where="export",
            remedy="export to .csv or .jsonl",
        )
    asis = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, asis) as book:
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        sheet.set_column(0, cells.width - 1, 20, text)
        sheet.write_row(0, 0, cells.columns, text)
        for place, column in enumerate(cells):
            sheet.write_column(1, place, column.to_list(), text)


_WRITERS = {
    FeedFormat.CSV: _write_csv,
    FeedFormat.JSONL: _write_jsonl,
    FeedFormat.XLSX: _write_xlsx,
}
