"""The header of a sheet: its place, and the names of the columns.

Belongs here: one or several header rows, merged cells. Keep out: the records below (`workbook`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.header_names import plain_name
from feeds.untrusted.jobs import ReadJob
from feeds.untrusted.limits import Refused
from feeds.untrusted.sheets.cells import Cell, text_of

__all__ = ["SEARCHED", "Merge", "Merges", "Top", "find_top"]

SEARCHED = 100
"""Rows among which the header is looked for."""

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, as (row, column) within the rows at hand, from 0."""

Merges = Sequence[Merge] | None
Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Top:
    """The names of the columns, and how many rows of the sheet lie above the records."""

    names: tuple[str, ...]
    rows: int


def find_top(job: ReadJob, rows: Rows, merges: Merges) -> Top | None:
    """Return the header among a sheet's first rows; None when the sheet holds nothing.

    `merges` None: the format does not tell, so a blank cell above the last header row belongs to
    its left neighbour. Raises Refused (GATE-102) when a header that is looked for is not found.
    """
    filled = [place for place, row in enumerate(rows) if any(cell != "" for cell in row)]
    if not filled:
        return None
    match job.header_at:
        case "none":
            return Top(job.declared, 0)
        case "first":
            return _top(job, rows, merges, filled[0])
        case "find":
            return _found(job, rows, merges, filled)
        case _:
            return _top(job, rows, merges, int(job.header_at) - 1)


def _found(job: ReadJob, rows: Rows, merges: Merges, filled: Sequence[int]) -> Top:
    wanted = set(job.declared)
    for place in filled[:SEARCHED]:
        top = _top(job, rows, merges, place)
        if wanted <= set(top.names):
            return top
    raise Refused(
        DeliveryRefusal.COLUMNS,
        f"none of the first {SEARCHED} rows holds every declared header",
        "deliver every declared column under its own header",
    )


def _top(job: ReadJob, rows: Rows, merges: Merges, first: int) -> Top:
    last = first + job.header_rows
    named = [
        _row_names(rows, merges, place, fills=place < last - 1)
        for place in range(first, min(last, len(rows)))
    ]
    return Top(tuple(_joined(parts, job.header_join) for parts in zip(*named, strict=True)), last)


def _joined(parts: Sequence[str], join: str) -> str:
    """Join what is not blank; equal neighbours count once."""
    kept: list[str] = []
    for part in parts:
        if part and kept[-1:] != [part]:
            kept.append(part)
    return join.join(kept)


def _row_names(rows: Rows, merges: Merges, place: int, *, fills: bool) -> list[str]:
    """Return one header row; a merged cell counts for every column it spans, in its first row."""
    names = [plain_name(text_of(cell) or "") for cell in rows[place]]
    if merges is None:
        for column in range(1, len(names) if fills else 0):
            names[column] = names[column] or names[column - 1]
    for (top, left), (_, right) in merges or ():
        if top == place and 0 <= left < len(names):
            names[left : right + 1] = [names[left]] * len(names[left : right + 1])
    return names
