"""Rows of a sheet: which of them are records, which none, and which nobody can tell."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from catalog_specs.rules.defects import DefectCode
from feeds.untrusted.jobs import ReadJob
from feeds.untrusted.sheets.rows import Row, SheetRows

FOOTER, HEADER = DefectCode.FOOTER, DefectCode.HEADER
Told = list[tuple[int, DefectCode | None]]


def told(
    rows: list[Row], width: int = 2, header: tuple[Row, ...] = (["A", "B"],), **fields: Any
) -> tuple[Told, Counter[str]]:
    """Return the records by their places with what is wrong with them, and what was skipped."""
    job = ReadJob("f", "xlsx", "Asia/Shanghai", ("A", "B"), **fields)
    skipped: Counter[str] = Counter()
    found: Told = []
    for batch, defects in SheetRows(job, header, skipped).batches(
        iter(enumerate(rows, start=2)), width
    ):
        found += [(line, defects.get(line)) for line, _ in batch]
    return found, +skipped


def test_blank_rows_are_no_records() -> None:
    """Cells of spaces alone are blank; a zero is a value."""
    found, skipped = told([["1", "x"], ["", ""], [" ", "\u3000"], [0, ""], [False, ""]])
    assert found == [(2, None), (5, None), (6, None)]
    assert skipped == {"blank": 2}


def test_comments_are_no_records() -> None:
    """They begin with the declared sign, whatever cell they stand in."""
    found, skipped = told([["# x", ""], ["", "# y"], ["1", "# z"]], comment="#")
    assert (found, skipped) == ([(4, None)], {"comment": 2})
    assert told([["# x", ""]])[0] == [(2, None)]


def test_a_footer_is_one_only_behind_the_last_record() -> None:
    """What looks like one among records may be one of them: it is quarantined."""
    rows: list[Row] = [
        ["合计", 1],
        ["1", 2],
        ["合计", 3],
        ["", ""],
        ["合计", 4],
        ["2", 5],
        ["合计", 6],
    ]
    found, skipped = told([*rows, ["", ""]], footer="^合计")
    assert found == [(2, FOOTER), (3, None), (4, FOOTER), (6, FOOTER), (7, None)]
    assert skipped == {"footer": 1, "blank": 2}


@pytest.mark.parametrize("width", [1, 1 << 20, 1 << 21])
def test_a_footer_may_stand_anywhere_in_a_batch(width: int) -> None:
    """Wide sheets are read row by row: the last record may be many batches before the end."""
    rows: list[Row] = [["1", ""], ["合计", ""], ["2", ""], *([["合计", ""]] * 5)]
    found, skipped = told(rows, width, footer="^合计")
    assert found == [(2, None), (3, FOOTER), (4, None)]
    assert skipped == {"footer": 5}


def test_a_sheet_of_footers_alone_has_no_record() -> None:
    """However it is divided into batches."""
    for width in (2, 1 << 20):
        assert told([["合计", ""]] * 3, width, footer="^合计") == ([], {"footer": 3})


def test_the_header_once_more_is_no_record() -> None:
    """Whatever surrounds its names, also where the columns between have none."""
    found, skipped = told([["1", "x"], [" A", "B\ufeff"], ["2", "y"]])
    assert (found, skipped) == ([(2, None), (4, None)], {"header": 1})


def test_a_header_in_another_order_spoils_what_stands_below() -> None:
    """Until the first order comes again: other cells stand below other names."""
    rows: list[Row] = [["1", "x"], ["B", "A"], ["y", "2"], ["A", "B"], ["3", "z"]]
    found, skipped = told(rows)
    assert found == [(2, None), (3, HEADER), (4, HEADER), (6, None)]
    assert skipped == {"header": 1}


def test_every_row_of_a_header_may_come_again() -> None:
    """A blank one among them stands for no row."""
    header: tuple[Row, ...] = (["甲", "乙"], ["", ""], ["A", "B"])
    found, skipped = told([["甲", "乙"], ["", ""], ["A", "B"], ["1", "2"]], header=header)
    assert (found, skipped) == ([(5, None)], {"header": 2, "blank": 1})


def test_a_record_may_hold_a_name_of_the_header() -> None:
    """In one cell or in a number's place it is a value like any other."""
    assert told([["A", "x"], ["A", 1], [1, "A"]])[0] == [(2, None), (3, None), (4, None)]


def test_a_pattern_costs_no_more_than_the_text() -> None:
    """One that other engines would go over again and again is as quick as any."""
    rows: list[Row] = [["a" * 50_000 + "b", ""]] * 20
    assert len(told(rows, footer="^(a+)+$")[0]) == 20
