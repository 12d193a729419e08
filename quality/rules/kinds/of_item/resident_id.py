"""The kind `resident_id`: a number has the form and the check digit of GB 11643."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, IdentityCheck
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["KIND"]


def _asks(about: ItemFacts) -> Said | None:
    if about.element.check is not IdentityCheck.RESIDENT_ID:
        return None
    return f"应符合{about.element.check.label}校验规则", {}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del arguments, table
    found: Clause = sa.func.quanshu_resident_id_ok(column)
    return found


_VALID = Condition("expect_column_values_to_be_resident_ids", _meets, "GB 11643")

KIND = KindOfItem(
    name=RuleKind.RESIDENT_ID,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_VALID.type, lambda _rule, _today: {}),
    condition=_VALID,
)
