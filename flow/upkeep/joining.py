"""Joining of small files: two deliveries a day for years leave a table of thousands.

Belongs here: which tables have too many, the act of joining them. Keep out: how files are joined
(`storage.delta.appending`), removing those that were (`tidying`).
A join is a commit that changes no row, and says so: whoever follows a table's changes passes over
it, and nothing that was made of the table is made again (`storage.delta.change_feed`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from audit.acts import Operation
from flow.acts import about_city, at_work
from flow.city import City
from flow.failures import Faults
from flow.upkeep.tidying import held, lake_tables, lock_of
from storage.delta.appending import compact
from storage.delta.logs import checkpointed
from storage.delta.table_shape import CHECKPOINT_EVERY
from storage.delta.tables import glance
from storage.places.object_path import Place

__all__ = ["MOST_FILES", "Joined", "join_files"]

MOST_FILES = 64
"""Small files that a table may have: it opens each of them for every reader."""


@dataclass(frozen=True)
class Joined:
    """A table whose small files were joined, or would be: how many files it had and has."""

    table: str
    before: int
    after: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def join_files(city: City, faults: Faults, *, dry_run: bool = False) -> tuple[Joined, ...]:
    """Join the small files of every table that has many; one that fails keeps no other from it."""
    done: list[Joined] = []
    for path, name in lake_tables(city.layout):
        with faults.apart("upkeep", name):
            done += _join(city, path, name, dry_run=dry_run)
    return tuple(done)


def _join(city: City, path: Place, name: str, *, dry_run: bool) -> Iterator[Joined]:
    before = _files(path)
    many = before > MOST_FILES
    if dry_run:
        yield from [Joined(name, before)] if many else []
        return
    if many and (after := _joined(city, path, name)) is not None:
        yield Joined(name, before, after)
    checkpointed(path, 2 * CHECKPOINT_EVERY)  # one of an earlier version may have a long tail


def _joined(city: City, path: Place, name: str) -> int | None:
    """Join the files of a table; return how many it has now, None if nothing may be done to it."""
    with city.lock(lock_of(name)):
        if held(city, path, name):  # its files are what shows what somebody else did
            return None
        with at_work(city, about_city(city, Operation.MAINTAIN, "合并数据表小文件", name)):
            compact(path, MOST_FILES)
    found = glance(path)
    return None if found is None else len(found.files)


def _files(path: Place) -> int:
    """Return the small files of a table; those of a few files alone are not even measured."""
    found = glance(path)
    many = found is not None and len(found.files) > MOST_FILES
    return found.small_files() if found is not None and many else 0
