"""The city at work over a home, whose catalogue and deliveries a test writes as it goes.

Belongs here: builders and short ways to ask what became of a resource. Keep out: records.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from catalog_specs.catalog import Catalog
from catalog_specs.loader import load
from flow.city import City
from flow.stops import judge_waiting, land_waiting, promote_waiting
from governance.keys import KeyRing
from quality.quarantine.states import Chosen, QuarantinedRecord, records
from register.records import Outcome
from storage.delta.tables import snapshot
from storage.engines.workbench import Limits
from storage.layout import Layout
from tests.city import MASTER_KEY, NOW, REGION
from tests.city.declared import write_catalog

__all__ = ["KEYS", "Town", "city_of"]

KEYS = KeyRing.load(MASTER_KEY, where="tests")


def city_of(catalog: Catalog, home: Path) -> City:
    """Return the city at work over a home, at one fixed moment, with a key of its own."""
    return City(catalog, Layout(home), KEYS, lambda: NOW, limits=Limits("256MB", 2))


@dataclass
class Town:
    """A home, and a catalogue that `declare` changes."""

    folder: Path
    changes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Deliver the divisions that persons refer to."""
        self.declare()
        self.take(REGION, "regions.csv", "区划代码,区划名称\n350500,一区\n350501,二区\n")

    @property
    def home(self) -> Path:
        """Return the home folder."""
        return self.folder / "home"

    @property
    def layout(self) -> Layout:
        """Return the home's layout."""
        return Layout(self.home)

    def declare(self, **changes: Any) -> None:
        """Write the catalogue anew, with further changes (see `declared`)."""
        self.changes |= changes
        shutil.rmtree(self.folder / "catalogue", ignore_errors=True)
        self.city = city_of(load(write_catalog(self.folder, **self.changes)), self.home)

    def take(self, ref: str, name: str, text: str) -> Outcome:
        """Deliver one file and take it the whole way; return its outcome."""
        path = self.layout.inbox(ref) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        os.utime(path, (NOW.timestamp() - 60,) * 2)
        land_waiting(self.city, ref)
        judge_waiting(self.city, ref)
        return promote_waiting(self.city, ref)[-1]

    def kept(self, ref: str, **chosen: Any) -> list[QuarantinedRecord]:
        """Return what is quarantined of a resource."""
        with duckdb.connect() as con:
            resource = self.city.catalog.resource(ref)
            return list(records(con, self.layout, resource, Chosen(**chosen), 1_000))

    def states(self, ref: str) -> list[str]:
        """Return the state of everything quarantined of a resource, in order."""
        return [one.state.value for one in self.kept(ref)]

    def rows(self, ref: str, *columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the authoritative table, sorted."""
        found = snapshot(self.layout.authoritative(ref))
        assert found
        with duckdb.connect() as con:
            query = f"SELECT {', '.join(columns)} FROM {found.scan_sql()} ORDER BY ALL"
            return con.sql(query).fetchall()
