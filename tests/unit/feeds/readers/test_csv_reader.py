"""CSV: every record is read back exactly or is a defect, and none is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog_specs.errors import IntakeError
from catalog_specs.rules.defects import DefectCode
from feeds.reader import Block, Defect, rows_table
from feeds.readers import Source
from feeds.text.careful import read_carefully
from feeds.text.dialect import Dialect
from tests.unit.feeds.feeds import headers_of, make_feed, read, values


def written(records: list[list[str]], terminator: str = "\n", **options: Any) -> bytes:
    """Return records as the standard writer writes them."""
    out = io.StringIO()
    csv.writer(out, lineterminator=terminator, **options).writerows(records)
    return out.getvalue().encode()


def test_fields_come_as_delivered(tmp_path: Path) -> None:
    """Quoted delimiters, doubled quotes, embedded newlines, blanks and empty texts stay."""
    rows = read(tmp_path / "f", b'A,B,C\r\n"x,y","say ""hi""","1\r\n2"\r\n ,"",\r\n')
    assert values(rows) == [("x,y", 'say "hi"', "1\r\n2"), (" ", "", "")]
    assert all(row["_defect"] is None and row["_raw"] is None for row in rows)


def test_header_picks_columns_in_any_order(tmp_path: Path) -> None:
    """Columns are found by header, blanks around it aside, and undeclared ones are ignored."""
    rows = read(tmp_path / "f", b'more, C ,"A",B\n0,3,1,2\n')
    assert values(rows) == [("1", "2", "3")]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n\n", "\r\n\r\n"])
def test_last_line_needs_no_end_and_blank_lines_are_no_records(tmp_path: Path, end: str) -> None:
    """However the file ends, it holds the same two records."""
    rows = read(tmp_path / "f", b"\n\nA,B,C\n\n1,2,3\n\r\n\n4,5,6" + end.encode())
    assert values(rows) == [("1", "2", "3"), ("4", "5", "6")]


def test_wrong_field_counts_stay_in_their_place(tmp_path: Path) -> None:
    """A short or long record is kept, numbered and raw, among its neighbours."""
    rows = read(tmp_path / "f", b'A,B,C\n1,2\n1,2,3\n1,2,3,4\r\n"",,\n')
    assert [row["_defect"] for row in rows] == ["field_count", None, "field_count", None]
    assert [row["_raw"] for row in rows] == ["1,2", None, "1,2,3,4", None]
    assert values(rows)[0] == (None, None, None)
    assert values(rows)[3] == ("", "", "")


def test_stray_quotes_cost_one_line(tmp_path: Path) -> None:
    """A quote never closed, or text after a closing quote, makes its own line the defect alone."""
    rows = read(tmp_path / "f", b'A,B,C\n1,2,3\n"4,5,6\n7,8,9\n"x"y,1,2\n0,"open,1\n3,2,1\n')
    assert [row["_defect"] for row in rows] == [None, "quoting", None, "quoting", "quoting", None]
    assert [row["_raw"] for row in rows if row["_raw"]] == ['"4,5,6', '"x"y,1,2', '0,"open,1']
    assert values(rows)[-1] == ("3", "2", "1")


def test_quote_inside_a_field_is_text(tmp_path: Path) -> None:
    """An inch mark in an unquoted field is an ordinary character."""
    rows = read(tmp_path / "f", b'A,B,C\n5" pipe,x,3\n1,x"y"z,3\n')
    assert values(rows) == [('5" pipe', "x", "3"), ("1", 'x"y"z', "3")]


def test_record_longer_than_a_block_is_one_record(tmp_path: Path) -> None:
    """A quoted cell may span many blocks."""
    cell = "长\n" * 5000
    rows = read(tmp_path / "f", written([["A", "B", "C"], ["1", cell, "3"], ["4", "5", "6"]]))
    assert values(rows) == [("1", cell, "3"), ("4", "5", "6")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "，", "a"])
