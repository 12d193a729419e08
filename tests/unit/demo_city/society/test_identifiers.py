"""Identity numbers made by the column agree with an independent implementation."""

from __future__ import annotations

import numpy as np
import polars as pl
from stdnum.cn import ric, uscc

from demo_city.society.identifiers import break_check_digit, credit_codes, resident_ids, serials

SIZE = 2000


def some_ids() -> pl.Series:
    """Return resident ids over many days."""
    days = np.datetime64("1930-01-01") + np.arange(SIZE) * 17
    return resident_ids(np.full(SIZE, 350582), days, np.arange(SIZE) % 999 + 1)


def test_resident_ids_check() -> None:
    """Every resident id ends in the check character of ISO 7064 MOD 11-2."""
    assert all(ric.calc_check_digit(one) == one[-1] for one in some_ids())


def test_credit_codes_check_and_differ() -> None:
    """Every credit code is valid, and no serial number gives the code of another."""
    codes = credit_codes("91", np.full(SIZE, 350503), 31_000_000 + np.arange(SIZE))
    assert all(uscc.is_valid(one) for one in codes)
    assert codes.n_unique() == SIZE


def test_broken_check_digits_never_check() -> None:
    """A broken number has the length of a good one and fails its check."""
    codes = credit_codes("93", np.full(SIZE, 350525), np.arange(SIZE))
    assert not any(ric.calc_check_digit(one) == one[-1] for one in break_check_digit(some_ids()))
    assert not any(uscc.is_valid(one) for one in break_check_digit(codes))
    assert set(break_check_digit(codes).str.len_chars()) == {18}


def test_serials_count_within_groups() -> None:
    """Rows of one group are numbered from 0 in the order they stand in."""
    counted = serials(np.array([7, 3, 7, 7, 3]), np.array([1, 1, 1, 2, 1]))
    assert counted.tolist() == [0, 0, 1, 0, 1]
