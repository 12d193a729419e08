"""The master key: whether this machine can use it, and whether it is too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_specs.masks.hashes import PseudonymHash
from flow.city import City
from flow.upkeep.doctor.check import Patient
from flow.upkeep.doctor.checks.key import CHECK
from governance.keys import KeyRing
from tests.city import MASTER_KEY, NOW


def codes(city: City) -> list[str]:
    """Return the codes of what is found."""
    return [one.code for one in CHECK.look(Patient(city))]


def test_a_machine_without_sm3_is_told(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the profile asks for it; other profiles need none."""
    profile = city.catalog.profile.model_copy(update={"pseudonym_hash": PseudonymHash.SM3})
    national = replace(city, catalog=replace(city.catalog, profile=profile))
    assert codes(national) == []
    monkeypatch.setattr("flow.upkeep.doctor.checks.key.has_sm3", lambda: False)
    [told] = CHECK.look(Patient(national))
    assert "OpenSSL on this machine does not have it" in told.what
    assert codes(city) == []


def test_a_key_has_its_days(city: City) -> None:
    """It is told the day after the last that the profile allows, and not on that day."""
    days = int(city.catalog.profile.supervision.key_days.value)
    ages = {}
    for age in (days, days + 1):
        made = (NOW - timedelta(days=age)).date().isoformat()
        keys = KeyRing.load(f"1@{made}:{MASTER_KEY}", where="tests")
        ages[age] = codes(replace(city, keys=keys))
    assert ages == {days: [], days + 1: ["DOC-202"]}


def test_a_key_without_a_day_is_as_old_as_its_file(city: City) -> None:
    """A key of an earlier version says no day."""
    file = city.layout.master_key
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(MASTER_KEY, encoding="utf-8")
    file.chmod(0o600)
    aged = replace(city, keys=KeyRing.from_sources({}, city.layout.home))
    assert codes(aged) == []
    much_later = NOW + timedelta(days=10_000)
    assert codes(replace(aged, clock=lambda: much_later)) == ["DOC-202"]
