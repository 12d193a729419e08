"""Taps of transit cards, each a card, a day and a stop: a resource that is parted in some way.

Belongs here: declaring it, a grant and an open set of it, delivering, and reading its table. Keep
out: assertions.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flow.city import City
from register.records import Outcome
from storage.delta.tables import Snapshot, snapshot
from storage.places.object_path import place_of
from tests.city.declared import change
from tests.city.one_feed import REF, deliver, facts, fed_catalogue, fed_city, take

__all__ = [
    "BY_MONTH",
    "FEED",
    "FIRST",
    "GRANT",
    "HEADER",
    "OPEN_SET",
    "PERIOD",
    "Taps",
    "made",
    "spoil",
    "spoil_pages",
]

FEED = {"columns": {"卡号": "card", "时间": "tapped_on", "站点": "stop"}}
HEADER = "卡号,时间,站点\n"
BY_MONTH = {"by": "month", "of": "tapped_on"}
GRANT: dict[str, Any] = {
    "code": "taps",
    "name": "客流分析",
    "consumer": "civil_affairs",
    "scenario": "客流分析",
    "purpose": "分析各站客流",
    "legal_basis": ["《泉州市政务数据管理规定》五(四)"],
    "method": "query",
    "valid_from": "2024-03-01",
    "valid_to": "2034-02-28",
    "approvals": [],
    "terms": "不得提供给第三方。",
    "resources": [{"resource": REF, "items": ["card", "tapped_on", "stop"]}],
}
PERIOD = [
    {"item": "tapped_on", "op": "ge", "value": "2026-01-01"},
    {"item": "tapped_on", "op": "lt", "value": "2026-02-01"},
]
OPEN_SET = {
    "code": "taps",
    "name": "客流",
    "summary": "各站客流。",
    "resource": REF,
    "type": "universal",
    "theme": "交通",
    "keywords": ["客流"],
    "licence": "泉州市公共数据开放许可",
    "items": ["tapped_on", "stop"],
}
ALONE: dict[str, Any] = {
    "grants/residents_for_office.yaml": None,
    "open_data/resident_profile.yaml": None,
    "departments/civil_affairs.yaml": change(roles=["producer", "consumer"]),
}
FIRST = ("a,2026-01-05,东", "b,2026-01-06,西", "a,2026-02-05,东", "a,2026-03-05,东")


class Taps:
    """A city whose one resource is taps, each a card and a day."""

    def __init__(
        self, folder: Path, kind: str, partition: dict[str, str] | None, **changes: Any
    ) -> None:
        """Declare them, and what else the catalogue has."""
        self.folder, self.kind, self.number = folder, kind, 0
        self.changes = changes
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
            "resource": {"partition": partition, "open": {"type": "universal"}},
        }
        shutil.rmtree(self.folder / "c", ignore_errors=True)
        return fed_catalogue(self.folder / "c", said, **self.changes)

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
        for line in log.read_bytes().splitlines():
            yield from json.loads(line).items()


def spoil(found: Snapshot, partition: str) -> None:
    """Spoil every file of the other partitions, so that whoever reads one fails."""
    kept = found.within([partition]).files
    for file in set(found.files) - set(kept):
        place_of(file).write_bytes(b"\0" * place_of(file).stat().st_size)


def made(folder: Path, **changes: Any) -> Taps:
    """Return taps of three months, and a grant and an open set of them."""
    files = {"grants/taps.yaml": GRANT, "open_data/taps.yaml": OPEN_SET}
    taps = Taps(folder, "upsert", BY_MONTH, **(ALONE | files | changes))
    taps.take(*FIRST)
    return taps


def spoil_pages(files: Iterable[str]) -> None:
    """Spoil the rows of files, and leave what says how they lie."""
    for file in files:
        data = place_of(file).read_bytes()
        footer = int.from_bytes(data[-8:-4], "little") + 8
        place_of(file).write_bytes(data[:4] + b"\xff" * (len(data) - footer - 4) + data[-footer:])
