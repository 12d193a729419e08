"""The watched catalogue: an edit counts from the next look at it.

Belongs here: noticing that a file changed, compiling again, what of it the graph shows. Keep
out: what is done then (`automation`, `serving`).
"""

from __future__ import annotations

import stat
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogError
from catalog_specs.loader import check, load
from flow.city import City
from quality.rules.derivation import rules_for

__all__ = ["Watched", "shape", "signature"]

Signature = frozenset[tuple[str, int, int, int]]


def signature(folder: Path) -> Signature:
    """Return what changes whenever a file of a folder is written, added or removed."""
    found = set()
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError, NotADirectoryError):  # an editor writes aside and renames
            state = path.stat()
            if stat.S_ISREG(state.st_mode):
                found.add((str(path), state.st_size, state.st_mtime_ns, state.st_ino))
    return frozenset(found)


def shape(folder: Path) -> frozenset[str] | None:
    """Return what a catalogue puts into the graph; None while it does not compile."""
    catalog, _ = check(folder)
    return None if catalog is None else shape_of(catalog)


def shape_of(catalog: Catalog) -> frozenset[str]:
    """Return everything in a catalogue that an asset, a check or a job is made for."""
    found = {f"open_data {code} {one.resource}" for code, one in catalog.open_sets.items()}
    for ref, resource in catalog.resources.items():
        found |= {f"resource {ref} {upstream}" for upstream in catalog.upstream(resource)}
        found |= {f"rule {ref} {rule.code}" for rule in rules_for(catalog, resource)}
        found |= {f"resource {ref} pulled={resource.feed.pull is not None}"}
        found |= {f"resource {ref} parted by {resource.partition} since {resource.due.since}"}
    return frozenset(found)


@dataclass
class Watched:
    """A catalogue that may be edited while it is in use."""

    made_for: Catalog
    """The catalogue that the graph was made for."""
    problem: CatalogError | None = None
    """Why the newest catalogue does not compile; the last one that did stands until then."""
    _seen: Signature = field(default_factory=frozenset)
    _newest: Catalog | None = None

    def __post_init__(self) -> None:
        """Take the present state of the files as the one that was compiled."""
        self._seen = signature(self.made_for.root)

    def now(self, city: City) -> City:
        """Return a city with the newest catalogue that compiles, and its keys as they are now."""
        seen = signature(self.made_for.root)
        if seen != self._seen:
            self._seen = seen
            try:
                self._newest, self.problem = load(self.made_for.root), None
            except CatalogError as error:
                self.problem = error
        catalog, keys = self._newest or city.catalog, city.keys_now
        same = catalog is city.catalog and keys is city.keys
        return city if same else replace(city, catalog=catalog, keys=keys)

    @property
    def outgrown(self) -> bool:
        """Say whether the newest catalogue has resources, rules or sets that the graph lacks."""
        return self._newest is not None and shape_of(self._newest) != shape_of(self.made_for)
