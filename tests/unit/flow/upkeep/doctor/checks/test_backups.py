"""The check of backups: old ones are told, and nothing of a home that never made one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flow.backup.making import make
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks.backups import CHECK
from tests.city import NOW
from tests.city.homes import Town


def test_an_old_backup_is_told(tmp_path: Path) -> None:
    """The last one and the last drill, each when the profile's days are over."""
    city = Town(tmp_path).city
    assert list(CHECK.look(Patient(city))) == []
    make(city, tmp_path / "backup", "")
    found = []
    for days in (2, 3, 181):
        later = replace(city, clock=lambda days=days: NOW + timedelta(days=days))
        found.append([one.code.value for one in CHECK.look(Patient(later))])
    assert found == [[], ["DOC-801"], ["DOC-801", "DOC-802"]]
