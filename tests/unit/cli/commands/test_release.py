"""`quanshu release withdraw`: a release goes, its reason stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.city import City
from flow.derived import release_set
from outlets.open_data.release import Release
from storage.layout import Layout
from tests.city import NOW, OPEN_SET, PERSON
from tests.city.declared import write_catalog
from tests.city.homes import KEYS
from tests.city.tables import fill, someone
from tests.unit.cli.homes import Home

RELEASE = f"{OPEN_SET}/20260302-01"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home with one release."""
    folder = tmp_path_factory.mktemp("released")
    city = City(load(write_catalog(folder)), Layout(folder / "home"), KEYS, lambda: NOW)
    alike = {"sex": "1", "birth_date": date(1985, 6, 7), "residence": "350502"}
    fill(city.layout, city.catalog, PERSON, [someone(n, **alike) for n in range(8)])
    assert isinstance(release_set(city, OPEN_SET), Release)
    return Home(folder, replace(city))


@pytest.mark.parametrize(
    ("name", "reason", "told"),
    [
        (RELEASE, None, "--reason"),
        (RELEASE, " \u3000", "--reason"),
        (RELEASE, "\u202e错", "plain text"),
        (OPEN_SET, "错", "SET/RELEASE"),
        (f"{OPEN_SET}/", "错", "SET/RELEASE"),
        (f"{OPEN_SET}/20260302-02", "错", "no such release"),
        ("../20260302-01", "错", "no such release"),
    ],
)
def test_what_cannot_be_withdrawn_is_wrong_usage(
    released: Home, name: str, reason: str | None, told: str
) -> None:
    """Without a reason that everybody can read, or of what does not stand; the data stay."""
    words = ("--reason", reason) if reason is not None else ()

    said = released.said("release", "withdraw", name, *words)

    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert (released.layout.release(*RELEASE.split("/")) / "data.csv").exists()


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_release_is_withdrawn_with_its_reason(
    released: Home, tmp_path: Path, more: tuple[str, ...]
) -> None:
    """The data are gone, name and reason stay, and it is not withdrawn again."""
    home = released.copied(tmp_path / "copy")
    words = ("release", "withdraw", RELEASE, "--reason")

    said = home.said(*words, " 年份有误 ", *more)

    assert (said.code, said.err) == (0, "")
    if more:
        assert said.document["withdrawn"] == [RELEASE.partition("/")[2]]
    else:
        assert said.out == f"撤回开放 / withdrawn  {RELEASE}: 年份有误\n"
    left = home.layout.release(*RELEASE.split("/"))
    assert [path.name for path in left.iterdir()] == ["withdrawn.json"]
    stone = json.loads((left / "withdrawn.json").read_text(encoding="utf-8"))
    assert stone["reason"] == "年份有误"
    again = home.said(*words, "x")
    assert (again.code, "withdrawn before" in again.err) == (2, True)
