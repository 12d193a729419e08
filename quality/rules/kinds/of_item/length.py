"""The kind `length`: a text has at least and at most so many characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition, within
from quality.rules.kind import ItemFacts, KindOfItem, Said, between, implied
from quality.rules.rule import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    bounds = about.item.length or about.element.length
    if bounds is None:
        return None
    said = between(bounds.min, bounds.max)
    words = Words(f"字数应在{said.zh}", f"must have {said.en} characters")
    return words, {"min": bounds.min, "max": bounds.max}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del table
    return within(sa.func.length(column), arguments["min_value"], arguments["max_value"])


_LENGTH = Condition(
    "expect_column_values_to_have_length_within",
    _meets,
    "length",
    {"min_value": None, "max_value": None},
)

KIND = KindOfItem(
    name=RuleKind.LENGTH,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(
        _LENGTH.type,
        lambda rule, _today: {
            "min_value": rule.arguments["min"],
            "max_value": rule.arguments["max"],
        },
    ),
    condition=_LENGTH,
)
