"""`quanshu release withdraw`: a release goes, its reason stays."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from catalog_specs.loader import load
from flow.city import City
from flow.derived import release_set
from outlets.open_data.release import Release
from storage.layout import Layout
from tests.city import NOW, OPEN_SET, PERSON
from tests.city.declared import write_catalog
from tests.city.homes import KEYS
from tests.city.tables import fill, someone
from tests.contract.command import KEY, quanshu


def test_a_release_is_withdrawn_with_its_reason(tmp_path: Path) -> None:
    """Without a reason, or of what does not stand, wrong usage; else the data are gone."""
    catalogue, home = write_catalog(tmp_path), tmp_path / "home"
    city = City(load(catalogue), Layout(home), KEYS, lambda: NOW)
    alike = {"sex": "1", "birth_date": date(1985, 6, 7), "residence": "350502"}
    fill(city.layout, city.catalog, PERSON, [someone(n, **alike) for n in range(8)])
    done = release_set(city, OPEN_SET)
    assert isinstance(done, Release)
    places = ("--catalog", str(catalogue), "--home", str(home))
    name = f"{OPEN_SET}/{done.release}"

    silent = quanshu(tmp_path, "release", "withdraw", name, *places, **KEY)
    hidden = quanshu(tmp_path, "release", "withdraw", name, "--reason", "\u202e错", *places, **KEY)
    assert (silent.code, hidden.code) == (2, 2)
    assert (city.layout.release(OPEN_SET, done.release) / "data.csv").exists()

    said = quanshu(
        tmp_path, "release", "withdraw", name, "--reason", "年份有误", "--json", *places, **KEY
    )
    assert said.code == 0, said.err
    assert said.document["withdrawn"] == [done.release]
    left = city.layout.release(OPEN_SET, done.release)
    assert [path.name for path in left.iterdir()] == ["withdrawn.json"]
    stone = json.loads((left / "withdrawn.json").read_text(encoding="utf-8"))
    assert stone["reason"] == "年份有误"
    again = quanshu(tmp_path, "release", "withdraw", name, "--reason", "x", *places, **KEY)
    assert again.code == 2
    assert "withdrawn before" in again.err
