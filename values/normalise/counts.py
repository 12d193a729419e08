"""Counts of normalisation: cells that each step changes or does not understand.

Belongs here: that count, in one scan. Keep out: writing receipts (`landing.landing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalog_specs.models.feed import Feed
from register.bundles import landed_sql
from storage.engines.plain_text import PlainFile
from storage.engines.workbench import Limits, open_workbench
from storage.sql import identifier, identifiers
from values.casts import null_sql
from values.normalise.layers import layered_sql, mark_of, marks_of, steps_of
from values.normalise.render import Context

__all__ = ["Cells", "counted_cells"]

LIMITS = Limits(memory="256MB")
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Cells:
    """Part → step → cells that it changes, and those it does not understand; no zeros."""

    changed: Counts = field(default_factory=dict)
    not_understood: Counts = field(default_factory=dict)


def counted_cells(feed: Feed, rows: Path | PlainFile, beside: Path, context: Context) -> Cells:
    """Count what the declared steps do to a delivery.

    Each step is compared with the result of those before it; a removed null marker counts. A step
    that a part has twice counts for both, and understands what either does. Null markers of the
    feed need not be understood. Without declared steps nothing is read.

    Args:
        feed: what is declared.
        rows: a delivery's rows.parquet, or its file where that is read as it lies.
        beside: the folder in which what does not fit into memory lies meanwhile.
        context: what the steps ask of the city.
    """
    steps = steps_of(feed)
    if not steps:
        return Cells()
    changes = [(part, place) for part, own in steps.items() for place in range(len(own))]
    counts = [
        f"count(*) FILTER ({_at(part, place)} IS DISTINCT FROM {_at(part, place + 1)})"
        for part, place in changes
    ]
    marks = marks_of(feed)
    counts += [
        f"count(*) FILTER (NOT {mark_of(part, kind)}"
        f" AND {null_sql(_at(part, len(steps[part])), feed.nulls)} IS NOT NULL)"
        for part, kind in marks
    ]
    named = ", ".join(f"{identifiers([part])} AS {_at(part, 0)}" for part in steps)
    landed = landed_sql(rows)
    source = layered_sql(feed, f"(SELECT {named} FROM {landed})", context, _at)
    with open_workbench(beside, LIMITS) as con:
        found = con.execute(f"SELECT {', '.join(counts)} FROM {source}").fetchone() or ()
    changed = [(part, steps[part][place].step) for part, place in changes]
    return Cells(_told(changed, found[: len(changed)]), _told(marks, found[len(changed) :]))


def _told(named: Iterable[tuple[str, str]], counts: Iterable[int]) -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = {}
    for (part, step), cells in zip(named, counts, strict=True):
        if cells:
            said = told.setdefault(part, {})
            said[step] = said.get(step, 0) + cells
    return told


def _at(part: str, place: int) -> str:
    """Return the column of a part's text after so many steps."""
    return identifier(f"{part} {place}")
