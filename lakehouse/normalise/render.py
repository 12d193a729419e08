"""From a declared step to its SQL: the one place that knows all kinds of steps.

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
from lakehouse.casts import null_sql
from lakehouse.normalise import numbers, texts, times

__all__ = ["Context", "step_sql"]


@dataclass(frozen=True)
class Context:
    """What steps ask of the city: its time zone, and code list → code → name."""

    zone: str = "Asia/Shanghai"
    code_lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Return what a catalogue says."""
        lists = {code: one.values for code, one in catalog.code_lists.items()}
        return cls(catalog.profile.timezone, lists)


def step_sql(step: Step, text: str, context: Context) -> str:  # noqa: C901, PLR0911 - one case for each step
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
        case Booleans():
            return texts.truth(text, step.true, step.false)
        case Translate():
            return texts.translated(text, context.code_lists.get(step.code_list, {}))
        case Dates():
            return times.dates(text, step)
        case Moments():
            return times.moments(text, step, context.zone)
        case Number():
            return numbers.plain(text, step)
        case _:
            assert_never(step)
