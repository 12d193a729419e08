"""Remains: what killed runs left in every folder, a delivery without a receipt, a dead lock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks import remains
from flow.upkeep.doctor.checks.remains import CHECK
from tests.unit.flow.upkeep.doctor.conftest import REF


def told(city: City) -> list[tuple[str, str]]:
    """Return code and place of what is found."""
    return [(one.code, one.where) for one in CHECK.look(Patient(city))]


@pytest.mark.parametrize(
    "place", ["work", "shares", "lake/ledgers", "lake/authoritative/civil_affairs"]
)
def test_a_working_folder_is_told_wherever_it_lies(city: City, place: str) -> None:
    """Beside a table, a ledger or a share that was being made as well."""
    left = f"{place}/.x.{'0' * 32}.making"
    (city.layout.home / left).mkdir(mode=0o700)
    assert told(city) == [("DOC-301", left)]


def test_a_delivery_without_a_receipt_is_told(city: City) -> None:
    """Its folder alone says nothing of what was handed over."""
    [folder] = city.layout.landing(REF).iterdir()
    city.layout.receipt(REF, folder.name).unlink()
    assert told(city) == [("DOC-305", f"lake/landing/{REF}/{folder.name}")]


def test_a_lock_of_a_dead_process_is_told(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that a living process holds is none of a doctor's business, nor is one waited for."""
    locks = []
    for name, pid in (("dead", 2**22 + 1), ("alive", os.getpid())):
        file = city.layout.locks / f"{name}.lock"
        file.touch()
        found = file.stat()
        device = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
        locks.append(f"1: FLOCK  ADVISORY  WRITE {pid} {device} 0 EOF")
    waiting = "1: -> FLOCK  ADVISORY  WRITE 4194306 00:00:0 0 EOF"
    listed = tmp_path / "locks"
    listed.write_text("\n".join([*locks, waiting]), encoding="ascii")
    monkeypatch.setattr(remains, "_LOCKS", listed)
    assert told(city) == [("DOC-307", "work/locks/dead.lock")]
    monkeypatch.setattr(remains, "_LOCKS", tmp_path / "nothing")
    assert told(city) == []
