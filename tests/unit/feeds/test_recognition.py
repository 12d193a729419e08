"""What a file is by its content: read as that, whatever its feed or its name say."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog_specs.errors import IntakeError
from catalog_specs.vocabulary import FeedFormat
from feeds.archives import parts
from feeds.readers import Source
from tests.unit.feeds.feeds import make_feed
from tests.unit.feeds.workbooks import ods, written, xls, xlsx

GRID: list[list[Any]] = [["A", "B", "C"], ["1", "2", "3"]]
TABLE = pa.table({"A": ["1"], "B": ["2"], "C": ["3"]})


def arrow_file() -> bytes:
    """Return an Arrow IPC file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)
    return bytes(sink.getvalue())


def arrow_stream() -> bytes:
    """Return an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE)
    return bytes(sink.getvalue())


def parquet() -> bytes:
    """Return a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(TABLE, sink)
    return bytes(sink.getvalue())


KINDS = {
    "csv": b"A,B,C\n1,2,3\n",
    "jsonl": b'{"A":"1","B":"2","C":"3"}\n{"A":"1"}\n',
    "json": b' [ {"A":"1","B":"2","C":"3"}\n]',
    "parquet": parquet(),
    "arrow": arrow_file(),
    "xlsx": xlsx({"甲": GRID}),
    "xls": xls(GRID),
    "ods": ods([[{"valuetype": "string", "text": cell} for cell in row] for row in GRID]),
}


def found(path: Path, data: bytes, **feed: Any) -> Source:
    """Return the only part of a file."""
    (part,) = parts(Source(written(path, data), make_feed(**feed)), path.parent)
    return part


@pytest.mark.parametrize("declared", KINDS)
@pytest.mark.parametrize(("kind", "data"), KINDS.items(), ids=KINDS.keys())
def test_a_file_is_what_it_is(tmp_path: Path, declared: str, kind: str, data: bytes) -> None:
    """Every format is known by its content, under every other declaration and name."""
    if (declared, kind) == ("jsonl", "csv") or (declared, kind) == ("json", "csv"):
        kind = declared  # text that is no JSON is what the feed says: each line a defect
    assert found(tmp_path / f"f.{declared}", data, format=declared).format.value == kind


def test_an_arrow_stream_is_known(tmp_path: Path) -> None:
    """By the mark every message begins with."""
    assert found(tmp_path / "f", arrow_stream()).format is FeedFormat.ARROW


def test_text_where_none_was_declared_has_the_encoding_it_has(tmp_path: Path) -> None:
    """A CSV sent in place of a workbook: nobody declared how it is written."""
    part = found(tmp_path / "f", "A,B,C\n张,2,3\n".encode("gb18030"), format="xlsx")
    assert (part.format, part.feed.encoding) == (FeedFormat.CSV, "detect")


@pytest.mark.parametrize(
    ("text", "declared", "kind"),
    [
        ('{"A":1}', "json", "jsonl"),
        ('{\n"A":1}', "jsonl", "json"),
        ('{"A":', "jsonl", "jsonl"),
        ("[1]\n{}", "jsonl", "jsonl"),
        ('[\n{"A":1}]', "jsonl", "json"),
        ("[1,2", "jsonl", "json"),
        ('{"A":1}\n{"A":2}', "csv", "jsonl"),
        ('[{"A":1}]', "csv", "json"),
        ("{A},B,C", "csv", "csv"),
        ("[A],B,C", "csv", "csv"),
        ('\ufeff{"A":1}', "csv", "jsonl"),
        ("", "jsonl", "jsonl"),
        ("", "parquet", "parquet"),
    ],
)
def test_json_is_told_from_text(tmp_path: Path, text: str, declared: str, kind: str) -> None:
    """Lines of objects, a document, or text that merely begins with a bracket."""
    assert found(tmp_path / "f", text.encode(), format=declared).format.value == kind


@pytest.mark.parametrize("declared", ["csv", "json", "jsonl"])
def test_long_lines_are_lines(tmp_path: Path, declared: str) -> None:
    """An object on a line longer than what is looked at is the first of many."""
    line = b'{"A":"' + b"x" * 100_000 + b'"}\n'
    assert found(tmp_path / "f", line * 2, format=declared).format is FeedFormat.JSONL


def test_json_in_utf_16_is_json(tmp_path: Path) -> None:
    """Whatever encoding its mark names."""
    assert found(tmp_path / "f", '[{"A":1}]'.encode("utf-16")).format is FeedFormat.JSON


def test_a_document_of_one_line_is_a_document(tmp_path: Path) -> None:
    """When the feed says where its list is."""
    part = found(tmp_path / "f", b'{"d":[{"A":1}]}', format="json", records="$.d")
    assert part.format is FeedFormat.JSON


def other_zip(name: str) -> bytes:
    """Return a ZIP as office programs write."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x7fELF\x02", "program"),
        (b"Rar!\x1a\x07\x01", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"\r\n<!DOCTYPE html><table>", "HTML"),
        (b"\xef\xbb\xbf<html xmlns:x='excel'>", "HTML"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (other_zip("word/document.xml"), "no workbook"),
    ],
)
@pytest.mark.parametrize("declared", ["csv", "xlsx", "parquet"])
def test_other_files_are_named(tmp_path: Path, data: bytes, what: str, declared: str) -> None:
    """A file of a kind that no feed has says what it seems to be; GATE-110 unless it is text."""
    with pytest.raises(IntakeError, match=what) as caught:
        found(tmp_path / "f", data + bytes(10), format=declared)
    assert caught.value.code == ("GATE-101" if what in {"HTML", "XML"} else "GATE-110")


@pytest.mark.parametrize(
    "header",
    [
        "PK,A,B,C",
        "PAR1,A,B,C",
        "ARROW1,A,B,C",
        "PARENT,A",
        "BZh,A",
        "RIFF,A",
        "II*,A",
        "MZ,A",
        "GIF8,A",
    ],
)
def test_letters_that_programs_use_as_marks_are_letters(tmp_path: Path, header: str) -> None:
    """A header that begins like a mark does not make a text a binary file."""
    assert found(tmp_path / "f", f"{header}\n1,2,3,4\n".encode()).format is FeedFormat.CSV
