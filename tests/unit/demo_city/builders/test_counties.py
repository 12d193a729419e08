"""Registers of counties."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from demo_city.builders.counties import enterprise_support, jinjiang_support, licheng_support
from demo_city.society.world import World, make_world


@pytest.mark.parametrize(
    ("build", "region"), [(jinjiang_support, "350582"), (licheng_support, "350502")]
)
def test_a_county_pays_its_own_firms(build: object, region: str, world: World) -> None:
    """After they were registered, under running numbers that carry the county's division."""
    assert callable(build)
    frame = build(world).frame
    firms = world.known_firms.filter(pl.col("county") == region)
    found = frame.join(firms, on="credit_code", how="inner")
    assert found.height == frame.height >= 60
    assert (found["paid_on"] >= found["registered_on"]).all()
    assert (found["paid_on"].to_numpy() <= world.today).all()
    assert found["support_no"].str.starts_with(f"JB{region}").all()
    assert found["support_no"].is_unique().all()


def test_a_tiny_city_still_pays_somebody(quanzhou: Catalog) -> None:
    """Where no firm is in the county, the register is not empty all the same."""
    nowhere = make_world(quanzhou, 40, 5, date(2026, 6, 30))
    assert enterprise_support(nowhere, "350527").frame.height == 60
