"""Dialects, headers and footers: every line of a file is a record, or is counted as something."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_specs.errors import IntakeError
from tests.unit.feeds.feeds import make_feed, opened


def test_quotes_as_ordinary_characters(tmp_path: Path) -> None:
    """Without a quote character every line is a record and keeps its quotes."""
    feed = make_feed(quote=None)
    found = opened(tmp_path / "f", b'A,B,C\n"1,2",3\n"1","2","3"\n"x\ny",2,3\n', feed)
    assert found.cells("a", "b", "c")[:2] == [('"1', '2"', "3"), ('"1"', '"2"', '"3"')]
    assert found.defects == {4: ("field_count", '"x')}
    assert found.lines == [2, 3, 4, 5]


def test_escape(tmp_path: Path) -> None:
    """An escape makes a quote, a delimiter or itself literal; elsewhere it is a character."""
    feed = make_feed(escape="\\")
    data = rb"A,B,C" + b"\n" + rb'"say \"hi\"",a\,b,C:\temp' + b"\n" + rb'1,"a""b\\",x\ ' + b"\\\n"
    found = opened(tmp_path / "f", data, feed)
    assert found.cells("a", "b", "c") == [
        ('say "hi"', "a,b", "C:\\temp"),
        ("1", 'a"b\\', "x\\ \\"),
    ]


@pytest.mark.parametrize("quote", ["'", "“", "`"])
def test_any_quote(tmp_path: Path, quote: str) -> None:
    """Any character may quote."""
    data = f'A,B,C\n{quote}1,"{quote},2,{quote}x\ny{quote}\n'.encode()
    found = opened(tmp_path / "f", data, make_feed(quote=quote))
    assert found.cells("a", "b", "c") == [('1,"', "2", "x\ny")]


def test_comments_are_counted(tmp_path: Path) -> None:
    """A line that begins with the prefix is no record, whatever quotes it has."""
    data = b'#x\nA,B,C\n# don\'t "do"\n1,2,3\n#"a\n"#4",5,6\n7,"\n#8",9\n#\n'
    found = opened(tmp_path / "f", data, make_feed(comment="#"))
    assert found.cells("a", "b", "c") == [("1", "2", "3"), ("#4", "5", "6"), ("7", "\n#8", "9")]
    assert found.skipped == {"comment": 4}
    assert found.lines == [4, 6, 7]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", " ", "\x01", "，", "¦", "𠮷"])
def test_a_delimiter_inside_quotes_stays(tmp_path: Path, delimiter: str) -> None:
    """The declared delimiter splits outside quotes only, and defects keep it."""
    data = 'A#B#C\n"1#0"#!#"x""#"#4\n1#2\n"1#"#2#3\n'.replace("#", delimiter).encode()
    found = opened(tmp_path / "f", data, make_feed("a", "b", "c", delimiter=delimiter))
    assert found.defects[2] == ("field_count", '"1#0"#!#"x""#"#4'.replace("#", delimiter))
    assert found.cells("a", "b", "c")[-1] == (f"1{delimiter}", "2", "3")


# ── headers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("block", [9, 4096])
@pytest.mark.parametrize("at", ["find", 5])
def test_a_header_under_a_preamble(tmp_path: Path, at: Any, block: int) -> None:
    """The header is found by its names or its line; what precedes it is counted, not read."""
    data = '报表 "一月\n\n#x\n单位,泉州市\n旁,A, B ,C\n0,1,2,3\n'.encode()
    feed = make_feed(header={"at": at}, comment="#")
    found = opened(tmp_path / "f", data, feed, block=block)
    assert found.headers == ("旁", "A", "B", "C")
    assert found.skipped == {"preamble": 2, "blank": 1, "comment": 1}
    assert found.lines == [6]


def test_a_header_not_found_is_the_nearest(tmp_path: Path) -> None:
    """Where no record holds every declared header, the one with most of them is shown."""
    data = b"title,,\nA,B,X\n1,2,3\n"
    found = opened(tmp_path / "f", data, make_feed(header={"at": "find"}))
    assert found.headers == ("A", "B", "X")


def test_a_header_beyond_the_first_hundred_is_not_looked_for(tmp_path: Path) -> None:
    """A table deep in a file does not become its header."""
    data = b"x\n" * 100 + b"A,B,C\n1,2,3\n"
    found = opened(tmp_path / "f", data, make_feed(header={"at": "find"}))
    assert found.headers == ("x",)


def test_a_header_on_a_line_that_is_not_there(tmp_path: Path) -> None:
    """A file that ends before its header's line cannot be read."""
    with pytest.raises(IntakeError, match="no header on line 9") as caught:
        opened(tmp_path / "f", b"A,B,C\n1,2,3\n", make_feed(header={"at": 9}))
    assert caught.value.code == "GATE-101"


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ("编号,地址,\n编号,省,市\n", ("编号", "地址/省", "地址/市")),
        ("编号,地址,,备注\n,省,市,\n", ("编号", "地址/省", "地址/市", "备注")),
        ("甲,,乙,\n子,,丑,\n1,2,3,4\n", ("甲/子/1", "甲/子/2", "乙/丑/3", "乙/丑/4")),
        ("甲,,乙\n子,,\n1,2,3\n", ("甲/子/1", "甲/子/2", "乙/3")),
        ('"a\nb",,\u3000\n\n c\u3000,d\n', ("a\nb/c", "a\nb/d", "a\nb")),
    ],
)
def test_header_rows_are_joined(tmp_path: Path, rows: str, names: tuple[str, ...]) -> None:
    """A blank upper cell is its left neighbour's, equal parts count once, blank ones not at all."""
    depth = 3 if rows.startswith("甲") else 2
    record = ",".join("x" for _ in names)
    data = (rows + record + "\n").encode()
    found = opened(tmp_path / "f", data, make_feed(header={"rows": depth}))
    assert found.headers == names
    assert found.lines == [data.count(b"\n")]


