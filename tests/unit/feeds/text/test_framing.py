"""Framing: where records of strict CSV begin and end, or that a block is not strict."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.text.dialect import Dialect
from feeds.text.encodings import MARK
from feeds.text.framing import Frame, frame, line_ends


def framed(data: bytes, width: int | None = 2, dialect: Dialect | None = None) -> Frame:
    """Return the frame of a strict block."""
    found = frame(data, dialect or Dialect(), width)
    assert found is not None
    return found


def records(data: bytes, found: Frame) -> list[bytes]:
    """Return the bytes of each record."""
    return [data[a:b] for a, b in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    "data",
    [b'a"b,c\n', b'"a"b,c\n', b'"a\nb"\n', b"a\rb,c\n", b'1,"a""\n', b"a,b", b'"a,b\nc,d\n"e\n'],
)
def test_only_strict_blocks_are_framed(data: bytes) -> None:
    """A quote out of place, a bare return, a cut line: another reader looks at each record."""
    found = frame(data, Dialect(), 2)
    assert found is None or found.consumed == 0


def test_records_are_told_by_their_places() -> None:
    """Lines within quotes count as lines and begin no record."""
    data = b'1,2\r\n"a\n""b",c\n\n3,4\n'
    found = framed(data)
    assert records(data, found) == [b"1,2\r\n", b'"a\n""b",c\n', b"3,4\n"]
    assert found.lines.tolist() == [0, 1, 4]
    assert (found.blank, found.comments, found.consumed, found.passed) == (1, 0, len(data), 5)
    assert found.clean


def test_a_record_that_goes_on_is_left() -> None:
    """What follows the last whole record belongs to the next block."""
    data = b'1,2\n"a\nb,c\n'
    found = framed(data)
    assert (records(data, found), found.consumed, found.passed) == ([b"1,2\n"], 4, 1)
    assert framed(b'"a\n').consumed == 0


def test_fields_are_counted_outside_quotes() -> None:
    """Without a width they are not."""
    data = b'1,2\n1\n1,2,3\n"1,2",3\n"1,2"\n'
    assert framed(data).bad.tolist() == [False, True, True, False, True]
    assert not framed(data).clean
    assert not framed(data, None).bad.any()


def test_undecoded_bytes_mark_their_record() -> None:
    """And no other, whatever else is right with it."""
    found = framed(f"1,2\n1,{MARK}ff\n3,4\n".encode())
    assert found.marked.tolist() == found.bad.tolist() == [False, True, False]


def test_comments_are_no_records() -> None:
    """They are counted; the block is not clean, because its bytes are not all of records."""
    dialect = Dialect(comment="#!")
    data = b"#!x,y\n1,2\n#1,2\n#!\n"
    found = framed(data, dialect=dialect)
    assert (records(data, found), found.comments, found.clean) == ([b"1,2\n", b"#1,2\n"], 2, False)


def test_a_comment_of_several_lines_is_not_strict() -> None:
    """Its quote may be a stray one."""
    assert frame(b'#,"a\nb"\n1,2\n', Dialect(comment="#"), 2) is None


def test_quotes_may_be_ordinary_characters() -> None:
    """Where none is declared."""
    data = b'1,"a\n"b,2\n'
    assert records(data, framed(data, dialect=Dialect(quote=None))) == [b'1,"a\n', b'"b,2\n']


CELLS = st.text(st.sampled_from('a1,"\n张'), max_size=4)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=8), st.booleans())
def test_strict_writing_is_framed_as_it_was_written(
    rows: list[list[str]], all_quoted: bool
) -> None:
    """Each row is one record, bad exactly when it has another number of fields."""
    rows = [row for row in rows if row != [""]]
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    written = []
    for row in rows:
        text = io.StringIO(newline="")
        csv.writer(text, quoting=quoting, lineterminator="\n").writerow(row)
        written.append(text.getvalue().encode())
    found = frame(b"".join(written), Dialect(), 2) if written else None
    if found is None:  # a bad record of several lines is read line by line
        wide = [one for row, one in zip(rows, written, strict=True) if len(row) != 2]
        assert not written or any(one.count(b"\n") > 1 for one in wide)
        return
    assert records(b"".join(written), found) == written
    assert found.bad.tolist() == [len(row) != 2 for row in rows]


def test_lines_that_are_records_end_where_their_frames_end() -> None:
    """Two thousand invented blocks: counting tells it where all are records, and nowhere else."""
    chance, told = random.Random(11), 0
    for _ in range(2_000):
        width = chance.choice((2, 2, 3))
        pieces = chance.choices(("a", "", "\r", "ü"), k=chance.randrange(9))
        ends = (*[","] * (width - 1), "\n") * 4
        marks = (
            ends[: len(pieces)] if chance.random() < 0.7 else chance.choices(",\n", k=len(pieces))
        )
        tail = chance.choice(("", "", ",", ",,\n", f'"{chance.choice("ab")}",b\n', MARK + ",\n"))
        data = ("".join(map("".join, zip(pieces, marks, strict=True))) + tail).encode()
        found, whole = line_ends(data, Dialect(), width), frame(data, Dialect(), width)
        plain = (
            whole is not None and whole.clean and not whole.blank and whole.consumed == len(data)
        )
        if found is None:
            assert not plain or b'"' in data
            continue
        told += 1
        assert [*found] == [at for at, byte in enumerate(data) if byte == ord("\n")]
        assert b"\r" in data or plain
    assert told > 100


def test_comments_and_an_open_last_line_are_not_told_by_counting() -> None:
    """Where a line may be something else than a record, it is framed."""
    assert line_ends(b"a,b\n", Dialect(comment="#"), 2) is None
    assert line_ends(b"a,b\nc,d", Dialect(), 2) is None
    found = line_ends(b"a,b\n,\n", Dialect(), 2)
    assert found is not None
    assert [*found] == [3, 5]


def test_a_line_with_256_fields_too_many_is_not_taken_for_a_record() -> None:
    """Fields are counted in a byte, which begins anew; their sum does not."""
    narrow = [b"," * count + b"\n" for count in (1, 257, 1)]
    wide = [b"," * count + b"\n" for count in (44, 300, 556)]
    assert line_ends(b"".join(narrow), Dialect(), 2) is None
    assert line_ends(narrow[0] * 256 + narrow[1], Dialect(), 2) is None
    assert line_ends(b"".join(wide), Dialect(), 301) is None
    most = line_ends(b"," * 255 + b"\n", Dialect(), 256)
    assert most is not None
    assert [*most] == [255]
