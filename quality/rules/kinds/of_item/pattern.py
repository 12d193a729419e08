"""The kind `pattern`: the whole text matches a regular expression (RE2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied
from quality.rules.rule import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    pattern = about.item.pattern or about.element.pattern
    if pattern is None:
        return None
    return Words("应符合规定格式", "must have the declared form"), {"regex": pattern}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del table
    found: Clause = sa.func.regexp_full_match(column, sa.literal(arguments["regex"]))
    return found


_PATTERN = Condition("expect_column_values_to_match_whole", _meets, "whole text", {"regex": ""})

KIND = KindOfItem(
    name=RuleKind.PATTERN,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_PATTERN.type, lambda rule, _today: {"regex": rule.arguments["regex"]}),
    condition=_PATTERN,
)
