"""People, firms and registers that hang together."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from catalog_specs.catalog import Catalog
from demo_city.builders import BUILDERS
from demo_city.society.world import World, make_world


@pytest.mark.parametrize("ref", sorted(BUILDERS))
def test_register_has_its_items_and_a_key(world: World, ref: str) -> None:
    """A register holds what is not filled in from a source, each key once, nothing missing."""
    resource = world.catalog.resource(ref)
    frame = BUILDERS[ref](world).frame
    assert set(frame.columns) - {"_arrival"} == {item.code for item in resource.stored}
    assert frame.select(resource.key).is_unique().all()
    needed = [item.code for item in resource.stored if item.required or item.code in resource.key]
    assert frame.select(needed).null_count().sum_horizontal().item() == 0


def test_builders_and_catalogue_agree(quanzhou: Catalog) -> None:
    """Every resource of the catalogue is built, and nothing else."""
    assert set(BUILDERS) == set(quanzhou.resources)


def test_same_seed_same_world(quanzhou: Catalog, world: World) -> None:
    """The same people, seed and day make the same city; another seed makes another."""
    again = make_world(quanzhou, world.people, world.seed, date(2026, 6, 30))
    other = make_world(quanzhou, world.people, world.seed + 1, date(2026, 6, 30))
    assert again.persons.equals(world.persons)
    assert again.firms.equals(world.firms)
    assert not other.persons.equals(world.persons)
    assert again.today == np.datetime64("2026-06-26")
