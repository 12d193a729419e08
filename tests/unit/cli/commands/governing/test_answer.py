"""`quanshu answer`: what a consumer may ask of its grant, and how a refusal reads."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from catalog_specs.loader import load
from tests.city import GRANT, GRANT_FILE, PERSON
from tests.city.declared import change, write_catalog
from tests.city.homes import city_of
from tests.city.records import person_id
from tests.city.tables import fill, persons
from tests.unit.cli.homes import Home

STRANGER = "350502199912319999"


def home_of(folder: Path, method: str) -> Home:
    """Return a home with sixty persons, whose grant answers by a method."""
    asked = change(method=method, resources__0__match="resident_id")
    city = city_of(load(write_catalog(folder, **{GRANT_FILE: asked})), folder / "home")
    fill(city.layout, city.catalog, PERSON, persons(60))
    return Home(folder, city)


@pytest.mark.parametrize("method", ["query", "verify", "statistics"])
def test_a_grant_answers_by_its_method_and_no_other(tmp_path: Path, method: str) -> None:
    """Its own service ends with 0, the others with 1 and the reason; no id is ever printed."""
    home = home_of(tmp_path, method)
    file, place = tmp_path / "名单.csv", tmp_path / "答复.csv"
    file.write_text(f"id\n{person_id(1)}\n{STRANGER}\n", encoding="utf-8")
    words = {
        "query": ("match", GRANT, "--list", str(file), "--out", str(place)),
        "verify": ("verify", GRANT, "--list", str(file)),
        "statistics": ("statistics", GRANT, "--by", "sex"),
    }
    for name, one in words.items():
        said = home.said("answer", *one)
        assert said.code == (0 if name == method else 1), said
        assert ("ACC" in said.err or "共享方式" in said.err) is (name != method)
        assert person_id(1) not in said.out + said.err
    told = json.loads(home.said("answer", *_again(words[method], tmp_path), "--json").out)
    match method:
        case "query":
            assert (told["found"], told["not_found"]) == (1, 1)
            assert pl.read_csv(place)["_result"].to_list() == ["found", "not_found"]
        case "verify":
            assert [one["_result"] for one in told["results"]] == ["match", "not_found"]
        case _:
            assert told["cells"][-1] == {"sex": "合计", "count": 60}


def _again(words: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """Return the same words, with an answer that lies elsewhere."""
    return (*words[:-1], str(folder / "二.csv")) if "--out" in words else words


def test_an_unknown_grant_is_wrong_usage(tmp_path: Path) -> None:
    """A name that the catalogue does not know ends with 2."""
    said = home_of(tmp_path, "query").said("answer", "statistics", "none", "--by", "sex")
    assert said.code == 2
