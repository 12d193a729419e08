"""Partitions that deliveries changed: told from the log, with the rows that each holds."""

from __future__ import annotations

import shutil
from pathlib import Path

from authoritative.partitions import changed_partitions
from register.register import open_register
from storage.delta.appending import compact
from tests.city.one_feed import REF
from tests.city.taps import BY_MONTH, Taps


def test_a_delivery_names_what_it_changed(tmp_path: Path) -> None:
    """Also one that emptied a partition, and one behind which files were joined."""
    taps = Taps(tmp_path, "snapshot", BY_MONTH)
    taps.take("a,2026-01-05,东", "a,2026-02-05,东")
    taps.take("b,2026-01-06,东")
    city = taps.city
    compact(city.layout.authoritative(REF), 0)
    first, second = open_register(city.layout, city.catalog.resource(REF)).passed

    def changed(*names: str) -> dict[str, int]:
        return dict(changed_partitions(city.layout, REF, names))

    assert changed(second) == {"2026-01": 1}
    assert changed(first, second) == {"2026-01": 1, "2026-02": 1}
    assert changed() == {}
    shutil.rmtree(city.layout.authoritative(REF))
    assert changed(first) == {}


def test_a_table_that_is_not_parted_has_none(tmp_path: Path) -> None:
    """Nothing is read of its log."""
    taps = Taps(tmp_path, "upsert", None)
    taps.take("a,2026-01-05,东")
    city = taps.city
    names = open_register(city.layout, city.catalog.resource(REF)).passed
    assert changed_partitions(city.layout, REF, names) == {}
