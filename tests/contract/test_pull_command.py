"""`quanshu run` and sources it fetches from: what fails is said on standard error, with code 3."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.city.declared import change, write_catalog
from tests.contract.command import KEY, quanshu

FEED = {
    "kind": "upsert",
    "format": "parquet",
    "columns": {"code": "code", "name": "name"},
    "pull": {"type": "sql", "url": "REGION_DB", "query": "region", "watermark": "changed"},
}
REGION = {
    "resources/civil_affairs/region.yaml": change(feed=FEED),
    "open_data/resident_profile.yaml": None,
}


def test_a_run_pulls(tmp_path: Path) -> None:
    """A resource with a source needs no file: the run fetches, judges and stores."""
    write_catalog(tmp_path, **REGION)
    with closing(sqlite3.connect(tmp_path / "source.db")) as con, con:
        con.execute("CREATE TABLE region (code, name, changed)")
        con.execute("INSERT INTO region VALUES ('350500', '泉州市', 1)")

    words = ("run", "--catalog", "catalogue", "--home", "home", "--json")
    said = quanshu(tmp_path, *words, REGION_DB="sqlite:///source.db", **KEY)
    again = quanshu(tmp_path, *words, REGION_DB="sqlite:///source.db", **KEY)

    assert said.code == 0, said.err
    (outcome,) = said.document["deliveries"]
    (pull,) = said.document["pulls"]
    assert (pull["delivery"], pull["failed"]) == (outcome["delivery"], False)
    assert (outcome["resource"], outcome["inserted"]) == ("region", 1)
    assert (again.code, again.document["deliveries"]) == (0, [])


def test_a_source_that_fails_ends_with_3(tmp_path: Path) -> None:
    """The variable that is missing is named; what waited elsewhere is still taken in."""
    write_catalog(tmp_path, **REGION)

    said = quanshu(tmp_path, "run", "--catalog", "catalogue", "--home", "home", "--json", **KEY)

    assert (said.code, said.document["deliveries"]) == (3, [])
    (failure,) = said.document["failures"]
    assert (failure["stop"], failure["code"]) == ("pull", "SET-001")
    assert "SET-001" in said.err
    assert "REGION_DB" in said.err
    assert "civil_affairs/region" in said.err
    assert "Traceback" not in said.err
