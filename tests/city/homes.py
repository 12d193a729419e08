"""The city at work over a home, whose catalogue and deliveries a test writes as it goes.

Belongs here: builders and short ways to ask what became of a resource. Keep out: records.
"""

from __future__ import annotations

import atexit
import copy
import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from catalog_specs.catalog import Catalog
from catalog_specs.loader import load
from flow.city import City
from flow.stops import judge_waiting, land_waiting, promote_waiting
from flow.upkeep.moving import move
from governance.keys import KeyRing
from quality.quarantine.states import Chosen, QuarantinedRecord, records
from register.records import Outcome
from storage.delta.tables import snapshot
from storage.engines.workbench import Limits, open_workbench
from storage.layout import Layout
from tests.city import MASTER_KEY, NOW, REGION
from tests.city.declared import write_catalog
from tests.city.records import REGIONS, csv_text
from tests.harness.engines import engines
from tests.harness.object_store import prefix
from tests.harness.placing import copy_home, layout_of, opened, placing

__all__ = ["KEYS", "Town", "city_of", "copied", "gone_over"]

KEYS = KeyRing.load(MASTER_KEY, where="tests")


def city_of(catalog: Catalog, home: Path, *, decide: bool = True) -> City:
    """Return the city at work over a home, at one fixed moment, with a key of its own.

    Its grants are decided as their files say.
    """
    if decide:
        # the store's library is imported by who decides alone
        from tests.city.grants import decide_as_typed

        decide_as_typed(layout_of(home), catalog)
    layout, limits = layout_of(home), Limits("256MB", 1)
    return City(catalog, layout, KEYS, lambda: NOW, limits=limits, spark=engines.address)


def copied(city: City, folder: Path) -> City:
    """Return the city at work over a copy of its home, below a folder."""
    copy_home(city.layout.home, folder / "home")
    return replace(city, layout=layout_of(folder / "home"))


def gone_over(city: City) -> City:
    """Return the city over a home of the disk, moved to a store where this run's homes lie there.

    So goes a home that was made before there were stores.
    """
    if placing.on_store:
        move(city, prefix())
    return replace(city, layout=layout_of(city.layout.home))


@dataclass
class Town:
    """A home, and a catalogue that `declare` changes."""

    folder: Path
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Copy a home that holds the divisions that persons refer to."""
        copy_home(_begun(), self.home)
        self.declare()

    @property
    def home(self) -> Path:
        """Return the home folder."""
        return self.folder / "home"

    @property
    def layout(self) -> Layout:
        """Return the home's layout."""
        return layout_of(self.home)

    def declare(self, **changes: Any) -> None:
        """Write the catalogue anew, with further changes (see `declared`)."""
        self.changes |= changes
        shutil.rmtree(self.folder / "catalogue", ignore_errors=True)
        self.city = city_of(load(write_catalog(self.folder, **self.changes)), self.home)

    def copied(self, folder: Path) -> Town:
        """Return the town over a copy of its home, below another folder."""
        other = copy.copy(self)
        other.folder, other.changes = folder, dict(self.changes)
        copy_home(self.home, other.home)
        other.declare()
        return other

    def take(self, ref: str, name: str, text: str) -> Outcome:
        """Deliver one file and take it the whole way; return its outcome."""
        return _taken(self.city, ref, name, text)

    def kept(self, ref: str, **chosen: Any) -> list[QuarantinedRecord]:
        """Return what is quarantined of a resource."""
        with open_workbench(self.layout.work) as con:
            resource = self.city.catalog.resource(ref)
            return list(records(con, self.layout, resource, Chosen(**chosen), 1_000))

    def states(self, ref: str) -> list[str]:
        """Return the state of everything quarantined of a resource, in order."""
        return [one.state.value for one in self.kept(ref)]

    def rows(self, ref: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the authoritative table, sorted."""
        found = snapshot(self.layout.authoritative(ref))
        assert found
        with opened() as con:
            query = f"SELECT {', '.join(columns)} FROM {found.scan_sql()} ORDER BY ALL"
            return con.sql(query).fetchall()


@cache
def _begun() -> Path:
    """Return a home to which two divisions were delivered: made once in a process, never changed.

    A home may be copied anywhere (`tests/flow/test_moved_home.py`), for a twentieth of its making.
    """
    folder = Path(tempfile.mkdtemp(prefix="town-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    city = city_of(load(write_catalog(folder)), folder / "home")
    _taken(city, REGION, "regions.csv", csv_text(REGIONS, (350500, "一区"), (350501, "二区")))
    return city.layout.home


def _taken(city: City, ref: str, name: str, text: str) -> Outcome:
    path = city.layout.inbox(ref) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    os.utime(path, (NOW.timestamp() - 60,) * 2)
    land_waiting(city, ref)
    judge_waiting(city, ref)
    return promote_waiting(city, ref)[-1]
