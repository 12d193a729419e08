"""Encoded files: the engine reads text of any encoding, in bounded memory, on every connection."""

from __future__ import annotations

from pathlib import Path

from storage.engines.encoded_files import _Text
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
    with open_workbench(tmp_path / "work") as con:
        for one in (con, con, beside(con)):
            assert one.execute(query).fetchone() == expected


def test_a_text_is_read_again_from_any_place(tmp_path: Path) -> None:
    """The engine may let go of what it read, and come back for it."""
    file = tmp_path / "f.csv"
    text = "".join(f"{n},泉州\n" for n in range(5_000))
    file.write_bytes(text.encode("utf-16-le"))
    read = _Text(EncodedText(file, "utf-16-le"))
    for place in (0, 999, 50_001, 12):
        read.seek(place)
        assert read.tell() == place
        found = b""
        while piece := read.read(1_000):
            found += piece
        assert found == text.encode()[place:]
    read.close()
