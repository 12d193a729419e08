"""The rendering of a declared step to SQL: the one place that knows all kinds of steps.

Belongs here: that choice, and what a step may need to know of the city. Keep out: the expressions
themselves (`texts`, `times`, `numbers`). Names that they bind begin with `_`: DuckDB would take a
column of that name before a bound one, and no part is called so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, assert_never

from catalog_specs.catalog import Catalog
from catalog_specs.models.normalisation import (
    Booleans,
    CollapseSpaces,
    Dates,
    Halfwidth,
    Moments,
    Nulls,
    Number,
    Step,
    Translate,
    Trim,
)
from values.casts import has_typed_cells, null_sql
from values.normalise import numbers, texts, times

__all__ = ["Context", "reading_sql", "step_sql"]


@dataclass(frozen=True)
class Context:
    """What steps ask of the city: its time zone, and code list → code → name.

    `cells`: the texts come from cells with types of their own, whose ISO dates and moments are
    understood beside the declared formats.
    """

    zone: str = "Asia/Shanghai"
    code_lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cells: bool = False

    @classmethod
    def of(cls, catalog: Catalog, read_as: str = "") -> Self:
        """Return what a catalogue says, about a delivery that was read as these formats."""
        lists = {code: one.values for code, one in catalog.code_lists.items()}
        return cls(catalog.profile.timezone, lists, has_typed_cells(read_as))


def step_sql(step: Step, text: str, context: Context) -> str:
    """Return the SQL of a step over the SQL of a text; it may repeat `text`, so give a column."""
    match step:
        case Trim():
            return texts.trimmed(text)
        case CollapseSpaces():
            return texts.collapsed(text)
        case Halfwidth():
            return texts.halfwidth(text)
        case Nulls():
            return null_sql(text, step.texts)
        case _:
            return f"coalesce({reading_sql(step, text, context)}, {text})"


def reading_sql(step: Step, text: str, context: Context) -> str | None:
    """Return the SQL of what a step reads, NULL where it does not understand.

    None for a step that understands every text.
    """
    match step:
        case Booleans():
            return texts.truth(text, step, cells=context.cells)
        case Translate():
            return texts.translated(text, context.code_lists.get(step.code_list, {}))
        case Dates():
            return times.dates(text, step, cells=context.cells)
        case Moments():
            return times.moments(text, step, context.zone, cells=context.cells)
        case Number():
            return numbers.plain(text, step)
        case Trim() | CollapseSpaces() | Halfwidth() | Nulls():
            return None
        case _:
            assert_never(step)
