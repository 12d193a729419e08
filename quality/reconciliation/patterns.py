"""Patterns: how two values differ, as SQL that gives a code and never a value.

Belongs here: one condition a pattern, by the type of the values. Keep out: the codes and their
words (`catalog_specs.rules.mismatches`), which rows are compared (`comparing`).
"""

from __future__ import annotations

from catalog_specs.rules.mismatches import MismatchPattern
from quality.rules.divisions.successions import successions
from storage.engines.connection import Connection
from storage.sql import literal
from values.normalise.texts import halfwidth

__all__ = ["bring_renewals", "pattern_sql"]

LONGEST = 200
"""Characters of a text that is compared character by character; a longer one differs otherwise."""
WIDEST = 4
"""Bytes of the widest character."""
POWERS = 9
"""The highest power of ten by which units differ: 元 and 十亿元."""
_RENEWALS = "_renewals"
"""The relation of `bring_renewals`."""
_UNSEEN = literal(r"[\s\p{Z}\p{C}]+")
_SIGNS = literal(r"[^\p{L}\p{M}\p{N}]+")


def pattern_sql(mine: str, theirs: str, kind: str, *, divisions: bool = False) -> str:
    """Return the SQL of the code of how two different values of a type differ.

    `mine` is not null; `theirs` is null where the source's value is empty. Of texts that are codes
    of `divisions` it is asked whether one followed the other, by what `bring_renewals` brings.
    """
    if kind == "VARCHAR":
        found = _texts(mine, theirs)
    elif kind in {"DATE", "TIMESTAMP"}:
        found = _dates(f"CAST({mine} AS DATE)", f"CAST({theirs} AS DATE)")
    elif kind == "BOOLEAN":
        found = _code(MismatchPattern.OTHER)
    else:
        found = _numbers(mine, theirs)
    empty = (f"{theirs} IS NULL", MismatchPattern.SOURCE_EMPTY)
    renewed = (_renewed(mine, theirs), MismatchPattern.RENEWED_CODE)
    return _case(empty, *([renewed] if divisions else []), otherwise=found)


def bring_renewals(con: Connection) -> None:
    """Bring which code of a division followed which, as `pattern_sql` asks of such codes."""
    pairs = sorted(old + new for old, new in successions())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_RENEWALS} AS SELECT unnest($1) AS pair", [pairs])


def _renewed(a: str, b: str) -> str:
    """Compare codes of divisions, and of towns and villages below a county by their first six."""
    codes = f"regexp_full_match({a}, '[0-9]{{6,12}}') AND length({a}) = length({b})"
    pairs = (f"{x}[1:6] || {y}[1:6] IN (FROM {_RENEWALS})" for x, y in ((a, b), (b, a)))
    return f"{codes} AND {a}[7:] = {b}[7:] AND ({' OR '.join(pairs)})"


def _texts(mine: str, theirs: str) -> str:
    some = "_bare.a <> '' AND _bare.b <> ''"
    begins = "starts_with(_bare.a, _bare.b) OR starts_with(_bare.b, _bare.a)"
    bare = _case(
        (f"{some} AND _bare.a = _bare.b", MismatchPattern.PUNCTUATION),
        (f"{some} AND ({begins})", MismatchPattern.PART),
        otherwise=_characters(mine, theirs),
    )
    form = _case(
        ("_form.a = _form.b", MismatchPattern.FORM),
        otherwise=_let("_bare", _bare("_form.a"), _bare("_form.b"), bare),
    )
    return _let("_form", _form(mine), _form(theirs), form)


def _characters(a: str, b: str) -> str:
    """Compare texts of one length character by character."""
    places = "list_filter(range(1, length(_two.a) + 1), lambda _n: _two.a[_n] <> _two.b[_n])"
    crossed = (
        "len(_at.a) = 2 AND _at.a[2] = _at.a[1] + 1 "
        "AND _at.b.a[_at.a[1]] = _at.b.b[_at.a[2]] AND _at.b.a[_at.a[2]] = _at.b.b[_at.a[1]]"
    )
    told = _case(
        (crossed, MismatchPattern.TRANSPOSED),
        ("len(_at.a) = 1", MismatchPattern.ONE_CHARACTER),
        otherwise=_code(MismatchPattern.OTHER),
    )
    compared = _let("_two", a, b, _let("_at", places, "_two", told))
    alike = f"length({a}) = length({b}) AND length({a}) <= {LONGEST}"
    # most texts differ in more bytes than two characters have, which costs next to nothing to see
    bytes_apart = f"CASE WHEN strlen({a}) = strlen({b}) THEN hamming({a}, {b}) ELSE 0 END"
    near = f"{bytes_apart} <= CASE WHEN strlen({a}) = length({a}) THEN 2 ELSE {2 * WIDEST} END"
    other = _code(MismatchPattern.OTHER)
    return (
        f"CASE WHEN {alike} THEN CASE WHEN {near} THEN {compared} ELSE {other} END ELSE {other} END"
    )


def _numbers(mine: str, theirs: str) -> str:
    # exact in a decimal of 38 digits: a power of ten never overflows what a column holds
    shifted = " OR ".join(
        f"{left} = {right} * {10**power}"
        for power in range(1, POWERS + 1)
        for left, right in (("_exact.a", "_exact.b"), ("_exact.b", "_exact.a"))
    )
    texts = _characters(f"CAST({mine} AS VARCHAR)", f"CAST({theirs} AS VARCHAR)")
    told = _case((f"_exact.b <> 0 AND ({shifted})", MismatchPattern.MAGNITUDE), otherwise=texts)
    a, b = (f"CAST({one} AS DECIMAL(38,9))" for one in (mine, theirs))
    return _let("_exact", a, b, told)


def _dates(a: str, b: str) -> str:
    same_year = f"year({a}) = year({b})"
    crossed = f"month({a}) = day({b}) AND day({a}) = month({b}) AND {a} <> {b}"
    same_day = f"month({a}) = month({b}) AND day({a}) = day({b})"
    return _case(
        (f"{same_year} AND {crossed}", MismatchPattern.DAY_MONTH),
        (f"abs({a} - {b}) = 1", MismatchPattern.NEXT_DAY),
        (f"NOT {same_year} AND {same_day}", MismatchPattern.YEAR),
        otherwise=_code(MismatchPattern.OTHER),
    )


def _form(text: str) -> str:
    """Take away what nobody sees, and write the rest in one width and case."""
    return f"lower(regexp_replace({halfwidth(text)}, {_UNSEEN}, '', 'g'))"


def _bare(form: str) -> str:
    """Leave letters and numbers alone, of a text that is in its form already."""
    return f"regexp_replace({form}, {_SIGNS}, '', 'g')"


def _case(*cases: tuple[str, MismatchPattern], otherwise: str) -> str:
    told = " ".join(f"WHEN {condition} THEN {_code(pattern)}" for condition, pattern in cases)
    return f"CASE {told} ELSE {otherwise} END"


def _code(pattern: MismatchPattern) -> str:
    return literal(pattern.stored)


def _let(name: str, a: str, b: str, told: str) -> str:
    """Work two values out once, and name them `<name>.a` and `<name>.b` in what is told of them."""
    # SQL has no local names; a list of one struct gives a lambda's parameter to each row. A column
    # of that name would win over it, and no item's code begins with an underscore.
    return f"list_transform([{{'a': {a}, 'b': {b}}}], lambda {name}: {told})[1]"
