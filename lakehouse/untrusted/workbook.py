"""XLSX, XLS and ODS: one sheet, its records below a header, its cells as canonical text.

Belongs here: sheets, rows, blank rows and footers. Keep out: the text of a cell (`cells`), headers
(`sheet_header`), hostile parts (`workbook_scan`). A sheet is held whole while it is read; the
limits of the process bound it. Empty cells are null, rows without any value are no records.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from lakehouse.untrusted.cells import Cell, column_texts, is_rounded, is_shortened, text_of
from lakehouse.untrusted.header_names import places_of, told_apart
from lakehouse.untrusted.jobs import ReadJob
from lakehouse.untrusted.limits import Refused
from lakehouse.untrusted.messages import Opened, Piece, Spoiled
from lakehouse.untrusted.sheet_errors import error_cells
from lakehouse.untrusted.sheet_header import SEARCHED, Merges, find_top
from lakehouse.untrusted.workbook_scan import scan_parts

__all__ = ["open_workbook"]

_BATCH_ROWS, _BATCH_CELLS = 8192, 1 << 20
Row = list[Any]
Numbered = tuple[int, Row]


@dataclass(frozen=True)
class _Sheet:
    """The columns of a sheet by header, and those among them that are declared."""

    job: ReadJob
    places: Mapping[str, int]
    watched: Sequence[int]
    watched_texts: Sequence[int]


def open_workbook(job: ReadJob) -> Opened:
    """Read the header of the declared sheet, or of the first; refuse a workbook that lacks it."""
    is_zip = Path(job.path).open("rb").read(2) == b"PK"  # noqa: SIM115 - the process ends soon
    errors = scan_parts(job.path, job.limits) if is_zip else True
    try:
        book = calamine.load_workbook(Path(job.path).open("rb"))  # noqa: SIM115
        name = _sheet_name(job, book)
        sheet = book.get_sheet_by_name(name)
        others = tuple(n for n in _sheets(book) if n != name and _is_filled(book, n))
    except calamine.PasswordError:
        raise _refused("the workbook is locked by a password", "deliver it unlocked") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        if getattr(error, "errno", None):
            raise
        raise _refused("not a whole workbook", "deliver the workbook again") from None
    rows = _with_errors(job, sheet, name) if errors else sheet.iter_rows()
    return _opened(job, rows, _merges(sheet), others)


def _sheets(book: Any) -> list[str]:  # noqa: ANN401 - the vendor's own
    plain = calamine.SheetTypeEnum.WorkSheet
    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == plain]


def _sheet_name(job: ReadJob, book: Any) -> str:  # noqa: ANN401 - the vendor's own
    names = _sheets(book)
    if job.sheet is None and names:
        return names[0]
    if job.sheet not in names:
        raise _refused("the workbook lacks the declared sheet", "name the sheet in `feed.sheet`")
    return str(job.sheet)


def _is_filled(book: Any, name: str) -> bool:  # noqa: ANN401 - the vendor's own
    return book.get_sheet_by_name(name).start is not None


def _merges(sheet: Any) -> Merges:  # noqa: ANN401 - the vendor's own
    if sheet.merged_cell_ranges is None:
        return None
    left = (sheet.start or (0, 0))[1]
    return [
        ((top, first - left), (bottom, last - left))
        for (top, first), (bottom, last) in sheet.merged_cell_ranges
    ]


def _with_errors(job: ReadJob, sheet: Any, name: str) -> Iterator[Row]:  # noqa: ANN401
    """Put the texts of error cells (`#REF!`) where the parser leaves nothing."""
    top = (sheet.start or (0, 0))[0]
    errors = error_cells(job.path, name)
    for place, row in enumerate(sheet.iter_rows(), start=-top):
        for column, text in errors.get(place, ()):
            row[column] = text
        yield row


def _opened(job: ReadJob, rows: Iterator[Row], merges: Merges, others: tuple[str, ...]) -> Opened:
    head = list(islice(rows, _searched(job)))
    top = find_top(job, head, merges)
    if top is None:
        return Opened((), lambda _: iter(()), others)
    names = told_apart(top.names, job.declared)
    places = places_of(names)
    texts = job.declared if job.texts is None else job.texts
    sheet = _Sheet(
        job,
        places,
        [places[header] for header in job.declared if header in places],
        [places[header] for header in job.declared if header in places and header in texts],
    )
    skipped: Counter[str] = Counter()
    below = enumerate(chain(head[top.rows :], rows), start=top.rows + 1)

    def pieces(headers: Sequence[str] | None) -> Iterator[Piece]:
        above = sum(any(cell != "" for cell in row) for row in head[: top.rows])
        skipped["preamble"] += max(0, above - job.header_rows) if top.rows else 0
        for batch, footer in _batches(job, below, len(names), skipped):
            yield _piece(sheet, batch, footer, headers)

    return Opened(names, pieces, others, skipped)


def _searched(job: ReadJob) -> int:
    """Return how many rows the header may need."""
    at = job.header_at if isinstance(job.header_at, int) else SEARCHED
    return max(at, SEARCHED) + job.header_rows


def _batches(
    job: ReadJob, rows: Iterator[Numbered], width: int, skipped: Counter[str]
) -> Iterator[tuple[list[Numbered], set[int]]]:
    """Yield records with their places in the sheet, and which of them are misplaced footers."""
    size = max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, width)))
    held: list[Numbered] = []
    while batch := list(islice(rows, size)):
        kept: list[Numbered] = held
        misplaced = {line for line, _ in held}
        held = []
        texts = [_said(row) for _, row in batch]
        for (line, row), said, ends in zip(batch, texts, _like_footer(job, texts), strict=True):
            if not said or (job.comment and said.startswith(job.comment)):
                skipped["comment" if said else "blank"] += 1
            elif ends:
                held.append((line, row))
            else:
                misplaced |= {line for line, _ in held}
                kept += [*held, (line, row)]
                held = []
        if kept and misplaced == {line for line, _ in kept}:
            held = kept + held
        elif kept:
            yield kept, misplaced
    skipped["footer"] += len(held)


def _like_footer(job: ReadJob, texts: list[str]) -> list[bool]:
    """Say which rows are written like a footer, in linear time whatever the pattern."""
    if not job.footer:
        return [False] * len(texts)
    found = pc.match_substring_regex(pa.array(texts, pa.string()), job.footer)
    return [bool(one) for one in found.to_pylist()]


def _said(row: Row) -> str:
    """Return the cells that hold anything, with a blank between."""
    return " ".join(str(cell) for cell in row if cell != "").strip()


def _piece(
    sheet: _Sheet, batch: list[Numbered], footer: set[int], headers: Sequence[str] | None
) -> Piece:
    good: list[Row] = []
    spoiled: list[Spoiled] = []
    for place, (line, row) in enumerate(batch):
        if line in footer:
            spoiled.append((place, "footer", _raw(sheet, row)))
        elif _is_damaged(sheet, row):
            spoiled.append((place, "damaged_number", _raw(sheet, row)))
        else:
            good.append(row)
    columns: list[tuple[Cell, ...]] = list(zip(*good, strict=True)) if good else []
    texts = {
        header: column_texts(columns[place] if good else ())
        for header, place in sheet.places.items()
        if headers is None or header in headers
    }
    lines = array("q", [line for line, _ in batch]).tobytes()
    return Piece(len(batch), texts, spoiled, lines)


def _is_damaged(sheet: _Sheet, row: Row) -> bool:
    return any(is_rounded(row[place]) for place in sheet.watched) or any(
        is_shortened(row[place]) for place in sheet.watched_texts
    )


def _raw(sheet: _Sheet, row: Row) -> str:
    texts = {header: text_of(row[place]) for header, place in sheet.places.items()}
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def _refused(what: str, remedy: str) -> Refused:
    return Refused("GATE-101", what, remedy)
