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

_LAST_WEIGHT = RESIDENT_WEIGHTS[-1]
_DATED = "[1-9][0-9]{{5}}(?:{days})[0-9]{{3}}[0-9X]"
_EVERY_YEAR = _DATED.format(
    days="[0-9]{4}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
_LEAP_DAY = _DATED.format(
    days="(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)0229"
)
"""Forms with a day that every year has, and with the one that not every year has."""
_LOW = 0x0F0F0F0F0F0F0F0F
"""The lower half of every byte."""
_REVERSED = "TRY_CAST('0x' || reverse(left(s, 16)) AS UBIGINT)"
# MOD 11-2 weighs the digit at place i by 2^(18-i). Written backwards in base 16, the digits of two
# neighbouring places i (odd) and i+1 share a byte whose own weight is 256^((i-1)/2), and by modulus
# 11 that is 4^-((i-1)/2), because 256 * 4 = 1. So 2^(18-i) is 2^17 = 7 times the weight of the
# byte, and 2^(17-i) is 2^16 = 9 times: one product each instead of sixteen, and no byte can
# overflow (15 * 7 + 15 * 9 = 240). DuckDB has no LET: a lambda over a list of one names a value.
_RESIDENT_SUM = (
    f"CAST(list_transform([{_REVERSED}],"
    f" lambda n: ((n & {_LOW}) * 7 + ((n >> 4) & {_LOW}) * 9) % 11)[1] AS BIGINT)"
    f" + {_LAST_WEIGHT} * (ascii(s[17]) - {ord('0')})"
)


def _weighed(alphabet: str, weights: Iterable[int]) -> str:
    """Return the sum of the signs of a text by their places in an alphabet, each by its weight."""
    return " + ".join(
        f"{weight} * (strpos('{alphabet}', substr(s, {place}, 1)) - 1)"
        for place, weight in enumerate(weights, start=1)
    )


def _resident_id(total: str) -> str:
    """Return whether a text is a resident identity number, by its sum."""
    forms = " OR ".join(f"regexp_full_match(s, '{form}')" for form in (_EVERY_YEAR, _LEAP_DAY))
    last = "strpos('10X98765432', substr(s, 18, 1)) - 1"
    return f"CASE WHEN {forms} THEN ({total}) % 11 = {last} ELSE false END"


_CREDIT_CODE = (
    "coalesce(regexp_full_match(s, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}')"
    f" AND strpos('{CREDIT_ALPHABET}', substr(s, 18, 1)) - 1"
    f" = (31 - ({_weighed(CREDIT_ALPHABET, CREDIT_WEIGHTS)}) % 31) % 31, false)"
)
PLAIN = MappingProxyType(
    {
        "quanshu_resident_id_ok": _resident_id(_weighed("0123456789", RESIDENT_WEIGHTS)),
        "quanshu_credit_code_ok": _CREDIT_CODE,
    }
)
"""Function → its expression over `s`, of nothing but what every engine has."""
MACROS = f"""
CREATE OR REPLACE MACRO quanshu_resident_id_ok(s) AS {_resident_id(_RESIDENT_SUM)};
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
