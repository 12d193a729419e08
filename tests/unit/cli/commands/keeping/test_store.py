"""`quanshu store move`: what would go, what went, and that a home names its store from then on."""

from __future__ import annotations

import pytest

from pipelines import settings
from storage.places.object_path import ObjectPath
from tests.city import PERSON
from tests.harness.fixtures import store
from tests.unit.cli.homes import Home

__all__ = ["store"]


def test_what_would_go_is_told_then_goes(
    home: Home, store: ObjectPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run writes nothing and says the same; afterwards commands need the store's name.

    Upkeep lets landed files leave the disk, and says so.
    """
    named = {"QUANSHU_OBJECT_STORE": str(store)}
    refused = home.said("where", "birth_date", "--json", **named)
    assert refused.code == 3
    assert "`quanshu store move`" in refused.err

    told = home.said("store", "move", "--dry-run", "--json", **named)
    would = home.said("store", "move", "--dry-run", **named)
    assert told.document["done"] is False
    assert f"authoritative/{PERSON}" in {one["table"] for one in told.document["tables"]}
    assert f"待复制 / to be copied: {told.document['files']:,} 个文件 / files" in would.out
    assert [*store.below()] == []

    done = home.said("store", "move", **named)
    assert done.code == 0
    assert f"已复制 / copied: {told.document['files']:,} 个文件 / files" in done.out
    assert f"数据表现在位于 / the tables now lie at {store}" in done.out
    assert "迁移 " in done.err
    assert home.said("quarantine", "list", "--json", **named).code == 0
    assert home.said("quarantine", "list", "--json").code == 3
    (landed,) = [one for one, _ in store.below() if one.match(f"{PERSON}/*/receipt.json")]
    landed.unlink()
    monkeypatch.setattr(settings, "GIGABYTE", 0)
    kept = home.said("upkeep", **named).out
    assert "补存 / put on the store  landing: 1 批 / deliveries" in kept
    assert "已清理 / removed  landing: " in kept
    assert home.said("upkeep", "--json", **named).document["landed"] == {
        "files": 0, "bytes": 0, "put": 0,
    }  # fmt: skip
    again = home.said("store", "move", "--json", **named)
    assert again.document == {
        "to": str(store), "tables": [], "files": 0, "bytes": 0, "done": True,
    }  # fmt: skip


def test_a_move_names_its_store(shared: Home) -> None:
    """Without the variable nothing is done."""
    said = shared.said("store", "move")
    assert (said.code, "OBJ-101" in said.err) == (3, True)
