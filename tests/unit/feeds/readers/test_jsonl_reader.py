"""JSON Lines: texts come as delivered, numbers keep their digits, a broken line is one defect."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.errors import IntakeError
from feeds.readers import Source
from tests.unit.feeds.feeds import headers_of, make_feed, read, values

FEED = make_feed(format="jsonl")


@pytest.mark.parametrize("line", ['{"A":1', "[1]", "null", "A,B,C"])
def test_a_line_that_is_no_object_is_a_defect(tmp_path: Path, line: str) -> None:
    """It keeps its place, its number and its text; its neighbours are read."""
    good = '{"A":1,"B":2,"C":3.50}'
    rows = read(tmp_path / "f", "\n".join([good, "", f"{line}  ", good]).encode(), FEED)
    assert [row["_defect"] for row in rows] == [None, "json", None]
    assert rows[1]["_raw"] == line
    assert values(rows)[2] == ("1", "2", "3.50")


def test_whole_keeps_every_line(tmp_path: Path) -> None:
    """For a refused delivery each record carries its line as delivered."""
    rows = read(tmp_path / "f", b'{"A":1.0,"D":2}\nx\n', FEED, whole=True)
    assert [row["_raw"] for row in rows] == ['{"A":1.0,"D":2}', "x"]


def test_headers_are_all_keys_in_the_order_met(tmp_path: Path) -> None:
    """A key that only the last record has is found: it may be one that nobody declared."""
    path = tmp_path / "f"
    path.write_bytes(b'{"B":1}\nbroken\n{"D":1,"A":2}\n' + b'{"B":1}\n' * 50 + b'{"C":1}\n{"E":1}')
    headers = headers_of(Source(path, FEED, block_bytes=64))
    assert headers == ("B", "D", "A", "C", "E")


def test_the_key_that_a_path_begins_with_is_no_header(tmp_path: Path) -> None:
    """Not even where only another record has something at the path; declared as well, it is one."""
    path = tmp_path / "f"
    path.write_bytes(b'{"a":{"b":1},"c":1}\n' + b'{"a":{},"c":1}\n' * 50)
    feed = make_feed(format="jsonl", columns={"$.a.b": "one", "c": "two"})
    assert headers_of(Source(path, feed, block_bytes=64)) == ("c", "$.a.b")
    feed = make_feed(format="jsonl", columns={"$.a.b": "one", "a": "two"})
    assert headers_of(Source(path, feed, block_bytes=64)) == ("a", "c", "$.a.b")


def test_records_of_absurdly_many_keys_are_refused(tmp_path: Path) -> None:
    """Every record with a key of its own is no table."""
    path = tmp_path / "f"
    path.write_text("\n".join(f'{{"k{number}": 1}}' for number in range(5_000)))
    with pytest.raises(IntakeError, match="4096 keys") as caught:
        headers_of(Source(path, FEED, block_bytes=4096))
    assert caught.value.code == "GATE-103"


def test_encoding_is_honoured(tmp_path: Path) -> None:
    """GB 18030 lines are read; a line with bytes that do not decode is a defect of its own."""
    feed = make_feed(format="jsonl", encoding="gb18030")
    rows = read(tmp_path / "f", '{"A":"张㐀"}'.encode("gb18030"), feed)
    assert values(rows) == [("张㐀", None, None)]
    rows = read(tmp_path / "f", b'{"A":"\xd5\xc5"}\n{"A":"ok"}\n{"A":"\x00"}', FEED)
    assert [row["_defect"] for row in rows] == ["encoding", None, "encoding"]
    assert [row["_raw"] for row in rows] == [r'{"A":"\xd5\xc5"}', None, r'{"A":"\x00"}']
