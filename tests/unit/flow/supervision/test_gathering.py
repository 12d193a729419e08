"""Gathering facts: each part of a home is asked, and a home in order tells of nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from deltalake import write_deltalake

from catalog_specs.models.resource import Resource, Retirement
from flow.backup.making import make
from flow.supervision.gathering import facts_of
from governance.key_files import create_master_key
from governance.keys import KeyRing
from governance.violations.facts import ControlState
from governance.violations.registry import suspicions
from tests.city import NOW, REGION
from tests.city.homes import KEYS, Town


def test_a_home_in_order_is_suspected_of_nothing(tmp_path: Path) -> None:
    """Backups that are made otherwise cannot be seen: that is said, and suspects nobody."""
    facts = facts_of(Town(tmp_path).city)
    assert suspicions(facts) == ()
    assert {one.code: one.state for one in facts.controls} == {
        "master_key": ControlState.UNKNOWN,
        "backups": ControlState.UNKNOWN,
        "backup_drill": ControlState.UNKNOWN,
        "serving_steward": ControlState.UNKNOWN,
    }


def test_a_commit_of_somebody_else_is_a_fact(tmp_path: Path) -> None:
    """Its version and its operation are told, and nothing of its rows."""
    town = Town(tmp_path)
    rows = pa.Table.from_pylist([{"code": "350999", "name": "CANARY"}])
    path = str(town.layout.authoritative(REGION))
    write_deltalake(path, rows, mode="append", schema_mode="merge")
    (one,) = facts_of(town.city).foreign
    assert (one.resource, one.operation) == (REGION, "WRITE")
    assert "CANARY" not in repr(suspicions(facts_of(town.city)))


def test_files_for_a_retired_resource_are_a_fact(tmp_path: Path) -> None:
    """Those that came after the day on which it was retired, and no others."""
    town = Town(tmp_path)
    resource: Resource = town.city.catalog.resource(REGION)
    for name, day in (("old.csv", 0), ("new.csv", 1)):
        file = town.layout.inbox(REGION) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
        os.utime(file, (NOW.timestamp() + 86_400 * day,) * 2)
    retired = resource.model_copy(update={"retired": Retirement(on=NOW.date(), reason="停用")})
    catalog = replace(town.city.catalog, retired={REGION: retired})
    (one,) = facts_of(replace(town.city, catalog=catalog)).afterwards
    assert (one.deliveries, one.newest) == (1, "2026-03-03")


def test_an_old_key_is_a_missing_control(tmp_path: Path) -> None:
    """Its age is that of the version in use, or of its file; the profile says what is old."""
    town = Town(tmp_path)
    file, states = town.layout.master_key, []
    for dated in (True, False):
        for days in (1095, 1096):
            file.unlink(missing_ok=True)
            create_master_key(file, NOW.date() - timedelta(days=days))
            if not dated:
                undated = file.read_text("ascii").rpartition(":")[2]
                file.write_text(f"1@2001-01-01:{'5d' * 8}{undated}2:{undated}", "ascii")
                os.utime(file, (NOW.timestamp() - 86_400 * days,) * 2)
            keys = KeyRing.from_sources({}, town.home)
            states.append(facts_of(replace(town.city, keys=keys)).controls[0].state)
    assert states == [ControlState.IN_PLACE, ControlState.MISSING] * 2
    from_environment = replace(town.city, keys=KEYS)
    assert facts_of(from_environment).controls[0].state is ControlState.UNKNOWN


def test_an_old_backup_is_a_missing_control(tmp_path: Path) -> None:
    """Once the ledger has one its age counts, and so does the time without a drill."""
    town = Town(tmp_path)
    make(town.city, tmp_path / "backup", "")
    states = []
    for days in (2, 3, 180, 181):
        later = replace(town.city, clock=lambda days=days: NOW + timedelta(days=days))
        found = {one.code: one.state for one in facts_of(later).controls}
        states.append((found["backups"].value, found["backup_drill"].value))
    assert states == [
        ("in_place", "in_place"),
        ("missing", "in_place"),
        ("missing", "in_place"),
        ("missing", "missing"),
    ]
