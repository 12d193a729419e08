"""Sampling: the first records of an undescribed file, and how the file is written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.errors import IntakeError
from scaffold.sampling import SAMPLE, Sample, sample_file
from storage.engines.connection import Connection
from storage.engines.workbench import open_workbench


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Yield one workbench for all samples."""
    with open_workbench(tmp_path_factory.mktemp("work")) as opened:
        yield opened


def _sampled(
    con: Connection, folder: Path, content: bytes | str, name: str = "a.csv", **more: Any
) -> Sample:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return sample_file(con, path, more.pop("rows", 100), folder / "work", **more)


def _texts(con: Connection) -> list[tuple[Any, ...]]:
    return con.execute(f"SELECT * EXCLUDE (_defect) FROM {SAMPLE} ORDER BY ALL").fetchall()


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";", "，", "^", "~"])
def test_the_delimiter_is_what_most_lines_are_split_by(
    con: Connection, tmp_path: Path, delimiter: str
) -> None:
    """A character that also stands in some text is not it."""
    lines = [["编号", "名称"], ["1", "甲;乙"], ["2", "丙"], ["3", "丁"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    found = _sampled(con, tmp_path, text)
    assert (found.delimiter, found.headers) == (delimiter, ("编号", "名称"))
    assert _texts(con) == [("1", "甲;乙"), ("2", "丙"), ("3", "丁")]


@pytest.mark.parametrize(
    ("content", "header", "headers"),
    [
        ("编号,名称\n1,甲\n", "first", ("编号", "名称")),
        ("企业登记表\n\n编号,名称,地址\n1,甲,东\n", 3, ("编号", "名称", "地址")),
        ("张三,2024-01-05\n李四,2024-01-06\n", "none", ("列1", "列2")),
        ("王测试,惠安县示例路\n李样本,晋江市样例街\n", "none", ("列1", "列2")),
        (",编号\n0,7\n1,8\n", "first", ("#1", "编号")),
        ('"编号\n(号)",名称\n7,甲\n', "first", ("编号\n(号)", "名称")),
        ("编号\n1\n2\n", "first", ("编号",)),
    ],
)
def test_the_header_is_found_or_columns_are_named_by_place(
    con: Connection, tmp_path: Path, content: str, header: Any, headers: tuple[str, ...]
) -> None:
    """Titles are passed over, and a record is never taken for a header."""
    found = _sampled(con, tmp_path, content)
    assert (found.header, found.headers) == (header, headers)


def test_a_name_that_the_city_knows_makes_a_header(con: Connection, tmp_path: Path) -> None:
    """Texts above texts are a header once the city calls facts so."""
    content = "某甲,某乙\n王测试,惠安县示例路\n李样本,晋江市样例街\n"
    assert _sampled(con, tmp_path, content).header == "none"
    known = _sampled(con, tmp_path, content, is_name=lambda text: text.startswith("某"))
    assert (known.header, known.headers) == ("first", ("某甲", "某乙"))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_the_encoding_is_found_and_texts_are_read_in_it(
    con: Connection, tmp_path: Path, encoding: str
) -> None:
    """What a feed would declare is found out first."""
    text = "编号,名称\n" + "".join(f"{n},泉州市第{n}小学\n" for n in range(9))
    found = _sampled(con, tmp_path, text.encode(encoding))
    assert (found.encoding or "").startswith(encoding)
    assert _texts(con)[0] == ("0", "泉州市第0小学")


def test_no_more_records_are_read_than_asked_for(con: Connection, tmp_path: Path) -> None:
    """The first ones are; how many there are in all is nobody's business here."""
    content = "编号,名称\n" + "".join(f"{n},甲\n" for n in range(500))
    assert _sampled(con, tmp_path, content, rows=7).rows == len(_texts(con)) == 7


def test_a_file_without_records_has_columns_all_the_same(con: Connection, tmp_path: Path) -> None:
    """Its header is what is proposed."""
    found = _sampled(con, tmp_path, "编号,名称\n")
    assert (found.headers, found.rows, _texts(con)) == (("编号", "名称"), 0, [])


def test_records_that_cannot_be_split_are_counted_by_why(con: Connection, tmp_path: Path) -> None:
    """A defect is a number and a code, and the records around it are read."""
    found = _sampled(con, tmp_path, "编号,名称\n1,甲\n2\n3,丙,丁\n4,戊\n")
    assert sum(found.defects.values()) == 2
    assert found.rows == 4


def test_json_lines_are_sampled_by_their_keys(con: Connection, tmp_path: Path) -> None:
    """A format that names its values needs neither delimiter nor header."""
    lines = "\n".join(json.dumps({"编号": f"{n}", "名称": "甲"}) for n in range(3))
    found = _sampled(con, tmp_path, lines, "a.jsonl")
    assert (found.format.value, found.delimiter, found.header) == ("jsonl", None, "first")
    assert found.headers == ("编号", "名称")


def test_the_first_file_of_an_archive_is_sampled(con: Connection, tmp_path: Path) -> None:
    """It is said that it came packed."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.csv", "编号,名称\n1,甲\n")
    found = sample_file(con, tmp_path / "a.zip", 10, tmp_path / "work")
    assert (found.packed, found.headers) == (True, ("编号", "名称"))
    assert not _sampled(con, tmp_path, "编号,名称\n1,甲\n").packed
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n" + bytes(400), "编号,名称\n1,机密★10年\n".encode()],
    ids=["pdf", "secret"],
)
def test_what_may_not_be_read_is_refused(con: Connection, tmp_path: Path, content: bytes) -> None:
    """A file of another kind and a marked one leave no record behind."""
    con.execute(f"DROP TABLE IF EXISTS {SAMPLE}")
    with pytest.raises(IntakeError):
        _sampled(con, tmp_path, content)
    assert con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'sample'"
    ).fetchall() == [(0,)]
