"""A small city in which one resource is fed as a test declares, and what becomes of its files.

Belongs here: writing that city, delivering to it, and reading the facts back. Keep out: assertions.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from catalog_specs.loader import load
from flow.city import City
from flow.stops import opened_gate, take_waiting
from quality.gate.gate import Gate
from register.records import Delivery, Outcome
from storage.engines.spark.address import Address
from storage.places.object_path import Place
from tests.city.declared import write_catalog
from tests.city.homes import KEYS
from tests.city.registers import deliveries
from tests.harness.engines import engines
from tests.harness.placing import layout_of

__all__ = ["NOW", "REF", "Facts", "deliver", "facts", "fed_catalogue", "fed_city", "take"]

REF = "data_office/visit"
NOW = datetime.fromisoformat("2026-03-02T10:00:00+08:00")


@dataclass(frozen=True)
class Facts:
    """What the lake says after a run: rows, what was quarantined, and every receipt."""

    accepted: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    receipts: tuple[Delivery, ...]

    def receipt(self, place: int = -1) -> dict[str, Any]:
        """Return one receipt in its JSON shape."""
        shown: dict[str, Any] = json.loads(json.dumps(asdict(self.receipts[place]), default=dict))
        return shown


def fed_catalogue(folder: Path, said: Mapping[str, Any], **changes: Any) -> Path:
    """Write the catalogue of a city whose one resource is fed by `said["feed"]`.

    Every column becomes an item of its own, a text unless `said["types"]` says otherwise; the first
    is the key unless `said["key"]` names others; `said["resource"]` sets what else differs.
    """
    feed = {"kind": "snapshot", "format": "csv", **said["feed"]}
    codes = _codes(feed)
    key = said.get("key", codes[:1])
    elements = [_element(code, said.get("types", {}).get(code)) for code in codes]
    items = [
        {"code": code, "element": f"example_{code}", "required": code in key} for code in codes
    ]
    subject = {"code": "example", "name": "示例", "key": [f"example_{code}" for code in key]}

    def fed(document: dict[str, Any]) -> None:
        document |= {"feed": feed, "items": items, "key": key, "subject": "example"}
        document |= {"partition": said.get("partition")} | said.get("resource", {})

    return write_catalog(
        folder,
        **{
            "resources/data_office/visit.yaml": fed,
            "subjects.yaml": lambda document: document.append(subject),
            "elements/examples.yaml": elements,
            **changes,
        },
    )


def _codes(feed: Mapping[str, Any]) -> list[str]:
    """Return the items of a feed: its columns but for those that others are made of."""
    composed = " ".join(feed.get("compose", {}).values())
    used = set(re.findall(r"\{(\w+)", composed))
    used |= {one["part"] for one in feed.get("split", {}).values()}
    made = ("split", "compose", "constants")
    codes = [*feed["columns"].values(), *(code for name in made for code in feed.get(name, {}))]
    steps = (step for own in feed.get("normalise", {}).values() for step in own)
    numbers = (step["number"] for step in steps if isinstance(step, dict) and "number" in step)
    codes += [one["currency_item"] for one in numbers if "currency_item" in one]
    return [code for code in dict.fromkeys(codes) if code not in used]


def _element(code: str, kind: Any) -> dict[str, Any]:
    typed = dict(kind) if isinstance(kind, Mapping) else {"type": kind or "string"}
    common = {"name": code, "subject": "example", "sensitivity": "public"}
    return {"code": f"example_{code}", **common, **typed}


@contextmanager
def fed_city(
    catalogue: Path, home: Path, spark: Address | None = None
) -> Iterator[tuple[City, Gate]]:
    """Yield a city over a catalogue, and its gate; `spark` is where a second engine answers."""
    spark = spark or engines.address
    city = City(load(catalogue), layout_of(home), KEYS, lambda: NOW, spark=spark)
    with opened_gate(city) as gate:
        yield city, gate


def deliver(city: City, files: Mapping[str, bytes]) -> None:
    """Put files into the inbox, one a second."""
    inbox = city.layout.inbox(REF)
    inbox.mkdir(parents=True, exist_ok=True)
    for place, (name, data) in enumerate(files.items()):
        path = inbox / name
        path.write_bytes(data)
        os.utime(path, (NOW.timestamp() + place, NOW.timestamp() + place))


def take(city: City, gate: Gate) -> tuple[Outcome, ...]:
    """Take what waits the whole way to the authoritative table."""
    return take_waiting(city, gate, REF)


def facts(city: City) -> Facts:
    """Return what the lake says by now."""
    stored = ", ".join(f'"{item.code}"' for item in city.catalog.resource(REF).stored)
    return Facts(
        accepted=_rows(city.layout.authoritative(REF), f"SELECT {stored}", "_delivery, _row"),
        quarantined=_rows(
            city.layout.quarantine(REF),
            'SELECT delivery, "row", line, member, rules, raw',
            'delivery, "row"',
        ),
        receipts=deliveries(city.layout, REF),
    )


def _rows(table: Place, select: str, order: str) -> list[dict[str, Any]]:
    if not (table / "_delta_log").is_dir():
        return []
    frame = pl.read_delta(str(table)).sql(f"{select} FROM self ORDER BY {order}")
    rows: list[dict[str, Any]] = json.loads(json.dumps(frame.to_dicts(), default=_plain))
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)
