"""The fast parser: a strict block as a whole, exactly as the careful reader would have read it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.text.careful import read_carefully
from feeds.text.dialect import Dialect
from feeds.text.encodings import MARK
from feeds.text.footers import footer_test
from feeds.text.parsing import Grammar, Passage, read_fast

WANTED = {"A": 0, "B": 1}


def grammar(dialect: Dialect | None = None, **more: Any) -> Grammar:
    """Return the grammar of records of two fields."""
    return Grammar(dialect or Dialect(comment="#"), 2, WANTED, **more)


def passage(text: str, own: Grammar | None = None, *, final: bool = True) -> Passage:
    """Return the passage of a strict block."""
    found = read_fast(text.encode(), own or grammar(), final=final)
    assert found is not None
    return found


def rows(found: Passage) -> list[tuple[Any, ...]]:
    """Return the texts of the sound records."""
    return list(zip(*(column.to_pylist() for column in found.block.values.values()), strict=True))


def test_a_block_is_read_as_a_whole() -> None:
    """Sound records as columns, the others in their places, what is no record counted."""
    found = passage(f'1,2\n\n# x\n3\n"a\nb","c"\n4,{MARK}ff\n')
    assert rows(found) == [("1", "2"), ("a\nb", "c")]
    assert [(one.position, one.code.value, one.raw) for one in found.block.defects] == [
        (1, "field_count", "3"), (3, "encoding", r"4,\xff"),
    ]  # fmt: skip
    assert found.block.lines.tolist() == [0, 3, 4, 6]
    assert (found.rest, found.passed, found.skipped) == (b"", 7, {"blank": 1, "comment": 1})


def test_a_record_that_goes_on_is_left_for_later() -> None:
    """Unless nothing comes: then the block is not strict."""
    found = passage('1,2\n3,"4\n', final=False)
    assert (rows(found), found.rest, found.passed) == ([("1", "2")], b'3,"4\n', 1)
    assert read_fast(b'1,2\n3,"4\n', grammar(), final=True) is None


def test_a_record_that_grows_without_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The careful reader gives it up."""
    monkeypatch.setattr("feeds.text.parsing.RECORD_LIMIT", 4)
    assert read_fast(b'1,2\n3,"4\n5,6\n', grammar(), final=False) is None


@pytest.mark.parametrize("text", ['a"b,c\n', 'a\rb,"c"\n', '"a"b,c\n', "1,2"])
def test_a_block_that_is_not_strict_is_not_read(text: str) -> None:
    """Another reader looks at each of its records."""
    assert read_fast(text.encode(), grammar(), final=True) is None


def test_only_wanted_fields_are_given() -> None:
    """By their places; fields that nobody wants cost nothing, and none at all may be wanted."""
    one = Grammar(Dialect(), 3, {"C": 2})
    assert rows(passage("1,2,3\n", one)) == [("3",)]
    none = passage("1,2,3\n4\n", Grammar(Dialect(), 3, {}))
    assert (none.block.count, none.block.values, len(none.block.defects)) == (2, {}, 1)


def test_records_may_stand_below_a_header_in_another_order() -> None:
    """Then the fields are looked for where their names stand."""
    turned = grammar().below((1, 0))
    assert rows(passage("1,2\n", turned)) == [("2", "1")]
    assert grammar().below((0, 1)).wanted == WANTED


def test_lines_like_a_footer_are_told() -> None:
    """Well-formed or not; undecodable ones stay what they are."""
    text = f"1,2\n合计,3\n合计\n合计{MARK}ff,1\n"
    found = passage(text, grammar(footer=footer_test("^合计")))
    assert [one.code.value for one in found.block.defects] == ["footer", "footer", "encoding"]


def test_a_delimiter_may_be_of_another_script() -> None:
    """What stands for it inside is never seen; within quotes it is text."""
    own = grammar(Dialect("，"), footer=footer_test("，合计$"))
    found = passage('1，"2，3"\n4，合计\n5\n', own)
    assert rows(found) == [("1", "2，3")]
    assert [one.raw for one in found.block.defects] == ["4，合计", "5"]
    assert read_fast("1，\x1f\n".encode(), own, final=True) is None


CELLS = st.text(st.sampled_from("a1 张'"), max_size=3) | st.sampled_from(
    ['"x"', '"a,b"', '"a\nb"', '""""']
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3).map(",".join), max_size=12).map("\n".join))
def test_fast_and_careful_reading_agree(text: str) -> None:
    """Records, defects, lines and what is skipped."""
    data = (text + "\n").encode()
    found = read_fast(data, grammar(), final=True)
    if found is None:
        return
    slow = read_carefully(data, Dialect(comment="#"), 2, final=True)
    assert [list(row) for row in rows(found)] == slow.rows
    assert list(found.block.defects) == slow.defects
    assert found.block.lines.tolist() == slow.lines
    assert {kind: n for kind, n in found.skipped.items() if n} == dict(slow.skipped)
