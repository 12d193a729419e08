"""What `quanshu run` prints for a person, of results that are given."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.city import City
from cli.run import show
from governance.shares import Withdrawal
from lakehouse.layout import Layout
from lakehouse.records import Outcome, VerdictKind
from pipelines.run import RunResult
from tests.unit.governance.town import KEYS
from tests.unit.lakehouse.small_city import city as catalog_of
from tests.unit.lakehouse.small_city import person


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Return a city with one resource and an empty home."""
    catalog = catalog_of(person())
    return City(catalog, Layout(tmp_path), KEYS, lambda: datetime(2026, 3, 2, tzinfo=UTC))


def test_a_run_without_deliveries_still_tells_what_followed(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """A grant may lapse on a day on which nobody delivers."""
    lapsed = Withdrawal("school_admission", "expired", "ended on 2026-03-01", existed=True)
    show(city, RunResult((), (lapsed,), (), views_rebuilt=False))
    told = capsys.readouterr().out
    assert "nothing was waiting" in told
    assert "withdrawn  school_admission: ended on 2026-03-01" in told


def test_reasons_are_printed_for_the_first_twenty(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each delivery has its line; of hundreds that wait the rest is counted."""
    held = [
        Outcome(
            "civil", "person", f"{n:06}-aa", (), 5, 5,
            verdict=VerdictKind.HELD, reasons=("snapshot_loss:4/5",),
        )
        for n in range(1, 26)
    ]  # fmt: skip
    show(city, RunResult(tuple(held), (), (), views_rebuilt=False))
    told = capsys.readouterr().out
    assert told.count("waits for `quanshu approve`  civil/person ") == 20
    assert "and 5 more" in told
    assert sum(line.split()[:3] == ["000025-aa", "held", "5"] for line in told.splitlines()) == 1
