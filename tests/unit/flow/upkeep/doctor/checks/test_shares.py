"""Shares on the disk: damaged ones, and those that no grant has."""

from __future__ import annotations

import shutil

from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks.shares import CHECK


def told(city: City) -> list[tuple[str, str]]:
    """Return code and place of what is found."""
    return [(one.code, one.where) for one in CHECK.look(Patient(city))]


def test_a_share_that_no_grant_has_is_told(city: City) -> None:
    """Whether its file lies there, its extract, or both: once."""
    (city.layout.share_files / "nobody.duckdb").write_bytes(b"x")
    city.layout.share("nobody").mkdir()
    city.layout.share("no_one").mkdir()
    assert told(city) == [("DOC-306", "lake/shares/no_one"), ("DOC-306", "shares/nobody.duckdb")]


def test_a_file_without_its_extract_is_told(city: City) -> None:
    """Nothing says any more what it was made of."""
    code = next(city.layout.share_files.glob("*.duckdb")).stem
    shutil.rmtree(city.layout.share(code))
    assert told(city) == [
        ("DOC-302", f"shares/{code}.duckdb"),
        ("DOC-306", f"shares/{code}.duckdb"),
    ]


def test_a_damaged_file_is_told(city: City) -> None:
    """Cut short, it is not what was written."""
    file = next(city.layout.share_files.glob("*.duckdb"))
    file.write_bytes(file.read_bytes()[:-1])
    city.layout.city_views.write_bytes(b"")
    assert told(city) == [("DOC-302", f"shares/{file.name}"), ("DOC-302", "views/city.duckdb")]
