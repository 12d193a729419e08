"""Suppression: what is told of a table never tells what is hidden in it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from outlets.answers.suppression import Sparse, hidden_labels, told_table

Cell = tuple[str, str]
LEAST = 5
LABELS = "abcdef"


def audited(counts: Mapping[Cell, int], told: Mapping[Cell, int | None]) -> None:
    """Fail if any hidden number can be worked out: by linear programming, as an attacker would.

    Unknown are the hidden cells and margins; known is every sum with what is told, and that
    nothing is negative.
    """
    rows, columns = sorted({r for r, _ in told}), sorted({c for _, c in told})
    everything = {**told, **_margins(counts, 0), **_margins(counts, 1)}
    unknown = [place for place, count in everything.items() if count is None]
    total = sum(counts.values())
    sums: list[tuple[list[Cell], Cell | None]] = [
        *(([(row, column) for column in columns], (row, "")) for row in rows),
        *(([(row, column) for row in rows], ("", column)) for column in columns),
        ([(row, "") for row in rows], None),
        ([("", column) for column in columns], None),
    ]
    lines = np.zeros((len(sums), len(unknown)))
    right = np.zeros(len(sums))
    for number, (parts, whole) in enumerate(sums):
        right[number] = 0 if whole else total
        for place, sign in (*((one, 1) for one in parts), *(((whole, -1),) if whole else ())):
            count = everything[place]
            if count is None:
                lines[number, unknown.index(place)] += sign
            else:
                right[number] -= sign * count
    for number, place in enumerate(unknown):
        low, high = (
            sign * linprog(sign * np.eye(len(unknown))[number], A_eq=lines, b_eq=right).fun
            for sign in (1, -1)
        )
        assert high - low >= 1, (place, low, high)


def _margins(counts: Mapping[Cell, int], axis: int) -> dict[Cell, int | None]:
    """Return the margins as they are told."""
    sums: dict[str, int] = {}
    for cell, count in counts.items():
        sums[cell[axis]] = sums.get(cell[axis], 0) + count
    hidden = hidden_labels(sums, LEAST)
    return {
        ((one, "") if axis == 0 else ("", one)): None if one in hidden else count
        for one, count in sums.items()
    }


TABLES = st.dictionaries(
    st.tuples(st.sampled_from(LABELS[:4]), st.sampled_from(LABELS)),
    st.one_of(st.integers(1, 12), st.integers(1, 60)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=120, deadline=None)
@given(TABLES)
def test_no_hidden_cell_is_determined_by_what_is_told(counts: dict[Cell, int]) -> None:
    """Whatever the table: it is refused, or no hidden cell or margin follows from the others."""
    try:
        told = told_table(counts, LEAST)
    except Sparse:
        return
    for cell, count in told.items():
        if count is not None:
            assert count == counts.get(cell, 0)
            assert count == 0 or count >= LEAST
    audited(counts, told)


def test_the_audit_finds_what_is_not_hidden_well() -> None:
    """The audit itself can fail: a small cell alone in its row is worked out by subtraction."""
    counts = {(r, c): 20 for r in "ab" for c in "ab"} | {("a", "a"): 2}
    with pytest.raises(AssertionError):
        audited(counts, {**counts, ("a", "a"): None})
    told = told_table(counts, LEAST)
    assert set(told.values()) == {None}
    audited(counts, told)


def test_of_a_wide_table_most_is_told() -> None:
    """One small cell takes the three cheapest corners of a rectangle with it, and no more."""
    counts = {(r, c): 20 + LABELS.index(r) + LABELS.index(c) for r in LABELS for c in LABELS}
    told = told_table(counts | {("c", "c"): 1}, LEAST)
    assert sum(count is None for count in told.values()) == 4
    assert told["c", "c"] is None


def test_margins_are_hidden_by_themselves() -> None:
    """A small label goes with the smallest that is not; nothing is told of too few."""
    assert hidden_labels({"a": 20, "b": 9, "c": 5}, LEAST) == frozenset()
    assert hidden_labels({"a": 20, "b": 9, "c": 1, "d": 2}, LEAST) == {"b", "c", "d"}
    for few in ({}, {"a": 4}, {"a": 4, "b": 4}):
        with pytest.raises(Sparse):
            hidden_labels(few, LEAST)


def test_a_table_without_a_rectangle_is_refused() -> None:
    """Where nothing can hide a small cell, nothing is told."""
    with pytest.raises(Sparse):
        told_table({("a", "a"): 30, ("b", "b"): 30, ("a", "b"): 1}, LEAST)