def test_no_header(tmp_path: Path) -> None:
    """The declared headers name the fields in their order."""
    found = opened(tmp_path / "f", b"\n1,2,3\n4,5\n", make_feed(header={"at": "none"}))
    assert found.headers == ("A", "B", "C")
    assert found.cells("a", "b", "c") == [("1", "2", "3"), (None, None, None)]
    assert found.lines == [2, 3]


def test_headers_are_matched_strictly(tmp_path: Path) -> None:
    """Marks and white space around a name are no part of it; anything else is."""
    data = "\ufeff A\u3000,\u00a0B,b c\n1,2,3\n".encode()
    found = opened(tmp_path / "f", b"\xef\xbb\xbf" + data, make_feed())
    assert found.headers == ("A", "B", "b c")


# ── footers ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("block", [5, 4096])
def test_footers_stand_at_the_end(tmp_path: Path, block: int) -> None:
    """Lines written like a footer are one unless a well-formed record follows them."""
    data = "A,B,C\n合计,1,2\n1,2,3\n合计\nx,y\n4,5,6\n\n合计,7,8\nx\n制表：“甲”\n".encode()
    found = opened(tmp_path / "f", data, make_feed(footer="^(合计|制表)"), block=block)
    assert found.cells("a") == [(None,), ("1",), (None,), (None,), ("4",), (None,)]
    assert found.defects == {
        2: ("footer", "合计,1,2"),
        4: ("footer", "合计"),
        5: ("field_count", "x,y"),
        9: ("field_count", "x"),
    }
    assert found.skipped == {"blank": 1, "footer": 2}


def test_a_footers_pattern_costs_what_the_lines_are_long(tmp_path: Path) -> None:
    """Whatever the catalogue declares, careful and fast reading ask it in linear time."""
    feed = make_feed("a", "b", footer=r"^(?:(?:x+)+)+$")
    data = b"A,B\n1,2\n" + b"x" * 200 + b'!,"\n' + b"x" * 200 + b"!,2\n"
    assert len(opened(tmp_path / "f", data, feed).rows) == 3


def test_an_undecodable_footer_is_kept(tmp_path: Path) -> None:
    """What cannot be read is never left out."""
    found = opened(tmp_path / "f", b"A,B,C\n1,2,3\nTotal \xff\n", make_feed(footer="^Total"))
    assert found.defects == {3: ("encoding", r"Total \xff")}


