"""Columns outside the catalogue: since when deliveries have them, seen from a home's ledgers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from catalog_specs.rules.refusals import DeliveryRefusal
from governance.violations.columns import misfits, outside_catalogue
from tests.city import NOW, REGION
from tests.city.homes import Town

PLAIN, MORE = "区划代码,区划名称\n", "区划代码,区划名称,面积\n"


def _deliver(town: Town, days: int, text: str) -> None:
    """Take a delivery of divisions, some days after the first."""
    town.city = replace(town.city, clock=lambda: NOW + timedelta(days=days))
    town.take(REGION, f"regions-{days}.csv", text)


def test_a_header_counts_from_the_first_of_the_deliveries_in_a_row(tmp_path: Path) -> None:
    """A delivery without it in between begins the count anew; none in the newest is none."""
    town = Town(tmp_path)
    _deliver(town, 1, f"{MORE}350500,一区,7\n350501,二区,8\n")
    _deliver(town, 2, f"{PLAIN}350500,一区\n350501,二区x\n")
    assert outside_catalogue(town.layout, town.city.catalog) == ()
    _deliver(town, 3, f"{MORE}350500,一区,\n350501,二区,8\n")
    _deliver(town, 9, f"{MORE}350500,一区,7\n350501,三区,8\n")
    (one,) = outside_catalogue(town.layout, town.city.catalog)
    assert (one.resource, one.header, one.deliveries, one.cells) == (REGION, "面积", 2, 2)
    assert one.since == date(2026, 3, 5)
    known = outside_catalogue(town.layout, town.city.catalog, NOW + timedelta(days=1, hours=1))
    assert [(one.header, one.since) for one in known] == [("面积", date(2026, 3, 3))]


def test_what_an_exception_covers_is_none(tmp_path: Path) -> None:
    """三(二) lets it in for a while."""
    town = Town(tmp_path)
    said = {"code": "flood", "resource": REGION, "headers": ["面积"], "reason": "防汛"}
    said |= {"approver": "应急办", "document": "批1", "valid_from": "2026-01-01"}
    town.declare(**{"exceptions/flood.yaml": said | {"valid_to": "2026-12-31"}})
    _deliver(town, 1, f"{MORE}350500,一区,7\n350501,二区,8\n")
    assert outside_catalogue(town.layout, town.city.catalog) == ()


def test_deliveries_refused_for_their_columns_are_counted(tmp_path: Path) -> None:
    """From the first refused one on; a delivery that is taken ends it."""
    town = Town(tmp_path)
    for days in (1, 4):
        _deliver(town, days, f"区划代码\n35050{days}\n")
    (one,) = misfits(town.layout, town.city.catalog)
    assert (one.code, one.deliveries) == (DeliveryRefusal.COLUMNS.stored, 2)
    assert one.since == date(2026, 3, 3)
    _deliver(town, 5, f"{PLAIN}350500,一区\n350501,二区y\n")
    assert misfits(town.layout, town.city.catalog) == ()
