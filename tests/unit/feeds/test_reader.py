"""The seam of all readers: records come back in their places, numbered, none lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog_specs.rules.defects import DefectCode
from catalog_specs.rules.refusals import DeliveryRefusal
from catalog_specs.vocabulary import FeedFormat
from feeds.reader import (
    Block,
    Defect,
    Source,
    rows_schema,
    rows_table,
    tables_of,
    unreadable,
    unseen,
)
from tests.unit.feeds.feeds import make_feed

COLUMNS = {"a": "A", "b": "B"}
FOOTER = DefectCode.FOOTER


def block(texts: list[str | None], *defects: int, lines: Any = None, raws: Any = None) -> Block:
    """Return a block whose sound records have these texts of header A, and defects at places."""
    found = [Defect(place, FOOTER, f"raw {place}") for place in defects]
    values = {"A": pa.array(texts, pa.string())}
    return Block(len(texts) + len(defects), values, found, raws, lines)


def test_defects_stand_among_the_sound_records() -> None:
    """Each in its place, with its code and its text, and no value."""
    table = rows_table(
        5, block(["x", None, "y"], 0, 2, lines=[7, 8, 8, 9, 12]), COLUMNS, whole=False
    )
    assert table.schema == rows_schema(COLUMNS)
    assert table.column("_row").to_pylist() == [5, 6, 7, 8, 9]
    assert table.column("_line").to_pylist() == [7, 8, 8, 9, 12]
    assert table.column("_defect").to_pylist() == ["footer", None, "footer", None, None]
    assert table.column("_raw").to_pylist() == ["raw 0", None, "raw 2", None, None]
    assert table.column("a").to_pylist() == [None, "x", None, None, "y"]


def test_a_header_that_the_file_lacks_gives_nulls() -> None:
    """So does a format without lines."""
    table = rows_table(1, block(["x"]), COLUMNS, whole=False)
    assert table.column("b").to_pylist() == [None]
    assert table.column("_line").to_pylist() == [None]


def test_one_header_may_give_several_columns() -> None:
    """Each has its text."""
    table = rows_table(1, block(["x"]), {"a": "A", "again": "A"}, whole=False)
    assert (table["a"].to_pylist(), table["again"].to_pylist()) == (["x"], ["x"])


def test_a_whole_record_is_its_own_text_or_an_object() -> None:
    """Keyed by delivered header, whether anybody declared it or not; defects keep their text."""
    table = rows_table(1, block(['x"', None], 1), {}, whole=True)
    raws = table.column("_raw").to_pylist()
    assert [json.loads(raws[0]), raws[1], json.loads(raws[2])] == [
        {"A": 'x"'},
        "raw 1",
        {"A": None},
    ]
    table = rows_table(1, block(["x"], 0, raws=pa.array(['{"A" : "x"}'])), {}, whole=True)
    assert table.column("_raw").to_pylist() == ["raw 0", '{"A" : "x"}']
    empty = Block(3, {}, [Defect(1, FOOTER, "raw")])
    assert rows_table(1, empty, {}, whole=True).column("_raw").to_pylist() == ["{}", "raw", "{}"]


def test_texts_may_come_in_chunks() -> None:
    """And in several types of text."""
    chunked = Block(3, {"A": pa.chunked_array([["x"], ["y"]])}, [Defect(1, FOOTER, "raw")])
    assert rows_table(1, chunked, COLUMNS, whole=True)["a"].to_pylist() == ["x", None, "y"]
    large = Block(1, {"A": pa.array(["x"], pa.large_string())})
    assert rows_table(1, large, COLUMNS, whole=False).schema == rows_schema(COLUMNS)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.booleans(), max_size=12), max_size=5), st.booleans())
def test_no_record_is_lost(blocks: list[list[bool]], whole: bool) -> None:
    """Records of all blocks are numbered from 1 in their order, sound or not."""
    made = [
        block(
            [str(place) for place, good in enumerate(one) if good],
            *(place for place, good in enumerate(one) if not good),
        )
        for one in blocks
    ]
    tables = list(tables_of(iter(made), COLUMNS, whole=whole))
    assert all(table.num_rows for table in tables)
    rows = [row for table in tables for row in table.to_pylist()]
    assert [row["_row"] for row in rows] == list(range(1, sum(map(len, blocks)) + 1))
    told = [row["a"] or row["_raw"].removeprefix("raw ") for row in rows]
    assert told == [str(place) for one in blocks for place in range(len(one))]
    assert [row["_defect"] is None for row in rows] == [good for one in blocks for good in one]


def test_a_source_is_what_its_content_is() -> None:
    """Recognised, else as declared; a member is called by its name in the archive."""
    plain = Source(Path("in/f.csv"), make_feed())
    assert (plain.format, plain.name) == (FeedFormat.CSV, "f.csv")
    member = Source(Path("1"), make_feed(), member="甲/b.xlsx", recognised=FeedFormat.XLSX)
    assert (member.format, member.name) == (FeedFormat.XLSX, "甲/b.xlsx")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (unreadable(Source(Path("f"), make_feed(), member="甲"), "damaged", "again"), "UNREADABLE"),
        (unseen(Source(Path("甲"), make_feed()), "a document"), "UNSEEN"),
    ],
)
def test_a_refusal_names_the_file(error: Any, reason: str) -> None:
    """And says what to do."""
    assert (error.code, error.where) == (DeliveryRefusal[reason], "甲")
    assert error.remedy
