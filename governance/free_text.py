"""Free text: numbers of persons in it, recognised by form and check digit, counted, never shown.

Belongs here: which columns may hold any words, and how many of their rows hold a resident id, a
mobile number, a bank account, the credit code of a sole trader, or a key of the row itself. Keep
out: what follows (`outlets.open_data.release`, `outlets.shares.project`). A lazy pass finds the
rows in which a number could stand at all; where there are any, a second one reads these exactly.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from catalog_specs.catalog import Catalog
from catalog_specs.check_digits import (
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    RESIDENT_WEIGHTS,
    SOLE_TRADER,
)
from catalog_specs.models.resource import Resource
from catalog_specs.rules.leaving.persons import identifies_person, is_free_text
from catalog_specs.vocabulary import ItemType
from governance.masks.columns import MaskedColumn

__all__ = ["Finding", "key_column", "key_items", "scan_text", "scanned"]

_GAP = r"[ \-\x{3000}\x{200b}]{0,2}"  # two, because every sign that is no digit stands doubled
_EDGE = r"(?:^|[^0-9])"
_AFTER = r"(?:$|[^0-9])"
_RESIDENT = (
    rf"{_EDGE}[1-9][0-9]{{5}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}{_GAP}[0-9X]{_AFTER}"
)
_MOBILE = rf"{_EDGE}(?:\+?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_AFTER}"
_FOURS = rf"{_EDGE}[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{3}}"
_ACCOUNTS = (
    rf"{_EDGE}[0-9]{{16,19}}{_AFTER}",
    rf"{_FOURS}{_AFTER}",
    rf"{_FOURS}{_GAP}[0-9]{{3}}{_AFTER}",
)
"""Three forms, each tried by itself: digits after a space may belong to the number or not."""
_TRADER = f"{SOLE_TRADER}[{CREDIT_ALPHABET}]{{16}}"
_PERHAPS = (
    r"[0-9\x{ff10}-\x{ff19}](?:[^0-9\x{ff10}-\x{ff19}]{0,2}[0-9\x{ff10}-\x{ff19}]){10}"
    r"|[9\x{ff19}][2\x{ff12}](?:[0-9A-Za-z]|[^\x00-\x7F]){6}"
)
"""What every text with a number in it has, as it is written: the eleven digits of a mobile number,
which all others but a credit code exceed, or how that of a sole trader begins. The 16 signs that
follow it are six at least: one sign may become three as capitals (\ufb03)."""
_NARROW = tuple(string.digits + string.ascii_letters)
_WIDE = tuple(chr(ord(sign) + 0xFEE0) for sign in _NARROW)
_SHORTEST_KEY = 4
"""Characters from which on a key of the row is searched for: shorter ones occur by chance."""


@dataclass(frozen=True)
class Finding:
    """A column of free text, and in how many of its rows which kind of number stands."""

    column: str
    counts: Mapping[str, int]


def scanned(columns: Sequence[MaskedColumn]) -> tuple[MaskedColumn, ...]:
    """Return the columns that leave with words of their own in them."""
    return tuple(
        column for column in columns if is_free_text(column.element) and column.mask.shows_words
    )


def key_items(catalog: Catalog, resource: Resource) -> tuple[str, ...]:
    """Return the stored text items that name the persons of a row, or whose class never leaves."""
    found = []
    for item in resource.stored:
        element = catalog.element_of(item)
        kind = catalog.sensitivities.get(element.sensitivity)
        guarded = kind is None or (kind.protected and kind.level >= 4)  # noqa: PLR2004 - identifiers
        named = identifies_person(catalog, element) or (guarded and not element.code_list)
        if named and element.type is ItemType.STRING:
            found.append(item.code)
    return tuple(found)


def key_column(code: str) -> str:
    """Return the name under which a key of the row stands beside the masked columns."""
    return f"__key_{code}"


def scan_text(
    frame: pl.LazyFrame,
    columns: Sequence[MaskedColumn],
    keys: Mapping[str, str],
    *,
    traders: bool = True,
) -> tuple[Finding, ...]:
    """Count, for every column of free text, the rows that hold a number of a person.

    Args:
        frame: the rows as they would leave, with the keys beside them.
        columns: what leaves; only free text is looked at.
        keys: stored item → the column of the frame that holds its own value in that row.
        traders: whether credit codes of sole traders count.
    """
    free = scanned(columns)
    if not free:
        return ()
    perhaps = pl.any_horizontal(_perhaps(column, keys) for column in free)
    if not frame.select(perhaps.any()).collect(engine="streaming").item():
        return ()
    wanted = [
        (column, kind, test)
        for column in free
        for kind, test in _tests(column, keys, traders=traders)
    ]
    sums = [
        test.fill_null(value=False).sum().alias(f"{number}")
        for number, (_, _, test) in enumerate(wanted)
    ]
    row = frame.filter(perhaps).select(sums).collect(engine="streaming").row(0)
    found: dict[str, dict[str, int]] = {}
    for (column, kind, _), count in zip(wanted, row, strict=True):
        if count:
            found.setdefault(column.code, {})[kind] = int(count)
    return tuple(Finding(code, counts) for code, counts in found.items())


def _perhaps(column: MaskedColumn, keys: Mapping[str, str]) -> pl.Expr:
    """Say of each row whether any of `_tests` could be true: cheap, and never too few."""
    raw = pl.col(column.code)
    keyed = [_holds_key(raw, pl.col(place)) for code, place in keys.items() if code != column.code]
    return pl.any_horizontal(raw.str.contains(_PERHAPS), *keyed).fill_null(value=False)


def _holds_key(raw: pl.Expr, key: pl.Expr) -> pl.Expr:
    return (key.str.len_chars() >= _SHORTEST_KEY) & raw.str.contains(key, literal=True)


def _tests(
    column: MaskedColumn, keys: Mapping[str, str], *, traders: bool
) -> list[tuple[str, pl.Expr]]:
    raw = pl.col(column.code)
    # Doubled, each sign that is no digit serves as the edge of the number before and after it.
    text = (
        raw.str.replace_many(list(_WIDE), list(_NARROW))
        .str.to_uppercase()
        .str.replace_all("([^0-9])", "$1$1")
    )
    tests = [
        ("resident_id", _any(text, _RESIDENT, _is_resident_id)),
        ("mobile", text.str.contains(_MOBILE)),
        (
            "account",
            pl.any_horizontal(_any(text, pattern, _is_account) for pattern in _ACCOUNTS),
        ),
    ]
    if traders:
        plain = raw.str.replace_many(list(_WIDE), list(_NARROW)).str.to_uppercase()
        tests.append(("sole_trader", _any(plain, _TRADER, _is_credit_code)))
    if column.element.pattern is not None:
        # A declared form says what the whole value is; words around a number are another matter.
        tests = [(kind, test & ~_is_whole(raw)) for kind, test in tests]
    for code, place in keys.items():
        if code != column.code:
            tests.append((f"key:{code}", _holds_key(raw, pl.col(place))))
    return tests


def _is_whole(raw: pl.Expr) -> pl.Expr:
    return raw.str.contains(r"^[0-9A-Za-z\-+]*$")


def _any(text: pl.Expr, pattern: str, valid: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return text.str.extract_all(pattern).list.eval(valid(pl.element())).list.any()


def _digit(text: pl.Expr, place: int) -> pl.Expr:
    return text.str.slice(place, 1).cast(pl.Int32, strict=False)


def _is_resident_id(found: pl.Expr) -> pl.Expr:
    """Say whether a number is a resident id (GB 11643, ISO 7064 MOD 11-2)."""
    text = found.str.replace_all("^[^0-9]+|[^0-9X]", "").str.head(18)
    total = sum((_digit(text, i) * w for i, w in enumerate(RESIDENT_WEIGHTS)), pl.lit(0))
    last = pl.when(text.str.slice(17, 1) == "X").then(10).otherwise(_digit(text, 17))
    long = text.str.len_chars() == len(RESIDENT_WEIGHTS) + 1
    return long & (last == (12 - total % 11) % 11)


def _is_account(found: pl.Expr) -> pl.Expr:
    """Say whether 16 to 19 digits satisfy the Luhn check of bank cards (GB/T 14504)."""
    text = found.str.replace_all("[^0-9]", "")
    reverse = text.str.reverse()
    total: pl.Expr = pl.lit(0)
    for place in range(19):
        digit = _digit(reverse, place).fill_null(0)
        doubled = digit * 2
        total = total + (digit if place % 2 == 0 else doubled // 10 + doubled % 10)
    return text.str.len_chars().is_between(16, 19) & (total % 10 == 0)


def _is_credit_code(found: pl.Expr) -> pl.Expr:
    """Say whether 18 characters are a unified social credit code (GB 32100, MOD 31)."""
    text = found.str.replace_all("[^0-9A-Z]", "")
    values = {sign: number for number, sign in enumerate(CREDIT_ALPHABET)}

    def value(place: int) -> pl.Expr:
        return text.str.slice(place, 1).replace_strict(values, default=None, return_dtype=pl.Int32)

    total = sum((value(i) * w for i, w in enumerate(CREDIT_WEIGHTS)), pl.lit(0))
    return (text.str.len_chars() == len(CREDIT_WEIGHTS) + 1) & (value(17) == (31 - total % 31) % 31)
