"""The kind `range`: a number lies between two bounds, both inclusive."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition, within
from quality.rules.kind import ItemFacts, KindOfItem, Said, between, implied
from quality.rules.rule import Rule, Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    bounds = about.item.range or about.element.range
    if bounds is None:
        return None
    said = between(bounds.min, bounds.max)
    words = Words(f"应在{said.zh}", f"must be {said.en}")
    return words, {"min": bounds.min, "max": bounds.max}


def _arguments(rule: Rule, today: date) -> dict[str, Any]:
    del today
    low, high = rule.arguments["min"], rule.arguments["max"]
    return {
        "min_value": None if low is None else str(low),
        "max_value": None if high is None else str(high),
    }


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    del table
    low, high = (_exact(arguments[name]) for name in ("min_value", "max_value"))
    return within(column, low, high)


def _exact(bound: str | None) -> Column | None:
    """Write a bound as an SQL decimal, because a double would be off by a little."""
    import sqlalchemy as sa

    return None if bound is None else sa.literal_column(format(Decimal(bound), "f"))


_RANGE = Condition(
    "expect_column_values_to_be_numbers_within",
    _meets,
    "range of numbers",
    {"min_value": None, "max_value": None},
)

KIND = KindOfItem(
    name=RuleKind.RANGE,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_RANGE.type, _arguments),
    condition=_RANGE,
)
