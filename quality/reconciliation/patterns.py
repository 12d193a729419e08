"""Patterns: how two values differ, as SQL that gives a code and never a value.

Belongs here: one condition a pattern, by the type of the values. Keep out: the codes and their
words (`catalog_specs.rules.mismatches`), which rows are compared (`comparing`).
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog_specs.rules.mismatches import MismatchPattern
from storage.sql import literal
from values.normalise.texts import halfwidth

__all__ = ["pattern_sql"]

LONGEST = 200
"""Characters of a text that is compared character by character; a longer one differs otherwise."""
POWERS = 9
"""The highest power of ten by which units differ: 元 and 十亿元."""
_UNSEEN = literal(r"[\s\p{Z}\p{C}]+")
_SIGNS = literal(r"[^\p{L}\p{M}\p{N}]+")


def pattern_sql(mine: str, theirs: str, kind: str) -> str:
    """Return the SQL of the code of how two different values of a type differ.

    `mine` is not null; `theirs` is null where the source's value is empty.
    """
    cases = "".join(
        f" WHEN {condition} THEN {literal(pattern.stored)}"
        for pattern, condition in _conditions(mine, theirs, kind)
    )
    empty = f"WHEN {theirs} IS NULL THEN {literal(MismatchPattern.SOURCE_EMPTY.stored)}"
    return f"CASE {empty}{cases} ELSE {literal(MismatchPattern.OTHER.stored)} END"


def _conditions(mine: str, theirs: str, kind: str) -> Iterator[tuple[MismatchPattern, str]]:
    if kind == "VARCHAR":
        yield from _texts(mine, theirs)
    elif kind in {"DATE", "TIMESTAMP"}:
        yield from _dates(f"CAST({mine} AS DATE)", f"CAST({theirs} AS DATE)")
    elif kind != "BOOLEAN":
        yield from _numbers(mine, theirs)


def _texts(mine: str, theirs: str) -> Iterator[tuple[MismatchPattern, str]]:
    a, b = _form(mine), _form(theirs)
    yield MismatchPattern.FORM, f"{a} = {b}"
    a, b = _bare(mine), _bare(theirs)
    both = f"{a} <> '' AND {b} <> ''"
    yield MismatchPattern.PUNCTUATION, f"{both} AND {a} = {b}"
    part = f"(starts_with({a}, {b}) OR starts_with({b}, {a}))"
    yield MismatchPattern.PART, f"{both} AND {part}"
    yield from _characters(mine, theirs)


def _characters(a: str, b: str) -> Iterator[tuple[MismatchPattern, str]]:
    """Compare texts of one length character by character."""
    alike = f"length({a}) = length({b}) AND length({a}) <= {LONGEST}"
    places = f"list_filter(range(1, length({a}) + 1), lambda n: {a}[n] <> {b}[n])"
    crossed = (
        f"list_filter([{places}], lambda p: len(p) = 2 AND p[2] = p[1] + 1 "
        f"AND {a}[p[1]] = {b}[p[2]] AND {a}[p[2]] = {b}[p[1]])"
    )
    yield MismatchPattern.TRANSPOSED, f"{alike} AND len({crossed}) = 1"
    yield MismatchPattern.ONE_CHARACTER, f"{alike} AND len({places}) = 1"


def _numbers(mine: str, theirs: str) -> Iterator[tuple[MismatchPattern, str]]:
    # exact in a decimal of 38 digits: a power of ten never overflows what a column holds
    a, b = (f"CAST({one} AS DECIMAL(38,9))" for one in (mine, theirs))
    shifted = " OR ".join(
        f"{left} = {right} * {10**power}"
        for power in range(1, POWERS + 1)
        for left, right in ((a, b), (b, a))
    )
    yield MismatchPattern.MAGNITUDE, f"{b} <> 0 AND ({shifted})"
    yield from _characters(f"CAST({mine} AS VARCHAR)", f"CAST({theirs} AS VARCHAR)")


def _dates(a: str, b: str) -> Iterator[tuple[MismatchPattern, str]]:
    same_year = f"year({a}) = year({b})"
    yield (
        MismatchPattern.DAY_MONTH,
        f"{same_year} AND month({a}) = day({b}) AND day({a}) = month({b}) AND {a} <> {b}",
    )
    yield MismatchPattern.NEXT_DAY, f"abs({a} - {b}) = 1"
    same_day = f"month({a}) = month({b}) AND day({a}) = day({b})"
    yield MismatchPattern.YEAR, f"NOT {same_year} AND {same_day}"


def _form(text: str) -> str:
    """Take away what nobody sees, and write the rest in one width and case."""
    return f"lower(regexp_replace({halfwidth(text)}, {_UNSEEN}, '', 'g'))"


def _bare(text: str) -> str:
    """Leave letters and numbers alone."""
    return f"regexp_replace({_form(text)}, {_SIGNS}, '', 'g')"
