"""Parquet and XLSX: typed cells become canonical text."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from catalog_specs.errors import IntakeError
from catalog_specs.models.feed import Feed
from feeds.readers import Source
from tests.unit.feeds.feeds import headers_of, make_feed, read

PARQUET = make_feed("a", format="parquet")
XLSX = make_feed("a", "b", format="xlsx")
MOMENT = datetime(2024, 2, 3, 4, 5, 6)  # noqa: DTZ001 - a wall clock, as delivered


def test_parquet_cells_are_canonical_text(tmp_path: Path) -> None:
    """Whatever their type; nobody looks at columns that nobody declared."""
    path = tmp_path / "f.parquet"
    columns = {
        " A ": pa.array([MOMENT.replace(tzinfo=UTC), None]),
        "B": [1.0, -0.5],
        "more": [1, 2],
    }
    pq.write_table(pa.table(columns), path)
    rows = read(path, path.read_bytes(), make_feed("a", "b", format="parquet"))
    assert [(row["a"], row["b"]) for row in rows] == [("2024-02-03 12:05:06", "1"), (None, "-0.5")]
    assert [row["_defect"] for row in rows] == [None, None]


def test_parquet_records_as_json(tmp_path: Path) -> None:
    """For a refused delivery each record carries all its columns."""
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"B": [1.0, None], "旁": ["x", "y"]}), path)
    rows = read(path, path.read_bytes(), PARQUET, whole=True)
    assert [row["_raw"] for row in rows] == ['{"B":"1","旁":"x"}', '{"B":null,"旁":"y"}']


def test_nested_parquet_is_refused(tmp_path: Path) -> None:
    """A declared column of lists has no canonical text; an undeclared one does not matter."""
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"A": [[1]], "B": [[1]]}), path)
    with pytest.raises(IntakeError, match="list"):
        read(path, path.read_bytes(), PARQUET)
    pq.write_table(pa.table({"A": [1], "B": [[1]]}), path)
    assert len(read(path, path.read_bytes(), PARQUET)) == 1


ARROW = make_feed("a", format="arrow")
NESTED = make_feed(format="parquet", columns={"$.P.x.y": "a", "B": "b", "$.Q.z": "c"})


@pytest.mark.parametrize("opener", [pa.ipc.new_file, pa.ipc.new_stream])
def test_arrow_files_and_streams(tmp_path: Path, opener: Any) -> None:
    """Both kinds of Arrow IPC are read as Parquet is, batch by batch, doubled columns too."""
    table = pa.table([["x", "y"], [MOMENT, None], [b"\xff", b""]], names=["B", "A", "B"])
    path = tmp_path / "w"
    with opener(path, table.schema) as writer:
        writer.write_table(table)
        writer.write_table(table)
    rows = read(tmp_path / "f", path.read_bytes(), ARROW)
    assert [row["a"] for row in rows] == ["2024-02-03 04:05:06", None] * 2
    assert headers_of(Source(tmp_path / "f", ARROW)) == ("B", "A", "B#3")


def test_paths_reach_into_structs(tmp_path: Path) -> None:
    """A declared path is a header in place of its column; a missing struct is null."""
    path = tmp_path / "f.parquet"
    values = [{"x": {"y": 1.5}}, None, {"x": None}]
    pq.write_table(pa.table({"P": values, "B": [1, 2, 3]}), path)
    rows = read(path, path.read_bytes(), NESTED)
    assert [(row["a"], row["b"], row["c"]) for row in rows] == [
        ("1.5", "1", None), (None, "2", None), (None, "3", None),
    ]  # fmt: skip
    assert headers_of(Source(path, NESTED)) == ("$.P.x.y", "B")


@pytest.mark.parametrize("path", ["$.P.x.none", "$.P.x[0]", "$.P.l[0]", "$.P.x"])
def test_paths_that_lead_to_no_value_are_refused(tmp_path: Path, path: str) -> None:
    """Through lists, to what is not there, or to a whole struct."""
    file = tmp_path / "f.parquet"
    pq.write_table(pa.table({"P": [{"x": {"y": 1}, "l": [1]}]}), file)
    with pytest.raises(IntakeError, match=r"\$\.P\.") as caught:
        read(file, file.read_bytes(), make_feed(format="parquet", columns={path: "a"}))
    assert caught.value.code == "GATE-101"


def test_refused_records_carry_whatever_they_have(tmp_path: Path) -> None:
    """For a refused delivery nested and binary columns are shown too."""
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"L": [[1, 2]], "N": [b"\xffx"]}), path)
    (row,) = read(path, path.read_bytes(), PARQUET, whole=True)
    assert row["_raw"] == r'{"L":"[1, 2]","N":"\\xffx"}'


def test_sixteen_thousand_columns(tmp_path: Path) -> None:
    """A file as wide as any is read for its declared columns."""
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({f"h{n}": [1] for n in range(16_000)} | {"A": ["x"]}), path)
    assert [row["a"] for row in read(path, path.read_bytes(), PARQUET)] == ["x"]


def sheet(path: Path, rows: list[list[Any]], name: str = "甲") -> bytes:
    """Write rows as the second sheet of a workbook, dates formatted as dates."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        book.add_worksheet("空")
        target = book.add_worksheet(name)
        for number, row in enumerate(rows):
            target.write_row(number, 0, row)
    return path.read_bytes()


