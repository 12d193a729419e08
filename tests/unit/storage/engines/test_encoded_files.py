"""Encoded files: the engine reads text of any encoding, in bounded memory, on every connection."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.engines.connection import EngineError
from storage.engines.encoded_files import _Files
from storage.engines.instances import beside
from storage.engines.transcoding import EncodedText
from storage.engines.workbench import open_workbench
from storage.sql import literal

COUNT = 200_000
QUERY = (
    "SELECT count(*), sum(a::BIGINT), min(b), max(b) FROM read_csv({}, auto_detect = false, "
    "header = false, columns = {{'a': 'VARCHAR', 'b': 'VARCHAR'}}, buffer_size = 65536)"
)


def written(folder: Path, codec: str) -> str:
    """Write lines to a file in a folder of a strange name; return the query over them."""
    file = folder / "目录 [1]*" / "f.csv"
    file.parent.mkdir()
    file.write_bytes("".join(f"{n},泉州\n" for n in range(COUNT)).encode(codec))
    return QUERY.format(literal(EncodedText(file, codec).address))


def test_a_connection_and_those_beside_it_read_them(tmp_path: Path) -> None:
    """Each of them the whole text, as often as it is asked."""
    query, expected = (
        written(tmp_path, "gb18030"),
        (COUNT, COUNT * (COUNT - 1) // 2, "泉州", "泉州"),
    )
    with open_workbench(tmp_path / "work") as con, beside(con) as other:
        for one in (con, con, other):
            assert one.execute(query).fetchone() == expected


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-8"])
def test_a_text_is_read_again_from_any_place(tmp_path: Path, codec: str) -> None:
    """The engine may let go of what it read, and come back for it."""
    file = tmp_path / "f.csv"
    lines = [f"{n},泉州\n" for n in range(5_000)]
    file.write_bytes("".join(lines).encode(codec))
    text, start = "".join(lines[7:]), len("".join(lines[:7]).encode(codec))
    read = _Files().open(EncodedText(file, codec, start).address)
    for place in (0, 999, 50_001, 12):
        read.seek(place)
        assert read.tell() == place
        found = b""
        while piece := read.read(1_000):
            found += piece
        assert found == text.encode()[place:]
    read.close()


def test_what_is_no_utf_8_is_not_read_as_such(tmp_path: Path) -> None:
    """Whoever changed a file since it was looked through is found out where it is read."""
    query = written(tmp_path, "utf-8")
    with open_workbench(tmp_path / "work") as con:
        assert con.execute(query).fetchone() == (COUNT, COUNT * (COUNT - 1) // 2, "泉州", "泉州")
        (file,) = tmp_path.glob("*/f.csv")
        file.write_bytes(file.read_bytes().replace("9,泉".encode(), b"9,\xb3\xb3"))
        with pytest.raises(EngineError):
            con.execute(query)
