"""Encodings: text arrives whole in each of them, and a bad byte costs its own record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.feeds.feeds import make_feed, opened

TEXT = "A,B,C\n" + '张三丰,"泉,州\n",鲤城\n' * 300
CELLS = [("张三丰", "泉,州\n", "鲤城")] * 300
READ_AS = {
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "gbk": "gb18030",
}


@pytest.mark.parametrize("block", [7, 4096])
@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "gbk",
        "gb18030",
        "big5",
    ],
)
def test_every_encoding_arrives_whole(tmp_path: Path, encoding: str, block: int) -> None:
    """Declared, with a mark or without, wherever the blocks are cut."""
    text, expected = TEXT, CELLS
    if encoding == "big5":
        text = TEXT.replace("张三丰", "許功蓋").replace("鲤", "鯉")
        expected = [("許功蓋", "泉,州\n", "鯉城")] * 300
    feed = make_feed(encoding=encoding)
    found = opened(tmp_path / "f", text.encode(encoding), feed, block=block)
    assert found.cells("a", "b", "c") == expected
    assert found.encoding == READ_AS.get(encoding, encoding)
    assert found.lines == list(range(2, 602, 2))


def test_latin_1_has_every_byte(tmp_path: Path) -> None:
    """No byte is undecodable in Latin-1."""
    cell = bytes(range(0xA0, 0x100))
    found = opened(tmp_path / "f", b"A,B,C\n1," + cell + b",3\n", make_feed(encoding="latin-1"))
    assert found.cells("b") == [(cell.decode("latin-1"),)]


@pytest.mark.parametrize("declared", ["utf-8", "gb18030", "utf-16-be", "detect", "latin-1"])
@pytest.mark.parametrize(
    ("mark", "written"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\x84\x31\x95\x33", "gb18030"),
    ],
)
def test_a_mark_is_believed(tmp_path: Path, declared: str, mark: bytes, written: str) -> None:
    """A byte-order mark that contradicts the declaration is right, and is no part of the header."""
    if declared.startswith("utf-16") and written == "utf-32-le":
        declared = "utf-32"  # in UTF-16 that mark is a mark and a NUL
    data = mark + TEXT.encode(written)
    found = opened(tmp_path / "f", data, make_feed(encoding=declared))
    assert found.headers == ("A", "B", "C")
    assert found.cells("a", "b", "c") == CELLS
    assert found.encoding == written


@pytest.mark.parametrize(
    ("text", "written", "read_as"),
    [
        (TEXT, "utf-8", "utf-8"),
        (TEXT, "gbk", "gb18030"),
        (TEXT, "utf-16-le", "utf-16-le"),
        (TEXT, "utf-16-be", "utf-16-be"),
        (TEXT, "utf-32-le", "utf-32-le"),
        ("A,B,C\n1,张三,3\n", "gbk", "gb18030"),
        ("A,B,C\n1,张三,3", "gbk", "gb18030"),
        ("A,B,C\n1,张三,3", "utf-8", "utf-8"),
        ("A,B,C\n" + "1,臺北市政府中正區忠孝東路,許功蓋\n" * 20, "big5", "big5"),
        ("A,B,C\n" + "1,臺北市政府中正區忠孝東路,許功蓋\n" * 20, "gb18030", "gb18030"),
        ("A,B,C\n" + "1,Müller Straße,café\n" * 20, "latin-1", "latin-1"),
        ("A,B,C\n1,2,3\n", "ascii", "utf-8"),
        ("A,B,C\n" + "1,2,3\n" * 60_000 + "1,泉州,3\n", "gbk", "gb18030"),
        ("", "ascii", "utf-8"),
    ],
)
def test_detection(tmp_path: Path, text: str, written: str, read_as: str) -> None:
    """The first text that is not ASCII tells, wherever in the file it stands."""
    found = opened(
        tmp_path / "f", text.encode(written), make_feed(encoding="detect"), block=1 << 20
    )
    assert found.encoding == read_as
    assert not found.defects


def test_a_few_bad_bytes_do_not_change_what_is_detected(tmp_path: Path) -> None:
    """A UTF-8 file with pasted GBK is a UTF-8 file with defects."""
    data = ("A,B,C\n" + "1,泉州,3\n" * 20).encode() + "1,张三,3\n".encode("gbk")
    found = opened(tmp_path / "f", data, make_feed(encoding="detect"))
    assert found.encoding == "utf-8"
    assert found.defects == {22: ("encoding", r"1,\xd5\xc5\xc8\xfd,3")}


@pytest.mark.parametrize("block", [8, 4096])
@pytest.mark.parametrize(
    ("encoding", "bad", "shown"),
    [
        ("utf-8", b"\xd5\xc5", r"\xd5\xc5"),
        ("utf-8", b"\xed\xa0\x80", r"\xed\xa0\x80"),
        ("utf-8", b"\x00", r"\x00"),
        ("gb18030", b"\xff", r"\xff"),
        ("gb18030", b"\x81", r"\x81"),
        ("gb18030", b"\x00", r"\x00"),
        ("gbk", b"\x81\x30", r"\x810"),
        ("big5", b"\xff\x80", r"\xff\x80"),
        ("latin-1", b"\x00", r"\x00"),
        ("utf-16-le", b"\x00\xd8", r"\x00\xd8"),
        ("utf-16-be", b"\x00\x00", r"\x00"),
        ("utf-32", b"\x00\x00\x11\x00", r"\x00\x00\x11\x00"),
    ],
)
def test_bad_bytes_cost_their_record(
    tmp_path: Path, encoding: str, bad: bytes, shown: str, block: int
) -> None:
    """The record is a defect that shows each byte; all others are read, well-formed or not."""
    codec = "utf-32-le" if encoding == "utf-32" else encoding
    lines = ["A,B,C", "1,泉,2", "1,2", '"x\ny",', ",3", "4,5,6"]
    if encoding == "latin-1":
        lines[1] = "1,é,2"
    head, good, short, left, right, last = (line.encode(codec) for line in lines)
    end = "\n".encode(codec)
    data = head + end + good + end + short + end + left + bad + right + end + last + end
    found = opened(tmp_path / "f", data, make_feed(encoding=encoding), block=block)
    assert found.cells("c") == [("2",), (None,), (None,), ("6",)]
    assert found.lines == [2, 3, 4, 6]
    assert found.defects == {3: ("field_count", "1,2"), 4: ("encoding", f'"x\ny",{shown},3')}


def test_a_bad_byte_before_a_line_end_does_not_swallow_it(tmp_path: Path) -> None:
    """Half a character, a quote or a delimiter after it stay what they are."""
    data = b'A,B,C\n1,2,\x81\n1,\x81,3\n"\x81",2,3\n4,5,6\n'
    found = opened(tmp_path / "f", data, make_feed(encoding="gb18030"))
    assert [found.defects.get(line, ("", ""))[1] for line in (2, 3, 4, 5)] == [
        r"1,2,\x81",
        r"1,\x81,3",
        r'"\x81",2,3',
        "",
    ]


def test_a_file_in_another_encoding_is_quarantined_record_by_record(tmp_path: Path) -> None:
    """Where nothing decodes, nothing is lost: the header is ASCII, every record is a defect."""
    data = ("A,B,C\n" + "1,张三,3\n" * 2000).encode("gbk")
    found = opened(tmp_path / "f", data, make_feed(encoding="utf-8"))
    assert len(found.defects) == 2000
    assert {raw for _, raw in found.defects.values()} == {r"1,\xd5\xc5\xc8\xfd,3"}


def test_bad_bytes_of_a_header_are_shown_in_its_name(tmp_path: Path) -> None:
    """A header in another encoding lacks its column, and says which bytes it has instead."""
    data = "A,B,名\n1,2,3\n".encode("gbk")
    assert opened(tmp_path / "f", data, make_feed()).headers == ("A", "B", r"\xc3\xfb")


def test_half_a_unit_at_the_end(tmp_path: Path) -> None:
    """A UTF-16 file cut in the middle of a character has one defect."""
    data = "A,B,C\n1,2,3\n4,5,6".encode("utf-16-le") + b"\x31"
    found = opened(tmp_path / "f", data, make_feed(encoding="utf-16-le"))
    assert found.defects == {3: ("encoding", r"4,5,6\x31")}


def test_trail_bytes_of_gbk_and_big5_are_no_delimiters(tmp_path: Path) -> None:
    """A character whose second byte is a bar or a backslash is one character."""
    feed = {"delimiter": "|", "escape": "\\"}
    for encoding, cell in (("gbk", "俓億俫倈"), ("big5", "許功蓋育")):
        data = f"A|B|C\n1|{cell}|3\n".encode(encoding)
        found = opened(tmp_path / "f", data, make_feed(encoding=encoding, **feed))
        assert found.cells("b") == [(cell,)]


OLD_AND_NEW = {
    "A6D9 A6DA A6DB A6DC A6DD A6DE A6DF A6EC A6ED A6F3": "︐︒︑︓︔︕︖︗︘︙",
    "FE51 FE52 FE53 FE59 FE61 FE66 FE67": "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7",
    "FE6C FE6D FE76 FE7E FE90 FE91 FEA0": "\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb",
    "A8BC": "ḿ",
}


@pytest.mark.parametrize("form", ["csv", "fixed characters", "fixed bytes", "json"])
def test_what_gb18030_had_for_private_use_is_its_character(tmp_path: Path, form: str) -> None:
    """In headers' company or alone, at bytes or characters, a character is one value."""
    for codes, characters in OLD_AND_NEW.items():
        for code, character in zip(codes.split(), characters, strict=True):
            for octets in (bytes.fromhex(code), character.encode("gb18030")):
                assert one_cell(tmp_path / "f", form, octets) == f"张{character}三", (code, octets)


