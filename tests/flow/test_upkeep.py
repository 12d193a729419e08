"""Upkeep through the years: what was made of a table stands, and every commit is explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.lake import unexplained
from catalog_specs.loader import load
from flow.city import City
from flow.derived import due_shares
from flow.failures import Faults
from flow.run import run
from flow.upkeep import joining
from flow.upkeep.upkeep import keep_up
from outlets.open_data.release import Release
from outlets.reports.facts.past import stored_until
from register.register import open_register
from storage.delta import open_tables
from storage.delta.logs import log_length
from storage.delta.tables import snapshot
from tests.city import VISIT
from tests.city.declared import write_catalog
from tests.city.deliveries import deliver_first, deliver_further
from tests.city.homes import city_of

TABLE = f"authoritative/{VISIT}"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """Return a town whose table of visits has two files, where one is allowed."""
    monkeypatch.setattr(joining, "MOST_FILES", 1)
    made = city_of(load(write_catalog(tmp_path)), tmp_path / "home")
    deliver_first(made.layout.home)
    run(made)
    deliver_further(made.layout.home)
    run(made)
    return made


def later(city: City, days: int) -> City:
    """Return the city so many days after today, by the machine's clock, by which Delta writes."""
    now = datetime.now(tz=UTC) + timedelta(days=days)
    return replace(city, clock=lambda: now)


def test_what_was_made_stands_after_upkeep(city: City) -> None:
    """No share, release or comparison is made again for it, and what follows goes on as ever."""
    register = open_register(city.layout, city.catalog.resource(VISIT))
    before, then = snapshot(city.layout.authoritative(VISIT)), stored_until(city.layout, register)
    assert before is not None
    assert len(before.files) > 1

    done = keep_up(city)

    assert TABLE in {one.table for one in done.joined}
    assert done.failures == ()
    after = snapshot(city.layout.authoritative(VISIT))
    assert after is not None
    assert (len(after.files), after.rows()) == (1, before.rows())
    assert due_shares(city, Faults(city.layout)) == {}
    result = run(city)
    assert result.faults == ()
    assert not [one for one in result.releases if isinstance(one, Release) and one.created]
    assert [*unexplained(city.audit)] == []

    aged = later(city, 3)
    gone = keep_up(aged)
    assert TABLE in {one.table for one in gone.tidied if one.files}
    assert [*unexplained(city.audit)] == []
    # as of the day before, counts and the version are told; rows of then follow from landing
    assert stored_until(city.layout, register) == then
    assert TABLE not in {one.table for one in keep_up(aged).joined}


@pytest.mark.thorough  # a log by itself is kept short in tests of `storage.delta.logs`
def test_logs_of_ledgers_stay_short(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old entries go once they are sealed and a checkpoint stands for them; no fact goes."""
    monkeypatch.setattr(joining, "CHECKPOINT_EVERY", 0)
    ledger = city.layout.ledger("deliveries")
    told = snapshot(ledger)
    assert told is not None
    authoritative = log_length(city.layout.authoritative(VISIT))
    keep_up(city)
    monkeypatch.setattr(open_tables, "LONGEST", -1.0)  # nobody keeps a table open for three days

    keep_up(later(city, 3))

    now = snapshot(ledger)
    assert now is not None
    assert now.rows() == told.rows()
    assert log_length(ledger).entries == 1
    assert log_length(city.layout.authoritative(VISIT)).entries >= authoritative.entries
    assert [*unexplained(city.audit)] == []
    assert run(city).faults == ()
