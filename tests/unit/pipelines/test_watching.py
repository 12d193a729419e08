"""The watched catalogue: an edit counts from the next look, and a broken one changes nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from flow.city import City
from flow.upkeep.rotation import rotate
from governance.key_files import create_master_key
from governance.keys import KeyRing
from pipelines.watching import Watched, shape, signature
from tests.city import GRANT_FILE, OPEN_FILE, PERSON, REGION, TODAY
from tests.city.declared import Change, change, write_catalog
from tests.unit.pipelines.sensing import revoke

PULL = {"type": "http", "url_variable": "REGIONS"}
JSONL = {"kind": "snapshot", "format": "jsonl", "columns": {"code": "code", "name": "name"}}


def test_whatever_is_written_added_or_removed_is_noticed(tmp_path: Path) -> None:
    """Also where neither size nor name tell it; a look alone changes nothing."""
    file = tmp_path / "a" / "b.yaml"
    file.parent.mkdir()
    file.write_text("1", encoding="utf-8")
    seen = [signature(tmp_path)]

    def noticed() -> bool:
        seen.append(signature(tmp_path))
        return seen[-1] != seen[-2]

    assert not noticed()
    file.write_text("2", encoding="utf-8")
    os.utime(file, (1, 1))
    assert noticed()
    file.with_name("c.yaml").write_text("1", encoding="utf-8")
    assert noticed()
    file.with_name("c.yaml").replace(file)
    assert noticed()
    (tmp_path / "empty").mkdir()
    assert not noticed()
    file.unlink()
    assert noticed()


def test_a_file_that_vanishes_meanwhile_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor writes aside and renames; a look in between must not fail."""
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text("1", encoding="utf-8")
    whole = signature(tmp_path)
    stat = Path.stat

    def vanishing(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = stat(path, follow_symlinks=follow_symlinks)
        if path.name == "a.yaml":
            path.unlink()
            return stat(path, follow_symlinks=follow_symlinks)
        return found

    monkeypatch.setattr(Path, "stat", vanishing)
    left = signature(tmp_path)

    assert len(left) == 1
    assert left < whole


@pytest.mark.parametrize(
    ("changes", "another"),
    [
        ({OPEN_FILE: None}, True),
        ({f"resources/{PERSON}.yaml": change(items__5__required=True)}, True),
        ({f"resources/{PERSON}.yaml": change(quality=[])}, True),
        ({f"resources/{REGION}.yaml": change(feed=JSONL | {"pull": PULL})}, True),
        ({f"resources/{REGION}.yaml": change(feed=JSONL)}, False),
        ({f"resources/{PERSON}.yaml": change(summary="改过的摘要")}, False),
        ({GRANT_FILE: change(purpose="另一用途")}, False),
        ({GRANT_FILE: None}, False),
    ],
)
def test_only_what_the_graph_is_made_for_is_its_shape(
    tmp_path: Path, changes: dict[str, Change], another: bool
) -> None:
    """Resources, rules, sets and sources; grants are partitions, and words are words."""
    before = shape(write_catalog(tmp_path / "before"))
    after = shape(write_catalog(tmp_path / "after", **changes))

    assert before is not None
    assert after is not None
    assert (before != after) == another


def test_a_catalogue_that_does_not_compile_has_no_shape(tmp_path: Path) -> None:
    """Nor does a folder that is none."""
    assert shape(write_catalog(tmp_path, **{"stray.yaml": "a: 1\n"})) is None
    assert shape(tmp_path / "nothing") is None


def test_an_edit_counts_from_the_next_look(city: City) -> None:
    """Once compiled it is not compiled again, and everything else of the city stays."""
    watched = Watched(city.catalog)
    assert watched.now(city) is city
    revoke(city)

    now = watched.now(city)

    assert [one.status.value for one in now.catalog.grants.values()] == ["revoked"]
    assert (now.layout, now.clock) == (city.layout, city.clock)
    assert watched.now(city).catalog is now.catalog
    assert not watched.outgrown


def test_a_broken_edit_is_told_and_the_last_one_stands(city: City) -> None:
    """Until it is mended; what was good before it stays in use meanwhile."""
    watched = Watched(city.catalog)
    revoke(city)
    good = watched.now(city).catalog
    stray = city.catalog.root / "stray.yaml"
    stray.write_text("a: 1\n", encoding="utf-8")

    assert watched.now(city).catalog is good
    assert watched.problem is not None
    stray.unlink()
    assert watched.now(city).catalog.digest == good.digest
    assert watched.problem is None


def test_a_catalogue_that_outgrew_its_graph_is_noticed(city: City) -> None:
    """By what it adds and by what it takes away."""
    watched = Watched(city.catalog)
    (city.catalog.root / OPEN_FILE).unlink()
    assert not watched.outgrown
    watched.now(city)
    assert watched.outgrown


def test_a_rotated_key_counts_from_the_next_look(city: City) -> None:
    """The file of the key is read at each look; a key of the environment stays as it is."""
    file = city.layout.master_key
    create_master_key(file, TODAY)
    opened = replace(city, keys=KeyRing.of_file(file))
    rotate(opened)
    assert opened.keys.versions == (1,)
    assert Watched(city.catalog).now(opened).keys.versions == (1, 2)
    assert Watched(city.catalog).now(city).keys is city.keys
