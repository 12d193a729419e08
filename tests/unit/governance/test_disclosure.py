"""Disclosure control: class sizes as counted by hand, and what makes a set fail."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.disclosure import measure, without_small_classes

COLUMNS = ("a", "b", "c")
CELL = st.sampled_from(["x", "y", None])
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=25)


def frame(rows: list[tuple[Any, ...]]) -> pl.LazyFrame:
    """Return rows as a frame of three text columns."""
    return pl.LazyFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, k=st.integers(1, 6))
def test_sizes_are_those_counted_by_hand(rows: list[tuple[Any, ...]], k: int) -> None:
    """Classes, smallest class and rows below k equal a count in plain Python; null is a value."""
    counted = Counter(rows)
    small = {row: n for row, n in counted.items() if n < k}
    found = measure(frame(rows), COLUMNS, k)
    assert found.rows == len(rows)
    assert found.classes == len(counted)
    assert found.smallest == min(counted.values(), default=0)
    assert (found.small_classes, found.small_rows) == (len(small), sum(small.values()))
    assert found.safe == (not small)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, k=st.integers(2, 4))
def test_narrowest_combinations_are_those_found_by_hand(
    rows: list[tuple[Any, ...]], k: int
) -> None:
    """The combinations named are all of the fewest columns that already fail."""
    expected: set[tuple[str, ...]] = set()
    for size in (1, 2, 3):
        for chosen in combinations(range(3), size):
            counted = Counter(tuple(row[i] for i in chosen) for row in rows)
            if any(n < k for n in counted.values()):
                expected.add(tuple(COLUMNS[i] for i in chosen))
        if expected:
            break
    assert {one.columns for one in measure(frame(rows), COLUMNS, k).narrowest} == expected


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, k=st.integers(1, 5))
def test_suppression_leaves_only_safe_rows(rows: list[tuple[Any, ...]], k: int) -> None:
    """Without its small classes a set is safe, and exactly the rows below k are gone."""
    before = measure(frame(rows), COLUMNS, k)
    after = measure(without_small_classes(frame(rows), COLUMNS, k), COLUMNS, k)
    assert after.safe
    assert after.rows == before.rows - before.small_rows


def test_threshold_itself_is_safe() -> None:
    """A class of exactly k rows passes, one of k - 1 does not."""
    assert measure(frame([("x", "x", None)] * 3), COLUMNS, 3).safe
    assert not measure(frame([("x", "x", None)] * 2), COLUMNS, 3).safe


def test_no_rows_and_no_columns() -> None:
    """An empty set is safe, and a set without quasi-identifiers has no classes to measure."""
    assert measure(frame([]), COLUMNS, 3).smallest == 0
    found = measure(frame([("x", "y", None)]), (), 3)
    assert (found.rows, found.classes, found.safe) == (1, 0, True)


def test_report_names_columns_and_no_value() -> None:
    """The report holds column names and counts, and no value of the data."""
    said = str(measure(frame([("私密", "y", None)]), COLUMNS, 3).as_dict())
    assert "私密" not in said
    assert "'narrowest'" in said
