"""The kind `credit_code`: a number has the form and the check digit of GB 32100."""

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
    if about.element.check is not IdentityCheck.CREDIT_CODE:
        return None
    return f"应符合{about.element.check.label}校验规则", {}


def _meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
    import sqlalchemy as sa

    del arguments, table
    found: Clause = sa.func.quanshu_credit_code_ok(column)
    return found


_VALID = Condition("expect_column_values_to_be_credit_codes", _meets, "GB 32100")

KIND = KindOfItem(
    name=RuleKind.CREDIT_CODE,
    dimension=Dimension.ACCURACY,
    asks=_asks,
    expected=implied(_VALID.type, lambda _rule, _today: {}),
    condition=_VALID,
)
