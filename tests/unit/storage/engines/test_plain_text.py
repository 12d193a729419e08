"""Plain text: where its parts begin, and that together they are the whole file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from storage.engines.encoded_files import reach_encoded_files
from storage.engines.plain_text import PlainFile, PlainText

HEAD = "编号,名称\n"
LINES = [f"{n},泉州{n}\n" for n in range(1, 101)]
TEXT = PlainText(
    fields={"id": 0, "name": 1},
    width=2,
    rows=100,
    head=1,
    delimiter=",",
    quote='"',
    newline="\n",
    sound=True,
)


def read(file: PlainFile) -> list[tuple[object, ...]]:
    """Return what the engine reads, in the order of its numbers."""
    with duckdb.connect() as con:
        reach_encoded_files(con)
        return con.execute(f"SELECT _row, _line, id, name FROM {file.sql} ORDER BY _row").fetchall()


def before(codec: str, rows: int) -> PlainText:
    """Return the text in another encoding, whose second part begins behind so many records."""
    size = len((HEAD + "".join(LINES[:rows])).encode(codec))
    return replace(TEXT, codec=codec, rows_before=rows, bytes_before=size)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        (TEXT, [0]),
        (before("utf-8", 53), [0, 53]),
        (before("gb18030", 41), [0, 41]),
        (before("utf-16-le", 99), [0, 99]),
        (replace(TEXT, codec="gb18030"), [0]),
        (before("gb18030", 100), [0]),
    ],
)
def test_parts_are_the_whole(tmp_path: Path, text: PlainText, starts: list[int]) -> None:
    """Each record is in one of the parts, with its number and line; one part has none to begin."""
    file = tmp_path / "f.csv"
    file.write_bytes((HEAD + "".join(LINES[: text.rows])).encode(text.codec))
    parts = PlainFile(file, text).parts
    assert [part.first for part in parts] == starts
    expected = [(n, n + 1, str(n), f"泉州{n}") for n in range(1, text.rows + 1)]
    assert [row for part in parts for row in read(part)] == expected


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_record_more_than_there_were_is_read(tmp_path: Path, codec: str) -> None:
    """The last part goes on to the end of the file, so that it is not taken for what it was."""
    file = tmp_path / "f.csv"
    file.write_bytes((HEAD + "".join(LINES) + "0,多\n").encode(codec))
    *_, last = PlainFile(file, before(codec, 60)).parts
    assert len(read(last)) == 41
