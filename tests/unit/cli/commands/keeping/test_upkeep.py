"""`quanshu upkeep`: what was done, what is kept for how long, and exit codes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from flow.upkeep import joining
from tests.city import PERSON
from tests.unit.cli.homes import Home


def test_upkeep_says_what_it_did_and_what_is_kept(home: Home) -> None:
    """A dry run says the same and does nothing."""
    dead = home.layout.authoritative(PERSON) / "part-orphan.parquet"
    dead.write_bytes(b"x" * 1_500_000)
    moment = (datetime.now(tz=UTC) - timedelta(days=3)).timestamp()
    os.utime(dead, (moment, moment))

    would = home.said("upkeep", "--dry-run")
    document = home.said("upkeep", "--dry-run", "--json").document
    assert dead.exists()
    done = home.said("upkeep")

    assert not dead.exists()
    assert "可清理 / would go  1 个文件 / files, 1.5 MB" in would.out
    assert "已清理 / removed  1 个文件 / files, 1.5 MB" in done.out
    assert "  lake/landing\n      交付原件：永久保存\n" in done.out
    assert "  audit  3 年 / years, " in done.out
    assert (document["bytes"], document["joined"], document["failures"]) == (1_500_000, [], [])
    assert {one["where"] for one in document["kept"]} >= {"lake/landing", "logs", "dagster"}


def test_a_table_that_fails_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3, and everything else is done."""
    log = home.layout.authoritative(PERSON) / "_delta_log"
    max(log.glob("*.json")).write_text("{", encoding="utf-8")
    monkeypatch.setattr(joining, "MOST_FILES", 0)

    done = home.said("upkeep", "--dry-run")

    assert done.code == 3
    assert "可合并 / would be joined  " in done.out
    assert f"保留 / kept  authoritative/{PERSON}: 无法读取 / cannot be read" in done.out
    assert PERSON in done.err
