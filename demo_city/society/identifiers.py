"""Identifiers with correct check digits, made by the column.

Belongs here: GB 11643 resident ids, GB 32100 credit codes (with the GB 11714 organisation code
inside), and how to break their check digits. Keep out: whom they are given to.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["break_check_digit", "credit_codes", "resident_ids", "serials"]

Whole = NDArray[np.int64]
Bytes = NDArray[np.uint8]

RESIDENT_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_CHECKS = "0123456789X"


def resident_ids(division: Whole, born: NDArray[np.datetime64], order: Whole) -> pl.Series:
    """Return 18-character resident ids (GB 11643): division, birth date, order, check.

    `division` holds six-digit codes, `order` 1 … 999 with odd numbers for men; the check character
    is ISO 7064 MOD 11-2.
    """
    days = born.astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    body = ((division * 10_000 + year) * 10_000 + month * 100 + day) * 1_000 + order
    # MOD 11-2: the place that is n before the check character weighs 2^n modulo 11.
    weights = np.array([pow(2, 17 - place, 11) for place in range(17)], dtype=np.int64)
    checks = (digits(body, 17) @ weights) % 11
    return pl.Series(
        letters(np.column_stack([digits(body, 17), checks]), "0123456789", RESIDENT_CHECKS)
    )


def serials(*groups: Whole) -> Whole:
    """Count the rows of each group from 0 in row order; rows of one group agree in all arrays."""
    # Sorting by keys is stable: rows of one group stay in row order, and so are counted in it.
    order = np.lexsort(groups)
    keys = np.column_stack([group[order] for group in groups])
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    positions = np.arange(len(order))
    first = np.maximum.accumulate(np.where(starts, positions, 0))
    counted = np.empty(len(order), dtype=np.int64)
    counted[order] = positions - first
    return counted


def credit_codes(prefix: str, division: Whole, serial: Whole) -> pl.Series:
    """Return 18-character credit codes (GB 32100) for organisations numbered by `serial`.

    `prefix` is the registering authority and kind, e.g. 91 enterprise, 92 self-employed, 12 public
    institution, 52 private non-enterprise. Different serials give different codes.
    """
    body = digits(serial, 8)
    weighted = body @ np.array(ORGANISATION_WEIGHTS, dtype=np.int64)
    # 10 is written X; the outer `% 11` turns 11 into 0.
    check = (11 - weighted % 11) % 11
    head = np.tile([int(sign) for sign in prefix], (len(serial), 1))
    values = np.column_stack([head, digits(division, 6), body])
    organisation_check = np.frombuffer(ORGANISATION_CHECKS.encode(), dtype=np.uint8)[check]
    rank = np.array([CREDIT_ALPHABET.index(sign) for sign in ORGANISATION_CHECKS])[check]
    total = np.column_stack([values, rank]) @ np.array(CREDIT_WEIGHTS, dtype=np.int64)
    last = np.frombuffer(CREDIT_ALPHABET.encode(), dtype=np.uint8)[(31 - total % 31) % 31]
    return texts(np.column_stack([values + ord("0"), organisation_check, last]))


def break_check_digit(codes: pl.Series) -> pl.Series:
    """Replace each code's last character by a digit that is certainly wrong."""
    last = codes.str.slice(-1)
    wrong = pl.select(pl.when(last == "0").then(pl.lit("1")).otherwise(pl.lit("0"))).to_series()
    return codes.str.head(-1) + wrong


def digits(numbers: Whole, width: int) -> Whole:
    """Return the decimal digits of each number as `width` columns, leading zeros included."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return numbers[:, None] // powers % 10


def letters(values: Whole, alphabet: str, last: str) -> pl.Series:
    """Spell rows of ranks with `alphabet`, the final column with `last`."""
    body = np.frombuffer(alphabet.encode(), dtype=np.uint8)[values[:, :-1]]
    tail = np.frombuffer(last.encode(), dtype=np.uint8)[values[:, -1:]]
    return texts(np.column_stack([body, tail]))


def texts(characters: NDArray[np.generic]) -> pl.Series:
    """Join each row of ASCII character codes to one text."""
    # The same memory read as byte strings of one width: no loop in Python over the rows.
    block = np.ascontiguousarray(characters.astype(np.uint8))
    return pl.Series(block.view(f"S{block.shape[1]}").ravel().astype(str).astype(object)).cast(
        pl.String
    )
