"""Limits: what is no table is refused at once, in bounded memory."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import IntakeError
from feeds.readers import Source
from tests.unit.feeds.feeds import headers_of, make_feed, opened, read

SPANS = {"spans": {"A": {"start": 1, "width": 1}}, "format": "fixed_width"}


@pytest.mark.parametrize(
    "fields", [{}, {"encoding": "gb18030"}, {"encoding": "utf-16"}, SPANS | {"header": {"at": 2}}]
)
@pytest.mark.parametrize("byte", [b"x", b"\x00"])
def test_a_line_without_end_is_refused(tmp_path: Path, fields: dict[str, Any], byte: bytes) -> None:
    """Only the limit is read of a line of a gigabyte."""
    path = tmp_path / "f"
    with path.open("wb") as file:
        file.write(byte * (65 << 20))
        file.truncate(1 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    feed = make_feed("a", **fields)
    with pytest.raises(IntakeError, match="no line end within 64 MiB") as caught:
        headers_of(Source(path, feed))
    assert caught.value.code == "GATE-103"
    assert time.process_time() - started < 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500 << 10


def test_a_line_without_end_among_records_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    """The limit holds anywhere in the file."""
    monkeypatch.setattr("feeds.text.blocks.LINE_LIMIT", 1 << 20)
    with pytest.raises(IntakeError) as caught:
        opened(tmp_path / "f", b"A,B,C\n1,2,3\n" + b"x" * (2 << 20), make_feed())
    assert caught.value.code == "GATE-103"


@pytest.mark.parametrize("at", ["first", "find", 1])
def test_an_absurd_header_is_refused(tmp_path: Path, at: Any) -> None:
    """More columns than any table has are no header."""
    data = b"A" + b",x" * 4096 + b"\n1,2\n"
    with pytest.raises(IntakeError, match="4096 columns") as caught:
        opened(tmp_path / "f", data, make_feed(header={"at": at}))
    assert caught.value.code == "GATE-103"
    wide = b"A" + b",x" * 4095 + b"\n1" + b",2" * 4095 + b"\n"
    assert opened(tmp_path / "f", wide, make_feed("a")).cells("a") == [("1",)]


def test_a_record_of_absurd_width_is_a_defect(tmp_path: Path) -> None:
    """A line of separators among records costs itself."""
    data = b"A,B,C\n1,2,3\n" + b"," * 3_000_000 + b"\n4,5,6\n"
    found = opened(tmp_path / "f", data, make_feed(), block=1 << 20)
    assert list(found.defects) == [3]
    assert found.cells("a")[2] == ("4",)


def test_a_file_of_broken_quotes_is_refused_by_its_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records that each open a quote are not read over and over: the file is refused in time."""
    monkeypatch.setattr("feeds.text.careful._FREE", 1 << 20)
    with pytest.raises(IntakeError, match="quotes are broken throughout") as refused:
        read(tmp_path / "f", b"A,B,C\n" + b'1","2\n' * 20_000)
    assert refused.value.code == "GATE-103"
