"""The beginning of a delimited file: the header where it is declared, and the records below it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.readers import Source
from feeds.text.opening import Opening, open_delimited, pass_header
from tests.unit.feeds.feeds import make_feed


def opening(*blocks: str, **feed: Any) -> tuple[Opening, str]:
    """Return the opening of a file in blocks, and the text below its header."""
    source = Source(Path("f.csv"), make_feed("a", "b", **feed))
    found = open_delimited(source, (block.encode() for block in blocks))
    return found, _text(found.blocks)


def _text(blocks: Iterable[bytes]) -> str:
    return b"".join(blocks).decode()


TITLED = "登记表\n\n# 2024\nB,A\n1,2\n"


@pytest.mark.parametrize(
    ("at", "headers", "line", "skipped"),
    [
        ("first", ("登记表",), 2, {}),
        ("find", ("B", "A"), 5, {"preamble": 1, "blank": 1, "comment": 1}),
        (4, ("B", "A"), 5, {"preamble": 1, "blank": 1, "comment": 1}),
        (2, ("B", "A"), 5, {"preamble": 1, "blank": 1, "comment": 1}),
        ("none", ("A", "B"), 1, {}),
    ],
)
def test_the_header_stands_where_the_feed_says(
    at: str | int, headers: tuple[str, ...], line: int, skipped: dict[str, int]
) -> None:
    """Blank lines and comments are passed; what lies above is counted, what lies below is left."""
    found, rest = opening(TITLED, header={"at": at}, comment="#")
    assert (found.headers, found.line, +found.skipped) == (headers, line, skipped)
    assert rest == "".join(TITLED.splitlines(keepends=True)[line - 1 :])


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_header_may_lie_in_several_blocks(size: int) -> None:
    """Whole lines each; what was read beyond it comes first."""
    lines = ['"A\n', '甲",B\n', "1,2\n", "3,4\n"]
    found, rest = opening(*("".join(lines[at : at + size]) for at in range(0, 4, size)))
    assert (found.headers, found.line, rest) == (("A\n甲", "B"), 3, "1,2\n3,4\n")


def test_rows_of_a_header_are_joined() -> None:
    """A blank name is its left neighbour's; as delivered they are known when they stand again."""
    feed = {"header": {"rows": 2, "join": "-"}, "columns": {"甲-A": "a", "甲-B": "b"}}
    found, rest = opening("甲,\n\nA,B\n1,2\n", **feed)
    assert (found.headers, rest) == (("甲-A", "甲-B"), "1,2\n")
    assert [list(row) for row in found.rows] == [["甲", ""], ["A", "B"]]


def test_a_file_that_holds_nothing_has_no_header() -> None:
    """Blank lines and comments are nothing, and counted."""
    for at in ("first", "find", 3):
        found, rest = opening("\n# x\n", header={"at": at}, comment="#")
        assert (found.headers, rest, found.skipped) == ((), "", {"blank": 1, "comment": 1})
    assert opening()[0].headers == ()


def test_the_nearest_header_is_taken_where_none_has_all() -> None:
    """So that what is missing can be named; the first that has all is taken before later ones."""
    assert opening("x,y\nA,y\n1,2\n", header={"at": "find"})[0].headers == ("A", "y")
    assert opening("A,B\nB,A\n", header={"at": "find"})[0].line == 2


def test_broken_quotes_in_the_header_are_refused() -> None:
    """Nobody knows what the columns are called; while more may come, it is waited for."""
    for text in ('A,"B\n1,2\n', '"A"x,B\n'):
        with pytest.raises(IntakeError, match="header row are broken") as caught:
            opening(text)
        assert caught.value.code is DeliveryRefusal.UNREADABLE


def test_a_header_beyond_the_end_is_refused() -> None:
    """The line is named."""
    with pytest.raises(IntakeError, match="no header on line 9"):
        opening("A,B\n1,2\n", header={"at": 9})


def test_a_header_of_absurd_width_is_refused() -> None:
    """It is not even split."""
    with pytest.raises(IntakeError) as caught:
        opening("A" + ",x" * 5_000 + "\n")
    assert caught.value.code is DeliveryRefusal.HOSTILE


def test_a_trailing_delimiter_makes_a_nameless_column() -> None:
    """Where records end with one more than the header has."""
    assert opening("A,B\n1,2,\n", trailing_delimiter=True)[0].headers == ("A", "B", "#3")
    assert opening("A,B,\n1,2,\n", trailing_delimiter=True)[0].headers == ("A", "B", "#3")


def test_a_fixed_width_file_has_a_header_only_where_one_is_declared() -> None:
    """Its names are looked for in whole lines, because nothing parts them."""
    spans = {"A": {"start": 1, "width": 1}, "B": {"start": 2, "width": 1}}

    def passed(text: str, **feed: Any) -> tuple[int, str]:
        made = make_feed("a", "b", format="fixed_width", spans=spans, **feed)
        found = pass_header(Source(Path("f"), made), iter([text.encode()]))
        return found.line, _text(found.blocks)

    assert passed("AB\n12\n") == (1, "AB\n12\n")
    assert passed("AB\n12\n", header={"at": "first"}) == (2, "12\n")
    assert passed("表\nA B\n12\n", header={"at": "find"}) == (3, "12\n")
    assert passed('"\n12\n', header={"at": "first"}) == (2, "12\n")