def test_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    """The declared delimiter splits, others are text."""
    feed = make_feed(delimiter=delimiter)
    data = written([["A", "B", "C"], ["1,0", f"x{delimiter}y", "3"]], delimiter=delimiter)
    assert values(read(tmp_path / "f", data, feed)) == [("1,0", f"x{delimiter}y", "3")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Chinese arrives whole in each encoding, in two and four bytes, with a mark or without."""
    feed = make_feed(encoding=encoding)
    text = "A,B,C\n" + "张三丰,㐀𠮷,鲤城\n" * 500
    rows = read(tmp_path / "f", text.encode(encoding), feed)
    assert values(rows) == [("张三丰", "㐀𠮷", "鲤城")] * 500
    marked = ("\ufeff" + text).encode(encoding.removesuffix("-sig"))
    assert values(read(tmp_path / "f", marked, feed)) == values(rows)


@pytest.mark.parametrize("data", [b"", b"\n\r\n", b"\xef\xbb\xbf"])
def test_nothing_has_no_headers(tmp_path: Path, data: bytes) -> None:
    """An empty file has no header and no record."""
    path = tmp_path / "f"
    assert read(path, data) == []
    assert headers_of(Source(path, make_feed())) == ()


def test_broken_header_is_refused(tmp_path: Path) -> None:
    """A header row whose quote is never closed cannot be read."""
    with pytest.raises(IntakeError, match="header row"):
        read(tmp_path / "f", b'A,"B,C\n1,2,3\n')


def test_records_under_a_header_without_any_name_are_kept_whole(tmp_path: Path) -> None:
    """A header row of nothing but quotes names no column, and the records below are records."""
    rows = read(tmp_path / "f", b'""\nx\n1,2\n', whole=True)
    assert [row["_raw"] for row in rows] == ['{"#1":"x"}', "1,2"]
    table = rows_table(1, Block(2, {}, [Defect(0, DefectCode.QUOTING, "?")]), {}, whole=True)
    assert table.column("_raw").to_pylist() == ["?", "{}"]


def test_whole_keeps_every_record_as_json(tmp_path: Path) -> None:
    """For a refused delivery each record carries its own text, keyed by delivered header."""
    rows = read(tmp_path / "f", 'A,旁,C\n1,"二""",3\n1,2\n'.encode(), whole=True)
    assert rows[0]["_raw"] == '{"A":"1","旁":"二\\"","C":"3"}'
    assert rows[1]["_raw"] == "1,2"
    assert values(rows)[0] == ("1", None, "3")


def test_one_column_file(tmp_path: Path) -> None:
    """A file of one column keeps its quoted empty texts; blank lines are still no records."""
    feed = make_feed("a")
    rows = read(tmp_path / "f", b'A\nx\n\n""\n1,2\n', feed)
    assert [row["a"] for row in rows] == ["x", "", None]


PIECES = ["a", "b", "1", ",", '"', " ", ";", "泉州", "\t"]
LINE_CELL = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
CELL = st.lists(st.sampled_from([*PIECES, "\n", "\r", "\r\n"]), max_size=5).map("".join)
RECORD = st.lists(CELL, min_size=3, max_size=3) | st.lists(LINE_CELL, min_size=1, max_size=5)
WRITING = st.sampled_from(
    [(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r\n")]
)


@given(records=st.lists(RECORD, max_size=30), writing=WRITING, block=st.integers(1, 64))
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_records_are_conserved(
    tmp_path: Path, records: list[list[str]], writing: tuple[Any, str], block: int
) -> None:
    """What a proper writer wrote comes back exactly, or as a defect where the width is wrong."""
    quoting, terminator = writing
    data = written([["A", "B", "C"], *records], terminator, quoting=quoting)
    rows = read(tmp_path / "f", data, block=block)
    missing = (None, None, None)
    assert values(rows) == [tuple(r) if len(r) == 3 else missing for r in records]
    assert [row["_raw"] for row in rows] == [
        None if len(r) == 3 else written([r], "", quoting=quoting).decode() for r in records
    ]


BROKEN = st.lists(
    st.sampled_from(["a", "1", ",", '"', "\n", "\r", "泉", '","', '"\n"', ",1,"]), max_size=60
).map("".join)


@given(text=BROKEN, block=st.integers(1, 80), careful=st.integers(1, 40))
@example(text='a\r"', block=40, careful=64)
@settings(
    max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_fast_and_careful_reading_agree(
    tmp_path: Path, text: str, block: int, careful: int
) -> None:
    """Whatever a file holds and wherever it is cut, it means what careful reading says it means."""
    data = text.encode()
    whole = read_carefully(data + b"\n", Dialect(), 3, final=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feeds.readers.csv_reader.CAREFUL_BYTES", careful)
        patch.setattr("feeds.readers.csv_reader.CAREFUL_RECORDS", careful % 3 + 1)
        rows = read(tmp_path / "f", b"A,B,C\n" + data, block=block)
    assert [
        list(v) for v, r in zip(values(rows), rows, strict=True) if not r["_defect"]
    ] == whole.rows
    assert [(r["_row"] - 1, r["_defect"], r["_raw"]) for r in rows if r["_defect"]] == [
        (d.position, d.code, d.raw) for d in whole.defects
    ]
    assert [row["_line"] - 2 for row in rows] == whole.lines


def test_a_quote_never_closed_is_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading does not hold the rest of a long file for one stray quote: it costs one line."""
    monkeypatch.setattr("feeds.text.careful.RECORD_LIMIT", 400)
    monkeypatch.setattr("feeds.text.parsing.RECORD_LIMIT", 400)
    data = b'A,B,C\n1,"2,3\n' + b"4,5,6\n" * 1000 + b'"x\ny",5,6\n'
    rows = read(tmp_path / "f", data, block=100)
    assert [row["_raw"] for row in rows if row["_defect"]] == ['1,"2,3']
    assert values(rows)[1:] == [("4", "5", "6")] * 1000 + [("x\ny", "5", "6")]
