"""The kind `required`: a value was delivered. It alone looks at nulls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from quality.rules.rule import Rule, Words
from values.shapes import given_of

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND", "PRESENT"]


def _asks(about: ItemFacts) -> Said | None:
    asked = about.item.required or about.in_key
    return (Words("不得为空", "must not be empty"), {}) if asked else None


def _arguments(rule: Rule, today: date) -> dict[str, Any]:
    """Look at what was delivered: a text that cannot be cast fails `castable` alone."""
    del today
    column = rule.columns[0]
    return {"column": given_of(column) if rule.arguments["typed"] else column}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del arguments, table
    return sa.or_(column.is_not(None), sa.column("_defect").is_not(None))


PRESENT = Condition("expect_column_values_to_be_present", _meets, "required value", presence=True)

KIND = KindOfItem(
    name=RuleKind.REQUIRED,
    dimension=Dimension.COMPLETENESS,
    asks=_asks,
    expected=implied(PRESENT.type, _arguments),
    condition=PRESENT,
    of_domain=False,
    identifies=True,
)
