"""Extracts masked on the second engine: the same as those that are masked here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from catalog_specs.catalog import Catalog
from catalog_specs.errors import SecondEngineError, SettingsError
from outlets.shares import masking
from outlets.shares.masking import masked_here
from outlets.shares.project import project
from storage.delta.tables import live_files
from storage.engines.spark.address import Address
from storage.engines.spark.elsewhere import Elsewhere
from storage.layout import Layout
from tests.city import GRANT, GRANT_FILE, NOW, PERSON
from tests.city.declared import change, compiled
from tests.city.grants import rights_of
from tests.city.homes import KEYS
from tests.city.tables import fill, persons, someone
from tests.harness.sail import sail

PERSON_FILE = "resources/civil_affairs/person.yaml"
AWAY = someone(98, residence="110199", birth_date=None)
"""Nobody of whom the grant is."""


def granting(engine: str, **grant: Any) -> Catalog:
    """Return a city whose persons choose an engine, with another grant of them."""
    return compiled(**{PERSON_FILE: change(engine=engine), GRANT_FILE: change(**grant)})


def extract(folder: Path, catalog: Catalog, spark: Address | None = None) -> pl.DataFrame:
    """Return the rows of the grant's extract, made in a home of its own."""
    layout = Layout(folder)
    bare = someone(97, sex=None, name="𠮷")
    fill(layout, catalog, PERSON, [*persons(50), bare, AWAY])
    project(layout, rights_of(catalog), catalog.grants[GRANT], KEYS, NOW, spark)
    return pl.read_parquet([*live_files(layout.share_table(GRANT, PERSON))])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the second engine answers, as it does."""
    found: list[str] = []
    answered: Callable[..., Any] = Elsewhere.answered

    def told(elsewhere: Elsewhere, query: str, *more: Any) -> Any:
        made = answered(elsewhere, query, *more)
        found.append(query)
        return made

    monkeypatch.setattr(Elsewhere, "answered", told)
    return found


@pytest.mark.parametrize(
    "grant",
    [
        {},
        {"resources__0__items": ["name", "sex", "birth_date", "residence"]},
        {"resources__0__where": [{"item": "residence", "op": "starts_with", "value": "99"}]},
        {
            "resources__0__items": ["sex", "income", "residence"],
            "resources__0__where": [
                {"item": "residence", "op": "starts_with", "value": "35"},
                {"item": "income", "op": "ge", "value": -100},
            ],
            "resources__0__masks": {
                "income": {"mask": "generalise_number", "width": 100},
                "residence": {"mask": "generalise_region", "to": "province"},
            },
        },
    ],
)
def test_an_extract_is_the_same_wherever_it_is_masked(
    grant: dict[str, Any], tmp_path: Path, asked: list[str]
) -> None:
    """Of some rows, none, with a pseudonym and without; the key is in no query."""
    pytest.importorskip("pysail")
    here = extract(tmp_path / "here", granting("duckdb", **grant))
    assert asked == []
    there = extract(tmp_path / "there", granting("spark", **grant), sail())
    assert there.equals(here)
    assert there.schema == here.schema
    (query,) = asked
    assert KEYS.derive(f"grant:{GRANT}").text not in query


def test_left_open_a_large_table_goes_there(tmp_path: Path, asked: list[str]) -> None:
    """By its rows, as a delivery does by its records."""
    pytest.importorskip("pysail")
    large = Address(sail().url, rows=52)
    made = extract(tmp_path / "there", granting("auto"), large)
    assert len(asked) == 1
    assert extract(tmp_path / "here", granting("auto"), Address(sail().url, rows=53)).equals(made)
    assert len(asked) == 1


def test_what_cannot_be_said_is_masked_here(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mask that is not on the list leaves the whole extract to Polars, before any work."""
    here = extract(tmp_path / "here", granting("duckdb"))
    monkeypatch.setattr(masking, "_masked", lambda _column: "some_function(name)")
    there = extract(tmp_path / "there", granting("spark"), Address("sc://127.0.0.1:1"))
    assert there.equals(here)
    assert asked == []


def test_extracts_that_are_masked_here_are_known_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """By marks of disputes, or by a mask that cannot be said."""
    pytest.importorskip("sqlglot")
    plain = granting("spark")
    marked = granting("spark", resources__0__mark_disputed=True)
    assert not masked_here(plain, plain.grants[GRANT].resources[0])
    assert masked_here(marked, marked.grants[GRANT].resources[0])
    monkeypatch.setattr(masking, "_masked", lambda _column: "some_function(name)")
    assert masked_here(plain, plain.grants[GRANT].resources[0])


def test_without_the_engine_nothing_is_made(tmp_path: Path) -> None:
    """The machine was chosen not to carry it: that is said, and no extract is there."""
    with pytest.raises(SettingsError, match="QUANSHU_SPARK"):
        extract(tmp_path / "none", granting("spark"))
    with pytest.raises(SecondEngineError, match="does not answer"):
        extract(tmp_path / "gone", granting("spark"), Address("sc://127.0.0.1:1"))
    assert not [*tmp_path.rglob("shares/*/v-*")]
    assert not [*tmp_path.rglob("masked-*")]
