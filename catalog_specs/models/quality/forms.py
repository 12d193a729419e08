"""Forms of quality rules that look beyond one record: figures, history, and other resources.

Belongs here: what each form declares, and what can be said of it by itself. Keep out: the rule that
has a form (`rule`), whether it can be judged (`catalog_specs.laws.feeding`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from catalog_specs.models.condition import Condition
from catalog_specs.spec import Code, ResourceRef, Spec

__all__ = ["Comparison", "Drift", "Measured", "Together"]


class Together(Spec):
    """Items whose values must stand together in one row of another resource."""

    resource: ResourceRef
    items: dict[Code, Code] = Field(min_length=1)
    """Item here → item there."""


class Drift(Spec):
    """A figure of the delivery, compared with the same figure of the deliveries before it."""

    figure: Literal["row_count", "null_share", "distinct_count", "mean", "quantile", "sum"]
    item: Code | None = None
    quantile: float | None = Field(default=None, gt=0, lt=1)
    """Which quantile, e.g. 0.9, where that is the figure."""
    deliveries: int = Field(ge=1, le=100)
    """How many accepted deliveries back it looks; with fewer the rule passes and says so."""
    within: float = Field(ge=0)
    """How far from their median the figure may lie: per cent of it, or percentage points of a
    share."""

    @model_validator(mode="after")
    def _is_whole(self) -> Drift:
        _check_item(self.figure, self.item)
        if (self.figure == "quantile") != (self.quantile is not None):
            raise ValueError("`quantile` says which one, where the figure is `quantile`")
        return self


class Measured(Spec):
    """A figure of another resource, as it is stored."""

    resource: ResourceRef
    figure: Literal["row_count", "distinct_count", "mean", "sum"]
    item: Code | None = None
    where: tuple[Condition, ...] = ()
    """Which of its rows: those that meet all of these row conditions."""

    @model_validator(mode="after")
    def _is_whole(self) -> Measured:
        _check_item(self.figure, self.item)
        return self


class Comparison(Spec):
    """A figure of the delivery, compared with one of another resource."""

    figure: Literal["row_count", "distinct_count", "mean", "sum"]
    item: Code | None = None
    to: Measured
    within: float = Field(default=0, ge=0)
    """How far it may lie from the other, in per cent of that."""

    @model_validator(mode="after")
    def _is_whole(self) -> Comparison:
        _check_item(self.figure, self.item)
        return self


def _check_item(figure: str, item: str | None) -> None:
    if (figure == "row_count") != (item is None):
        given = "has no `item`" if item is not None else "needs an `item`"
        raise ValueError(f"the figure `{figure}` {given}")
