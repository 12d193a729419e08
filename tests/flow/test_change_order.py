"""The order of a change feed outlives the loss of what remembers it, and older releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flow.upkeep.evolution import evolve
from landing.landing import waiting
from tests.city.one_feed import NOW, REF, deliver, facts, fed_catalogue, fed_city, take
from tests.harness.placing import remove

SAID = {
    "feed": {
        "kind": "changes",
        "changes": {"operation": "操作", "sequence": "序号"},
        "columns": {"编号": "id", "名称": "label"},
    }
}
HEAD = "操作,序号,编号,名称\n"


def test_what_was_forgotten_is_read_from_landing_again(tmp_path: Path) -> None:
    """A home without the table of sequences, as older releases left it, knows what is late."""
    with fed_city(fed_catalogue(tmp_path, SAID), tmp_path / "home") as (city, gate):
        deliver(city, {"a.csv": f"{HEAD}I,10,1,新\nI,11,2,甲\nX,99,1,坏\n".encode()})
        take(city, gate)
        deliver(city, {"b.csv": f"{HEAD}D,20,2,\nD,21,3,\n".encode()})
        take(city, gate)
        remove(city.layout.sequences(REF))
        deliver(city, {"c.csv": f"{HEAD}U,5,1,旧\nI,4,2,复活\nI,5,3,未曾\nI,1,4,丁\n".encode()})
        (done,) = take(city, gate)
        assert not waiting(city.layout, REF, NOW)
        assert (done.inserted, done.unchanged) == (1, 3)
        assert facts(city).accepted == [{"id": "1", "label": "新"}, {"id": "4", "label": "丁"}]
        remove(city.layout.authoritative(REF))
        remove(city.layout.sequences(REF))
        take(city, gate)
        assert facts(city).accepted == [{"id": "1", "label": "新"}, {"id": "4", "label": "丁"}]


def test_a_renamed_key_keeps_its_order(tmp_path: Path) -> None:
    """What was deleted under the former name of the key stays deleted under the new one."""
    items = [
        {"code": "number", "element": "example_number", "required": True, "formerly": "id"},
        {"code": "label", "element": "example_label"},
    ]
    renamed: dict[str, Any] = {
        "feed": SAID["feed"] | {"columns": {"编号": "number", "名称": "label"}},
        "resource": {"items": items},
    }
    with fed_city(fed_catalogue(tmp_path / "a", SAID), tmp_path / "home") as (city, gate):
        deliver(city, {"a.csv": f"{HEAD}I,10,1,新\nD,20,2,\n".encode()})
        take(city, gate)
    with fed_city(fed_catalogue(tmp_path / "b", renamed), tmp_path / "home") as (city, gate):
        evolve(city)
        deliver(city, {"b.csv": f"{HEAD}U,5,1,旧\nI,4,2,复活\nI,1,3,丙\n".encode()})
        (done,) = take(city, gate)
        assert (done.inserted, done.unchanged) == (1, 2)
        labels = [(row["number"], row["label"]) for row in facts(city).accepted]
        assert labels == [("1", "新"), ("3", "丙")]
