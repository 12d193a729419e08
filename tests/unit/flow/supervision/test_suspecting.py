"""Suspecting at the end of a run: what is seen is stored, and what is gone says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flow.city import City
from flow.supervision.suspecting import suspect
from governance.store.database import open_store
from governance.violations.life import Violation
from governance.violations.records import read_violations
from tests.city import NOW
from tests.city.declared import change
from tests.city.homes import Town

OFFICE = "departments/civil_affairs.yaml"


def _stored(city: City) -> dict[str, Violation]:
    with open_store(city.layout) as store, store.reading() as session:
        return read_violations(session)


def test_a_home_that_is_in_order_gets_no_store(tmp_path: Path) -> None:
    """Most homes are suspected of nothing."""
    city = Town(tmp_path).city
    city.layout.governance_db.unlink()
    assert suspect(city) == (0, 0)
    assert not city.layout.governance_db.exists()


def test_what_is_seen_is_stored_once_and_what_is_gone_says_so(tmp_path: Path) -> None:
    """A steward whose term is over, then a new one, then nobody again: one violation."""
    town = Town(tmp_path)
    town.declare(**{OFFICE: change(steward__until="2026-02-01")})
    assert suspect(town.city) == (1, 0)
    assert suspect(town.city) == (0, 0)
    (one,) = _stored(town.city).values()
    assert (one.department, one.detector, one.current) == ("civil_affairs", "missing_control", True)
    town.declare(**{OFFICE: change(steward__until="2026-12-01")})
    tomorrow = replace(town.city, clock=lambda: NOW + timedelta(days=1))
    assert suspect(tomorrow) == (0, 1)
    (one,) = _stored(town.city).values()
    assert (one.current, one.gone_since) == (False, NOW + timedelta(days=1))
    town.declare(**{OFFICE: change(steward__until="2026-02-01")})
    assert suspect(town.city) == (1, 0)
    (one,) = _stored(town.city).values()
    assert [event.what for event in one.history] == ["suspected", "gone", "seen again"]
