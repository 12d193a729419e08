"""Names on the command line: which departments are meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import CatalogLookupError
from catalog_specs.loader import load
from cli.resources import meant_departments
from tests.city.counties import county
from tests.city.declared import write_catalog
from tests.contract.command import quanshu


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """The small city with two counties."""
    return load(write_catalog(tmp_path, **county(), **county("jinjiang", "350582")))


def test_a_division_means_all_units_of_the_county(catalog: Catalog) -> None:
    """Without either option everybody is meant; with both, only who fits both."""
    assert meant_departments(catalog, None, None) == set(catalog.departments)
    assert meant_departments(catalog, None, "350582") == {"jinjiang_welfare"}
    assert meant_departments(catalog, "civil_affairs", None) == {"civil_affairs"}
    assert meant_departments(catalog, "civil_affairs", "350582") == set()


def test_a_division_without_units_is_refused_with_the_likeliest(catalog: Catalog) -> None:
    """A mistyped code does not look like a county in which there is nothing to do."""
    with pytest.raises(CatalogLookupError, match="350583") as refused:
        meant_departments(catalog, None, "350583")
    assert refused.value.remedy.startswith("did you mean `3505")


def test_stewards_of_a_county_see_their_own(catalog: Catalog, tmp_path: Path) -> None:
    """Every list narrows to the units of a county; of an empty home there is little to tell."""
    places = ("--catalog", str(catalog.root), "--home", str(tmp_path / "home"))
    narrow = ("--region", "350582", "--json", *places)
    listed = {
        kind: quanshu(tmp_path, "list", kind, *narrow).document
        for kind in ("departments", "resources", "elements", "grants", "sets")
    }
    assert {kind: len(rows) for kind, rows in listed.items()} == {
        "departments": 1, "resources": 1, "elements": 2, "grants": 0, "sets": 0
    }  # fmt: skip
    assert listed["departments"][0]["region"] == "350582"
    assert quanshu(tmp_path, "due", *narrow).document["never_delivered"] == [
        "jinjiang_welfare/subsidy"
    ]
    for words in ("case", "list"), ("quarantine", "list"), ("violation", "list"):
        assert quanshu(tmp_path, *words, *narrow).document == []
    (score,) = quanshu(tmp_path, "score", *narrow).document["departments"]
    assert score["department"] == "jinjiang_welfare"
