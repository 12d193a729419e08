"""A resource that is pulled, and pulling it as a run does: fetch, land, look at the rows.

Belongs here: builders. Keep out: assertions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from catalog_specs.catalog import Catalog
from catalog_specs.models.feed import Feed
from catalog_specs.models.resource import Resource
from landing.landing import land
from landing.pulls import Errand, pulled
from register.records import Delivery
from storage.layout import Layout
from tests.city import FIRM
from tests.city.registers import deliveries
from tests.city.resources import catalog_of, firm

__all__ = ["NOW", "REF", "SECRET", "Source", "change", "pulled_feed", "sql"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REF = FIRM
SECRET = "geheim-7f3a"  # noqa: S105 - a word that must turn up nowhere
COLUMNS = {"uscc": "uscc", "name": "firm_name", "capital": "capital"}


def pulled_feed(pull: dict[str, Any], **fields: Any) -> Feed:
    """Return an upsert feed of Parquet that is pulled."""
    made = {"kind": "upsert", "format": "parquet", "columns": COLUMNS, "pull": pull, **fields}
    return Feed.model_validate(made)


def sql(**fields: Any) -> dict[str, Any]:
    """Return a pull of the table `firm` by its watermark `changed`, unless told."""
    return {"type": "sql", "url": "FIRM_DB", "query": "firm", "watermark": "changed", **fields}


@dataclass
class Source:
    """A home and one resource that is pulled into it."""

    home: Path
    feed: Feed
    environment: dict[str, str]
    now: datetime = NOW
    pauses: list[float] = field(default_factory=list)
    """What the pull waited, on a clock that only waiting moves."""

    @property
    def layout(self) -> Layout:
        """Return the home's layout."""
        return Layout(self.home)

    @property
    def resource(self) -> Resource:
        """Return the resource."""
        return firm().model_copy(update={"feed": self.feed})

    @property
    def catalog(self) -> Catalog:
        """Return a catalogue of the one resource."""
        return catalog_of(self.resource)

    @property
    def errand(self) -> Errand:
        """Return an errand that waits for nothing."""
        return Errand(
            self.catalog,
            self.resource,
            Path(),
            self.environment,
            self.now,
            pause=self.pauses.append,
            elapsed=lambda: sum(self.pauses),
        )

    def pull(self) -> Delivery | None:
        """Pull once and land what is new."""
        with pulled(self.layout, self.errand) as found:
            if found is None:
                return None
            landed = land(
                self.layout, self.catalog, self.resource, found.path, self.now, found.arrival
            )
        return landed if isinstance(landed, Delivery) else None

    def rows(self, delivery: Delivery | None) -> list[tuple[str | None, ...]]:
        """Return the texts of a delivery's rows, sorted; of none, nothing."""
        if delivery is None:
            return []
        table = pq.read_table(self.layout.delivery(REF, delivery.delivery) / "rows.parquet")
        texts = table.select(list(COLUMNS.values())).to_pylist()
        return sorted((tuple(row.values()) for row in texts), key=str)

    def keys(self, delivery: Delivery | None) -> list[str | None]:
        """Return the first column of a delivery's rows, sorted."""
        return [row[0] for row in self.rows(delivery)]

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Return everything landed."""
        return deliveries(self.layout, REF)


def change(path: Path, statement: str, rows: Iterable[Sequence[Any]] = ((),)) -> None:
    """Change a SQLite file."""
    with closing(sqlite3.connect(path)) as con, con:
        con.executemany(statement, rows)
