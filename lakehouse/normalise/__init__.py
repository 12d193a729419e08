"""Declared normalisation as SQL: every step takes a text and gives a text, strictly.

Belongs here: what each step of `catalog_specs.models.normalisation` becomes in DuckDB, the order
of the steps, counting what they change. Keep out: null markers of the feed and types
(`lakehouse.typed`).
A text that a step does not understand goes on unchanged, so that the gate judges it; a null stays
one. Nothing is guessed and nothing rounded.
"""

from __future__ import annotations

from lakehouse.normalise.counts import changed_cells
from lakehouse.normalise.layers import has_step, normalised_sql, steps_of
from lakehouse.normalise.render import Context, step_sql

__all__ = ["Context", "changed_cells", "has_step", "normalised_sql", "step_sql", "steps_of"]
