"""Texts to files as a feed declares them."""

from __future__ import annotations

import io
import json

import fastexcel
import polars as pl

from catalog_specs.models.feed import Feed
from demo_city.writing.render import BROKEN, MISSING, SURPLUS, Sheet, render

TEXTS = pl.DataFrame({"a": ["1", "二", None], "b": ["x,y", 'say "no"', "z"], "c": ["1", None, "3"]})
COLUMNS = {"甲": "a", "乙": "b", "丙": "c"}


def feed(**more: object) -> Feed:
    """Return a feed of three columns."""
    return Feed.model_validate({"kind": "snapshot", "format": "csv", "columns": COLUMNS} | more)


def test_csv_quotes_encodes_and_ends_lines() -> None:
    """GB 18030 files have Windows line ends; fields with delimiters or quotes are quoted."""
    content = render(feed(encoding="gb18030"), Sheet(TEXTS)).decode("gb18030")
    assert content == '甲,乙,丙\r\n1,"x,y",1\r\n二,"say ""no""",\r\n,z,3\r\n'


def test_byte_order_mark_where_declared() -> None:
    """`utf-8-sig` files begin with a byte-order mark, others do not."""
    assert render(feed(encoding="utf-8-sig"), Sheet(TEXTS)).startswith(b"\xef\xbb\xbf")
    assert not render(feed(), Sheet(TEXTS)).startswith(b"\xef\xbb\xbf")


def test_missing_values_take_the_feeds_markers() -> None:
    """Every missing value is written as one of the declared markers."""
    content = render(feed(nulls=["NA", "-999"]), Sheet(TEXTS)).decode()
    lines = [line.split(",") for line in content.splitlines()]
    assert lines[2][-1] in {"NA", "-999"}
    assert lines[3][0] in {"NA", "-999"}


def test_broken_records_have_other_numbers_of_fields() -> None:
    """A record can have a field too many or too few; all others stay as they are."""
    content = render(feed(), Sheet(TEXTS, raw={0: SURPLUS, 2: MISSING})).decode()
    lines = content.splitlines()
    assert lines[1] == '1,"x,y",1,多余'
    assert lines[2] == '二,"say ""no""",'
    assert lines[3] == ",z"


def test_a_column_can_be_left_out() -> None:
    """A column that is left out has no header and no cells."""
    content = render(feed(), Sheet(TEXTS, without=frozenset({"b"}))).decode()
    assert content.splitlines()[:2] == ["甲,丙", "1,1"]


def test_json_lines_hold_numbers_texts_and_nulls() -> None:
    """Numbers are bare where they are numbers, everything else is text or null."""
    sheet = Sheet(TEXTS, kinds={"a": pl.Int64(), "c": pl.Int64()}, raw={2: BROKEN})
    lines = render(feed(format="jsonl"), sheet).decode().splitlines()
    assert json.loads(lines[0]) == {"甲": 1, "乙": "x,y", "丙": 1}
    assert json.loads(lines[1]) == {"甲": "二", "乙": 'say "no"', "丙": None}
    assert not lines[2].endswith("}")


def test_parquet_is_typed() -> None:
    """Columns of numbers are numbers in Parquet."""
    content = render(feed(format="parquet"), Sheet(TEXTS, kinds={"c": pl.Int64()}))
    frame = pl.read_parquet(io.BytesIO(content))
    assert frame["丙"].to_list() == [1, None, 3]
    assert frame["甲"].dtype == pl.String


def test_workbooks_are_the_same_every_time() -> None:
    """A workbook has the declared sheet and cells, and the same bytes when written again."""
    book = feed(format="xlsx", sheet="表")
    sheet = Sheet(TEXTS, kinds={"c": pl.Int64()})
    content = render(book, sheet)
    assert render(book, sheet) == content
    read = fastexcel.read_excel(content).load_sheet("表", dtypes="string").to_polars()
    assert read.columns == ["甲", "乙", "丙"]
    assert read["丙"].to_list() == ["1", None, "3"]
