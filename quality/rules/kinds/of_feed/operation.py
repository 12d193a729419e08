"""The kind `operation`: what a change does is one of the operations that its feed declares."""

from __future__ import annotations

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from feeds.columns import OPERATION
from quality.rules.kinds.of_item.required import PRESENT
from quality.rules.marks import kind_of_marks

__all__ = ["KIND"]

KIND = kind_of_marks(RuleKind.OPERATION, OPERATION, Dimension.ACCURACY, PRESENT.type)
