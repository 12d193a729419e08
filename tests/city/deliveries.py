"""Deliveries that between them take every way through landing, gate and authoritative.

Belongs here: these deliveries, a home with all of them waiting. Keep out: faults. They make tables,
merge into them and rewrite them whole; some rows belong in quarantine, one delivery is refused, one
file repeats another's bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from catalog_specs.catalog import Catalog
from landing.landing import land
from register.records import Delivery
from storage.layout import Layout
from tests.city import NIGHT, NOW, PERMIT, PERSON, REGION, VISIT
from tests.city.records import PEOPLE, PERMITS, REGIONS, VISITS, Row, csv_text, person_id

__all__ = ["deliver", "deliver_first", "deliver_further", "landed"]


def deliver(home: Path) -> None:
    """Put every delivery into its inbox, each a minute younger than the one before."""
    _put(home, _deliveries())


def deliver_first(home: Path) -> None:
    """Put the first delivery of every resource into its inbox, and no other."""
    _put(home, {ref: (ref, *rest) for ref, *rest in reversed([*_deliveries()])}.values())


def deliver_further(home: Path) -> None:
    """Put one more delivery of visits into the inbox, younger than all others."""
    text = csv_text(VISITS, *map(_visit, range(100, 103)))
    _put(home, [(VISIT, "visits-3.csv", text)], minute=30)


def landed(layout: Layout, catalog: Catalog, ref: str, text: str) -> Delivery:
    """Put a file into the inbox and land it; the refusal, if any, is landing's own."""
    path = layout.inbox(ref) / f"{hashlib.sha256(text.encode()).hexdigest()}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    made = land(layout, catalog, catalog.resource(ref), path, NIGHT)
    assert isinstance(made, Delivery)
    return made


def _put(home: Path, deliveries: Iterable[tuple[str, ...]], minute: int = 0) -> None:
    for later, (ref, name, text) in enumerate(deliveries, start=minute):
        path = Layout(home).inbox(ref) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        moment = NOW.timestamp() - 3600 + 60 * later
        os.utime(path, (moment, moment))


def _deliveries() -> Iterable[tuple[str, str, str]]:
    regions = csv_text(REGIONS, *((350500 + n, f"区{n}") for n in range(3)))
    people = [_person(n) for n in range(60)]
    first = [*people, ("350500000000000000", "假号", "1", "1990-01-01", 350500, "1.00")]
    first[7] = (*people[7][:4], 999999, people[7][5])
    later = [*people[:58], _person(60), _person(61, sex="9")]
    later[3] = _person(3, income="77.00")
    visits = [_visit(n) for n in range(30)]
    visits[4] = _visit(4, outcome="8")
    visits[5] = (*visits[5], "多余")
    visits[6] = (*visits[6][:6], "错名")
    yield REGION, "regions.csv", regions
    yield PERSON, "people-1.csv", csv_text(PEOPLE, *first)
    yield PERSON, "people-2.csv", csv_text(PEOPLE, *later)
    yield PERSON, "people-1-again.csv", csv_text(PEOPLE, *first)
    yield VISIT, "visits-1.csv", csv_text(VISITS, *visits)
    yield VISIT, "visits-2.csv", "办件编号,办件日期\nV1,2026-01-01\nV2,2026-01-02\n"
    permits = [("I", n, 350501, f"P{n:03}", f"许可{n}") for n in range(20)]
    yield PERMIT, "permits-1.csv", csv_text(PERMITS, *permits, ("X", 99, 350501, "P099", "许可"))
    changed = [("U", 100 + n, 350501, f"P{n:03}", f"改{n}") for n in range(15)]
    yield PERMIT, "permits-2.csv", csv_text(PERMITS, *changed, ("D", 200, 350501, "P019", ""))


def _person(number: int, sex: str = "1", income: str = "12.30") -> Row:
    return person_id(number), f"人{number}", sex, "1990-01-01", 350500 + number % 3, income


def _visit(number: int, outcome: str = "1") -> Row:
    person = number % 20
    return f"V{number}", "2026-02-01", number % 24, outcome, 1, person_id(person), f"人{person}"
