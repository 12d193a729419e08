"""The number step: amounts and numbers written as plain digits.

Belongs here: its SQL. Keep out: casting to numeric types (`values.casts`), what currencies are
called (`currencies`).
Units are powers of ten, so multiplying by one moves the point through the digits: exact, and
without any limit on their number. An amount is understood in two steps: its brackets and gaps must
stand where they may, then they are removed and the rest must be a number, at most one unit,
and the words of one currency.
"""

from __future__ import annotations

from catalog_specs.models.normalisation import Number
from storage.sql import literal
from values.normalise.currencies import CODES, COINS, OWN, OWN_COINS
from values.normalise.texts import halfwidth

__all__ = ["currency", "plain"]

_GAPS = r"[ \x{a0}]"
_IN = "[^()0-9]*"
_BEHIND = rf"{_IN}(?:\({_IN}(?:\({_IN}\){_IN})?\){_IN})?"
"""Words behind a number: a pair of brackets at most, and one inside it, and never a digit."""
_BRACKETS = "[]{}【】〔〕"
_GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+"
_UNIT = "(?:[十百千]?[万亿]|万亿|[十百千])"
_UNITS = ("十", "百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿")
_TENS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_PLAIN = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)"
_PAD = 24
"""Zeros on both sides of the digits: more than any unit moves the point."""


def plain(text: str, step: Number) -> str:
    """Write a number as digits with at most a sign and a point; NULL for what is none.

    `5,002(万元人民币)` becomes `50020000`, `￥1,234.50元` becomes `1234.50`. Separators must part
    groups of three, and nothing but one unit and one currency may stand beside the digits. Signs of
    full width are those of half width.
    """
    found = f"[{_read(step)} FOR _t IN [{_told(text)}]][1]"
    if step.bare == step.per and not step.currency_item:  # plain already, and costs little
        return (
            f"CASE WHEN regexp_full_match({text}, {literal(_PLAIN)}) THEN {text} ELSE {found} END"
        )
    return found


def currency(text: str) -> str:
    """Return the SQL of the code of the currency that an understood text names; NULL for none."""
    named = {**CODES, "CNY": f"{OWN}|[¥￥]|{OWN_COINS}"}  # last, because 美元 has a 元 in it
    cases = " ".join(
        f"WHEN regexp_matches(_c, {literal(f'(?i:{words})')}) THEN {literal(code)}"
        for code, words in named.items()
    )
    return f"[CASE {cases} END FOR _c IN [{halfwidth(text)}]][1]"


def _told(text: str) -> str:
    """Return the SQL of a struct: the text in half width, and that without brackets and gaps."""
    half = f"translate({halfwidth(text)}, {literal(_BRACKETS)}, '()()()()')"
    both = f"{{'half': _h, 'flat': regexp_replace(_h, '[()]|{_GAPS}', '', 'g')}}"
    return f"[{both} FOR _h IN [{half}]][1]"  # a list of one gives its value a name (see `casts`)


def _read(step: Number) -> str:
    zeros = len(step.bare) - 1
    known = [f"regexp_full_match(_t.half, {literal(_frame(step))})"]
    known.append(f"regexp_full_match(_t.flat, {literal(_amount(step))})")
    if zeros and step.currency:
        known.append(f"NOT ({_names_currency_alone()})")
    moved = _moved(_digits(), f"({_power(zeros)} - {len(step.per) - 1})")
    sign = (
        "CASE WHEN contains(_t.flat, '-') THEN '-' WHEN contains(_t.flat, '+') THEN '+' ELSE '' END"
    )
    return f"CASE WHEN {' AND '.join(known)} THEN ({sign}) || {moved} END"


def _frame(step: Number) -> str:
    """Return the pattern of where brackets and gaps may stand: never within the digits."""
    digits = f"{_GAPS}*[0-9.,]+"
    if not step.units and not step.currency:
        return f"[+-]?{digits}"
    before = rf"(?:\({_IN}\))?{_IN}" if step.currency else "[+-]?"
    whole = ""
    if step.units:  # (5) is minus five to an accountant, (5万元) is not
        whole = rf"|\({before}{digits}{_GAPS}*[十百千]?[万亿]{_IN}\)"
    return f"{before}{digits}{_BEHIND}{whole}"


def _amount(step: Number) -> str:
    """Return the pattern of every amount that is understood, without brackets and gaps."""
    digits = rf"(?:{_GROUPED}|\d+)" if step.thousands else r"\d+"
    number = rf"(?:{digits}(?:\.\d+)?|\.\d+)"
    unit = f"{_UNIT}?" if step.units else ""
    if not step.currency:
        return f"[+-]?{number}{unit}"
    mark = f"(?i:{OWN})"
    own = rf"(?:{mark}:?)?(?:[+-]?[¥￥]?|[¥￥][+-]){number}"
    own += f"{mark}?{unit}(?:{mark}|{OWN_COINS}){{0,3}}[整正]?"
    if step.currency_item is None:
        return own
    return "|".join([own, *(_foreign(number, unit, words) for words in CODES.values())])


def _foreign(number: str, unit: str, words: str) -> str:
    """Return the pattern of an amount in one other currency, which stands before it or behind."""
    mark = f"(?i:{words})"
    return f"(?:{mark}:?[+-]?{number}{unit}|[+-]?{number}(?:{mark}{unit}|{unit}{mark}))[整正]?"


def _names_currency_alone() -> str:
    """Say whether a text names the currency but not what is counted: 元 or 万元?"""
    every = "|".join([OWN, *CODES.values()])
    marked = f"regexp_matches(_t.flat, {literal(f'[¥￥]|(?i:{every})')})"
    return f"{marked} AND NOT regexp_matches(_t.flat, {literal(f'[十百千万亿]|{COINS}')})"


def _digits() -> str:
    return "replace(regexp_extract(_t.flat, '[0-9.,]+'), ',', '')"


def _power(bare: int) -> str:
    """Return the SQL of the power of ten that the unit of an understood text stands for."""
    unit = "regexp_extract(_t.flat, '[十百千万亿]+')"
    cases = " ".join(
        f"WHEN {literal(one)} THEN {sum(_TENS[sign] for sign in one)}" for one in _UNITS
    )
    coin = f"regexp_matches(_t.flat, {literal(COINS)})"
    alone = f"CASE WHEN {coin} THEN 0 ELSE {bare} END" if bare else "0"
    return f"CASE {unit} {cases} ELSE {alone} END"


def _moved(digits: str, places: str) -> str:
    """Move the point of a number by places; where it moves, needless zeros go."""
    # texts and not DECIMAL: a number may have more digits than any type of the engine
    zeros = f"repeat('0', {_PAD})"
    spread = f"{zeros} || replace(_n.d, '.', '') || {zeros}"
    point = f"({_PAD} + length(split_part(_n.d, '.', 1)) + _n.p)"
    shown = f"left({spread}, {point}) || '.' || substr({spread}, {point} + 1)"
    cleaned = f"rtrim(regexp_replace({shown}, '^0*(\\d+)\\.(\\d*?)0*$', '\\1.\\2'), '.')"
    both = f"{{'d': {digits}, 'p': {places}}}"
    return f"[CASE _n.p WHEN 0 THEN _n.d ELSE {cleaned} END FOR _n IN [{both}]][1]"
