"""Workbooks: XLSX, XLS and ODS, one sheet, its cells as canonical text.

Belongs here: sheets, and the pieces of one. Keep out: which rows are records (`rows`), the
text of a cell (`cells`), headers (`header`), merged cells (`merges`), hostile parts
(`scan`), what the parser does not tell (`facts`, `errors`). A whole sheet is in memory while it is
read; the limits of the process bound it. Empty cells are null.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyarrow.compute as pc
import python_calamine as calamine

from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.refusals import LOOK_INSIDE, DeliveryRefusal
from feeds.untrusted.damage import is_spoilt
from feeds.untrusted.header_names import places_of, told_apart
from feeds.untrusted.jobs import ReadJob
from feeds.untrusted.limits import Refused
from feeds.untrusted.messages import Opened, Piece, Spoiled
from feeds.untrusted.sheets.cells import Cell, column_texts, is_rounded, is_shortened, text_of
from feeds.untrusted.sheets.errors import error_cells
from feeds.untrusted.sheets.facts import SheetFacts, sheet_facts
from feeds.untrusted.sheets.header import SEARCHED, Merges, find_top
from feeds.untrusted.sheets.merges import BodyMerges
from feeds.untrusted.sheets.ods_facts import ods_facts
from feeds.untrusted.sheets.rows import Numbered, Row, SheetRows
from feeds.untrusted.sheets.scan import Scanned, scan_parts

__all__ = ["open_workbook"]


@dataclass(frozen=True)
class _Book:
    """A sheet as the parser gives it, and what is known beside it; `left` is its first column."""

    rows: Iterator[Row]
    merges: Merges
    others: tuple[str, ...]
    hidden: Mapping[str, int]
    facts: SheetFacts
    left: int


@dataclass(frozen=True)
class _Sheet:
    """The columns of a sheet by header, and those among them that are declared."""

    job: ReadJob
    book: _Book
    places: Mapping[str, int]
    watched: Sequence[int]
    watched_texts: Sequence[int]
    merges: BodyMerges = field(repr=False)


def open_workbook(job: ReadJob) -> Opened:
    """Read the header of the declared sheet, or of the first that is visible."""
    is_zip = Path(job.path).open("rb").read(2) == b"PK"  # noqa: SIM115 - the process ends soon
    scanned = scan_parts(job.path, job.limits) if is_zip else Scanned(errors=True)
    try:
        book = calamine.load_workbook(Path(job.path).open("rb"))  # noqa: SIM115
        name = _sheet_name(job, book)
        sheet = book.get_sheet_by_name(name)
        others = tuple(n for n in _sheets(book) if n != name and _is_filled(book, n))
    except calamine.PasswordError:
        raise Refused(
            DeliveryRefusal.UNSEEN, "the workbook is locked by a password", LOOK_INSIDE
        ) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        if getattr(error, "errno", None):
            raise
        raise Refused(DeliveryRefusal.UNSEEN, "not a whole workbook", LOOK_INSIDE) from None
    facts = _facts(job, name) if scanned.untold else SheetFacts()
    return _opened(
        job,
        _Book(
            _with_errors(job, sheet, name) if scanned.errors else sheet.iter_rows(),
            _merges(sheet, facts),
            others,
            _hidden(book, scanned, facts),
            facts,
            (sheet.start or (0, 0))[1],
        ),
    )


def _sheets(book: Any, *, visible: bool = False) -> list[str]:  # noqa: ANN401 - the vendor's own
    plain, seen = calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == plain and (sheet.visible == seen or not visible)
    ]


def _sheet_name(job: ReadJob, book: Any) -> str:  # noqa: ANN401 - the vendor's own
    shown = _sheets(book, visible=True)
    if job.sheet is None and shown:
        return shown[0]
    if job.sheet not in _sheets(book):
        raise Refused(
            DeliveryRefusal.COLUMNS,
            "the workbook lacks the declared sheet, or any that is visible",
            "name the sheet in `feed.sheet`",
        )
    return str(job.sheet)


def _is_filled(book: Any, name: str) -> bool:  # noqa: ANN401 - the vendor's own
    return book.get_sheet_by_name(name).start is not None


def _hidden(book: Any, scanned: Scanned, facts: SheetFacts) -> dict[str, int]:  # noqa: ANN401
    """Count what the workbook does not show, by kind."""
    states = [sheet.visible for sheet in book.sheets_metadata]
    found = {
        "sheets": states.count(calamine.SheetVisibleEnum.Hidden),
        "very_hidden_sheets": states.count(calamine.SheetVisibleEnum.VeryHidden),
        "columns": facts.hidden_columns,
        "pivot_caches": scanned.pivot_caches,
    }
    return {kind: count for kind, count in found.items() if count}


def _facts(job: ReadJob, name: str) -> SheetFacts:
    try:
        return ods_facts(job.path, name) if job.format == "ods" else sheet_facts(job.path, name)
    except (expat.ExpatError, KeyError):
        raise _refused("a part of the workbook is no XML", "deliver the workbook again") from None


def _merges(sheet: Any, facts: SheetFacts) -> Merges:  # noqa: ANN401 - the vendor's own
    found = sheet.merged_cell_ranges
    if found is None and facts.merges is not None:
        found = facts.merges
    if found is None:
        return None
    left = (sheet.start or (0, 0))[1]
    return [((top, first - left), (bottom, last - left)) for (top, first), (bottom, last) in found]


def _with_errors(job: ReadJob, sheet: Any, name: str) -> Iterator[Row]:  # noqa: ANN401
    """Put the texts of error cells (`#REF!`) where the parser leaves nothing."""
    top = (sheet.start or (0, 0))[0]
    errors = error_cells(job.path, name)
    for place, row in enumerate(sheet.iter_rows(), start=-top):
        for column, text in errors.get(place, ()):
            row[column] = text
        yield row


def _opened(job: ReadJob, book: _Book) -> Opened:
    head = list(islice(book.rows, _searched(job)))
    top = find_top(job, head, book.merges)
    if top is None:
        return Opened((), lambda _: iter(()), book.others, book.hidden)
    names = told_apart(top.names, job.declared)
    sheet = _sheet(job, book, names, top.rows)
    skipped: Counter[str] = Counter()
    titles = head[max(0, top.rows - job.header_rows) : top.rows]
    rows = SheetRows(job, titles, skipped)
    below = enumerate(chain(head[top.rows :], book.rows), start=top.rows + 1)

    def pieces(headers: Sequence[str] | None) -> Iterator[Piece]:
        above = sum(any(cell != "" for cell in row) for row in head[: top.rows])
        skipped["preamble"] += max(0, above - job.header_rows) if top.rows else 0
        for batch, defects in rows.batches(_looked_at(sheet, below), len(names)):
            yield _piece(sheet, batch, defects, headers)

    return Opened(names, pieces, book.others, book.hidden, skipped)


def _sheet(job: ReadJob, book: _Book, names: Sequence[str], first: int) -> _Sheet:
    places = places_of(names)
    texts = job.declared if job.texts is None else job.texts
    watched = [places[header] for header in job.declared if header in places]
    keys = [places[header] for header in job.keys if header in places]
    return _Sheet(
        job,
        book,
        places,
        watched,
        [places[header] for header in job.declared if header in places and header in texts],
        BodyMerges.of(book.merges, first, watched, keys),
    )


def _searched(job: ReadJob) -> int:
    """Return how many rows the header may need."""
    at = job.header_at if isinstance(job.header_at, int) else SEARCHED
    return max(at, SEARCHED) + job.header_rows


def _looked_at(sheet: _Sheet, rows: Iterator[Numbered]) -> Iterator[Numbered]:
    """Note what merged cells hold while the rows go by."""
    for line, row in rows:
        sheet.merges.look(line - 1, row)
        yield line, row


def _piece(
    sheet: _Sheet,
    batch: list[Numbered],
    defects: dict[int, DefectCode],
    headers: Sequence[str] | None,
) -> Piece:
    """Part sound records from defects; a text that is spoilt shows only when there is one."""
    for line, row in batch:
        code = _defect(sheet, line, row)
        if code:
            defects.setdefault(line, code)
    texts = _texts(sheet, [row for line, row in batch if line not in defects], headers)
    spoilt = [which for which in map(is_spoilt, texts.values()) if which is not None]
    if spoilt:
        good = [line for line, _ in batch if line not in defects]
        places = {place for which in spoilt for place in pc.indices_nonzero(which).to_pylist()}
        defects |= {good[place]: DefectCode.ENCODING for place in places}
        texts = _texts(sheet, [row for line, row in batch if line not in defects], headers)
    spoiled: list[Spoiled] = [
        (place, defects[line], _raw(sheet, row))
        for place, (line, row) in enumerate(batch)
        if line in defects
    ]
    lines = array("q", [line for line, _ in batch]).tobytes()
    return Piece(len(batch), texts, spoiled, lines)


def _texts(sheet: _Sheet, rows: list[Row], headers: Sequence[str] | None) -> dict[str, Any]:
    columns: list[tuple[Cell, ...]] = list(zip(*rows, strict=True)) if rows else []
    return {
        header: column_texts(columns[place] if rows else ())
        for header, place in sheet.places.items()
        if headers is None or header in headers
    }


def _defect(sheet: _Sheet, line: int, row: Row) -> DefectCode | None:
    """Return why a record is quarantined; merged cells have filled it afterwards."""
    if sheet.merges.fill(line - 1, row):
        return DefectCode.MERGED
    facts, left = sheet.book.facts, sheet.book.left
    if facts.unstored and any((line - 1, left + p) in facts.unstored for p in sheet.watched):
        return DefectCode.FORMULA
    if any(is_rounded(row[place]) for place in sheet.watched):
        return DefectCode.DAMAGED_NUMBER
    if any(is_shortened(row[place]) for place in sheet.watched_texts):
        return DefectCode.DAMAGED_NUMBER
    if facts.no_days and any(
        (line - 1, left + p) in facts.no_days and isinstance(row[p], date) for p in sheet.watched
    ):
        return DefectCode.OUT_OF_RANGE
    return None


def _raw(sheet: _Sheet, row: Row) -> str:
    texts = {header: text_of(row[place]) for header, place in sheet.places.items()}
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def _refused(what: str, remedy: str) -> Refused:
    return Refused(DeliveryRefusal.UNREADABLE, what, remedy)
