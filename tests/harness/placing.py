"""Placing of homes: each on its disk, or with its tables on an object store, by one switch.

Belongs here: the switch, layouts of homes, copying, damaging and looking at what lies in either
place. Keep out: starting the store (`object_store`), cities over homes (`tests.city.homes`).
`pytest --homes=store` repeats tests that were written for a disk. A home remembers where it lies:
whoever opens it again, in another process too, finds it there.
"""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from storage.engines.object_reading import reach_objects
from storage.layout import Layout
from storage.places.buckets import bucket, vendor
from storage.places.claim import bind, lies_at
from storage.places.object_path import ObjectPath, Place
from storage.places.tables import LEDGERS
from storage.swaps import read_json, write_json
from tests.harness.object_store import fetched, prefix

__all__ = [
    "Placing",
    "Seen",
    "address_of",
    "copy",
    "copy_home",
    "layout_of",
    "on_disk",
    "only_on_disk",
    "opened",
    "placing",
    "remove",
]

_AT_ONCE = 8
"""Objects that are copied side by side."""


class Placing:
    """Where new homes are given a place."""

    on_store = False


placing = Placing()


class Seen(ObjectPath):
    """A name on a store that can be asked what a test asks of a folder, and harmed as one."""

    def glob(self, pattern: str) -> Iterator[Seen]:
        """Yield the objects whose names below this one fit, folder by folder."""
        parts = pattern.split("/")
        for one in self.rglob("*"):
            names = one.relative_to(self).parts
            if len(names) == len(parts) and all(map(fnmatch.fnmatch, names, parts)):
                yield one

    def rglob(self, pattern: str) -> Iterator[Seen]:
        """Yield the objects below this name whose last part fits."""
        for one, _ in self.below():
            if fnmatch.fnmatch(one.name, pattern):
                yield Seen(str(one))

    def rename(self, folder: Path) -> None:
        """Move the objects below this name to a folder of the disk."""
        for one in self.rglob("*"):
            place = folder / one.relative_to(self)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(one.read_bytes())
            one.unlink()

    def mkdir(self, **_: bool) -> None:
        """Do nothing: a store has no folders."""

    def read_text(self, encoding: str = "utf-8") -> str:
        """Return an object's text."""
        return self.read_bytes().decode(encoding)

    def write_text(self, text: str, encoding: str = "utf-8") -> str:
        """Put a text in place, whatever was there."""
        return self.write_bytes(text.encode(encoding))


def only_on_disk(why: str) -> pytest.MarkDecorator:
    """Return the mark of a test that is not repeated on a store, which says why."""
    return pytest.mark.only_on_disk(why)


def layout_of(home: Path) -> Layout:
    """Return the layout of a home: where it lies by now, or a new one is to lie from now on."""
    note = Layout(home).store_note
    new = placing.on_store and not (Layout(home).lake / LEDGERS).is_dir()
    said = lies_at(note) or (str(prefix()) if new else "")
    if not said:
        return Layout(home)
    layout = Layout(home, Seen(said))
    bind(note, layout.store, begun=False)
    return layout


def address_of(layout: Layout) -> str:
    """Return what the setting of the store says of a home; empty for its disk."""
    return "" if layout.store is None else str(layout.store)


def copy_home(home: Path, to: Path, **how: Any) -> None:
    """Copy a home, links as links, and what lies of it on a store to a place of its own there."""
    shutil.copytree(home, to, symlinks=True, **how)
    note = Layout(to).store_note
    said = lies_at(note)
    if not said:
        return
    other = prefix()
    copy(ObjectPath(said), other)
    write_json(note, {**read_json(note), "store": str(other)})


def copy(place: Place, to: Place) -> None:
    """Copy a folder, or all objects below a name, to another place of its kind."""
    if isinstance(place, Path):
        shutil.copytree(place, to)
        return
    client = bucket(place.bucket)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        made = [
            pool.submit(vendor().copy, client, one.key, (to / one.relative_to(place)).key)
            for one, _ in place.below()
        ]
        for one in made:
            one.result()


def on_disk(home: Path) -> Path:
    """Return a home whose tables lie in its folder, to be looked at: itself, or a copy of it."""
    said = lies_at(Layout(home).store_note)
    if not said:
        return home
    to = home.with_name(f".{home.name}-seen")
    shutil.rmtree(to, ignore_errors=True)
    return fetched(home, ObjectPath(said), to)


@contextmanager
def opened(file: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file for reading, or none, as who may read the tables wherever they lie."""
    with duckdb.connect() if file is None else duckdb.connect(file, read_only=True) as con:
        reach_objects(con)
        yield con


def remove(place: Place) -> None:
    """Remove a folder, or all objects below a name."""
    if isinstance(place, Path):
        shutil.rmtree(place)
    else:
        for one, _ in [*place.below()]:
            one.unlink()
