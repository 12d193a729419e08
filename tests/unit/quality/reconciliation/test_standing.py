"""Behaviour of what stands: which deliveries take part, and when a comparison is out of date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.vocabulary import ItemType
from quality.reconciliation.bounds import Bounds
from quality.reconciliation.standing import compare_standing, outdated
from register.mismatches import record_again
from storage.engines.workbench import Limits
from tests.city import NOW, PERMIT, PERSON, VISIT
from tests.city.homes import Town
from tests.city.records import VISITS, csv_text, people, person_id

Compared = tuple[str, str, int, list[tuple[str, int, bool]]]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with three persons and three deliveries of visits, each of them mistaken."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(1, 4)))
    for number in (1, 2, 3):
        visit = (f"V{number}", "2026-02-01", 9, 1, 1, person_id(number), f"某{number}")
        town.take(VISIT, f"v{number}.csv", csv_text(VISITS, visit))
    return town


def compared(town: Town, bounds: Bounds) -> Compared:
    """Return oldest and newest delivery, how many were compared, and what came and went."""
    layout = town.layout
    found = compare_standing(layout, town.city.catalog, VISIT, NOW, Limits(), bounds)
    told = next(one for one in found.comparisons if one.item == "name")
    changes = [
        (one["delivery"][:6], one["row"], one["stands"]) for one in found.mismatches.to_pylist()
    ]
    return told.since[:6], told.delivery[:6], told.compared, sorted(changes)


def test_what_stands_is_bounded_by_deliveries_and_by_records(town: Town) -> None:
    """The newest are read, one at least."""
    assert compared(town, Bounds(deliveries=2))[:3] == ("000002", "000003", 2)
    assert compared(town, Bounds(rows=2))[:3] == ("000002", "000003", 2)
    assert compared(town, Bounds(rows=0))[:3] == ("000003", "000003", 1)
    assert compared(town, Bounds())[:3] == ("000001", "000003", 3)


def test_only_what_nobody_recorded_is_named_and_within_the_bound(town: Town) -> None:
    """Each delivery's own comparison named its mismatches: nothing is new, nothing is gone."""
    assert compared(town, Bounds())[3] == []
    assert compared(town, Bounds(kept=0))[3] == []
    town.take(PERSON, "q.csv", people(range(1, 4), p2=("某2", 1, "1990-01-01", 350500, "1.00")))
    assert compared(town, Bounds())[3] == [("000002", 1, False)]


def test_a_comparison_is_outdated_until_it_is_recorded(town: Town) -> None:
    """It speaks of the sources as they are, and of everything that was delivered."""
    layout, catalog = town.layout, town.city.catalog
    assert outdated(layout, catalog) == (VISIT,)
    found = compare_standing(layout, catalog, VISIT, NOW, Limits(), Bounds())
    assert record_again(layout, found.comparisons, found.mismatches)
    assert outdated(layout, catalog) == ()
    town.take(PERSON, "q.csv", people(range(1, 5)))
    assert outdated(layout, catalog) == (VISIT,)


def test_nothing_is_outdated_before_the_first_delivery(tmp_path: Path) -> None:
    """A resource without a table has nothing that stands."""
    town = Town(tmp_path)
    assert outdated(town.layout, town.city.catalog) == ()
    done = compare_standing(town.layout, town.city.catalog, VISIT, NOW, Limits(), Bounds())
    assert done.comparisons == ()


def test_a_source_that_has_to_evolve_first_is_waited_for(town: Town) -> None:
    """Its own turn tells it; the comparison stays as of the version that it names."""
    catalog = town.city.catalog
    retyped = catalog.elements["person_name"].model_copy(update={"type": ItemType.INTEGER})
    later = replace(catalog, elements={**catalog.elements, "person_name": retyped})
    assert outdated(town.layout, later) == ()


def test_a_damaged_table_keeps_no_other_from_being_compared(town: Town) -> None:
    """Its own resource's turn tells of it."""
    broken = town.layout.authoritative(PERMIT) / "_delta_log"
    broken.mkdir(parents=True)
    (broken / f"{0:020}.json").write_text("{", encoding="utf-8")
    assert outdated(town.layout, town.city.catalog) == (VISIT,)
