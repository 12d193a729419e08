"""Fixed-width fields: cut at their places, or told to be no record of them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from catalog_specs.models.feed import Feed
from feeds.text.encodings import TextCode
from feeds.text.spans import Cutter
from tests.unit.feeds.feeds import make_feed

SPANS = {"A": {"start": 1, "width": 2}, "B": {"start": 3, "width": 3}}


CODES = {
    "utf-8": TextCode("utf-8", "utf-8"),
    "gb18030": TextCode("gb18030", "gb18030"),
    "big5": TextCode("big5", "cp950"),
    "utf-16-le": TextCode("utf-16-le", "utf-16-le", 2),
}


def fed(**more: Any) -> Feed:
    """Return a feed of two fields of two and three places."""
    return make_feed("a", "b", format="fixed_width", spans=SPANS, **more)


def cut(feed: Feed, *records: str, code: str = "utf-8") -> list[tuple[str, ...] | None]:
    """Return the fields of each record, None for one that has not its width."""
    bad, fields = Cutter.of(feed, CODES[code], ["A", "B"]).cut(pa.array(records, pa.string()))
    good = iter(zip(*(fields[name].to_pylist() for name in ("A", "B")), strict=True))
    return [None if one else next(good) for one in bad.tolist()]


def test_fields_are_cut_at_their_places() -> None:
    """The last one may be short, and blanks may follow."""
    found = cut(fed(), "12345", "123", "12", "12345  \u3000", "12345 6", "", "张三李四王")
    assert found == [
        ("12", "345"), ("12", "3"), None, ("12", "345"), None, None, ("张三", "李四王"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["gb18030", "utf-8", "big5", "utf-16-le"])
def test_places_may_be_bytes_of_the_delivered_encoding(code: str) -> None:
    """However many of them a character takes there."""
    wide = {"utf-8": 3, "utf-16-le": 2}.get(code, 2)
    thin = 2 if code == "utf-16-le" else 1
    spans = {"A": {"start": 1, "width": wide}, "B": {"start": wide + 1, "width": 2 * thin}}
    feed = make_feed("a", "b", format="fixed_width", spans=spans, span_unit="bytes")
    assert cut(feed, "張12", "三x ", "張1", "張123", code=code) == [
        ("張", "12"), ("三", "x "), ("張", "1"), None,
    ]  # fmt: skip


def test_a_place_inside_a_character_is_no_place() -> None:
    """The record is told, its neighbours are cut."""
    feed = fed(span_unit="bytes")
    assert cut(feed, "a张bc", "张abc", "abcde", code="gb18030") == [
        None, ("张", "abc"), ("ab", "cde"),
    ]  # fmt: skip
    assert cut(feed, "a张", code="gb18030") == [None]


def test_fields_may_overlap_and_leave_places_out() -> None:
    """Only wanted ones are cut; the width is that of all."""
    spans = {
        "A": {"start": 1, "width": 4},
        "B": {"start": 2, "width": 2},
        "C": {"start": 7, "width": 1},
    }
    feed = make_feed(format="fixed_width", spans=spans)
    assert cut(feed, "abcdefg", "abcdef") == [("abcd", "bc"), None]


def test_no_records_have_no_fields() -> None:
    """A block may hold none."""
    for unit in ("characters", "bytes"):
        assert cut(fed(span_unit=unit), code="gb18030") == []
