"""Tables: those of no resource, those that cannot be read, and those that grew long."""

from __future__ import annotations

import pytest

from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks import tables
from flow.upkeep.doctor.checks.tables import CHECK
from storage.delta.tables import Snapshot
from tests.unit.flow.upkeep.doctor.conftest import REF


def told(city: City) -> list[tuple[str, str]]:
    """Return code and place of what is found."""
    return [(one.code, one.where) for one in CHECK.look(Patient(city))]


def test_a_table_of_no_resource_is_told(city: City) -> None:
    """Quarantined rows of it, too."""
    for kind in ("authoritative", "quarantine"):
        (city.layout.lake / kind / "gone" / "gone" / "_delta_log").mkdir(parents=True)
    assert told(city) == [
        ("DOC-303", "lake/authoritative/gone/gone"),
        ("DOC-303", "lake/quarantine/gone/gone"),
    ]


def test_a_broken_log_is_told(city: City) -> None:
    """By the table's place; a library's words are not repeated."""
    log = city.layout.authoritative(REF) / "_delta_log"
    max(log.glob("*.json")).write_text("{", encoding="utf-8")
    assert told(city) == [("DOC-304", f"lake/authoritative/{REF}")]


def test_a_long_log_and_many_files_are_told(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bounds, and not at them; of files, those that others can be joined with."""
    assert told(city) == []
    monkeypatch.setattr(tables, "LONGEST_TAIL", 0)
    monkeypatch.setattr(tables, "MOST_FILES", 0)
    where = f"lake/authoritative/{REF}"
    assert ("DOC-501", where) in told(city)
    assert ("DOC-502", where) not in told(city), "a single file is joined with nothing"
    monkeypatch.setattr(Snapshot, "small_files", lambda _: 2)
    assert ("DOC-502", where) in told(city)
    monkeypatch.setattr(tables, "LONGEST_TAIL", 1)
    monkeypatch.setattr(tables, "MOST_FILES", 2)
    assert [one for one in told(city) if one[1] == where] == []
