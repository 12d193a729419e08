"""The files of a package: the same rows in three formats, described, and safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from flow.handover.packages import HandedOver, hand_over_package
from outlets.handover.package import RECEIPT_FILE
from outlets.open_data import workbooks
from tests.city import GRANT, PERSON
from tests.unit.flow.handover.homes import batch_city

NAME = PERSON.replace("/", ".")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> HandedOver:
    """Return a package of the small city, of which one name begins with a formula."""
    folder = tmp_path_factory.mktemp("package")
    return hand_over_package(batch_city(folder), GRANT, folder / "out")


def rows_of(place: Path) -> list[tuple[str, ...]]:
    """Return the rows of the Parquet file, as texts."""
    return pl.read_parquet(place / f"{NAME}.parquet").cast(pl.String).rows()


def test_three_formats_hold_the_same_rows_in_the_same_order(done: HandedOver) -> None:
    """Ids are texts in the workbook; the CSV differs by its guard alone."""
    rows = rows_of(done.place)
    text = (done.place / f"{NAME}.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.count(b"\r\n") == len(rows) + 1 == 61
    header, *cells = csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""))
    guarded = [tuple(f"'{cell}" if cell.startswith("=") else cell for cell in row) for row in rows]
    assert [tuple(row) for row in cells] == guarded
    assert sum(cell == "'=***" for row in cells for cell in row) == 1

    book = fastexcel.read_excel(done.place / f"{NAME}.xlsx").load_sheet(0).to_polars()
    assert book.columns == header
    assert set(book.dtypes) == {pl.String}
    assert book.rows() == rows


def test_nothing_but_the_grant_is_in_it(done: HandedOver) -> None:
    """Granted items under their masks: no id, no whole name, no day of birth."""
    rows = rows_of(done.place)
    assert {len(row[0]) for row in rows} == {32}
    assert {row[1][1:].strip("*") for row in rows} == {""}
    assert {len(row[3]) for row in rows} == {4}


def test_the_receipt_says_what_was_obtained(done: HandedOver) -> None:
    """Which copy, by which right, when, from which version, with every digest (五(五))."""
    said = json.loads((done.place / RECEIPT_FILE).read_text(encoding="utf-8"))
    assert said["副本编号"] == done.copy.copy
    assert said["审批文号"] == done.copy.approval
    assert said["获取时间"] == done.copy.at
    (source,) = said["数据"]
    assert (source["来源"], source["行数"], source["数据版本"]) == (PERSON, 60, 1)
    assert tuple(one["sha256"] for one in source["文件"]) == done.copy.files


def test_words_say_what_columns_mean_and_what_is_allowed(done: HandedOver) -> None:
    """A dictionary with every column, and the terms with the number of the copy."""
    text = (done.place / "dictionary.csv").read_text(encoding="utf-8-sig")
    assert [row["信息项代码"] for row in csv.DictReader(io.StringIO(text))] == [
        "resident_id", "name", "sex", "birth_date", "residence",
    ]  # fmt: skip
    terms = (done.place / "TERMS.md").read_text(encoding="utf-8")
    assert done.copy.copy in terms
    assert "不得提供给第三方" in terms


def test_a_table_that_no_sheet_holds_is_parted_into_numbered_workbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its header and ids as texts; together, in their order, they are the table."""
    monkeypatch.setattr(workbooks, "MOST_ROWS", 59)
    monkeypatch.setattr(workbooks, "PIECE_ROWS", 25)
    done = hand_over_package(batch_city(tmp_path), GRANT, tmp_path / "out")
    assert not (done.place / f"{NAME}.xlsx").exists()
    (source,) = json.loads((done.place / RECEIPT_FILE).read_text(encoding="utf-8"))["数据"]
    names = [one["name"] for one in source["文件"]][2:]
    assert names == [f"{NAME}-{place}.xlsx" for place in (1, 2, 3)]
    assert source["xlsx"].endswith("分为 3 个文件")
    sheets = [fastexcel.read_excel(done.place / name).load_sheet(0).to_polars() for name in names]
    assert [sheet.height for sheet in sheets] == [20, 20, 20]
    assert all(set(sheet.dtypes) == {pl.String} for sheet in sheets)
    assert [row for sheet in sheets for row in sheet.rows()] == rows_of(done.place)
    sums = (done.place / "SHA256SUMS").read_text(encoding="utf-8")
    assert all(f"  {name}\n" in sums for name in names)
    assert set(done.copy.files) == {one["sha256"] for one in source["文件"]}


def test_a_text_that_no_cell_holds_leaves_the_workbook_out_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other formats are there, and the receipt says why this one is not."""
    monkeypatch.setattr(workbooks, "MOST_CHARACTERS", 31)
    done = hand_over_package(batch_city(tmp_path), GRANT, tmp_path / "out")
    assert not list(done.place.glob("*.xlsx"))
    (source,) = json.loads((done.place / RECEIPT_FILE).read_text(encoding="utf-8"))["数据"]
    assert "31" in source["xlsx"]
    assert len(source["文件"]) == 2
