"""Fixed-width text: fields stand at their places, in characters or in bytes as delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.readers import Source
from tests.unit.feeds.feeds import headers_of, make_feed, opened, read

SPANS = {
    "A": {"start": 1, "width": 3},
    "B": {"start": 4, "width": 4},
    "C": {"start": 9, "width": 2},
}


def fixed(**fields: Any) -> Any:
    """Return a feed of three fields, with a gap before the last one."""
    return make_feed(**({"format": "fixed_width", "spans": SPANS} | fields))


def test_fields_are_cut_at_their_places(tmp_path: Path) -> None:
    """Blanks stay, a gap is nobody's, what is short of the last field's end is as long as it is."""
    found = opened(tmp_path / "f", "001泉州  -01\n002 永春x x\n".encode(), fixed())
    assert found.headers == ("A", "B", "C")
    assert found.cells("a", "b", "c") == [("001", "泉州  ", "01"), ("002", " 永春x", "x")]


@pytest.mark.parametrize("block", [3, 4096])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_record_has_its_width(tmp_path: Path, end: str, block: int) -> None:
    """Too short and too long are defects; blanks may trail, and lines of blanks are no records."""
    lines = ["0123456789", "01234567", "012345678", "0123456789x", "0123456789 \u3000\t", "", "  "]
    found = opened(tmp_path / "f", end.join(lines).encode(), fixed(), block=block)
    assert found.cells("c") == [("89",), (None,), ("8",), (None,), ("89",)]
    assert found.defects == {2: ("width", "01234567"), 4: ("width", "0123456789x")}
    assert found.skipped == {"blank": 2}
    assert found.lines == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "big5", "utf-16-be", "utf-32"])
def test_places_may_be_bytes(tmp_path: Path, encoding: str) -> None:
    """Bytes are those of the encoding that was delivered."""
    codec = "utf-32-le" if encoding == "utf-32" else encoding
    cells = [("泉州", "12"), ("功", "3"), ("", "456")]
    widths = (len("泉州".encode(codec)), len("456".encode(codec)))
    blank = " ".encode(codec)

    def padded(cell: str, width: int) -> bytes:
        data = cell.encode(codec)
        return data + blank * ((width - len(data)) // len(blank))

    data = "\n".encode(codec).join(
        padded(name, widths[0]) + padded(number, widths[1]) for name, number in cells
    )
    spans = {
        "A": {"start": 1, "width": widths[0]},
        "B": {"start": widths[0] + 1, "width": widths[1]},
    }
    feed = make_feed(
        "a", "b", format="fixed_width", encoding=encoding, span_unit="bytes", spans=spans
    )
    found = opened(tmp_path / "f", data, feed)
    assert found.defects == {}
    assert [(a.rstrip(), b.rstrip()) for a, b in found.cells("a", "b") if a and b] == cells


def test_a_place_inside_a_character_is_no_place(tmp_path: Path) -> None:
    """A record in which a field would begin or end inside a character has not its width."""
    feed = fixed(encoding="gb18030", span_unit="bytes")
    data = "001泉州-01\n001x州泉01\n001州泉x01\n".encode("gb18030")
    found = opened(tmp_path / "f", data, feed)
    assert found.cells("b") == [("泉州",), (None,), ("州泉",)]
    assert found.defects == {2: ("width", "001x州泉01")}


def test_bad_bytes_cost_their_record(tmp_path: Path) -> None:
    """A byte that does not decode, and a NUL, make their line a defect alone."""
    found = opened(tmp_path / "f", b"001\xff   -01\n0020\x0000-02\n0030000-03\n", fixed())
    assert found.defects == {1: ("encoding", r"001\xff   -01"), 2: ("encoding", r"0020\x0000-02")}
    assert found.cells("c")[2] == ("03",)


def test_header_comment_and_footer(tmp_path: Path) -> None:
    """A header is passed only where it is declared; names come from the places."""
    data = b"report\n\nA  B    C\n#x\n0010000-01\nTotal\n0020000-02\nTotal 2"
    feed = fixed(header={"at": "find"}, comment="#", footer="^Total")
    found = opened(tmp_path / "f", data, feed)
    assert found.cells("c") == [("01",), (None,), ("02",)]
    assert found.defects == {6: ("footer", "Total")}
    assert found.skipped == {"preamble": 1, "blank": 1, "comment": 1, "footer": 1}
    assert found.lines == [5, 6, 7]
    first = opened(tmp_path / "f", b"A  B    C\n0010000-01\n", fixed(header={"at": "first"}))
    assert first.lines == [2]


def test_nothing_is_no_record(tmp_path: Path) -> None:
    """An empty file has the declared headers and no record."""
    assert read(tmp_path / "f", b"", fixed()) == []
    assert headers_of(Source(tmp_path / "f", fixed())) == ("A", "B", "C")


def test_whole_keeps_every_field(tmp_path: Path) -> None:
    """For a refused delivery each record carries all its fields."""
    rows = read(tmp_path / "f", b"0010000-01\n", fixed(), whole=True)
    assert rows[0]["_raw"] == '{"A":"001","B":"0000","C":"01"}'


LINE = st.lists(st.sampled_from(["a", "1", " ", "泉", "\u3000", "9999"]), max_size=8).map("".join)


@given(
    lines=st.lists(LINE, max_size=30),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
    unit=st.sampled_from(["characters", "bytes"]),
    block=st.integers(1, 100),
)
@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_every_line_is_accounted_for(
    tmp_path: Path, lines: list[str], encoding: str, unit: str, block: int
) -> None:
    """Each line is a record of the declared fields, a defect with its text, or blank."""
    feed = fixed(encoding=encoding, span_unit=unit)
    data = "".join(line + "\n" for line in lines).encode(encoding)
    found = opened(tmp_path / "f", data, feed, block=block)
    assert found.skipped.get("blank", 0) == sum(not line.strip() for line in lines)
    assert found.lines == [n for n, line in enumerate(lines, start=1) if line.strip()]
    codec = found.encoding or ""
    for row in found.rows:
        line = lines[row["_line"] - 1]
        measured = line if unit == "characters" else line.encode(codec)
        cells = [measured[0:3], measured[3:7], measured[8:10]]
        texts = [c if isinstance(c, str) else c.decode(codec, "replace") for c in cells]
        if row["_defect"]:
            assert row["_raw"] == line
            trimmed = line.rstrip() if unit == "characters" else line.rstrip().encode(codec)
            cut = any("\ufffd" in text for text in texts)
            assert len(measured) < 9 or len(trimmed) > 10 or cut
        else:
            assert [row["a"], row["b"], row["c"]] == texts


@pytest.mark.parametrize("block", [5, 4096])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_header_that_stands_again_is_no_record(tmp_path: Path, block: int, mark: str) -> None:
    """Files joined one behind the other bring their header each time, with its byte-order mark."""
    head = "A  B    C"
    data = f"{head}\n0011234 89\n{mark}{head}  \n0021234 89\n{mark}{head}\n"
    feed = fixed(header={"at": 1})
    found = opened(tmp_path / "f", data.encode(), feed, block=block)
    assert found.cells("a") == [("001",), ("002",)]
    assert found.defects == {}
    assert found.skipped == {"header": 2}
    assert found.lines == [2, 4]
