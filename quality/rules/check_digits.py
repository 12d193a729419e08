"""Check digits of the national identity systems: DuckDB macros, and the kinds of rules that ask.

Belongs here: GB 11643 (公民身份号码, ISO 7064 MOD 11-2), GB 32100 (统一社会信用代码, MOD 31),
and what the kinds of rules about them have in common.
Keep out: whether a valid number belongs to somebody (that is a reference rule).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_specs.check_digits import CREDIT_ALPHABET, CREDIT_WEIGHTS, RESIDENT_WEIGHTS
from catalog_specs.rules.rule_kinds import RuleKind
from catalog_specs.vocabulary import Dimension, IdentityCheck
from quality.rules.condition import Arguments, Condition
from quality.rules.kind import ItemFacts, KindOfItem, Said, implied

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["MACROS", "kind_that_checks"]

_RESIDENT_SUM = " + ".join(
    f"{weight} * ascii(s[{place}])" for place, weight in enumerate(RESIDENT_WEIGHTS, start=1)
)
_RESIDENT_ZERO = sum(RESIDENT_WEIGHTS) * ord("0")
_CREDIT_SUM = " + ".join(
    f"{weight} * (strpos('{CREDIT_ALPHABET}', substr(s, {place}, 1)) - 1)"
    for place, weight in enumerate(CREDIT_WEIGHTS, start=1)
)

MACROS = f"""
CREATE OR REPLACE TEMP MACRO quanshu_resident_id_ok(s) AS
  coalesce(
    regexp_full_match(s, '[1-9][0-9]{{16}}[0-9X]')
    AND try_strptime(substr(s, 7, 8), '%Y%m%d') IS NOT NULL
    AND ({_RESIDENT_SUM} - {_RESIDENT_ZERO}) % 11
      = strpos('10X98765432', substr(s, 18, 1)) - 1,
    false);
CREATE OR REPLACE TEMP MACRO quanshu_credit_code_ok(s) AS
  coalesce(
    regexp_full_match(s, '[0-9A-HJ-NPQRTUWXY]{{2}}[0-9]{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}')
    AND strpos('{CREDIT_ALPHABET}', substr(s, 18, 1)) - 1 = (31 - ({_CREDIT_SUM}) % 31) % 31,
    false);
"""
"""Both are false for a text of any other form, and for null.

The digits are taken one by one as characters: a cast of them all to one number would be done again
for every digit, because inside AND nothing is worked out before it is needed.
"""


def kind_that_checks(
    name: RuleKind, check: IdentityCheck, *, expectation: str, macro: str, standard: str
) -> KindOfItem:
    """Return the kind of rule by which an element's numbers have the check digit it declares."""

    def asks(about: ItemFacts) -> Said | None:
        return (f"应符合{check.label}校验规则", {}) if about.element.check is check else None

    def meets(column: Column, arguments: Arguments, table: sa.FromClause) -> Clause:
        import sqlalchemy as sa

        del arguments, table
        found: Clause = getattr(sa.func, macro)(column)
        return found

    return KindOfItem(
        name=name,
        dimension=Dimension.ACCURACY,
        asks=asks,
        expected=implied(expectation, lambda _rule, _today: {}),
        condition=Condition(expectation, meets, standard),
    )
