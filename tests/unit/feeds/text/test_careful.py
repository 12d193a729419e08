"""The careful reader: a stray quote costs one line, and no text is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_specs.errors import IntakeError
from feeds.text.careful import Effort, Reading, read_carefully
from feeds.text.dialect import Dialect
from feeds.text.encodings import MARK
from feeds.text.footers import footer_test


def reading(text: str, width: int = 2, *, final: bool = True, **more: Any) -> Reading:
    """Return the reading of a block."""
    return read_carefully(text.encode(), Dialect(comment="#"), width, final=final, **more)


def told(found: Reading) -> dict[int, Any]:
    """Return line → the fields of its record, or the code of its defect."""
    bad = {one.position: one.code.value for one in found.defects}
    rows = iter(found.rows)
    return {
        line: bad[place] if place in bad else next(rows) for place, line in enumerate(found.lines)
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2\n3,4\n", {0: ["1", "2"], 1: ["3", "4"]}),
        ('"a\nb",c\n3,4\n', {0: ["a\nb", "c"], 2: ["3", "4"]}),
        ('5" pipe,2\n3,4\n', {0: ['5" pipe', "2"], 1: ["3", "4"]}),
        ('"a"x,2\n3,4\n', {0: "quoting", 1: ["3", "4"]}),
        ('1,"2\n3,4\n', {0: "quoting", 1: ["3", "4"]}),
        ('1,2"\n3,4\n', {0: "quoting", 1: ["3", "4"]}),
        ('a"b,c"d\n3,4\n', {0: "quoting", 1: ["3", "4"]}),
        ("1\n1,2,3\n3,4\n", {0: "field_count", 1: "field_count", 2: ["3", "4"]}),
        ('"a\nb",c,d\n3,4\n', {0: "field_count", 1: "field_count", 2: ["3", "4"]}),
        (f"1,{MARK}ff\n{MARK}ff\n3,4\n", {0: "encoding", 1: "encoding", 2: ["3", "4"]}),
    ],
)
def test_a_defect_costs_the_line_it_begins_on(text: str, expected: dict[int, Any]) -> None:
    """The lines below are read again."""
    assert told(reading(text)) == expected


def test_what_is_no_record_is_counted() -> None:
    """Blank lines and comments, but not where they stand within quotes."""
    found = reading('\n# x\n1,"\n# y\n"\n')
    assert told(found) == {2: ["1", "\n# y\n"]}
    assert found.skipped == {"blank": 1, "comment": 1}
    assert found.passed == 5


def test_an_open_record_waits_for_more() -> None:
    """Unless nothing comes: then its quote was never closed."""
    found = reading('1,2\n3,"4\n5,6\n', final=False)
    assert (found.rows, found.rest, found.passed) == ([["1", "2"]], b'3,"4\n5,6\n', 1)
    assert told(reading('1,2\n3,"4\n5,6\n')) == {0: ["1", "2"], 1: "quoting", 2: ["5", "6"]}


def test_a_record_that_grows_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its quote counts as never closed."""
    monkeypatch.setattr("feeds.text.careful.RECORD_LIMIT", 8)
    assert told(reading('3,"4\n5,6\n7,8\n', final=False))[0] == "quoting"


def test_it_reads_as_far_as_is_enough() -> None:
    """The rest is for the quicker reader."""
    found = reading("1,2\n3,4\n5,6\n", enough=2)
    assert (found.rows, found.rest, found.passed) == ([["1", "2"], ["3", "4"]], b"5,6\n", 2)


def test_lines_like_a_footer_are_told() -> None:
    """Whatever they would be as records; undecodable ones stay what they are."""
    found = reading(f"1,2\n合计,3\n合计\n合计{MARK}ff\n", footer=footer_test("^合计"))
    assert told(found) == {0: ["1", "2"], 1: "footer", 2: "footer", 3: "encoding"}


def test_reading_again_is_counted() -> None:
    """A file that costs too much is refused, wherever its quotes are broken."""
    effort = Effort("f")
    reading('1,"2\n3,4\n', effort=effort)
    assert effort.spent > len('1,"2\n3,4\n')
    effort.spent = 1 << 40
    with pytest.raises(IntakeError, match="broken throughout"):
        reading("1,2\n", effort=effort)


@given(st.text(st.sampled_from('a1泉,"\n\r '), max_size=40))
def test_no_text_is_lost(text: str) -> None:
    """Every character but quotes, delimiters and line ends is in a record or a defect."""
    found = read_carefully(text.encode() + b"\n", Dialect(), 2, final=True)
    kept = "".join([*("".join(row) for row in found.rows), *(d.raw for d in found.defects)])
    for character in "a1泉":
        assert kept.count(character) == text.count(character)
