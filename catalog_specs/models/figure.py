"""Figures: numbers of a regulation, each with the clause that says it."""

from __future__ import annotations

from pydantic import Field

from catalog_specs.spec import Spec, Text

__all__ = ["Figure"]


class Figure(Spec):
    """A number with the clause that says it."""

    value: int = Field(ge=0)
    unit: Text
    clause: Text
    note: Text | None = None
