"""The header of a sheet: where it stands, and what the columns are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.untrusted.jobs import ReadJob
from feeds.untrusted.limits import Refused
from feeds.untrusted.sheets.header import SEARCHED, Merges, Top, find_top


def top(rows: Sequence[Sequence[Any]], merges: Merges = (), **fields: Any) -> Top | None:
    """Return the header of rows, for a feed that declares A and B."""
    job = ReadJob("f", "xlsx", "Asia/Shanghai", ("A", "B"), **fields)
    return find_top(job, rows, merges)


TITLED = [["登记表", ""], ["", ""], ["A", "B"], ["1", "2"]]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("first", Top(("登记表", ""), 1)),
        ("find", Top(("A", "B"), 3)),
        (3, Top(("A", "B"), 3)),
        (4, Top(("1", "2"), 4)),
        ("none", Top(("A", "B"), 0)),
    ],
)
def test_the_header_stands_where_the_feed_says(at: str | int, expected: Top) -> None:
    """The first filled row, the first that holds all declared names, a row by number, or none."""
    assert top(TITLED, header_at=at) == expected


@pytest.mark.parametrize("at", ["first", "find", "none", 1])
def test_a_sheet_that_holds_nothing_has_no_header(at: str | int) -> None:
    """Rows of blank cells are nothing."""
    assert top([], header_at=at) is None
    assert top([["", ""], [""]], header_at=at) is None


def test_a_header_that_is_looked_for_and_not_found_is_refused() -> None:
    """Names that stand in two rows are not found, and neither are those too far below."""
    far = [["x", "y"]] * SEARCHED
    for rows in ([["A", "x"], ["B", "y"]], [*far, ["A", "B"]]):
        with pytest.raises(Refused) as caught:
            top(rows, header_at="find")
        assert caught.value.reason is DeliveryRefusal.COLUMNS
    assert top([*far[1:], ["A", "B"]], header_at="find") == Top(("A", "B"), SEARCHED)


def test_other_columns_may_stand_among_the_declared() -> None:
    """Wherever they are, in whatever order."""
    rows = [["B", "", "x", " A\ufeff "]]
    assert top(rows, header_at="find") == Top(("B", "", "x", "A"), 1)


def test_names_are_texts_of_cells() -> None:
    """A year above a column is a number."""
    assert top([["A", 2024, 1.5, True]]) == Top(("A", "2024", "1.5", "true"), 1)


BELOW = ["编号", "区", "街"]
JOINED = ("编号", "住址/区", "住址/街")


@pytest.mark.parametrize(
    ("rows", "merges", "names"),
    [
        ([["编号", "住址", ""], ["", "区", "街"]], [((0, 1), (0, 2))], JOINED),
        ([["编号", "住址", ""], ["", "区", "街"]], (), ("编号", "住址/区", "街")),
        ([["编号", "住址", ""], BELOW], [((0, 0), (1, 0)), ((0, 1), (0, 2))],
         JOINED),
        ([["编号", "", "住址"], ["", "", "街"]], None, ("编号", "编号", "住址/街")),
        ([["编号", "住址", ""], BELOW], None, JOINED),
    ],
    ids=["merged", "not merged", "downwards", "untold blank", "untold"],
)  # fmt: skip
def test_names_of_several_rows_are_joined(
    rows: list[list[str]], merges: Merges, names: tuple[str, ...]
) -> None:
    """A merged cell counts for what it spans; where nobody tells, a blank is its neighbour's."""
    assert top(rows, merges, header_rows=2) == Top(names, 2)


def test_a_merged_range_may_reach_beyond_the_cells() -> None:
    """To the left of the first filled column, or past the last one."""
    rows = [["住址", ""], ["区", "街"]]
    assert top(rows, [((0, 0), (0, 9))], header_rows=2) == Top(("住址/区", "住址/街"), 2)
    assert top(rows, [((0, -1), (0, 0))], header_rows=2) == Top(("住址/区", "街"), 2)


def test_names_are_joined_as_declared_and_equal_ones_once() -> None:
    """A name that stands in both rows is one name."""
    rows = [["A", "x"], ["A", "y"], ["", "z"]]
    assert top(rows, header_rows=3, header_join="-") == Top(("A", "x-y-z"), 3)


def test_fewer_rows_than_the_header_has_are_its_names() -> None:
    """No record stands below."""
    assert top([["A", "B"]], header_rows=2) == Top(("A", "B"), 2)
