"""Merged cells among records: a value for all that they span, or a doubt that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.untrusted.sheets.header import Merge
from feeds.untrusted.sheets.merges import BodyMerges

Grid = list[list[Any]]


def filled(
    rows: Grid,
    merges: Sequence[Merge],
    watched: Sequence[int] = (0, 1, 2),
    keys: Sequence[int] = (),
) -> Grid | list[Any]:
    """Return the rows below a header of one row as they become; None for one in doubt."""
    body = BodyMerges.of(merges, 1, watched, keys)
    found: list[Any] = []
    for number, row in enumerate(rows, start=1):
        body.look(number, row)
    for number, row in enumerate(rows, start=1):
        own = list(row)
        found.append(None if body.fill(number, own) else own)
    return found


def test_a_cell_merged_downwards_counts_for_every_record() -> None:
    """And ends where its range ends."""
    rows = [["1", "x", 5], ["2", "", 6], ["3", "", 7], ["4", "", 8]]
    assert filled(rows, [((1, 1), (3, 1))]) == [
        ["1", "x", 5], ["2", "x", 6], ["3", "x", 7], ["4", "", 8],
    ]  # fmt: skip


def test_a_cell_merged_over_several_declared_columns_is_in_doubt() -> None:
    """Nobody knows whose value it is; with one of them undeclared it is the other's."""
    rows = [["1", "x", ""], ["2", "", ""], ["3", "y", 7]]
    merges = [((1, 1), (2, 2))]
    assert filled(rows, merges) == [None, None, ["3", "y", 7]]
    assert filled(rows, merges, watched=[0, 2]) == [["1", "x", "x"], ["2", "", "x"], ["3", "y", 7]]
    assert filled(rows, merges, watched=[0]) == rows


def test_a_range_that_begins_in_the_header_is_in_doubt() -> None:
    """Its value is a name, whatever stands below."""
    rows = [["1", "", 5], ["2", "y", 6]]
    assert filled(rows, [((0, 1), (1, 1))]) == [None, ["2", "y", 6]]
    assert filled(rows, [((0, 0), (0, 2))]) == rows


def test_a_range_may_begin_beside_the_cells() -> None:
    """Left of the first filled column nothing stands, so nothing is gained."""
    assert filled([["", "x"]], [((1, 0), (1, 5))], watched=[1]) == [["", ""]]


def test_a_key_that_is_merged_whole_names_one_record() -> None:
    """The records below have none; a part of a longer key counts for all of them."""
    rows = [["1", "a", 1], ["", "", 2]]
    down = [((1, 0), (2, 0)), ((1, 1), (2, 1))]
    assert filled(rows, down[:1], keys=[0])[1] == ["", "", 2]
    assert filled(rows, down[:1], keys=[0, 1])[1] == ["1", "", 2]
    assert filled(rows, down, keys=[0, 1])[1] == ["", "", 2]
    assert filled(rows, down, keys=[0])[1] == ["", "a", 2]


def test_a_range_of_one_row_changes_nothing() -> None:
    """It has its value where it stands."""
    rows = [["1", "x", 5]]
    assert filled(rows, [((1, 1), (1, 1))]) == rows


def test_without_ranges_nothing_is_in_doubt() -> None:
    """A format that does not tell them has none among its records."""
    assert not BodyMerges.of(None, 1, [0], []).fill(1, ["x"])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2), st.integers(0, 4)), max_size=6))
def test_ranges_downwards_are_what_a_person_sees(told: list[tuple[int, int, int]]) -> None:
    """However many there are and wherever they end, each cell has the value that covers it."""
    taken: set[tuple[int, int]] = set()
    merges: list[Merge] = []
    for top, column, more in told:
        cells = {(row, column) for row in range(top, top + more + 1)}
        if taken.isdisjoint(cells):
            taken |= cells
            merges.append(((top, column), (top + more, column)))
    covered = {(row, c): f"{t} {c}" for (t, c), (b, _) in merges for row in range(t, b + 1)}
    rows = [
        [
            f"{row} {c}" if covered.get((row, c), f"{row} {c}") == f"{row} {c}" else ""
            for c in range(3)
        ]
        for row in range(1, 17)
    ]
    expected = [[covered.get((row, c), f"{row} {c}") for c in range(3)] for row in range(1, 17)]
    assert filled(rows, merges) == expected
