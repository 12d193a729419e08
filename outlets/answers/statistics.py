"""Statistics: how many records there are by one or two granted items, as masked (五(四)).

Belongs here: counting, and telling the cells that may be told. Keep out: which cells those are
(`outlets.answers.suppression`). No condition can be added to a grant's own, so that no two answers
differ by the rows that a consumer chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from catalog_specs.errors import AnswerError
from catalog_specs.masks.mask import Remains
from catalog_specs.rules.answers import AnswerRefusal
from outlets.answers.asking import Admitted, Request, admitted, record, telling
from outlets.answers.suppression import Sparse, hidden_labels, told_table
from outlets.shares.plan import Part

__all__ = ["TOTAL", "Statistic", "statistics"]

TOTAL = "合计"
NOTHING = "（空）"
MOST_CELLS = 2_000
"""More groups than these are no statistic, and to hide cells among them would take long."""
MOST_ITEMS = 2


@dataclass(frozen=True)
class Statistic:
    """A table of counts: `cells` are labels by `by`, and a count or None where it is hidden."""

    grant: str
    resource: str
    by: tuple[str, ...]
    least: int
    cells: tuple[tuple[tuple[str, ...], int | None], ...]

    @property
    def hidden(self) -> int:
        """Return how many cells are hidden."""
        return sum(count is None for _, count in self.cells)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        cells = [
            {**dict(zip(self.by, labels, strict=True)), "count": n} for labels, n in self.cells
        ]
        return {**asdict(self), "by": list(self.by), "cells": cells}


def statistics(request: Request, by: Sequence[str]) -> Statistic:
    """Count the granted records by one or two items, under their masks.

    Raises:
        AccessError: it is refused; the refusal is on record.
        AuditError: the act cannot be entered; nothing is told.
    """
    least = request.catalog.profile.minimum_cell.value
    with admitted(request) as asked:
        part = asked.part()
        items = _items(asked, part, by)
        counts = _counted(request, part, items)
        try:
            cells = _told(counts, least) if len(items) == MOST_ITEMS else _margin(counts, least)
        except Sparse:
            raise AnswerError(AnswerRefusal.FEW, where=asked.ref, detail=f"< {least}") from None
        done = Statistic(request.grant, asked.ref, items, least, cells)
        facts: dict[str, str | int] = {"by": "、".join(items), "hidden": done.hidden}
        with telling(asked, len(cells), facts):
            record(asked, 0, len(cells))
        return done


def _items(asked: Admitted, part: Part, by: Sequence[str]) -> tuple[str, ...]:
    columns = {
        name: one
        for one in part.columns
        if one.mask.remains not in (Remains.LINK, Remains.NOTHING)
        for name in (one.code, one.name)
    }
    items = tuple(columns[one].code for one in by if one in columns)
    if len(items) != len(by) or len(set(items)) != len(items) or not 0 < len(by) <= MOST_ITEMS:
        usable = "、".join(dict.fromkeys(one.code for one in columns.values()))
        raise AnswerError(AnswerRefusal.ITEM, where=asked.ref, detail=f"1–{MOST_ITEMS}: {usable}")
    return items


def _counted(request: Request, part: Part, items: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    labels = [pl.col(one).cast(pl.String).fill_null(NOTHING) for one in items]
    frame = (
        part.frame(request.keys.derive(f"answer:{request.grant}"))
        if any(one.needs_key for one in part.columns)
        else part.frame(None)
    )
    groups = frame.select(labels).group_by(items).len("n").head(MOST_CELLS + 1)
    rows = groups.collect(engine="streaming")
    shape = 1
    for item in items:
        shape *= rows[item].n_unique()
    if max(rows.height, shape) > MOST_CELLS:
        raise AnswerError(AnswerRefusal.FINE, where=part.resource.ref, detail=f"> {MOST_CELLS:,}")
    return {row[:-1]: row[-1] for row in rows.iter_rows()}


def _margin(counts: dict[tuple[str, ...], int], least: int) -> tuple[Any, ...]:
    single = {labels[0]: count for labels, count in counts.items()}
    hidden = hidden_labels(single, least)
    cells = [((one,), None if one in hidden else single[one]) for one in sorted(single)]
    return (*cells, ((TOTAL,), sum(single.values())))


def _told(counts: dict[tuple[str, ...], int], least: int) -> tuple[Any, ...]:
    pairs = {(labels[0], labels[1]): count for labels, count in counts.items()}
    told = told_table(pairs, least)
    cells: list[Any] = [(cell, told[cell]) for cell in sorted(told)]
    for axis in (0, 1):
        margin: dict[tuple[str, ...], int] = {}
        for cell, count in pairs.items():
            margin[cell[axis],] = margin.get((cell[axis],), 0) + count
        for (label,), count in _margin(margin, least)[:-1]:
            cells.append(((label, TOTAL) if axis == 0 else (TOTAL, label), count))
    return (*cells, ((TOTAL, TOTAL), sum(pairs.values())))
