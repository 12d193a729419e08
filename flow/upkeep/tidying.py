"""Tidying: bounded disk use by removing, table by table, what no version in use needs.

Belongs here: which tables are tidied and which are not, the record of it. Keep out: which of a
table's files are dead (`storage.delta.dead_files`), when (`pipelines.automation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audit.acts import Operation
from catalog_specs.errors import UnreadableError
from flow.acts import about_city, at_work
from flow.city import City
from storage.delta.dead_files import dead_files, remove_dead
from storage.delta.tables import snapshot
from storage.foreign_commits import look, looks
from storage.layout import Layout
from storage.tidied import TIDIED, Tidying

__all__ = ["KEPT_DAYS", "Tidied", "lake_tables", "tidy"]

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


def tidy(city: City, days: int = KEPT_DAYS, *, dry_run: bool = False) -> tuple[Tidied, ...]:
    """Remove dead files of every table in the home; return the tables that had any, or are held.

    Of a table in which somebody else committed nothing goes: the files are what shows it. One that
    cannot be read keeps no other from being tidied.
    """
    done = []
    for path, name in lake_tables(city.layout):
        try:
            done.append(_tidy_one(city, path, name, days, dry_run=dry_run))
        except UnreadableError:
            done.append(Tidied(name, unreadable=True))
    return tuple(one for one in done if one.told)


def _tidy_one(city: City, path: Path, name: str, days: int, *, dry_run: bool) -> Tidied:
    kind, _, ref = name.partition("/")
    lock = ref if kind != "ledgers" else f"tidying.{ref}"
    # whoever only looks waits for nobody
    with nullcontext() if dry_run else city.lock(lock):
        if kind == "authoritative" and _foreign(city, ref, path):
            return Tidied(name, held=True)
        found = dead_files(path, days, city.clock())
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


def _foreign(city: City, ref: str, path: Path) -> bool:
    found = snapshot(path)
    return found is not None and bool(look(ref, found, looks(city.layout).get(ref, ())))


def lake_tables(layout: Layout) -> Iterator[tuple[Path, str]]:
    """Yield every table of the lake with its place, those of former resources too."""
    kinds = (layout.authoritative, layout.sequences, layout.quarantine, layout.holding)
    depths = [(of("x/x").parents[1], "*/*") for of in kinds]
    for place, pattern in [*depths, (layout.ledgers, "*")]:
        for log in sorted(place.glob(f"{pattern}/_delta_log")):
            yield log.parent, f"{place.name}/{log.parent.relative_to(place).as_posix()}"
