"""A file that breaks off is told from one whose last line has no end, and from a broken record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.feeds.feeds import make_feed, opened

FIXED = {
    "format": "fixed_width",
    "spans": {name: {"start": place, "width": 1} for place, name in enumerate("ABC", start=1)},
}
LINES = {"format": "jsonl"}


def cut_off(tmp_path: Path, data: bytes, block: int = 4096, **fields: Any) -> bool:
    """Say whether a file breaks off."""
    return opened(tmp_path / "f", data, make_feed(**fields), block=block).cut_off


@pytest.mark.parametrize("block", [5, 4096])
@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (b"A,B,C\n1,2,3\n4,5", {}),
        (b"A,B,C\r\n1,2,3\r\n4", {}),
        (b'A,B,C\n1,2,3\n4,"5', {}),
        (b'A,B,C\n1,2,3\n4,5,"a\nb\nc', {}),
        (b'A,B,C\n1,2,3\n4,5,"a\nb\n', {}),
        ("A,B,C\n1,2,3\n4,5,泉".encode()[:-1], {}),
        ("A,B,C\n1,2,3\n4,5,泉".encode("gb18030")[:-1], {"encoding": "gb18030"}),
        ("A,B,C\n1,2,3\n4,5".encode("utf-16-le"), {"encoding": "utf-16-le"}),
        ("A,B,C\n1,2,3\n4,5,泉".encode("utf-16-le")[:-1], {"encoding": "utf-16-le"}),
        (b"123\n45", FIXED),
        (b'{"A": "1", "B": "2", "C": "3"}\n{"A": "1", "B', LINES),
        ('{"A": "1"}\n{"A": "泉'.encode()[:-1], LINES),
    ],
)
def test_a_file_that_breaks_off_is_told(
    tmp_path: Path, data: bytes, fields: dict[str, Any], block: int
) -> None:
    """In a field, a quote, a character, a line of JSON: the last record is cut off."""
    assert cut_off(tmp_path, data, block, **fields)


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (b"A,B,C\n1,2,3\n4,5,6", {}),
        (b"A,B,C\n1,2,3\n4,5\n", {}),
        (b"A,B,C\r1,2,3\r4,5\r", {}),
        ("A,B,C\n4,5\n".encode("utf-16-be"), {"encoding": "utf-16-be"}),
        (b"A,B,C\n1,2,3\n4,5,6,7", {}),
        (b"A,B,C\n1,2,3\n\x1a", {}),
        (b'A,B,C\n1,"2,3\n4,5,6\n', {}),
        (b'A,B,C\n1,2,3\n4,5",6\n', {}),
        (b"123\n456", FIXED),
        (b'{"A": "1"}\nno record\n', LINES),
        (b'{"A": "1"}', LINES),
    ],
)
def test_what_is_whole_or_merely_broken_is_not_cut_off(
    tmp_path: Path, data: bytes, fields: dict[str, Any]
) -> None:
    """A last line without end is a record; a broken record with one is what it always was."""
    assert not cut_off(tmp_path, data, **fields)
