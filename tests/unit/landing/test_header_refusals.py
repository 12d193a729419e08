"""Refusals by headers: which are named, and that a record taken for a header never is."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.vocabulary import FeedFormat
from feeds.columns import feed_columns
from feeds.readers import Source
from landing.header_refusals import declared_headers_told, deletes_alone, refusal_by_headers
from tests.unit.feeds.feeds import make_feed

FEED = make_feed("name", "income", "children")
COLUMNS = feed_columns(FEED)


def refused(*headers: str, form: FeedFormat = FeedFormat.CSV) -> tuple[str, str]:
    """Return code and words of what a file with these headers is refused for, or blanks."""
    source = Source(Path("f"), FEED, recognised=form)
    code, detail = refusal_by_headers(source, COLUMNS, headers) or ("", "")
    return str(code), detail


@pytest.mark.parametrize(
    ("headers", "code", "words"),
    [
        (("NAME", "INCOME", "CHILDREN"), "", ""),
        (("CHILDREN", "EXTRA", "INCOME", "NAME"), "", ""),
        ((), "GATE-104", "the file holds nothing"),
        (("NAME", "INCOMES", "CHILDREN"), "GATE-102", "INCOME (nearest delivered: INCOMES)"),
        (("NAME",), "GATE-102", "missing: INCOME; CHILDREN"),
        (("NAME", "NAME", "INCOME", "CHILDREN"), "GATE-102", "twice: NAME"),
    ],
)
def test_a_header_that_is_missing_or_doubled_is_named(
    headers: tuple[str, ...], code: str, words: str
) -> None:
    """With the nearest delivered one; further headers and another order are no reason."""
    told, detail = refused(*headers)
    assert told == code
    assert words in detail


def test_a_record_where_the_header_should_be_is_not_named() -> None:
    """Where no declared header is there, what was delivered may be somebody's data."""
    code, detail = refused("张三", "NAMEX", "12.00")
    assert code == "GATE-102"
    assert "no declared header is there" in detail
    assert not {"张三", "NAMEX", "12.00"} & set(detail.split())


def test_a_key_may_lack_where_every_record_has_its_own() -> None:
    """A JSON record without a key has a null there; a file without any declared key is another."""
    assert refused("NAME", form=FeedFormat.JSONL) == ("", "")
    assert refused(form=FeedFormat.JSONL) == ("", "")
    assert refused("OTHER", form=FeedFormat.JSONL)[0] == "GATE-102"


def test_declared_headers_alone_may_be_told() -> None:
    """What a refusal says of the department's own headers is not among them."""
    _, detail = refused("NAME", "INCOMES", "X")
    assert declared_headers_told(detail, COLUMNS) == ("INCOME", "CHILDREN")
    assert declared_headers_told("a snapshot without any record", COLUMNS) == ()


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("OP,SEQ,NAME\nD,1,x\nD,2,y\n", True),
        ("OP,SEQ,NAME\nD,1,x\nU,2,y\n", False),
        ("N\nD\n", False),
    ],
)
def test_deletions_need_no_more_than_their_key(tmp_path: Path, text: str, *, alone: bool) -> None:
    """A change file of deletions alone may lack columns; one with any other operation may not."""
    changes = {"operation": "OP", "sequence": "SEQ", "delete": ["D"], "update": ["U"]}
    feed = make_feed("name", "income", kind="changes", changes=changes)
    file = tmp_path / "f.csv"
    file.write_text(text, encoding="utf-8")
    headers = tuple(text.split("\n", maxsplit=1)[0].split(","))
    assert deletes_alone(Source(file, feed), headers) is alone
