"""The step that writes numbers as plain digits.

Belongs here: its SQL. Keep out: casting to numeric types (`lakehouse.casts`).
Units are powers of ten, so multiplying by one moves the point through the digits: exact, and
without any limit on their number.
"""

from __future__ import annotations

from catalog_specs.models.normalisation import Number
from lakehouse.sql import literal

__all__ = ["plain"]

_GAP = r"[ \x{a0}\x{3000}]*"
_GROUPED = r"[1-9]\d{0,2}(?:[,，]\d{3})+"
_MARK = r"(?i:人民币|CNY|RMB)"
_YUAN = f"(?:{_MARK}?(?:元|圆)?整?{_MARK}?)"
_SIGN = f"(?:{_MARK}{_GAP}[:：]?)?{_GAP}[¥￥]?"
_UNIT = "(?:[十百千]?[万亿]|万亿|[十百千])"
_UNITS = ("十", "百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿")
_TENS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_PLAIN = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)"
_PAD = 24
"""Zeros on both sides of the digits: more than any unit moves the point."""


def plain(text: str, step: Number) -> str:
    """Write a number as digits with at most a sign and a point.

    `5,002(万元人民币)` becomes `50020000`, `￥1,234.50元` becomes `1234.50`. Separators must part
    groups of three, one unit may stand behind the digits or in brackets, and nothing else may be
    there.
    """
    zeros = len(step.bare) - 1
    known = [f"regexp_full_match({text}, {literal(_whole(step))})"]
    if zeros and step.currency:
        known.append(f"NOT ({_names_currency_alone(text)})")
    moved = _moved(_digits(text), f"({_power(text, zeros)} - {len(step.per) - 1})")
    sign = (
        f"CASE WHEN contains({text}, '-') THEN '-' WHEN contains({text}, '+') THEN '+' ELSE '' END"
    )
    understood = f"WHEN {' AND '.join(known)} THEN ({sign}) || {moved}"
    if step.bare == step.per:  # what is plain already stays, and costs little
        understood = f"WHEN regexp_full_match({text}, {literal(_PLAIN)}) THEN {text} {understood}"
    return f"CASE {understood} ELSE {text} END"


def _whole(step: Number) -> str:
    """Return the pattern of every text that is understood."""
    digits = rf"(?:{_GROUPED}|\d+)" if step.thousands else r"\d+"
    number = rf"(?:{digits}(?:\.\d+)?|\.\d+)"
    unit = f"(?:{_GAP}{_UNIT})?" if step.units else ""
    yuan = f"{_GAP}{_YUAN}" if step.currency else ""
    sign = f"(?:[+-]?{_SIGN}|{_SIGN}[+-])" if step.currency else "[+-]?"
    tails = [f"{unit}{yuan}"]
    if step.currency:
        tails.append(f"{unit}{yuan}{_GAP}[(（]{_YUAN}[)）]")
    if step.units:
        tails.append(f"{yuan}{_GAP}[(（]{_UNIT}{yuan}[)）]")
    return f"{sign}{_GAP}{number}(?:{'|'.join(tails)})"


def _names_currency_alone(text: str) -> str:
    """Say whether a text names the currency but not what is counted: 元 or 万元?"""
    marked = f"regexp_matches({text}, {literal(f'[¥￥]|{_MARK}')})"
    return f"{marked} AND NOT regexp_matches({text}, '[十百千万亿元圆]')"


def _digits(text: str) -> str:
    return f"replace(replace(regexp_extract({text}, '[0-9.,，]+'), ',', ''), '，', '')"


def _power(text: str, bare: int) -> str:
    """Return the SQL of the power of ten that the unit of an understood text stands for."""
    unit = f"regexp_extract({text}, '[十百千万亿]+')"
    cases = " ".join(
        f"WHEN {literal(one)} THEN {sum(_TENS[sign] for sign in one)}" for one in _UNITS
    )
    alone = f"CASE WHEN regexp_matches({text}, '[元圆]') THEN 0 ELSE {bare} END" if bare else "0"
    return f"CASE {unit} {cases} ELSE {alone} END"


def _moved(digits: str, places: str) -> str:
    """Move the point of a number by places; where it moves, needless zeros go."""
    zeros = f"repeat('0', {_PAD})"
    spread = f"{zeros} || replace(_n.d, '.', '') || {zeros}"
    point = f"({_PAD} + length(split_part(_n.d, '.', 1)) + _n.p)"
    shown = f"left({spread}, {point}) || '.' || substr({spread}, {point} + 1)"
    cleaned = f"rtrim(regexp_replace({shown}, '^0*(\\d+)\\.(\\d*?)0*$', '\\1.\\2'), '.')"
    both = f"{{'d': {digits}, 'p': {places}}}"
    return f"[CASE _n.p WHEN 0 THEN _n.d ELSE {cleaned} END FOR _n IN [{both}]][1]"
