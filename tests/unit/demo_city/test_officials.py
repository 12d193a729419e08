"""Officials of the demo: every grant that the catalogue asks for is decided as officials would."""

from __future__ import annotations

from pathlib import Path

from catalog_specs.catalog import Catalog
from catalog_specs.local_time import local_day
from cli.commands.demo import DAY
from demo_city.officials import applicant, decide_all, decider, handle_matters, put_on_record
from flow.city import City
from flow.governing.matters import shown_matters
from storage.layout import Layout
from tests.city.homes import KEYS


def test_every_grant_in_term_is_decided_through_the_offices(
    quanzhou: Catalog, tmp_path: Path
) -> None:
    """What is over, or suspended by its file, is not applied for; nobody decides on its own."""
    city = City(quanzhou, Layout(tmp_path), KEYS, lambda: DAY)
    put_on_record(city)
    decide_all(city)

    rights, today = city.rights, local_day(quanzhou, DAY)
    held = {one.code for one in rights.holding(today)}
    assert held == set(rights.standings)
    assert quanzhou.grants.keys() - held == {"rental_residence", "transport_vehicles"}
    by = {one.by for each in rights.standings.values() for one in each.decisions}
    assert by <= {decider(code) for code in quanzhou.departments}
    assert by.isdisjoint({applicant(code) for code in quanzhou.departments})


def test_the_demo_has_a_matter_of_each_kind(quanzhou: Catalog, tmp_path: Path) -> None:
    """A delegation and an opening in force, and an interface request that waits."""
    city = City(quanzhou, Layout(tmp_path), KEYS, lambda: DAY)
    put_on_record(city)
    handle_matters(city)
    delegation, opening, request = shown_matters(city)
    assert delegation.in_force
    assert opening.in_force
    assert (opening.about, opening.matter.state) == ("population_sample", "open")
    assert request.due
    assert not request.overdue