def test_too_many_footers_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a bounded number of lines may wait as a footer; beyond it they are defects."""
    monkeypatch.setattr("feeds.text.footers.WAITING_LIMIT", 20)
    data = b"A,B,C\n1,2,3\n" + b"Total\n" * 500
    found = opened(tmp_path / "f", data, make_feed(footer="^Total"), block=30)
    assert len(found.rows) + found.skipped.get("footer", 0) == 501
    assert len(found.defects) > 400


# ── lines ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("block", [1, 6, 4096])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_the_file(tmp_path: Path, end: str, block: int, quoted: bool) -> None:
    """Whatever ends them, lines are counted from 1, blank ones and those inside cells too."""
    cell = f'"x{end}{end}y"' if quoted else "xy"
    data = f"A,B,C{end}{end}1,{cell},3{end}{end}4,5{end}6,7,8".encode()
    found = opened(tmp_path / "f", data, make_feed(), block=block)
    assert found.lines == ([3, 7, 8] if quoted else [3, 5, 6])
    assert found.skipped == {"blank": 2} if quoted else {"blank": 2}
    assert found.cells("a") == [("1",), (None,), ("6",)]


def test_mixed_line_ends(tmp_path: Path) -> None:
    """A file pasted together from several systems has one line per line."""
    found = opened(tmp_path / "f", b"A,B,C\r\n1,2,3\r4,5,6\n7,8,9\r\n\r\r\n1,1,1", make_feed())
    assert found.cells("a") == [("1",), ("4",), ("7",), ("1",)]
    assert found.lines == [2, 3, 4, 7]


# ── the law ─────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Expected:
    """A file written with the standard writer, and what must be read from it."""

    text: str
    values: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, kind: str | None, cells: list[str]) -> None:
        """Put a piece of whole lines at the end."""
        if kind is None:
            self.lines.append(self.line)
            self.values.append(tuple(cells))
        else:
            self.skipped[kind] = self.skipped.get(kind, 0) + 1
        self.text += text

    @property
    def line(self) -> int:
        """Return the number of the next line."""
        return len(io.StringIO(self.text, newline="").readlines()) + 1


ENCODINGS = ["utf-8", "utf-16", "utf-16-be", "utf-32", "gbk", "gb18030", "big5", "latin-1"]
DELIMITERS = [",", ";", "\t", "|", "\x01", "¤"]


def cells(encoding: str, delimiter: str, style: int) -> st.SearchStrategy[str]:
    """Return texts that an encoding has, line ends and quotes among them where they may be."""
    pieces = ["a", "1", " ", "é" if encoding == "latin-1" else "泉功"]
    pieces += ["'", '"'] if style == csv.QUOTE_NONE else ['"', delimiter, "\\"]
    pieces += ["\n", "\r\n", "\r"] if style == csv.QUOTE_ALL else []
    return st.lists(st.sampled_from(pieces), max_size=4).map("".join)


@st.composite
def files(draw: st.DrawFn) -> tuple[Expected, str, dict[str, Any], int]:
    """Draw a file, its encoding, its feed and a block size."""
    encoding, delimiter = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(DELIMITERS))
    if delimiter == "¤" and encoding in ("gbk", "big5"):
        delimiter = "、"
    style = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONE]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    texts = cells(encoding, delimiter, style)
    options: dict[str, Any] = {"delimiter": delimiter, "lineterminator": end, "quoting": style}
    quote = None if style == csv.QUOTE_NONE else '"'
    made = Expected(delimiter.join("ABC") + end)
    kinds = st.sampled_from([None, None, None, None, "blank", "comment"])
    for kind in draw(st.lists(kinds, max_size=25)):
        row = draw(st.lists(texts, min_size=3, max_size=3))
        out = io.StringIO()
        csv.writer(out, quotechar=quote, **options).writerows([row])
        text = {None: out.getvalue(), "blank": end, "comment": f'#"{delimiter}{end}'}[kind]
        made.add(text, kind, row)
    for _ in range(draw(st.integers(0, 2))):
        made.add(f"Total{delimiter}{end}", "footer", [])
    feed = {
        "delimiter": delimiter,
        "quote": quote,
        "encoding": encoding,
        "comment": "#",
        "footer": "^Total",
    }
    return made, encoding, feed, draw(st.integers(1, 200))


@given(drawn=files())
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_every_line_is_accounted_for(
    tmp_path: Path, drawn: tuple[Expected, str, dict[str, Any], int]
) -> None:
    """In every encoding and dialect records come back with their lines, and the rest is counted."""
    made, encoding, feed, block = drawn
    found = opened(tmp_path / "f", made.text.encode(encoding), make_feed(**feed), block=block)
    assert found.defects == {}
    assert found.cells("a", "b", "c") == made.values
    assert found.lines == made.lines
    assert found.skipped == made.skipped
