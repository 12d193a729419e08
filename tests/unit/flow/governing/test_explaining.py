"""Explanations: who is no party to a grant is on record before it is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flow.city import City
from flow.governing.explaining import enter_stranger
from governance.store.database import open_store
from storage.layout import Layout
from tests.city import GRANT, NOW
from tests.city.declared import compiled
from tests.city.homes import KEYS
from tests.unit.governance.applications.matters.scene import KEEPER
from tests.unit.governance.applications.matters.scene import on_record as with_keepers
from tests.unit.governance.applications.offices import AUTHORITY, CLERK, PRODUCER


def test_a_stranger_is_on_record_and_a_party_is_not(tmp_path: Path) -> None:
    """Once for each look; the producer's digest has it; without a store nobody is a stranger."""
    city = City(compiled(), Layout(tmp_path), KEYS, lambda: NOW, actor="路人")
    grant = city.catalog.grants[GRANT]
    assert not enter_stranger(city, grant)
    with open_store(city.layout) as store:
        with_keepers(store)
    for account in (CLERK, AUTHORITY, PRODUCER):
        assert not enter_stranger(replace(city, actor=account), grant)
    assert list(city.audit.read()) == []
    assert enter_stranger(city, grant)
    assert enter_stranger(replace(city, actor=KEEPER), grant)
    acts = [one.act for one in city.audit.read()]
    assert [one.user for one in acts] == ["路人", KEEPER]
    assert acts[0].facts["resources"] == [one.resource for one in grant.resources]
