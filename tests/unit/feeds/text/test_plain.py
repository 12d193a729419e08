"""Plain text: what is read as it lies is what would have been written, record by record."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from catalog_specs.models.feed import Feed
from feeds.readers import Source
from feeds.untrusted.limits import ReadingLimits
from landing.landed_rows import LandedRows, land_rows
from storage.engines.encoded_files import reach_encoded_files
from storage.engines.plain_text import PlainFile
from storage.sql import parquet
from tests.tiers import then_thorough
from tests.unit.feeds.feeds import make_feed

FEED = make_feed("a", "b", "c", format="csv")
HEAD = "A,B,C\n"


def looked(folder: Path, content: bytes, feed: Feed = FEED) -> tuple[Path, LandedRows]:
    """Land a file that may be read as it lies."""
    file = folder / "f.csv"
    file.write_bytes(content)
    return file, land_rows(Source(file, feed, block_bytes=4096), folder, None, 0)


def read(source: str) -> list[tuple[object, ...]]:
    """Return landed records in order, as an engine that does not keep the order reads them."""
    with duckdb.connect() as con:
        reach_encoded_files(con)
        con.execute("SET preserve_insertion_order = false")
        columns = "_row, _file, _line, _defect, _raw, a, b, c"
        return con.execute(f"SELECT {columns} FROM {source} ORDER BY _row").fetchall()


CELLS = (
    "",
    "1",
    "12.50",
    "王丽",
    "a b",
    '"x"',
    '"a,b"',
    '"5"" pipe"',
    "3E5",
    "2.1E+10",
    " x ",
    "'",
)
STRANGE = ('"', '5"', "\x00", "x\ny", '"x\ny"', "ï¼¥", "\ufeff", "\ue000", "a,b", "\r", '""x')


def invented(chance: random.Random) -> bytes:
    """Return a file of three columns, most of them plain, some with one thing that is not."""
    newline = chance.choice(("\n", "\n", "\r\n"))
    rows = [",".join(chance.choices(CELLS, k=3)) for _ in range(chance.choice((1, 2, 3, 50, 1500)))]
    rows = [row if row.strip(",") or row else "1,2,3" for row in rows]
    if chance.random() < 0.4:
        place = chance.randrange(len(rows))
        odd = (
            chance.choice(STRANGE),
            "",
            "1,2",
            "1,2,3,4",
            "A,B,C",
            f"1,{chance.choice(STRANGE)},3",
        )
        rows[place] = chance.choice(odd)
    text = newline.join(("A,B,C", *rows)) + chance.choice((newline, newline, ""))
    mark = "\ufeff" if chance.random() < 0.2 else ""
    return (mark + text).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("files", then_thorough([60], [200]))
def test_equal_to_what_would_have_been_written(tmp_path: Path, files: int) -> None:
    """Many invented files: the same numbers, lines and texts; most are plain."""
    chance, seen = random.Random(7), Counter[bool]()
    for nth in range(files):
        folder = tmp_path / str(nth)
        folder.mkdir()
        file, landed = looked(folder, invented(chance))
        seen[landed.plain is not None] += 1
        if landed.plain is None:
            continue
        written = land_rows(Source(file, FEED), folder)
        assert replace(landed, plain=None) == written
        assert read(PlainFile(file, landed.plain).sql) == read(parquet(folder / "rows.parquet"))
    assert seen[True] > files / 2
    assert seen[False] > files / 10


def test_numbers_follow_the_file_where_parts_are_read_side_by_side(tmp_path: Path) -> None:
    """A file of many buffers, whose records say their own number."""
    rows = "".join(f"{n},{'x' * 99},{n % 7}\n" for n in range(1, 400_001))
    file, landed = looked(tmp_path, (HEAD + rows).encode())
    assert landed.plain is not None
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        source = PlainFile(file, landed.plain).sql
        count, wrong, lines = con.execute(
            f"SELECT count(*), count(*) FILTER (_row <> a::BIGINT), max(_line) FROM {source}"
        ).fetchone() or (0, 0, 0)
    assert (count, wrong, lines) == (400_000, 0, 400_001)


@pytest.mark.parametrize(
    "content",
    [
        b"A,B,C\n1,2,3\n\n4,5,6\n",
        b"A,B,C\n1,2\n",
        b'A,B,C\n1,"x\ny",3\n',
        b'A,B,C\n1,5" pipe,3\n',
        b"A,B,C\n1,2,3\r\n4,5,6\n",
        b"A,B,C\n1,2,3\nA,B,C\n4,5,6\n",
        b'"A",B,C\n1,2,3\n',
        b"A,B,C,D\n1,2,3,4\n",
        b"A,B,C\n1,2,\xff\n",
        b"A,B,C\n1,2,\x00\n",
        b"A,B,C\n1,\xef\xbb\xbf2,3\n\xef\xbb\xbf4,5,6\n",
        "A,B,C\n1,王,3\n".encode("gb18030"),
        "A,B,C\n1,王,3\n".encode("utf-16") + b"\n",
    ],
)
def test_a_file_in_doubt_is_not_plain(tmp_path: Path, content: bytes) -> None:
    """Blank lines, other widths, cells of several lines, stray bytes: all are written."""
    assert looked(tmp_path, content)[1].plain is None
    assert (tmp_path / "rows.parquet").exists()


ENCODINGS = {
    "gb18030": "gb18030",
    "gbk": "gbk",
    "cp936": "gbk",
    "big5": "cp950",
    "cp949": "cp949",
    "latin-1": "latin-1",
    "utf-16": "utf-16",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32",
}
"""How a feed names an encoding, and what Python writes it with."""
FOREIGN = (
    b"\xff",
    b"\x80",
    b"\xfe\x59",
    b"\x00",
    "\U00020087".encode("gb18030"),
    "龴".encode("gb18030"),
)
"""Bytes that stand for nothing, for the euro, for a character of later standards."""


def encoded(chance: random.Random) -> tuple[str, bytes]:
    """Return an invented file in an encoding, some with bytes of another one."""
    name = chance.choice([*ENCODINGS])
    text = invented(chance).decode("utf-8", "surrogatepass")
    text = text if name.startswith("utf") else text.removeprefix("\ufeff")
    content = text.encode(ENCODINGS[name], "replace")
    if chance.random() < 0.2:
        place = chance.randrange(len(content))
        content = content[:place] + chance.choice(FOREIGN) + content[place:]
    return name, content


@pytest.mark.parametrize("seed", then_thorough([9], [10, 11, 12]))
def test_other_encodings_are_read_as_they_lie(tmp_path: Path, seed: int) -> None:
    """The same numbers, lines and texts as a reader of records finds, in the parts as well."""
    chance, seen = random.Random(seed), Counter[tuple[str, bool]]()
    for nth in range(100):
        folder = tmp_path / str(nth)
        folder.mkdir()
        encoding, content = encoded(chance)
        feed = FEED.model_copy(update={"encoding": encoding})
        file, landed = looked(folder, content, feed)
        seen[encoding, landed.plain is not None] += 1
        if landed.plain is None:
            continue
        written = land_rows(Source(file, feed), folder)
        assert replace(landed, plain=None) == written
        expected = read(parquet(folder / "rows.parquet"))
        whole = PlainFile(file, landed.plain)
        assert read(whole.sql) == expected
        assert [row for part in whole.parts for row in read(part.sql)] == expected
    assert {name: seen[name, True] for name in ENCODINGS if not seen[name, True]} == {}
    assert sum(count for (_, plain), count in seen.items() if not plain) > 10


def test_parts_of_a_large_file_begin_in_its_middle(tmp_path: Path) -> None:
    """The second part is decoded from where it begins, however its characters are written."""
    rows = "".join(f"{n},号路{n % 7}弄,{'x' * (n % 90)}\n" for n in range(1, 50_001))
    for name, codec in ENCODINGS.items():
        text = rows if name != "latin-1" else rows.replace("号路", "é").replace("弄", "")
        text = text.replace("号", "號") if name in {"big5", "cp949"} else text
        content = (HEAD + text).encode(codec)
        feed = FEED.model_copy(update={"encoding": name})
        _, landed = looked(tmp_path, content, feed)
        assert landed.plain is not None, name
        first, second = PlainFile(tmp_path / "f.csv", landed.plain).parts
        assert abs(first.count / 50_000 - 0.5) < 0.05, name
        for part in (first, second):
            found = [(row[0], row[2], row[5]) for row in read(part.sql)]
            assert found == [
                (n, n + 1, str(n))
                for n in range(part.first + 1, 1 + (part.count or 50_000 - part.first) + part.first)
            ]


def test_a_file_that_was_altered_is_refused_by_the_engine(tmp_path: Path) -> None:
    """Bytes that no longer decode end the query; they are not passed over."""
    feed = FEED.model_copy(update={"encoding": "gb18030"})
    file, landed = looked(tmp_path, (HEAD + "1,王,3\n" * 9).encode("gb18030"), feed)
    assert landed.plain is not None
    file.write_bytes(file.read_bytes()[:-3] + b"\xff3\n")
    with pytest.raises(duckdb.Error):
        read(PlainFile(file, landed.plain).sql)


@pytest.mark.parametrize(
    ("cell", "sound"),
    [
        ("x", True),
        ("Ed", True),
        ("１ 元，", True),
        ("3E5", False),
        ("３Ｅ+17", False),
        ('"=""0595"""', False),
        ("\ufffd", False),
        ("\ue000", False),
        ("\U00100000", False),
        ("__debezium_unavailable_value", False),
    ],
)
def test_what_may_be_damage_is_looked_for_again(tmp_path: Path, cell: str, *, sound: bool) -> None:
    """A file with bytes that damage may begin with is read as it lies, but not taken for sound."""
    feed = FEED.model_copy(update={"kind": "upsert"})
    _, landed = looked(tmp_path, f"{HEAD}1,{cell},3\n".encode(), feed)
    assert landed.plain is not None
    assert landed.plain.sound is sound


def test_small_and_wide_files_are_written(tmp_path: Path) -> None:
    """Below the limit nothing is read as it lies, nor where records are too wide for the engine."""
    content = (HEAD + "1,2,3\n" * 100).encode()
    file = tmp_path / "f.csv"
    file.write_bytes(content)
    source = Source(file, FEED)
    assert land_rows(source, tmp_path, None, len(content) + 1).plain is None
    assert land_rows(source, tmp_path, None, len(content)).plain is not None
    narrow = replace(source, limits=ReadingLimits(vector=2048 * 5))
    assert land_rows(narrow, tmp_path, None, 0).plain is None
