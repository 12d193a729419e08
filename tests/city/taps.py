"""Taps of transit cards, each a card, a day and a stop: a resource that is parted in some way.

Belongs here: declaring it, delivering, and reading what its table holds. Keep out: assertions.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flow.city import City
from register.records import Outcome
from storage.delta.tables import Snapshot, snapshot
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, fed_city, take

__all__ = ["BY_MONTH", "FEED", "HEADER", "Taps", "spoil"]

FEED = {"columns": {"卡号": "card", "时间": "tapped_on", "站点": "stop"}}
HEADER = "卡号,时间,站点\n"
BY_MONTH = {"by": "month", "of": "tapped_on"}


class Taps:
    """A city whose one resource is taps, each a card and a day."""

    def __init__(self, folder: Path, kind: str, partition: dict[str, str] | None) -> None:
        """Declare them."""
        self.folder, self.kind, self.number = folder, kind, 0
        self.catalogue = self.declare(partition)

    def declare(self, partition: dict[str, str] | None, longest: int = 9) -> Path:
        """Declare them parted in some way, with names of stops up to a length."""
        said: dict[str, Any] = {
            "feed": FEED | {"kind": self.kind},
            "types": {
                "tapped_on": "date",
                "stop": {"type": "string", "length": {"max": longest}},
            },
            "key": ["card", "tapped_on"],
            "resource": {"partition": partition},
        }
        shutil.rmtree(self.folder / "c", ignore_errors=True)
        return fed_catalogue(self.folder / "c", said)

    def take(self, *records: str) -> Outcome:
        """Deliver records and take them the whole way."""
        self.number += 1
        with self.opened() as (city, gate):
            deliver(city, {f"{self.number}.csv": (HEADER + "\n".join(records)).encode()})
            return take(city, gate)[-1]

    def opened(self) -> Any:
        """Open the city."""
        return fed_city(self.catalogue, self.folder / "home")

    @property
    def city(self) -> City:
        """Return the city."""
        with self.opened() as (city, _):
            return city

    @property
    def found(self) -> Snapshot:
        """Return the table."""
        found = snapshot(self.city.layout.authoritative(REF))
        assert found is not None
        return found

    @property
    def rows(self) -> set[tuple[str, ...]]:
        """Return what is stored."""
        return {tuple(row.values()) for row in facts(self.city).accepted}

    def actions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the actions of the newest commit."""
        log = self.found.path / "_delta_log" / f"{self.found.version:020}.json"
        for line in log.read_text(encoding="utf-8").splitlines():
            yield from json.loads(line).items()


def spoil(found: Snapshot, partition: str) -> None:
    """Spoil every file of the other partitions, so that whoever reads one fails."""
    kept = found.within([partition]).files
    for file in set(found.files) - set(kept):
        Path(file).write_bytes(b"\0" * Path(file).stat().st_size)
