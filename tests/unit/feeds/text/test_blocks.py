"""Blocks: whole lines in UTF-8, wherever a file is cut and however it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.errors import IntakeError
from catalog_specs.rules.refusals import DeliveryRefusal
from feeds.readers import Source
from feeds.text.blocks import line_blocks, line_texts, split_lines
from feeds.text.encodings import MARK
from tests.unit.feeds.feeds import make_feed


def blocks(
    path: Path, data: bytes, size: int = 16, *, bare: bool = False, **feed: Any
) -> list[bytes]:
    """Return the blocks of a file of those bytes."""
    path.write_bytes(data)
    source = Source(path, make_feed(**feed), block_bytes=size)
    return list(line_blocks(source, bare_returns=bare))


LINES = st.lists(st.text(st.sampled_from('a1,张㐀"\r'), max_size=8), max_size=12)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=LINES,
    size=st.integers(4, 40),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-be", "utf-32"]),
)
def test_wherever_a_file_is_cut(tmp_path: Path, lines: list[str], size: int, encoding: str) -> None:
    """Every block ends with a newline, and together they are the file, its last line completed."""
    text = "\n".join(lines)
    data = text.encode({"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding))
    found = blocks(tmp_path / "f", data, size, encoding=encoding)
    assert all(block.endswith(b"\n") for block in found)
    assert b"".join(found).decode() == whole(text)


def whole(text: str) -> str:
    """Return a text whose last line is completed."""
    return text if not text or text.endswith("\n") else f"{text}\n"


def test_bytes_that_do_not_decode_become_marks(tmp_path: Path) -> None:
    """So do NULs, each with its digits; the lines beside them are as they were."""
    found = b"".join(blocks(tmp_path / "f", b"a\n\xff\x00b\nc\n"))
    assert found == f"a\n{MARK}ff{MARK}00b\nc\n".encode()
    found = b"".join(
        blocks(tmp_path / "f", "张\n".encode("gb18030") + b"\xff\n", encoding="gb18030")
    )
    assert found == f"张\n{MARK}ff\n".encode()


def test_byte_order_marks_are_no_text(tmp_path: Path) -> None:
    """At the beginning, and where files were put one behind the other; within a line one stays."""
    mark = "\ufeff".encode()
    found = b"".join(blocks(tmp_path / "f", mark + b"a\n" + mark + b"b\nc" + mark + b"\n"))
    assert found == b"a\nb\nc" + mark + b"\n"


def test_bare_returns_may_end_a_block(tmp_path: Path) -> None:
    """Where no newline does; a return at the end may be half of a pair, and waits."""
    found = blocks(tmp_path / "f", b"aaa\rbbb\rccc\rddd", 6, bare=True)
    assert len(found) > 1
    assert b"".join(found) == b"aaa\rbbb\rccc\rddd\n"
    found = blocks(tmp_path / "f", b"aaa\r\nbbb\r\n", 4, bare=True)
    assert found[0] == b"aaa\r\n"


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it begins; one of just the limit is read."""
    monkeypatch.setattr("feeds.text.blocks.LINE_LIMIT", 100)
    assert blocks(tmp_path / "f", b"a\n" + b"x" * 100) == [b"a\n", b"x" * 100 + b"\n"]
    with pytest.raises(IntakeError) as caught:
        blocks(tmp_path / "f", b"a\n" + b"x" * 101)
    assert (caught.value.code, caught.value.where) == (DeliveryRefusal.HOSTILE, "f")


def test_an_empty_file_has_no_block(tmp_path: Path) -> None:
    """Nor has one of a mark alone."""
    assert blocks(tmp_path / "f", b"") == []
    assert blocks(tmp_path / "f", "\ufeff".encode()) == []


def test_an_error_of_the_file_is_the_callers(tmp_path: Path) -> None:
    """It happens in another thread, and comes through."""
    with pytest.raises(FileNotFoundError):
        list(line_blocks(Source(tmp_path / "none", make_feed())))


def test_lines_of_a_block() -> None:
    """As texts without their ends, and as texts with them; other separators are no line ends."""
    data = "a\r\n\n张\u2028\x0b\r\r\n".encode()
    assert line_texts(data).to_pylist() == ["a", "", "张\u2028\x0b"]
    assert split_lines(data) == ["a\r\n", "\n", "张\u2028\x0b\r", "\r\n"]
    assert line_texts(b"").to_pylist() == split_lines(b"") == []
