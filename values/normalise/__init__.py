"""Normalisation as SQL: every declared step takes a text and gives a text, strictly.

Belongs here: what each step of `catalog_specs.models.normalisation` becomes in DuckDB, the order
of the steps, counting what they change. Keep out: null markers of the feed and types
(`values.typed`).
A text that a step does not understand goes on unchanged, and a mark beside it says so: as a value
of a type it is never taken (`values.typed`), and the receipt counts it. A null stays one.
Nothing is guessed and nothing rounded.
"""

from __future__ import annotations

from values.normalise.counts import Cells, counted_cells
from values.normalise.layers import (
    has_step,
    mark_of,
    marks_of,
    normalised_sql,
    steps_of,
    unread,
)
from values.normalise.render import Context, step_sql

__all__ = [
    "Cells",
    "Context",
    "counted_cells",
    "has_step",
    "mark_of",
    "marks_of",
    "normalised_sql",
    "step_sql",
    "steps_of",
    "unread",
]
