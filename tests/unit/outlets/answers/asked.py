"""The small city whose grant answers: a lake of persons, and requests of its consumer.

Belongs here: builders for tests of answers. Keep out: assertions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog_specs.catalog import Catalog
from outlets.answers.asking import Request
from outlets.answers.ledger import Service
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON
from tests.city.declared import change, compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.tables import fill, persons

__all__ = ["answering", "lake", "listed", "request_of"]

_METHODS = {
    Service.MATCH: "query",
    Service.VERIFY: "verify",
    Service.STATISTICS: "statistics",
}


def answering(service: Service, *more: Mapping[str, Any], **grant: Any) -> Catalog:
    """Return the city's catalogue with a grant that answers by a service."""
    asked = {"method": _METHODS[service], "resources__0__match": "resident_id"} | grant
    changes: dict[str, Any] = {GRANT_FILE: change(**asked)}
    for one in more:
        changes |= one
    return compiled(**changes)


def request_of(layout: Layout, service: Service, catalog: Catalog | None = None) -> Request:
    """Return what the consumer asks of the city's grant."""
    rights = rights_of(catalog or answering(service))
    return Request(layout, rights, KEYS, NOW, "窗口岗", GRANT, service)


def lake(folder: Path, rows: Sequence[Mapping[str, Any]] | None = None) -> Layout:
    """Return a home with persons, sixty of them unless others are given."""
    layout = Layout(folder / "home")
    fill(layout, compiled(), PERSON, persons(60) if rows is None else rows)
    return layout


def listed(folder: Path, *lines: str, name: str = "list.csv") -> Path:
    """Return a list as the consumer wrote it."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
