"""`quanshu vacuum`: what would go, what went, and what is kept and why."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from deltalake import DeltaTable

from tests.city import PERSON, REGION
from tests.unit.cli.homes import Home

DEAD = "part-orphan.parquet"


@pytest.fixture
def littered(home: Home) -> Home:
    """Return a home in whose tables of persons and regions killed writers left a file each."""
    long_ago = (datetime.now(tz=UTC) - timedelta(days=3)).timestamp()
    for ref in (PERSON, REGION):
        file = home.layout.authoritative(ref) / DEAD
        file.write_bytes(b"x" * 1_500_000)
        os.utime(file, (long_ago, long_ago))
    return home


def _left(home: Home, ref: str) -> bool:
    return (home.layout.authoritative(ref) / DEAD).exists()


def test_what_would_go_is_told_then_goes(littered: Home) -> None:
    """A dry run removes nothing and says the same; then there is nothing left to remove."""
    told = littered.said("vacuum", "--dry-run", "--json")
    would = littered.said("vacuum", "--dry-run")

    assert {one["table"]: (one["files"], one["bytes"]) for one in told.document} == {
        f"authoritative/{ref}": (1, 1_500_000) for ref in (PERSON, REGION)
    }
    lines = [
        f"authoritative/{ref}: 1 个文件 / files, 1,500,000 字节 / bytes" for ref in (PERSON, REGION)
    ]
    assert would.out.splitlines() == [
        *(f"可清理 / would go  {line}" for line in lines), "合计 / total 3.0 MB",
    ]  # fmt: skip
    assert (_left(littered, PERSON), _left(littered, REGION)) == (True, True)

    done = littered.said("vacuum")
    assert done.out == would.out.replace("可清理 / would go", "已清理 / removed")
    assert (_left(littered, PERSON), _left(littered, REGION)) == (False, False)
    assert littered.said("vacuum").out == "合计 / total 0.0 MB\n"


def test_a_table_that_is_held_or_broken_is_kept(littered: Home) -> None:
    """With the reason, and where to look; nothing of it goes, and the others are tidied."""
    DeltaTable(str(littered.layout.authoritative(PERSON))).delete("name = '人1'")
    log = littered.layout.authoritative(REGION) / "_delta_log"
    max(log.glob("*.json")).write_text("{", encoding="utf-8")

    said = littered.said("vacuum")

    assert said.code == 0
    assert said.out.splitlines()[:-1] == [
        f"保留 / kept  authoritative/{PERSON}: 有外部写入 / not ours, see `quanshu tables list`",
        f"保留 / kept  authoritative/{REGION}: 无法读取 / cannot be read, see `quanshu doctor`",
    ]
    assert (_left(littered, PERSON), _left(littered, REGION)) == (True, True)


@pytest.mark.parametrize("days", ["0", "8", "often"])
def test_days_are_one_to_seven(shared: Home, days: str) -> None:
    """A query that runs needs a day; beyond a week nobody reads an earlier version."""
    said = shared.said("vacuum", "--days", days)

    assert (said.code, said.out) == (2, "")


def test_more_days_keep_more(littered: Home) -> None:
    """A file of three days ago is kept by who asks for a week."""
    assert littered.said("vacuum", "--days", "7", "--json").document == []
    assert _left(littered, PERSON)
