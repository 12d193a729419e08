"""Feeds: what a declaration of a file may say, before anything else of the city is known."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from catalog_specs.models.feed import Feed

CHANGES = {"operation": "操作", "sequence": "序号"}
SPANS = {"甲": {"start": 1, "width": 2}}


def _feed(**more: Any) -> Feed:
    plain = {"kind": "snapshot", "format": "csv", "columns": {"甲": "a"}}
    return Feed.model_validate({**plain, **more})


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"kind": "changes"}, "exactly when kind is changes"),
        ({"changes": CHANGES}, "exactly when kind is changes"),
        ({"format": "fixed_width"}, "exactly when format is fixed_width"),
        ({"spans": SPANS}, "exactly when format is fixed_width"),
        ({"delimiter": '"'}, "are different"),
        ({"delimiter": "||", "quote": "|"}, "are different"),
        ({"delimiter": ";", "escape": ";"}, "are different"),
        ({"delimiter": "\n"}, "no line ends"),
        ({"delimiter": ",\r"}, "no line ends"),
        ({"quote": "\n"}, "no line ends"),
        ({"escape": "\0"}, "no line ends"),
        ({"footer": "(合计"}, "`footer` is no regular expression"),
        ({"delimiter": ""}, "at least 1 character"),
        ({"quote": "''"}, "at most 1 character"),
        ({"encoding": "utf8"}, "'utf-8'"),
        ({"header": {"at": 0}}, "greater than or equal to 1"),
        ({"header": {"at": "second"}}, "'first'"),
        ({"header": {"rows": 6}}, "less than or equal to 5"),
        ({"format": "fixed_width", "spans": {"甲": {"start": 0, "width": 1}}}, "or equal to 1"),
        ({"colums": {}}, "Extra inputs"),
    ],
)
def test_what_no_file_can_be_is_refused(more: dict[str, Any], says: str) -> None:
    """A contradiction within one declaration is refused, and says which."""
    with pytest.raises(ValidationError) as refused:
        _feed(**more)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "changes", "changes": CHANGES},
        {"format": "fixed_width", "spans": SPANS},
        {"delimiter": "\t", "quote": None, "escape": "\\"},
        {"quote": "'", "escape": "'"},
        {"delimiter": "||", "quote": '"', "escape": "\\"},
        {"footer": "^合计"},
        {"header": {"at": 3, "rows": 5}},
    ],
)
def test_what_a_file_can_be_is_taken(more: dict[str, Any]) -> None:
    """Each option is taken with the kind and format it belongs to."""
    assert _feed(**more).model_fields_set >= set(more)


@pytest.mark.parametrize(
    ("form", "declared", "read"),
    [
        ("csv", " 甲 ", "甲"),
        ("xlsx", "　甲\t", "甲"),
        ("csv", "  ", "  "),
        ("jsonl", " 甲 ", " 甲 "),
        ("json", "$. 甲", "$. 甲"),
    ],
)
def test_headers_are_declared_as_readers_read_them(form: str, declared: str, read: str) -> None:
    """White space around a header counts for nothing; a key of JSON is called as it is called."""
    assert list(_feed(format=form, columns={declared: "a"}).columns) == [read]


def test_places_are_declared_under_the_names_of_columns() -> None:
    """The white space of a header is taken off in both lists, so that they still agree."""
    feed = _feed(
        format="fixed_width", columns={"甲 ": "a"}, spans={" 甲": {"start": 1, "width": 2}}
    )
    assert list(feed.columns) == list(feed.spans) == ["甲"]


def test_without_options_a_feed_is_a_plain_utf8_csv() -> None:
    """What nobody declares is what most departments send."""
    feed = _feed()
    assert (feed.encoding, feed.delimiter, feed.quote, feed.escape) == ("utf-8", ",", '"', None)
    assert (feed.header.at, feed.header.rows, feed.nulls) == ("first", 1, ("",))
