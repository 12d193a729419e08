"""Check digits of the national identity systems, as DuckDB macros.

Belongs here: GB 11643 (公民身份号码, ISO 7064 MOD 11-2) and GB 32100 (统一社会信用代码, MOD 31).
Keep out: whether a valid number belongs to somebody (that is a reference rule).
"""

from __future__ import annotations

from catalog_specs.check_digits import CREDIT_ALPHABET, CREDIT_WEIGHTS, RESIDENT_WEIGHTS

__all__ = ["MACROS"]

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
