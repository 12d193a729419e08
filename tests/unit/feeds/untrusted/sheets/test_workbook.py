"""XLSX, XLS and ODS: headers, sheets, cells, and the numbers a spreadsheet has damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from feeds.readers import OpenFeed, Source, reader_for
from feeds.untrusted.limits import ReadingLimits
from feeds.untrusted.sheets.cells import column_texts
from tests.unit.feeds.feeds import make_feed, read
from tests.unit.feeds.workbooks import ods, with_part, written, xls, xlsx

MOMENT = datetime(2024, 2, 3, 4, 5, 6)  # noqa: DTZ001 - a wall clock, as delivered
SHEET = "xl/worksheets/sheet1.xml"
TWO = make_feed("a", "b", format="xlsx")


def opened(path: Path, feed: Feed, **fields: Any) -> OpenFeed:
    """Return what is known of a file before its records are read."""
    source = replace(Source(path, feed), **fields)
    with reader_for(source.format).open(source) as found:
        return found


def test_xls_cells_have_one_text(tmp_path: Path) -> None:
    """The old format gives the same texts as the new one."""
    day = MOMENT.replace(hour=0, minute=0, second=0)
    cells = ["文", 7, 1.5, 2.0, True, MOMENT, day, time(4, 5, 6), "#REF!", None]
    texts = ["文", "7", "1.5", "2", "true", "2024-02-03 04:05:06", "2024-02-03", "04:05:06"]
    data = xls([[], ["A", "B"], *([cell, 1] for cell in cells)])
    rows = read(tmp_path / "f", data, make_feed("a", "b", format="xls"))
    assert [row["a"] for row in rows] == [*texts, "#REF!", None]
    assert [row["_line"] for row in rows] == list(range(3, 13))


def test_ods_cells_have_one_text(tmp_path: Path) -> None:
    """OpenDocument gives the same texts, whatever it shows."""
    cells: list[tuple[dict[str, Any], str | None]] = [
        ({"valuetype": "string", "text": "文"}, "文"),
        ({"valuetype": "float", "value": "7", "text": "7.00"}, "7"),
        ({"valuetype": "float", "value": "1.5"}, "1.5"),
        ({"valuetype": "boolean", "booleanvalue": "true"}, "true"),
        ({"valuetype": "date", "datevalue": "2024-02-03"}, "2024-02-03"),
        ({"valuetype": "date", "datevalue": "2024-02-03T04:05:06"}, "2024-02-03 04:05:06"),
        ({"valuetype": "time", "timevalue": "PT04H05M06S"}, "04:05:06"),
        ({"valuetype": "percentage", "value": "0.5"}, "0.5"),
        ({}, None),
    ]
    names = [{"valuetype": "string", "text": name} for name in ("A", "B")]
    data = ods([names, *([cell, {"valuetype": "float", "value": "1"}] for cell, _ in cells)])
    rows = read(tmp_path / "f", data, make_feed("a", "b", format="ods"))
    assert [row["a"] for row in rows] == [text for _, text in cells]


def test_numbers_are_plain(tmp_path: Path) -> None:
    """No number is written with an exponent; texts are as they are."""
    cells = [3.5e-9, 123456789012345, "", " x "]
    rows = read(tmp_path / "f", xlsx({"甲": [["A", "B"], *([c, 1] for c in cells)]}), TWO)
    assert [row["a"] for row in rows] == ["0.0000000035", "123456789012345", None, " x "]


def test_durations_are_hours() -> None:
    """A duration is no moment of the year 1900."""
    spans = [timedelta(days=1, hours=12), timedelta(seconds=5), -timedelta(minutes=90)]
    assert column_texts(spans).to_pylist() == ["36:00:00", "00:00:05", "-01:30:00"]


def test_error_cells_keep_their_text(tmp_path: Path) -> None:
    """A formula that failed is no empty cell, wherever the sheet begins."""
    sheet = xlsx({"甲": [[], [None, "A", "B"], [None, 1, 2], [None, "ERR", 2]]})
    shared = with_part(sheet, SHEET, b' t="s"><v>2</v>', b' t="e"><v>#REF!</v>')
    rows = read(tmp_path / "f", shared, TWO)
    assert [row["a"] for row in rows] == ["1", "#REF!"]


@pytest.mark.parametrize("cell", [350502199001011234, 1e20, -1e15, "3.50502E+17", "1e+15"])
def test_damaged_numbers_are_defects(tmp_path: Path, cell: Any) -> None:
    """A long identifier that was stored as a number is quarantined, never guessed."""
    grid = [["A", "旁", "B"], ["ok", 1e18, 1], [cell, "旁", 2], [12, "", 3]]
    rows = read(tmp_path / "f", xlsx({"甲": grid}), TWO)
    assert [row["_defect"] for row in rows] == [None, "damaged_number", None]
    assert [row["_line"] for row in rows] == [2, 3, 4]
    raw = json.loads(rows[1]["_raw"])
    assert (raw["旁"], raw["B"], rows[2]["a"]) == ("旁", "2", "12")


def test_shortened_numbers_count_for_texts_alone(tmp_path: Path) -> None:
    """A text with an exponent is sound where the item is a number; 1.5E+3 is short anyway."""
    path = written(tmp_path / "f", xlsx({"甲": [["A", "B"], ["3.5E+17", "1.5E+03"]]}))
    source = Source(path, TWO, texts=frozenset({"B"}))
    with reader_for(source.format).open(source) as feed:
        (table,) = feed.batches({"a": "A"}, whole=False)
    assert table.column("_defect").to_pylist() == [None]


def test_preamble_header_and_footer(tmp_path: Path) -> None:
    """The header is found below titles; totals after the last record are no records."""
    grid = [["登记表"], ["2024 年"], [], ["A", "B"], [1, 2], ["合计", 1], [], [3, 4], ["合计", 2]]
    feed = make_feed("a", "b", format="xlsx", header={"at": "find"}, footer="^合计")
    rows = read(tmp_path / "f", xlsx({"甲": grid}), feed)
    assert [(row["_line"], row["_defect"]) for row in rows] == [(5, None), (6, "footer"), (8, None)]
    with reader_for(feed.format).open(Source(tmp_path / "f", feed)) as found:
        list(found.batches({"a": "A"}, whole=False))
    assert found.skipped == {"preamble": 2, "blank": 1, "footer": 1}


@pytest.mark.parametrize("header", [{"at": 3}, {"at": "find"}])
def test_where_the_header_stands(tmp_path: Path, header: dict[str, Any]) -> None:
    """A row may be named or searched for."""
    grid = [["A", "X"], ["B", "Y"], ["A", "B"], [1, 2]]
    feed = make_feed("a", "b", format="xlsx", header=header)
    rows = read(tmp_path / "f", xlsx({"甲": grid}), feed)
    assert [(row["a"], row["b"]) for row in rows] == [("1", "2")]


def test_a_header_that_is_not_found_is_refused(tmp_path: Path) -> None:
    """Searched-for headers that are nowhere are GATE-102."""
    feed = make_feed("a", "b", format="xlsx", header={"at": "find"})
    with pytest.raises(IntakeError) as caught:
        opened(written(tmp_path / "f", xlsx({"甲": [["A", "X"], [1, 2]]})), feed)
    assert caught.value.code == "GATE-102"


def test_no_header_at_all(tmp_path: Path) -> None:
    """Without a header, the feed names the columns in their order."""
    feed = make_feed("a", "b", format="xlsx", header={"at": "none"})
    rows = read(tmp_path / "f", xlsx({"甲": [[1, 2], [3, 4]]}), feed)
    assert [(row["a"], row["b"]) for row in rows] == [("1", "2"), ("3", "4")]


MERGED = {"columns": {"编号": "a", "住址/区": "b", "住址/街": "c"}, "header": {"rows": 2}}


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_merged_header_cells(tmp_path: Path, kind: str) -> None:
    """A merged cell counts for every column it spans; one merged downwards counts once."""
    feed = make_feed(format=kind, **MERGED)
    grid = [["编号", "住址", None], [None, "区", "街"], [1, 2, 3]]
    merged = [(0, 1, 0, 2), (0, 0, 1, 0)]
    data = xlsx({"甲": grid}, merged) if kind == "xlsx" else xls(grid, merged)
    rows = read(tmp_path / "f", data, feed)
    assert [(row["a"], row["b"], row["c"]) for row in rows] == [("1", "2", "3")]


def test_merged_header_cells_of_ods(tmp_path: Path) -> None:
    """In OpenDocument too."""
    feed = make_feed(format="ods", **MERGED)
    top = [{"valuetype": "string", "text": "编号"}]
    top.append({"valuetype": "string", "text": "住址", "spans": 2})
    below = [{"valuetype": "string", "text": name} for name in ("编号", "区", "街")]
    cells = [{"valuetype": "float", "value": str(n)} for n in (1, 2, 3)]
    rows = read(tmp_path / "f", ods([top, below, cells]), feed)
    assert [(row["a"], row["b"], row["c"]) for row in rows] == [("1", "2", "3")]


def test_other_sheets_are_named(tmp_path: Path) -> None:
    """Sheets that hold cells and are not read are told; empty ones are not."""
    data = xlsx({"甲": [["A", "B"]], "空": [], "乙": [["x"]]})
    assert opened(written(tmp_path / "f", data), TWO).sheets == ("乙",)


@pytest.mark.parametrize(
    "declared", [b"<!DOCTYPE lolz [<!ENTITY a 'b'>]>", "<!DOCTYPE a>".encode("utf-16-le")]
)
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "docProps/app.xml"])
def test_entities_are_refused_before_parsing(tmp_path: Path, part: str, declared: bytes) -> None:
    """A document type in any part of a workbook is hostile: no writer of workbooks has one."""
    data = with_part(xlsx({"甲": [["A", "B"]]}), part, b"?>", b"?>" + declared)
    with pytest.raises(IntakeError, match="document type") as caught:
        opened(written(tmp_path / "f", data), TWO)
    assert caught.value.code == "GATE-103"


def test_a_workbook_that_swells_is_refused(tmp_path: Path) -> None:
    """What the parts expand to is counted, not believed."""
    data = with_part(xlsx({"甲": [["A", "B"]]}), SHEET, b"?>", b"?>" + b" " * (4 << 20))
    path = written(tmp_path / "f", data)
    assert opened(path, TWO).headers == ("A", "B")
    with pytest.raises(IntakeError, match="expands") as caught:
        opened(path, TWO, limits=ReadingLimits(workbook=2 << 20))
    assert caught.value.code == "GATE-103"


def test_a_sheet_of_far_corners_is_refused(tmp_path: Path) -> None:
    """Two cells at the corners of a sheet would be a grid of billions; the limit holds."""
    data = with_part(
        xlsx({"甲": [["A", "B"], [1, 2]]}), SHEET, b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )  # fmt: skip
    with pytest.raises(IntakeError) as caught:
        opened(written(tmp_path / "f", data), TWO, limits=ReadingLimits(memory=1 << 30))
    assert caught.value.code == "GATE-103"


def test_as_many_columns_as_a_sheet_can_have(tmp_path: Path) -> None:
    """16,384 columns are read, and the declared ones found among them."""
    width = 16_384
    grid = [["B", *(f"h{n}" for n in range(width - 2)), "A"], [1, *([None] * (width - 2)), 2]]
    rows = read(tmp_path / "f", xlsx({"甲": grid}), TWO)
    assert [(row["a"], row["b"]) for row in rows] == [("2", "1")]


def test_dates_alone(tmp_path: Path) -> None:
    """A date stays a date."""
    rows = read(tmp_path / "f", xls([["A", "B"], [date(1949, 10, 1), 1]]), _as("xls"))
    assert rows[0]["a"] == "1949-10-01"


def _as(form: str) -> Feed:
    return make_feed("a", "b", format=form)
