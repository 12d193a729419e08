"""The kind `castable`: a text that was delivered is of its item's type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, ItemType
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied, never
from quality.rules.rule import Words
from values.shapes import given_of

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]

_WORDS = {
    ItemType.INTEGER: Words("应为整数", "must be a whole number"),
    ItemType.DECIMAL: Words("应为数值", "must be a number"),
    ItemType.DATE: Words("应为日期", "must be a date"),
    ItemType.DATETIME: Words("应为日期时间", "must be a date with a time"),
    ItemType.BOOLEAN: Words("应为逻辑值", "must be true or false"),
}


def _asks(about: ItemFacts) -> Said | None:
    words = _WORDS.get(about.element.type)
    return None if words is None else (words, {})


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del column, table
    return sa.column(arguments["typed_column"]).is_not(None)


_CASTABLE = Condition(
    "expect_column_values_to_be_castable", _meets, "declared type", {"typed_column": None}
)

KIND = KindOfItem(
    name=RuleKind.CASTABLE,
    dimension=Dimension.USABILITY,
    asks=_asks,
    expected=implied(
        _CASTABLE.type,
        lambda rule, _today: {
            "column": given_of(rule.columns[0]),
            "typed_column": rule.columns[0],
        },
    ),
    condition=_CASTABLE,
    of_domain=False,
    stored=never,
    identifies=True,
)
