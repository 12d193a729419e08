"""Behaviour of the authoritative asset: it tells in counts how much disagrees with its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dagster import materialize

from assets.authoritative import authoritative_asset
from flow.stops import judge_waiting, land_waiting
from register.comparisons import COMPARISONS, Scope
from tests.city import PERSON, VISIT
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id


def told(town: Town, ref: str) -> dict[str, Any]:
    """Materialise one resource's asset, and return its metadata."""
    catalog = town.city.catalog
    asset = authoritative_asset(catalog, catalog.resource(ref))
    result = materialize([asset], resources={"city": town.city})
    (event,) = result.get_asset_materialization_events()
    return {name: one.value for name, one in event.materialization.metadata.items()}


def test_an_asset_tells_how_much_disagrees(tmp_path: Path) -> None:
    """Counts alone; a delivery of the source brings the comparison of who refers to it along."""
    town = Town(tmp_path)
    file = town.layout.inbox(VISIT) / "v.csv"
    file.parent.mkdir(parents=True)
    rows = [(f"V{n}", "2026-02-01", 9, 1, 1, person_id(n), "某") for n in (1, 2)]
    file.write_text(csv_text(VISITS, *rows), encoding="utf-8")
    land_waiting(town.city, VISIT)
    judge_waiting(town.city, VISIT)
    assert told(town, VISIT)["compared"] == 0

    town.take(PERSON, "p.csv", people(range(2)))
    shown = told(town, PERSON)

    assert shown["comparisons_failed"] == 0
    assert "compared" not in shown
    found = [one for one in COMPARISONS.read(town.layout, VISIT) if one.source_version is not None]
    assert {(one.item, one.scope) for one in found} == {
        ("name", Scope.STANDING),
        ("resident_id", Scope.STANDING),
    }
    shown = told(town, VISIT)
    counts = (shown["compared"], shown["mismatched"], shown["missing_in_source"])
    assert counts == (4, 1, 2)
