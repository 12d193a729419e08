"""Quality rules that a resource names in YAML (质量规则).

Belongs here: their forms, and what can be said of one by itself. Keep out: rules that follow from
items, whether one can be judged (`catalog_specs.laws.feeding`, `quality`).
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from catalog_specs.models.condition import Condition
from catalog_specs.spec import Code, Spec, Text
from catalog_specs.vocabulary import Dimension, Level

__all__ = ["QualityRule"]


class QualityRule(Spec):
    """A rule about the records of a delivery, or about the delivery as a whole.

    It names a core expectation of Great Expectations; further keys are its arguments.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    code: Code
    description: Text
    description_en: Text | None = None
    """The same in English; without it the expectation's own name and arguments are shown."""
    dimension: Dimension
    level: Level = Level.QUARANTINE
    clause: Text | None = None
    """The clause or standard that asks for it, where that is not 三(六)."""
    expect: Text
    """Type of a core expectation, with or without its `expect_` prefix."""
    where: tuple[Condition, ...] = ()
    """Which records it is about: those that meet all of these row conditions."""

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the expectation's own arguments, as written."""
        return dict(self.model_extra or {})
