"""Workbooks: every value as it is, in a cell of its own kind, or no workbook at all."""

from __future__ import annotations

import random
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from outlets.open_data import workbooks
from outlets.open_data.workbooks import MOST_CHARACTERS, write_workbook, write_workbooks

MADE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SHEET = "xl/worksheets/sheet1.xml"
PIECES = (
    *"a1中 \t\n\r\x00\x07\x0b\x1f\x7f\ufffe\uffff&<>\"'=𠮷",
    "_x0041_",
    "_x00",
    "41_",
    "&amp;",
    "<r>",
    "</r>",
    "]]>",
    "\u3000",
)
"""Of these texts are made: what XML cannot hold, or takes for markup, an escape or a margin."""
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def written(folder: Path, **columns: object) -> list[dict[str, tuple[str, str]]]:
    """Write columns as a workbook; return its rows as `place → (kind, value)`, the header first."""
    table, target = folder / "data.parquet", folder / "data.xlsx"
    pl.DataFrame(columns).write_parquet(table)
    assert write_workbook(table, target, MADE) is None
    with zipfile.ZipFile(target) as book:
        tree = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    return [
        {
            cell.get("r", "")[0]: (cell.get("t", "n"), "".join(cell.itertext()))
            for cell in row.iter(f"{SPACE}c")
        }
        for row in tree.iter(f"{SPACE}row")
    ]


def one(folder: Path, *values: object) -> list[tuple[str, str] | None]:
    """Return the cells of a column of these values."""
    _, *rows = written(folder, n=list(values), other=["x"] * len(values))
    return [row.get("A") for row in rows]


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("350502199001010014", "inlineStr", "350502199001010014"),
        ("=1+1", "inlineStr", "=1+1"),
        ("0012", "inlineStr", "0012"),
        ("https://example.cn", "inlineStr", "https://example.cn"),
        (-12, "n", "-12"),
        (999_999_999_999_999, "n", "999999999999999"),
        (Decimal("12345678901.2345"), "n", "12345678901.2345"),
        (True, "b", "1"),
        (date(1900, 2, 28), "inlineStr", "1900-02-28"),
        (datetime(2024, 1, 2, 3, 4, 5), "inlineStr", "2024-01-02T03:04:05"),  # noqa: DTZ001
    ],
)
def test_a_value_has_a_cell_of_its_kind(
    tmp_path: Path, value: object, kind: str, shown: str
) -> None:
    """A text is no formula, link or number; a day and a moment are texts, whatever the program."""
    assert one(tmp_path, value) == [(kind, shown)]


@pytest.mark.parametrize(
    "values",
    [
        (1, 1_000_000_000_000_000),
        (-1_000_000_000_000_000, None),
        (Decimal("1.00"), Decimal("12345678901234.56")),
    ],
)
def test_numbers_that_are_not_exact_make_texts_of_their_column(
    tmp_path: Path, values: tuple[object, ...]
) -> None:
    """All of them, so that a column has one kind: a spreadsheet keeps fifteen digits."""
    found = one(tmp_path, *values)

    assert found == [None if value is None else ("inlineStr", str(value)) for value in values]


def test_a_null_is_no_cell_and_an_empty_text_is_one(tmp_path: Path) -> None:
    """The header is always there, also above no rows."""
    assert one(tmp_path, None, "a") == [None, ("inlineStr", "a")]
    header, *rows = written(
        tmp_path, a=pl.Series([], dtype=pl.String), b=pl.Series([], dtype=pl.Int64)
    )
    assert (header, rows) == ({"A": ("inlineStr", "a"), "B": ("inlineStr", "b")}, [])


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    """The moment is that of the release, not the clock's; nothing is left beside the file."""
    made = []
    for name in "ab":
        folder = tmp_path / name
        folder.mkdir()
        written(folder, n=[1, 2], t=["甲", None])
        made.append((folder / "data.xlsx").read_bytes())
        assert {path.name for path in folder.iterdir()} == {"data.parquet", "data.xlsx"}

    assert made[0] == made[1]


def test_rows_beyond_a_batch_are_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order."""
    monkeypatch.setattr(workbooks, "_BATCH", 3)

    assert [cell and cell[1] for cell in one(tmp_path, *range(10))] == [str(n) for n in range(10)]


@pytest.mark.parametrize(
    ("values", "rows", "why"),
    [
        ([1, 2, 3], 2, "more rows than a sheet holds"),
        ([1, 2, 3], 3, None),
        (["x" * (MOST_CHARACTERS + 1)], 3, "a text is longer than a cell holds"),
        (["泉" * MOST_CHARACTERS, None], 3, None),
        ([None, None], 3, None),
    ],
)
def test_what_does_not_fit_a_sheet_has_no_workbook(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    values: list[object],
    rows: int,
    why: str | None,
) -> None:
    """A spreadsheet would cut it: the reason is told, and no file is made."""
    monkeypatch.setattr(workbooks, "MOST_ROWS", rows)
    pl.DataFrame({"a": values}).write_parquet(tmp_path / "data.parquet")

    told = write_workbook(tmp_path / "data.parquet", tmp_path / "data.xlsx", MADE)

    assert (told is None) == (why is None)
    assert (why or "") in (told or "")
    assert (tmp_path / "data.xlsx").exists() == (why is None)


def by_library(frame: pl.DataFrame, target: Path, as_text: set[str]) -> None:
    """Write a frame as the library does, one cell after another."""
    options = {"constant_memory": True, "tmpdir": str(target.parent)}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None)})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(frame.columns):
            sheet.write_string(0, place, name, text)
        for row, values in enumerate(frame.iter_rows(), start=1):
            for place, value in enumerate(values):
                write(sheet, (row, place), value, text, frame.columns[place] in as_text)


def write(sheet: Any, place: tuple[int, int], value: Any, text: Any, told: bool) -> None:
    """Write one cell by its type."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int | Decimal) and not told:
        sheet.write_number(*place, value)
    else:
        said = value.isoformat() if isinstance(value, datetime) else str(value)
        sheet.write_string(*place, said, text)


