"""Workbooks say more than their cells: what was merged, hidden, never computed, never a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from feeds.readers import Source, reader_for
from tests.unit.feeds.feeds import Rows, make_feed, read
from tests.unit.feeds.workbooks import ods, with_part, workbook, written, xls, xlsx
from tests.unit.values.test_damage import MANY

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
FEED = make_feed("a", "b", "c", format="xlsx")
NAMES = ["A", "B", "C"]


def cells(rows: Rows) -> list[Any]:
    """Return the texts of each record, or why it was quarantined."""
    return [row["_defect"] or [row["a"], row["b"], row["c"]] for row in rows]


def text(value: str | None, down: int = 1, right: int = 1) -> dict[str, Any]:
    """Return a cell of an ODS; None is one that is covered or blank."""
    if value is None:
        return {}
    return {"valuetype": "string", "text": value, "numberrowsspanned": down, "spans": right}


GRID = [NAMES, ["1", "甲", 5], ["2", None, 6], ["3", None, 7], ["4", "乙", 8]]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_cell_merged_downwards_counts_for_every_record(tmp_path: Path, kind: str) -> None:
    """In every format, texts as numbers."""
    merged = [(1, 1, 3, 1), (3, 2, 4, 2)]
    grid = [*GRID[:4], ["4", "乙", None]]
    match kind:
        case "xlsx":
            data = xlsx({"甲": grid}, merged)
        case "xls":
            data = xls(grid, merged)
        case _:
            rows = [[text(None if c is None else str(c)) for c in row] for row in grid]
            rows[1][1], rows[3][2] = text("甲", 3), text("7", 2)
            data = ods(rows)
    rows_read = read(tmp_path / "f", data, make_feed("a", "b", "c", format=kind))
    assert cells(rows_read) == [
        ["1", "甲", "5"],
        ["2", "甲", "6"],
        ["3", "甲", "7"],
        ["4", "乙", "7"],
    ]


def test_a_cell_merged_over_two_declared_columns_is_in_doubt(tmp_path: Path) -> None:
    """Block merges and headings across the sheet keep their records back, no other."""
    grid = [NAMES, ["1", "x", None], ["2", None, None], ["一、市直", None, None], ["4", "y", 8]]
    data = xlsx({"甲": grid}, [(1, 1, 2, 2), (3, 0, 3, 2)])
    assert cells(read(tmp_path / "f", data, FEED)) == [
        "merged",
        "merged",
        "merged",
        ["4", "y", "8"],
    ]
    beside = make_feed("a", "b", format="xlsx")
    rows = read(tmp_path / "f", data, beside)
    assert [row["b"] for row in rows] == ["x", "x", None, "y"]


def test_a_key_that_is_merged_whole_names_one_record(tmp_path: Path) -> None:
    """The records below it have none; a part of a longer key counts for all."""
    path = written(
        tmp_path / "f", xlsx({"甲": [NAMES, ["1", "x", 1], [None, "y", 2]]}, [(1, 0, 2, 0)])
    )
    found = []
    for keys in ({"A"}, {"A", "B"}):
        source = replace(Source(path, FEED), keys=frozenset(keys))
        with reader_for(source.format).open(source) as feed:
            (table,) = feed.batches({"a": "A"}, whole=False)
        found.append(table.column("a").to_pylist())
    assert found == [["1", None], ["1", "1"]]


def test_a_row_that_only_a_merged_cell_reaches_is_no_record(tmp_path: Path) -> None:
    """A record of two rows, each cell merged, is one; a header that reaches down leaves doubt."""
    grid = [NAMES, ["1", "x", 1], [None, None, None], ["2", "y", 2]]
    data = xlsx({"甲": grid}, [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)])
    assert cells(read(tmp_path / "f", data, FEED)) == [["1", "x", "1"], ["2", "y", "2"]]
    data = xlsx({"甲": [NAMES, ["1", None, 1], ["2", "y", 2]]}, [(0, 1, 1, 1)])
    assert cells(read(tmp_path / "f", data, FEED)) == ["merged", ["2", "y", "2"]]


UNSTORED = [
    b"<f>1+1</f>",
    b"<f>1+1</f><v></v>",
    b"<f>1+1</f><v/>",
    b'<f t="shared" si="0"/>',
    b'<f t="shared" ref="B2:B3" si="0">1+1</f><v></v>',
]


@pytest.mark.parametrize("formula", UNSTORED)
@pytest.mark.parametrize("kind", [b"", b' t="n"', b' t="str"', b' t="b"'])
def test_a_formula_without_a_result_is_no_empty_cell(
    tmp_path: Path, formula: bytes, kind: bytes
) -> None:
    """However it is written; in a column that nobody declared it does not matter."""
    made = xlsx({"甲": [NAMES, ["1", 77, 1], ["2", 78, 2]]})
    data = with_part(
        made, SHEET, b'<c r="B2"><v>77</v></c>', b'<c r="B2"%s>%s</c>' % (kind, formula)
    )
    assert cells(read(tmp_path / "f", data, FEED)) == ["formula", ["2", "78", "2"]]
    rows = read(tmp_path / "f", data, make_feed("a", "c", format="xlsx"))
    assert [row["_defect"] for row in rows] == [None, None]


def test_a_zero_that_waits_for_a_calculation_is_no_result(tmp_path: Path) -> None:
    """XlsxWriter stores 0 and asks for a calculation; a result it was given counts."""

    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, NAMES)
        sheet.write_row(1, 0, ["1"])
        sheet.write_formula(1, 1, "=1+1")
        sheet.write_row(2, 0, ["2"])
        sheet.write_formula(2, 1, "=1+1", None, 2)
        sheet.write_row(3, 0, ["3", 0])

    data = workbook(fill)
    assert cells(read(tmp_path / "f", data, FEED)) == [
        "formula",
        ["2", "2", None],
        ["3", "0", None],
    ]
    settled = with_part(data, BOOK, b' fullCalcOnLoad="1"', b"")
    assert cells(read(tmp_path / "f", settled, FEED))[0] == ["1", "0", None]


def test_an_ods_formula_without_a_result_is_no_empty_cell(tmp_path: Path) -> None:
    """A result as value or as text counts."""
    names = [text(name) for name in NAMES]
    rows = [
        [text("1"), {"formula": "of:=1+1"}],
        [text("2"), {"formula": "of:=1+1", "valuetype": "float", "value": "2"}],
        [text("3"), {"formula": "of:=1+1", "valuetype": "string", "text": "二"}],
    ]
    data = ods([names, *rows])
    found = cells(read(tmp_path / "f", data, make_feed("a", "b", "c", format="ods")))
    assert found == ["formula", ["2", "2", None], ["3", "二", None]]


def test_the_day_that_never_was(tmp_path: Path) -> None:
    """Day 60 of a spreadsheet is 29 February 1900; the number 60 is a number."""

    def fill(book: Any, sheet: Any) -> None:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, NAMES)
        for row, day in enumerate([59, 60, 60.5, 61], start=1):
            sheet.write(row, 0, str(row))
            sheet.write_number(row, 1, day, dated)
            sheet.write_number(row, 2, 60)

    found = cells(read(tmp_path / "f", workbook(fill), FEED))
    assert found == [
        ["1", "1900-02-28", "60"], "out_of_range", "out_of_range", ["4", "1900-03-01", "60"],
    ]  # fmt: skip


@pytest.mark.parametrize("hide", ["hide", "very_hidden"])
def test_the_first_visible_sheet_is_read(tmp_path: Path, hide: str) -> None:
    """What a workbook hides is counted, never read unless declared."""

    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, NAMES)
        sheet.write_row(1, 0, ["1", "旧", 1])
        getattr(sheet, hide)()
        shown = book.add_worksheet("乙")
        shown.write_row(0, 0, NAMES)
        shown.write_row(1, 0, ["2", "新", 2])
        shown.set_column(1, 2, None, None, {"hidden": True})
        shown.activate()
        shown.set_first_sheet()

    path = written(tmp_path / "f", workbook(fill))
    assert cells(read(path, path.read_bytes(), FEED)) == [["2", "新", "2"]]
    kind = {"hide": "sheets", "very_hidden": "very_hidden_sheets"}[hide]
    with reader_for(FEED.format).open(Source(path, FEED)) as found:
        assert (found.hidden, found.sheets) == ({kind: 1, "columns": 2}, ("甲",))
    declared = make_feed("a", "b", "c", format="xlsx", sheet="甲")
    assert cells(read(path, path.read_bytes(), declared)) == [["1", "旧", "1"]]


def test_a_header_that_is_printed_again(tmp_path: Path) -> None:
    """The header once more is no record; in another order it spoils what stands below."""
    again, other = list(NAMES), ["B", "A", "C"]
    grid = [NAMES, ["1", "x", 1], again, ["2", "y", 2], other, ["z", "3", 3], again, ["4", "w", 4]]
    found = cells(read(tmp_path / "f", xlsx({"甲": grid}), FEED))
    assert found == [["1", "x", "1"], ["2", "y", "2"], "header", "header", ["4", "w", "4"]]


@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(
    st.lists(
        st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 6)), min_size=MANY, max_size=MANY
    )
)
def test_a_cell_is_worth_its_fifteen_digits(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[tuple[int, int]]
) -> None:
    """Sums and products of short decimals read as what the spreadsheet shows."""
    exact = [f"{whole / 10**places:.{places}f}" for whole, places in numbers]
    thirds = [float(one) * 3 / 3 + 0.1 - 0.1 for one in exact]
    grid = [NAMES, *([str(n), value, 1] for n, value in enumerate(thirds))]
    rows = read(tmp_path_factory.mktemp("d") / "f", xlsx({"甲": grid}), FEED)
    shown = [row["b"] for row in rows]
    assert [len(one.lstrip("-0.").replace(".", "")) <= 15 for one in shown] == [True] * MANY
    assert [float(one) for one in shown] == [
        float(f"{float(f'{one:.16G}'):.15g}") for one in thirds
    ]
