"""The doctor: faults of a home (rights, keys, remains, space), each with its remedy.

Belongs here: looking, and gathering what was found. Keep out: judging data (`quality`), and mending
anything but rights. It reads no row and changes nothing unless asked.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from catalog_specs.errors import AccessError, UnreadableError
from catalog_specs.masks.hashes import PseudonymHash, has_sm3
from catalog_specs.rules.homes.home_findings import HomeFinding
from flow.city import City
from flow.upkeep.tidying import lake_tables
from governance.masks.columns import masked_columns, no_sm3
from outlets.shares.state import parts_whole
from outlets.views.filling import whole
from storage.delta.tables import snapshot, tables_below
from storage.permissions import Loose, loose, mend
from storage.working_folders import abandoned

__all__ = ["Finding", "examine"]

LEAST_FREE = 2 << 30
"""Bytes below which a run may not find the room it needs."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: a code, where, what, and what to do."""

    code: HomeFinding
    where: str
    what: str
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return asdict(self)


def examine(city: City, *, fix: bool = False) -> tuple[Finding, ...]:
    """Check a home; with `fix`, correct permissions first and report the other faults."""
    return (
        *_rights(city, fix=fix),
        *_keys(city),
        *_leftovers(city),
        *_unreadable(city),
        *_outlets(city),
        *_space(city),
    )


def _found(code: HomeFinding, where: str, what: str = "") -> Finding:
    """Return a finding in the words of its code, or with more to say of what it is."""
    return Finding(code, where, what or code.english, code.remedy)


def _rights(city: City, *, fix: bool) -> Iterator[Finding]:
    found = [one for one in loose(city.layout) if not (fix and mend(one))]
    counted: Counter[tuple[str, bool]] = Counter()
    first: dict[tuple[str, bool], Loose] = {}
    for one in found:
        kind = one.path.relative_to(city.layout.home).parts[0], one.foreign
        counted[kind] += 1
        first.setdefault(kind, one)
    for (top, foreign), number in counted.items():
        one = first[top, foreign]
        example = one.path.relative_to(city.layout.home)
        if foreign:
            what = f"{number:,} files belong to another account, the first: {example}"
            yield _found(HomeFinding.FOREIGN_OWNER, top, what)
        else:
            what = f"{number:,} files have other rights than they should, the first: {example} "
            what += f"({one.mode:04o}, should be {one.wanted:04o})"
            yield _found(HomeFinding.RIGHTS, top, what)


def _keys(city: City) -> Iterator[Finding]:
    problem = city.keys.problem
    if problem is not None and ("there is no master key" not in problem.what or _needs_key(city)):
        yield Finding(HomeFinding.KEY, problem.where, problem.what, problem.remedy)
    if city.catalog.profile.pseudonym_hash is PseudonymHash.SM3 and not has_sm3():
        lacking = no_sm3()
        yield Finding(HomeFinding.KEY, lacking.where, lacking.what, lacking.remedy)


def _needs_key(city: City) -> bool:
    for grant in city.catalog.grants.values():
        for granted in grant.resources if grant.method.materialised else ():
            try:
                columns = masked_columns(city.catalog, granted)
            except AccessError:
                continue  # refused by the run, with its reason
            if any(column.needs_key for column in columns):
                return True
    return False


def _leftovers(city: City) -> Iterator[Finding]:
    for folder in abandoned(city.layout.work):
        name = str(folder.relative_to(city.layout.home))
        yield _found(HomeFinding.LEFT_BEHIND, name)
    for kind in (city.layout.authoritative, city.layout.quarantine):
        for ref in tables_below(kind("x/x").parents[1]):
            if ref not in city.catalog.resources:
                place = str(kind(ref).relative_to(city.layout.home))
                yield _found(HomeFinding.ORPHANED_TABLE, place)


def _unreadable(city: City) -> Iterator[Finding]:
    for path, name in lake_tables(city.layout):
        try:
            snapshot(path)
        except UnreadableError as error:
            yield Finding(HomeFinding.UNREADABLE, f"lake/{name}", error.what, error.remedy)


def _outlets(city: City) -> Iterator[Finding]:
    for code in city.catalog.grants:
        if parts_whole(city.layout, code) is False:
            what = "the share is damaged, or in the format of an earlier version"
            yield _found(HomeFinding.DAMAGED, f"shares/{code}.duckdb", what)
    if city.layout.city_views.exists() and not whole(city.layout.city_views):
        what = "the analysts' file is damaged, or in the format of an earlier version"
        yield _found(HomeFinding.DAMAGED, "views/city.duckdb", what)


def _space(city: City) -> Iterator[Finding]:
    if not city.layout.home.is_dir():
        yield _found(HomeFinding.NO_HOME, str(city.layout.home))
        return
    free = shutil.disk_usage(city.layout.home).free
    if free < LEAST_FREE:
        what = f"{free / (1 << 30):.1f} GiB are free, less than {LEAST_FREE >> 30}"
        yield _found(HomeFinding.LITTLE_SPACE, str(city.layout.home), what)
