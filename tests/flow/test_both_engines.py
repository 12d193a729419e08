"""The whole bundled city on both engines: nothing differs but where it was worked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.loader import bundled, load
from catalog_specs.vocabulary import Engine
from demo_city.rounds import rounds
from flow.run import run
from register.verdicts import verdicts
from storage.engines.spark.address import Address
from storage.layout import Layout
from tests.city import NOW
from tests.city.homes import city_of
from tests.city.lake import contents
from tests.harness.sail import sail

PEOPLE, SEED = 300, 7


def what_became(catalog: Catalog, home: Path, spark: Address | None) -> dict[str, Any]:
    """Take the first round of the demo city the whole way; return what became of it."""
    next(rounds(catalog, home, PEOPLE, SEED, NOW.date()))
    result = run(replace(city_of(catalog, home), spark=spark))
    assert result.failures == ()
    layout = Layout(home)
    facts: dict[str, Any] = {
        f"{below}/{name}": table
        for below in ("authoritative", "quarantine")
        for name, table in contents(home, below).items()
    }
    for one in verdicts(layout, engine_results=True):
        facts[f"{one.resource}/{one.delivery}"] = replace(one, catalog_digest="")
    return facts


@pytest.mark.large
def test_every_bundled_feed_ends_the_same(tmp_path: Path) -> None:
    """Tables, quarantine, verdicts with Great Expectations' own results, each resource."""
    here = load(bundled("quanzhou"))
    moved = {
        ref: one.model_copy(update={"engine": Engine.SPARK}) for ref, one in here.resources.items()
    }
    one = what_became(here, tmp_path / "here", None)
    other = what_became(replace(here, resources=moved), tmp_path / "there", sail())
    assert one.keys() == other.keys()
    assert len(one) > 70, "every table, and a verdict for every delivery"
    for name, found in one.items():
        same = found.equals(other[name]) if hasattr(found, "equals") else found == other[name]
        assert same, name
