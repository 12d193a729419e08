"""A partitioned resource on the second engine: it compares, and its partitions are written here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalog_specs.loader import load
from flow.run import run
from tests.city.homes import city_of
from tests.city.one_feed import REF, deliver, facts
from tests.city.taps import BY_MONTH, FIRST, HEADER, Taps
from tests.harness.sail import sail

pytest.importorskip("pysail")
DELIVERIES = (FIRST, ("b,2026-01-06,南", "c,2026-04-01,北", "d,,北"), ("a,2026-02-06,东",))


@pytest.mark.parametrize("kind", ["upsert", "snapshot"])
def test_the_second_engine_leaves_the_same_partitions(kind: str, tmp_path: Path) -> None:
    """Rows, partitions and what was quarantined are those of the machine's own engine."""
    found = []
    for engine in ("duckdb", "spark"):
        taps = Taps(tmp_path / engine, kind, BY_MONTH)
        path = taps.catalogue / "resources" / f"{REF}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + f"engine: {engine}\n", "utf-8")
        city = replace(city_of(load(taps.catalogue), taps.folder / "home"), spark=sail())
        for number, records in enumerate(DELIVERIES):
            deliver(city, {f"{number}.csv": (HEADER + "\n".join(records)).encode()})
            result = run(city)
            assert [one.code for one in result.failures if one.subject == REF] == []
        held = facts(city)
        rows = {tuple(row.values()) for row in held.accepted}
        found.append((rows, dict(taps.found.partitions()), len(held.quarantined)))
    assert found[0] == found[1]
    assert len(found[0][1]) == 4