def one_cell(path: Path, form: str, octets: bytes) -> str | None:
    """Return the cell that holds these bytes of GB 18030 between two characters."""
    cell = "张".encode("gb18030") + octets + "三".encode("gb18030")
    wide = len(cell) if form == "fixed bytes" else 3
    spans = {"A": {"start": 1, "width": wide}, "B": {"start": wide + 1, "width": 1}}
    fields: dict[str, Any] = {"encoding": "gb18030"}
    data = b"A,B\n" + cell + b",x\n"
    if form == "json":
        fields["format"] = "json"
        data = b'[{"A": "' + cell + b'", "B": "x"}]'
    elif form != "csv":
        fields |= {"format": "fixed_width", "spans": spans, "span_unit": form.split()[1]}
        data = cell + b"x\n"
    found = opened(path, data, make_feed("a", "b", **fields))
    assert [row["b"] for row in found.rows] == ["x"]
    text: str | None = found.rows[0]["a"]
    return text


@pytest.mark.parametrize(
    ("encoding", "text", "octets"),
    [("cp936", "€甲", b"\x80\xbc\xd7"), ("cp949", "똠", b"\x8c\x63")],
)
def test_code_pages_are_read_as_declared(
    tmp_path: Path, encoding: str, text: str, octets: bytes
) -> None:
    """The euro sign of code page 936 and Korean's 949 come as they are, at bytes too."""
    feed = make_feed("a", "b", encoding=encoding)
    assert opened(tmp_path / "f", b"A,B\n" + octets + b",x\n", feed).cells("a") == [(text,)]
    spans = {"A": {"start": 1, "width": len(octets)}, "B": {"start": len(octets) + 1, "width": 1}}
    fixed = {"format": "fixed_width", "spans": spans, "span_unit": "bytes", "encoding": encoding}
    found = opened(tmp_path / "f", octets + b"x\n", make_feed("a", "b", **fixed))
    assert found.cells("a", "b") == [(text, "x")]


def test_what_code_page_936_lacks_is_a_defect(tmp_path: Path) -> None:
    """Bytes that the declared code page does not know are quarantined, not read as another."""
    found = opened(tmp_path / "f", b"A,B\n\x80,\xff\n", make_feed("a", "b", encoding="cp936"))
    assert found.defects == {2: ("encoding", "€,\\xff")}
