"""Publication: what is public in the home is public on its store, and nothing else ever is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import obstore
import pytest

from outlets.open_data.opening import publish_index
from outlets.open_data.packages import METADATA, withdraw_package
from outlets.open_data.publication import publish
from storage.layout import Layout
from storage.places import transfers
from storage.places.buckets import bucket
from storage.places.object_path import ObjectPath
from tests.city import OPEN_SET
from tests.harness.fixtures import store
from tests.unit.outlets.open_data.test_opening import CITY, FIRST, SECOND, put

__all__ = ["store"]


@pytest.fixture
def layout(tmp_path: Path, store: ObjectPath) -> Layout:
    """Return a home on the store with two releases of a set and its indexes."""
    made = Layout(tmp_path, store)
    for name in (FIRST, SECOND):
        put(made, name)
    publish_index(made, CITY)
    return made


def public(layout: Layout) -> dict[str, bytes]:
    """Return what is public on the store, by its name there."""
    assert layout.store is not None
    root = layout.store / "open_data"
    return {one.relative_to(root).as_posix(): one.read_bytes() for one, _ in root.below()}


def here(layout: Layout) -> Iterator[tuple[str, bytes]]:
    """Yield what is public in the home, but for links."""
    for path in layout.public.rglob("*"):
        if path.is_file() and "latest" not in path.parts:
            yield path.relative_to(layout.public).as_posix(), path.read_bytes()


def test_releases_and_indexes_get_there_once(layout: Layout) -> None:
    """The same files; published again, none is put; a browser is told what a page is."""
    assert publish(layout) == len(dict(here(layout)))
    assert public(layout) == dict(here(layout))
    assert f"{OPEN_SET}/{SECOND}/{METADATA}" in public(layout)
    assert publish(layout) == 0
    assert layout.store is not None
    page = layout.store / "open_data" / "index.html"
    said = obstore.get(bucket(page.bucket), page.key).attributes
    assert said["Content-Type"] == "text/html; charset=utf-8"


def test_what_is_withdrawn_goes_and_its_reason_comes(layout: Layout) -> None:
    """Before anything else: the index may name it a moment longer, nobody can fetch it."""
    publish(layout)
    withdraw_package(layout.release(OPEN_SET, FIRST), {"code": "x", "reason": "撤回"})
    publish_index(layout, CITY)

    publish(layout)

    assert public(layout) == dict(here(layout))
    left = [name for name in public(layout) if name.startswith(f"{OPEN_SET}/{FIRST}/")]
    assert left == [f"{OPEN_SET}/{FIRST}/withdrawn.json"]


def test_no_index_names_what_is_not_there(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at any file, every release that the store's index names is there whole."""
    upload, left = ObjectPath.upload, [0]

    def killed(self: ObjectPath, file: Path) -> str:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return upload(self, file)

    monkeypatch.setattr(transfers, "AT_ONCE", 1)
    monkeypatch.setattr(ObjectPath, "upload", killed)
    files = dict(here(layout))
    for _ in files:
        left[0] = 1
        with suppress(KeyboardInterrupt):
            publish(layout)
        there = public(layout)
        index = json.loads(there.get("index.json", b'{"sets": []}'))
        named = [
            f"{one['code']}/{each['release']}/" for one in index["sets"] for each in one["releases"]
        ]
        assert {name for name in files if any(map(name.startswith, named))} <= there.keys()
    assert public(layout) == files


def test_a_home_without_a_store_publishes_nowhere_else(tmp_path: Path) -> None:
    """Its public folder is all there is."""
    put(Layout(tmp_path), FIRST)
    assert publish(Layout(tmp_path)) == 0
    assert not Layout(tmp_path).state("published").exists()
