"""How many cells of a delivery each declared step changes: the receipt's `normalised`.

Belongs here: that count, in one scan. Keep out: writing receipts (`lakehouse.landing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catalog_specs.models.feed import Feed
from catalog_specs.models.normalisation import Step
from lakehouse.normalise.layers import steps_of
from lakehouse.normalise.render import Context, step_sql
from lakehouse.sql import identifier, identifiers, parquet
from lakehouse.workbench import Limits, open_workbench

__all__ = ["changed_cells"]

LIMITS = Limits(memory="256MB")


def changed_cells(feed: Feed, rows: Path, context: Context) -> dict[str, dict[str, int]]:
    """Return part → step → cells it changes, for those it changes any of.

    Each step is held against what the steps before it made; a null marker taken out counts. A step
    that a part has twice counts for both. Without declared steps nothing is read.

    Args:
        feed: what is declared.
        rows: a delivery's rows.parquet; what does not fit into memory spills beside it.
        context: what the steps ask of the city.
    """
    steps = steps_of(feed)
    if not steps:
        return {}
    compared = [(part, place) for part, own in steps.items() for place in range(len(own))]
    counts = ", ".join(
        f"count(*) FILTER ({_at(part, place)} IS DISTINCT FROM {_at(part, place + 1)})"
        for part, place in compared
    )
    source = f"(SELECT {_named(steps)} FROM {parquet(rows)})"
    for layer in _layers(steps, context):
        source = f"(SELECT *, {layer} FROM {source})"
    with open_workbench(rows.parent, LIMITS) as con:
        found = con.execute(f"SELECT {counts} FROM {source}").fetchone() or ()
    told: dict[str, dict[str, int]] = {}
    for (part, place), cells in zip(compared, found, strict=True):
        if cells:
            step = steps[part][place].step
            said = told.setdefault(part, {})
            said[step] = said.get(step, 0) + cells
    return told


def _at(part: str, place: int) -> str:
    """Return the column of a part's text after so many steps."""
    return identifier(f"{part} {place}")


def _named(steps: dict[str, tuple[Step, ...]]) -> str:
    return ", ".join(f"{identifiers([part])} AS {_at(part, 0)}" for part in steps)


def _layers(steps: dict[str, tuple[Step, ...]], context: Context) -> Iterator[str]:
    for place in range(max(map(len, steps.values()))):
        yield ", ".join(
            f"{step_sql(own[place], _at(part, place), context)} AS {_at(part, place + 1)}"
            for part, own in steps.items()
            if place < len(own)
        )