def test_cells_have_one_text(tmp_path: Path) -> None:
    """Cells of one column may differ in type; blank rows are no records, blank cells are null."""
    cells: list[tuple[Any, str | None]] = [
        ("文", "文"),
        (7, "7"),
        (1.5, "1.5"),
        (2.0, "2"),
        (True, "true"),
        (MOMENT.replace(hour=0, minute=0, second=0), "2024-02-03"),
        (MOMENT, "2024-02-03 04:05:06"),
        (time(4, 5, 6), "04:05:06"),
        (None, None),
    ]
    feed = make_feed("a", "b", format="xlsx", sheet="甲")
    rows: list[list[Any]] = [[], ["B", "旁", " A "], *([1, None, cell] for cell, _ in cells)]
    rows.insert(4, [None, None, None])
    read_back = read(tmp_path / "f", sheet(tmp_path / "f", rows), feed)
    assert [row["a"] for row in read_back] == [text for _, text in cells]
    assert {row["b"] for row in read_back} == {"1"}


def test_a_sheet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The declared sheet must exist; without one the first is read."""
    data = sheet(tmp_path / "f", [["A", "B"], [1, 2]])
    with pytest.raises(IntakeError, match="declared sheet"):
        read(tmp_path / "f", data, make_feed("a", format="xlsx", sheet="乙"))
    assert read(tmp_path / "f", data, XLSX) == []


@pytest.mark.parametrize(
    ("feed", "reason"), [(PARQUET, "GATE-101"), (XLSX, "GATE-110")], ids=["parquet", "xlsx"]
)
@pytest.mark.parametrize("data", [b"", b"A,B\n1,2\n", b"PAR1junkPAR1", b"PK\x03\x04junk"])
def test_files_of_another_kind_are_refused(
    tmp_path: Path, feed: Feed, reason: str, data: bytes
) -> None:
    """Bytes that are not the declared format are refused; of a workbook nothing may be kept."""
    path = tmp_path / "f"
    path.write_bytes(data)
    with pytest.raises(IntakeError) as caught:
        headers_of(Source(path, feed))
    assert caught.value.code == reason


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    """A page that cannot be read refuses the file, it does not crash."""
    path = tmp_path / "f"
    pq.write_table(pa.table({"A": [str(n) for n in range(1000)]}), path)
    data = bytearray(path.read_bytes())
    data[4:400] = bytes(396)
    with pytest.raises(IntakeError):
        read(path, bytes(data), PARQUET)
