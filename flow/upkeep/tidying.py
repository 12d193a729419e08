"""Tidying: bounded disk use by removing, table by table, what no version in use needs.

Belongs here: which tables are tidied and which are not, the record of it. Keep out: which of a
table's files are dead (`storage.delta.dead_files`), when (`pipelines.automation`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from audit.acts import Operation
from audit.lake import tables_of
from catalog_specs.errors import UnreadableError
from flow.acts import about_city, at_work
from flow.city import City
from storage.delta.dead_files import Dead, dead_files, remove_dead
from storage.delta.logs import outlived
from storage.delta.tables import snapshot
from storage.foreign_commits import look, looks
from storage.layout import Layout
from storage.places.object_path import Place
from storage.tidied import TIDIED, Tidying

__all__ = ["KEPT_DAYS", "Tidied", "held", "lake_tables", "lock_of", "tidy"]

KEPT_DAYS = 1
"""Days that files stay after the newest version stopped using them, unless somebody asks for more:
enough for a running query, and rows of earlier days can be rebuilt from landing."""


@dataclass(frozen=True)
class Tidied:
    """What went, or would go, of one table.

    Of one that is `held` (somebody else committed) or `unreadable` nothing goes.
    """

    table: str
    files: int = 0
    bytes: int = 0
    held: bool = False
    unreadable: bool = False

    @property
    def told(self) -> bool:
        """Say whether anything is to be told of it."""
        return self.files > 0 or self.held or self.unreadable

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def tidy(
    city: City,
    days: int = KEPT_DAYS,
    *,
    dry_run: bool = False,
    keep_logs: Collection[str] | None = None,
) -> tuple[Tidied, ...]:
    """Remove dead files of every table in the home; return the tables that had any, or are held.

    Unless `keep_logs` is None, old entries of logs go as well, but of authoritative tables, whose
    commits are kept for years, and of those that it names.

    Of a table in which somebody else committed nothing goes: the files are what shows it. One that
    cannot be read keeps no other from being tidied. While a backup is made it waits.
    """
    done = []
    # a backup that is being made holds the lock; whoever only looks waits for nobody
    with nullcontext() if dry_run else city.lock("tidying"):
        for path, name in lake_tables(city.layout):
            try:
                log = _log(path, days, city.clock()) if _short(name, keep_logs) else ()
                done.append(_tidy_one(city, (path, name), days, log, dry_run=dry_run))
            except UnreadableError:
                done.append(Tidied(name, unreadable=True))
    return tuple(one for one in done if one.told)


def _short(name: str, keep_logs: Collection[str] | None) -> bool:
    """Say whether the log of a table may be shortened."""
    return keep_logs is not None and name not in keep_logs and not name.startswith("authoritative/")


def _tidy_one(
    city: City, table: tuple[Place, str], days: int, log: Iterable[Dead], *, dry_run: bool
) -> Tidied:
    path, name = table
    # whoever only looks waits for nobody
    with nullcontext() if dry_run else city.lock(lock_of(name)):
        if held(city, path, name):
            return Tidied(name, held=True)
        found = (*dead_files(path, days, city.clock()), *log)
        done = Tidied(name, len(found), sum(one.bytes for one in found))
        if found and not dry_run:
            now = city.clock().isoformat()
            act = about_city(city, Operation.MAINTAIN, "清除不再引用的数据文件", name)
            with at_work(city, act):
                TIDIED.record(
                    city.layout, (Tidying(name, done.files, done.bytes, days, city.actor, now),)
                )
                remove_dead(found)
        return done


def _log(path: Place, days: int, now: datetime) -> Iterator[Dead]:
    for file in outlived(path, days, now):
        yield Dead(file, file.stat().st_size)


def lock_of(name: str) -> str:
    """Return the lock under which a table of this name is kept up."""
    kind, _, ref = name.partition("/")
    return ref if kind != "ledgers" else f"tidying.{ref}"


def held(city: City, path: Place, name: str) -> bool:
    """Say whether somebody else committed to a table: then its files are what shows it."""
    kind, _, ref = name.partition("/")
    found = snapshot(path) if kind == "authoritative" else None
    return found is not None and bool(look(ref, found, looks(city.layout).get(ref, ())))


def lake_tables(layout: Layout) -> Iterator[tuple[Place, str]]:
    """Yield every table of the lake with its place, those of former resources too."""
    yield from ((place, name) for name, place in tables_of(layout))
