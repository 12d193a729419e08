"""Check digits of the national identity systems: DuckDB macros, and the kinds of rules that ask.

Belongs here: GB 11643 (公民身份号码, ISO 7064 MOD 11-2), GB 32100 (统一社会信用代码, MOD 31),
and what the kinds of rules about them have in common.
Keep out: whether a valid number belongs to somebody (that is a reference rule).
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
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

__all__ = ["MACROS", "PLAIN", "kind_that_checks"]

_DATED = "[1-9][0-9]{{5}}(?:{days})[0-9]{{3}}[0-9X]"
_EVERY_YEAR = _DATED.format(
    days="[0-9]{4}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
_LEAP_DAY = _DATED.format(
    days="(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)0229"
)
"""Forms with a day that every year has, and with the one that not every year has."""
_LAST = "10X98765432"
"""The last signs of a number, by the sum of the others modulo 11."""
_ODD = 0xF0F0F0F0F0F0F0F0
"""The upper half of every byte."""
# MOD 11-2 weighs the digit at place i by 2^(18-i). By modulus 11 that is 2^16 * (-5)^k for the
# digits at the places 2 to 17, k being 0 to 15, and 16 = 5: written backwards in base 16 they weigh
# what they should but for the sign of every other one. Those stand in the upper halves of bytes,
# where the exclusive or with 15 makes of a digit d what 15 - d is. So the sum needs no digit taken
# out, but for the first one, which begins the text.
_RESIDENT_SUM = (
    f"{2**16 % 11} * CAST(xor(TRY_CAST('0x' || reverse(substr(s, 2, 16)) AS UBIGINT),"
    f" {_ODD}::UBIGINT) % 11::UBIGINT AS BIGINT)"
    f" + {-(2**16) * _ODD % 11} + {RESIDENT_WEIGHTS[0]} * (ascii(s) - {ord('0')})"
)


def _weighed(alphabet: str, weights: Iterable[int]) -> str:
    """Return the sum of the signs of a text by their places in an alphabet, each by its weight."""
    return " + ".join(
        f"{weight} * (strpos('{alphabet}', substr(s, {place}, 1)) - 1)"
        for place, weight in enumerate(weights, start=1)
    )


def _resident_id(ends: str) -> str:
    """Return whether a text is a resident identity number: its form, and how it ends."""
    forms = " OR ".join(f"regexp_full_match(s, '{form}')" for form in (_EVERY_YEAR, _LEAP_DAY))
    return f"CASE WHEN {forms} THEN {ends} ELSE false END"


_CREDIT_CODE = (
    "coalesce(regexp_full_match(s, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}')"
    f" AND strpos('{CREDIT_ALPHABET}', substr(s, 18, 1)) - 1"
    f" = (31 - ({_weighed(CREDIT_ALPHABET, CREDIT_WEIGHTS)}) % 31) % 31, false)"
)
PLAIN = MappingProxyType(
    {
        "quanshu_resident_id_ok": _resident_id(
            f"({_weighed('0123456789', RESIDENT_WEIGHTS)}) % 11"
            f" = strpos('{_LAST}', substr(s, 18, 1)) - 1"
        ),
        "quanshu_credit_code_ok": _CREDIT_CODE,
    }
)
"""Function → its expression over `s`, of nothing but what every engine has."""
MACROS = f"""
CREATE OR REPLACE MACRO quanshu_resident_id_ok(s) AS
    {_resident_id(f"ends_with(s, '{_LAST}'[1 + ({_RESIDENT_SUM}) % 11])")};
CREATE OR REPLACE MACRO quanshu_credit_code_ok(s) AS {_CREDIT_CODE};
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
