"""What is stored of a resource, as a version of its table tells."""

from __future__ import annotations

from pathlib import Path

from outlets.reports.facts.past import stored_until
from outlets.reports.facts.stored import Stored, stored_of
from register.register import open_register
from storage.delta.tables import snapshot
from tests.city.one_feed import REF
from tests.city.taps import BY_MONTH, Taps


def test_a_version_tells_of_its_own_partitions(tmp_path: Path) -> None:
    """Those of an earlier version are those that it had; a table that is not there has none."""
    taps = Taps(tmp_path, "upsert", BY_MONTH)
    assert stored_of(snapshot(taps.city.layout.authoritative(REF))) == Stored()
    taps.take("a,2026-01-05,东", "a,2026-02-05,东")
    taps.take("b,2026-01-06,东")
    city = taps.city
    now, first = stored_of(taps.found), stored_of(snapshot(taps.found.path, 0))
    assert (now.rows, now.version, first.rows, first.version) == (3, 1, 2, 0)
    assert [(one.name, one.rows) for one in now.partitions] == [("2026-01", 2), ("2026-02", 1)]
    assert [(one.name, one.rows) for one in first.partitions] == [("2026-01", 1), ("2026-02", 1)]
    assert stored_until(city.layout, open_register(city.layout, city.catalog.resource(REF))) == now