def parts(book: Path) -> dict[str, bytes]:
    """Return what is in a workbook, by name."""
    with zipfile.ZipFile(book) as opened:
        return {one: opened.read(one) for one in opened.namelist()}


def test_columns_are_written_as_the_library_writes_cells(tmp_path: Path) -> None:
    """Of 1,000 rows of hostile texts, numbers, days and moments each byte is alike."""
    chance = random.Random(4)
    rows = 1_000

    def some(values: Any) -> list[Any]:
        return [None if chance.random() < 0.2 else values() for _ in range(rows)]

    texts = [some(lambda: "".join(chance.choices(PIECES, k=chance.randrange(6)))) for _ in "ab"]
    texts = [[t if t is None or not rich(t) else "." + t for t in column] for column in texts]
    columns = {
        "文本 <&>": texts[0],
        "b": some(lambda: chance.random() < 0.5),
        "n": some(lambda: chance.randrange(-(10**14), 10**14)),
        "long": some(lambda: chance.randrange(10**17, 10**18)),
        "d": some(lambda: Decimal(chance.randrange(-(10**6), 10**6)).scaleb(-2)),
        "day": some(lambda: date(1, 1, 1).replace(year=chance.randrange(1, 9999))),
        "at": some(lambda: datetime(2024, 1, 2, 3, 4, 5, chance.choice((0, 7, 120_000)))),  # noqa: DTZ001
        **{f"more{place}": texts[1] for place in range(25)},
    }
    frame = pl.DataFrame(columns, schema_overrides={"d": pl.Decimal(12, 2)})
    frame.write_parquet(tmp_path / "data.parquet")
    by_library(frame, tmp_path / "cells.xlsx", {"long"})
    assert write_workbook(tmp_path / "data.parquet", tmp_path / "data.xlsx", MADE) is None
    wanted, found = parts(tmp_path / "cells.xlsx"), parts(tmp_path / "data.xlsx")
    assert list(found) == list(wanted)
    assert same_numbers(found.pop(SHEET)) == same_numbers(wanted.pop(SHEET))
    assert found == wanted


def rich(text: str) -> bool:
    """Say whether the library would take a text for markup of its own, and write it as that."""
    return text.startswith("<r>") and text.endswith("</r>")


def same_numbers(sheet: bytes) -> str:
    """Return a sheet with its numbers in one spelling: 1.50 and 1.5 are the same."""
    return re.sub(r"<v>([^<]*)</v>", lambda n: f"<v>{float(n[1])}</v>", sheet.decode())


def test_no_text_is_taken_for_markup(tmp_path: Path) -> None:
    """The library would write this one as it is; its reader would see another text, or none."""
    pl.DataFrame({"a": ["<r><t>b</t></r>"]}).write_parquet(tmp_path / "data.parquet")
    write_workbook(tmp_path / "data.parquet", tmp_path / "data.xlsx", MADE)
    assert b"<t>&lt;r&gt;&lt;t&gt;b&lt;/t&gt;&lt;/r&gt;</t>" in parts(tmp_path / "data.xlsx")[SHEET]


@pytest.mark.parametrize(("text", "fits"), [("𠮷" * 16_383, True), ("𠮷" * 16_384, False)])
def test_a_cell_is_measured_as_spreadsheets_do(tmp_path: Path, text: str, fits: bool) -> None:
    """A character beyond the first plane counts twice; a longer text would be cut."""
    pl.DataFrame({"a": [text]}).write_parquet(tmp_path / "data.parquet")
    why = write_workbook(tmp_path / "data.parquet", tmp_path / "data.xlsx", MADE)
    assert (why is None) is fits
    assert workbooks.MOST_CHARACTERS == 32_767


@pytest.mark.parametrize("rows", [7, 8, 20, 21])
def test_numbered_workbooks_are_the_table_whatever_its_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """One book up to the limit; then even pieces, whose numbers sort as they follow one another."""
    monkeypatch.setattr(workbooks, "MOST_ROWS", 7)
    monkeypatch.setattr(workbooks, "PIECE_ROWS", 2)
    monkeypatch.setattr(workbooks, "_BATCH", 3)
    frame = pl.DataFrame({"id": [f"{place:018}" for place in range(rows)], "n": range(rows)})
    frame.write_parquet(tmp_path / "data.parquet", row_group_size=5)
    books, why = write_workbooks(tmp_path / "data.parquet", tmp_path / "data.xlsx", MADE)
    assert why is None
    assert len(books) == (1 if rows == 7 else (rows + 1) // 2)
    assert list(books) == sorted(books)
    read = [fastexcel.read_excel(book).load_sheet(0).to_polars() for book in books]
    assert pl.concat(read).select("id", pl.col("n").cast(pl.Int64)).equals(frame)
