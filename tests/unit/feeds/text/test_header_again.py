"""A header that stands again is no record, and below one of another order nothing is misread."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.feeds.feeds import make_feed, opened

BOM = "\ufeff"


def cells(tmp_path: Path, text: str, **fields: object) -> tuple[list[tuple[str | None, ...]], int]:
    """Return the records of a text with columns 编号 and 名称, and how many headers stood again."""
    feed = make_feed().model_copy(update={"columns": {"编号": "a", "名称": "b"}, **fields})
    found = opened(tmp_path / "f", text.encode(), feed, block=64)
    return found.cells("a", "b"), found.skipped.get("header", 0)


@pytest.mark.parametrize(
    "again", ["编号,名称\n", BOM + "编号,名称\n", '"编号" , 名称\n', "编号,名称\r\n"]
)
def test_a_header_that_stands_again_is_no_record(tmp_path: Path, again: str) -> None:
    """However it is written, and with the byte-order mark of a file put behind another."""
    text = BOM + "编号,名称\n1,甲\n" + again + "2,乙\n" + again + "3,丙\n"
    if again.startswith('"'):
        text = text.replace('"编号" ,', '"编号",')
    assert cells(tmp_path, text) == ([("1", "甲"), ("2", "乙"), ("3", "丙")], 2)


@pytest.mark.parametrize("joint", ["\n", "\n" + BOM, BOM])
def test_records_below_a_header_of_another_order_are_read_by_it(tmp_path: Path, joint: str) -> None:
    """A file of another order put behind the first, even within its last line, is read right."""
    text = (
        "编号,旁,名称\n1,x,甲" + joint + "名称,编号,旁\n乙,2,y" + joint + "编号,旁,名称\n3,z,丙\n"
    )
    assert cells(tmp_path, text) == ([("1", "甲"), ("2", "乙"), ("3", "丙")], 2)


def test_two_header_rows_stand_again(tmp_path: Path) -> None:
    """Both rows are passed over, wherever a block is cut between them."""
    feed = make_feed("a", header={"rows": 2}).model_copy(
        update={"columns": {"号": "a", "地/市": "b"}}
    )
    text = "号,地,\n,市,县\n" + "".join(f"{n},x,y\n" * 3 + "号,地,\n,市,县\n" for n in range(20))
    for block in (7, 16, 64, 4096):
        found = opened(tmp_path / "f", text.encode(), feed, block=block)
        assert (len(found.rows), found.skipped["header"]) == (60, 40)
        assert set(found.cells("b")) == {("x",)}


def test_a_mark_in_the_middle_of_a_file_without_header_is_no_text(tmp_path: Path) -> None:
    """Two headerless files, one behind the other."""
    feed = make_feed("a", "b", header={"at": "none"})
    found = opened(tmp_path / "f", f"{BOM}1,甲\n{BOM}2,乙\n".encode(), feed)
    assert found.cells("a", "b") == [("1", "甲"), ("2", "乙")]


def test_a_record_that_is_not_the_whole_header_stays(tmp_path: Path) -> None:
    """A name of a column may be a value, as long as not all of them stand there."""
    assert cells(tmp_path, "编号,名称\n1,编号\n名称,2\n") == ([("1", "编号"), ("名称", "2")], 0)


@given(seed=st.integers(0, 2**32), block=st.integers(8, 200))
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_files_put_one_behind_the_other_are_read_as_each_alone(
    tmp_path: Path, seed: int, block: int
) -> None:
    """Forty files of any order and line end, joined in any way, give every record as it was."""
    chance = random.Random(seed)
    names = ["甲列", "乙列", "丙列"]
    joined, expected = "", []
    for number in range(40):
        order = chance.sample(names, 3)
        end = chance.choice(["\n", "\r\n"])
        lines = [",".join(order)]
        for row in range(chance.randrange(3) if number else 1):
            record = {name: f"{name[0]}{number}.{row}" for name in names}
            expected.append(tuple(record.values()))
            lines.append(",".join(record[name] for name in order))
        mark = BOM if joined and not joined.endswith("\n") else chance.choice([BOM, ""])
        joined += mark + end.join(lines) + chance.choice([end, ""])
    feed = make_feed().model_copy(update={"columns": dict(zip(names, "abc", strict=True))})
    found = opened(tmp_path / "f", joined.encode(), feed, block=block)
    assert found.defects == {}
    assert found.cells("a", "b", "c") == expected
    assert found.skipped["header"] == 39
