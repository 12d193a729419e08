"""What the C library says of GBK is what Python says of GB 18030, or it is not asked."""

from __future__ import annotations

from itertools import product

import pytest

from storage.engines import gbk
from storage.engines.gbk import utf8_of_gbk

GNU = gbk._library() is not None
"""Whether the C library is asked here: a small image may lack the tables of its converter."""
ONES = [bytes([one]) for one in range(256)]
PAIRS = [bytes(pair) for pair in product(range(0x80, 0x100), range(0x100))]


def _said(data: bytes) -> bytes | None:
    """Return what Python's decoder of GB 18030 makes of bytes."""
    try:
        return data.decode("gb18030").encode()
    except UnicodeDecodeError:
        return None


def test_every_byte_and_pair_is_read_as_python_reads_it() -> None:
    """No character becomes another, and no bytes that are none become one."""
    read = {data: utf8_of_gbk(data) for data in (*ONES, *PAIRS)}
    others = [data for data, text in read.items() if text is not None and text != _said(data)]
    assert others == []
    if GNU:
        known = [text.encode("gbk") for text in gbk._characters()]
        assert len(known) > 20_000
        assert [data for data in known if read[data] is None] == []


def test_characters_stand_among_others() -> None:
    """Whatever stands before and behind, and however much of it there is."""
    text = "".join(gbk._characters()) * 20 + "a,b\r\n"
    found = utf8_of_gbk(text.encode("gbk"))
    assert found == (text.encode() if GNU else None)


@pytest.mark.parametrize(
    "data",
    [b"a\x81", b"\x80", b"a,\x80\n" * 9, b"\x81\x30\x81\x30", b"\xff\xff", "€".encode("gb18030")],
)
def test_what_is_no_gbk_is_left_to_python(data: bytes) -> None:
    """Half a character, characters of four bytes, and the euro sign of Windows."""
    assert utf8_of_gbk(data) is None


def test_a_library_that_says_anything_else_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is held to Python's table before its first use."""
    gbk._library.cache_clear()
    monkeypatch.setattr(gbk, "_converted", lambda *_: b"other")
    try:
        assert utf8_of_gbk("甲".encode("gbk")) is None
    finally:
        gbk._library.cache_clear()
