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
from quality.rules.rule import Words

if TYPE_CHECKING:
    import sqlalchemy as sa

    from quality.rules.condition import Clause, Column

__all__ = ["MACROS", "kind_that_checks"]

_LAST_WEIGHT = RESIDENT_WEIGHTS[-1]
_DATED = "[1-9][0-9]{{5}}[0-9]{{4}}(?:0[1-9]|1[0-2])(?:{days})[0-9]{{3}}[0-9X]"
_SAFE, _LATE = _DATED.format(days="0[1-9]|1[0-9]|2[0-8]"), _DATED.format(days="29|3[01]")
"""Forms with a day that every month has, and with one that not every month has."""


def _doubled(number: str) -> str:
    """Return the SQL of the digits d1 … d16 of a decimal number as d1·2¹⁵ + … + d16·2⁰.

    MOD 11-2 weighs digits by powers of two. Each digit is four bits of the number that the text is
    in base 16, so neighbours are put together four times, all of them at once, instead of taking
    sixteen characters one by one.
    """
    steps = (
        "(n & 1085102592571150095) + ((n >> 3) & 2170205185142300190)",  # 0x0F0F…, 0x1E1E…
        "(n & 71777214294589695) + ((n >> 6) & 287108857178358780)",  # 0x00FF…, 0x03FC…
        "(n & 281470681808895) + ((n >> 12) & 4503530908942320)",  # 0x0000FFFF…, 0x000FFFF0…
        "(n & 4294967295) + (n >> 32) * 256",
    )
    bound = f"[{number}]"
    for step in steps:  # DuckDB has no LET: a lambda over a list of one gives a value its name
        bound = f"list_transform({bound}, lambda n: {step})"
    return f"CAST({bound}[1] AS BIGINT)"  # unsigned and signed together would be HUGEINT


_DIGITS = "TRY_CAST('0x' || left(s, 16) AS UBIGINT)"
_RESIDENT_SUM = f"{_doubled(_DIGITS)} * 4 + {_LAST_WEIGHT} * (ascii(s[17]) - {ord('0')})"
_CREDIT_SUM = " + ".join(
    f"{weight} * (strpos('{CREDIT_ALPHABET}', substr(s, {place}, 1)) - 1)"
    for place, weight in enumerate(CREDIT_WEIGHTS, start=1)
)

MACROS = f"""
CREATE OR REPLACE MACRO quanshu_resident_id_ok(s) AS
  coalesce(
    (regexp_full_match(s, '{_SAFE}') OR (regexp_full_match(s, '{_LATE}')
      AND try_strptime(substr(s, 7, 8), '%Y%m%d') IS NOT NULL))
    AND ({_RESIDENT_SUM}) % 11 = strpos('10X98765432', substr(s, 18, 1)) - 1,
    false);
CREATE OR REPLACE MACRO quanshu_credit_code_ok(s) AS
  coalesce(
    regexp_full_match(s, '[0-9A-HJ-NPQRTUWXY]{{2}}[0-9]{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}')
    AND strpos('{CREDIT_ALPHABET}', substr(s, 18, 1)) - 1 = (31 - ({_CREDIT_SUM}) % 31) % 31,
    false);
"""
"""Both are false for a text of any other form, and for null."""


def kind_that_checks(
    name: RuleKind, check: IdentityCheck, *, expectation: str, macro: str, standard: str
) -> KindOfItem:
    """Return the kind of rule by which an element's numbers have the check digit it declares."""

    def asks(about: ItemFacts) -> Said | None:
        if about.element.check is not check:
            return None
        return Words(f"应符合{check.label}校验规则", f"must be valid by {standard}"), {}

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
