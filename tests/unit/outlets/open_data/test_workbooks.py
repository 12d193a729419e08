"""Workbooks: every value as it is, in a cell of its own kind, or no workbook at all."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from outlets.open_data import workbooks
from outlets.open_data.workbooks import MOST_CHARACTERS, write_workbook

MADE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
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
