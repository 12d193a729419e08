"""The kind `castable`: a text that was delivered is of its item's type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, ItemType
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from values.shapes import given_of

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]

_NAMES = {
    ItemType.INTEGER: "整数",
    ItemType.DECIMAL: "数值",
    ItemType.DATE: "日期",
    ItemType.DATETIME: "日期时间",
    ItemType.BOOLEAN: "逻辑值",
}


def _asks(about: ItemFacts) -> Said | None:
    name = _NAMES.get(about.element.type)
    return None if name is None else (f"应为{name}", {})


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
    identifies=True,
)
