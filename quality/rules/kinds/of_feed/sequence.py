"""The kind `sequence`: the place of a change in its order is a whole number."""

from __future__ import annotations

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from feeds.columns import SEQUENCE
from quality.rules.kinds.of_item.required import PRESENT
from quality.rules.marks import kind_of_marks

__all__ = ["KIND"]

KIND = kind_of_marks(RuleKind.SEQUENCE, SEQUENCE, Dimension.USABILITY, PRESENT.type)
