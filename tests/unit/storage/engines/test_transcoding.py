"""Transcoding: pieces of whole lines, in any encoding, say together what the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.engines.transcoding import LONGEST_LINE, EncodedText, utf8_of

LINES = "".join(f"{n},泉州,਀Ċ{n}\n" for n in range(300))
"""Among them characters whose bytes are those of a line end, in wide units."""


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("size", [7, 64, 1 << 20])
def test_pieces_end_with_lines(tmp_path: Path, codec: str, size: int) -> None:
    """However much is read at once; the last line is completed."""
    file = tmp_path / "f.txt"
    file.write_bytes(("x\n" + LINES[:-1]).encode(codec))
    start = len("x\n".encode(codec))
    texts = [utf8_of(one, codec) for one in EncodedText(file, codec, start).pieces(size)]
    assert b"".join(texts).decode() == LINES
    assert all(text.endswith(b"\n") for text in texts)


def test_a_line_without_end_is_not_gathered(tmp_path: Path) -> None:
    """A file of one line is handed on in pieces, so that no memory holds it."""
    file = tmp_path / "f.txt"
    file.write_bytes(b"x" * (3 * LONGEST_LINE))
    assert max(map(len, EncodedText(file, "utf-8").pieces())) < 2 * LONGEST_LINE


@pytest.mark.parametrize(
    ("codec", "piece"),
    [
        ("utf-8", b"\xff\n"),
        ("gb18030", b"\xff\n"),
        ("gbk", b"\x80\n"),
        ("cp950", b"\xff\n"),
        ("utf-16-le", b"\x00\xd8\n\x00"),
        ("utf-16-le", b"a\n\x00"),
    ],
)
def test_bytes_that_say_nothing_are_an_error(codec: str, piece: bytes) -> None:
    """Nothing stands for them: neither a mark nor another character."""
    with pytest.raises(UnicodeError):
        utf8_of(piece, codec)


@pytest.mark.parametrize("name", ["a b", "泉州*?[x]", "100%", "#1?"])
def test_an_address_stands_for_its_text(tmp_path: Path, name: str) -> None:
    """Whatever a folder is called; nothing in it is a pattern to the engine."""
    text = EncodedText(tmp_path / name / "f.csv", "gb18030", 7)
    assert EncodedText.at(text.address) == text
    assert not set("*?[") & set(text.address)
