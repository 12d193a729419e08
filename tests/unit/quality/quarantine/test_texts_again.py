"""Texts of a file that was read as it lies, written again where somebody asks for records."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyarrow.parquet import read_table

from quality.quarantine.texts_again import written_rows
from register.landed import landed
from tests.city import PERSON
from tests.city.homes import Town
from tests.city.records import people


def test_texts_are_written_once_and_a_killed_attempt_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next attempt removes its folder, of whichever delivery that is."""
    monkeypatch.setattr("landing.landing.IN_PLACE", 0)
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(3)))
    (one,) = landed(town.layout, PERSON).deliveries()
    folder = town.layout.delivery(PERSON, one.delivery)
    before = {path.name for path in folder.iterdir()}
    left = town.layout.work / f"texts-{'0' * 32}"
    left.mkdir(parents=True)
    (left / "rows.parquet").write_bytes(b"somebody")

    (rows,) = written_rows(town.layout, PERSON, [one.delivery])

    assert read_table(rows).num_rows == 3
    assert {path.name for path in folder.iterdir()} - before == {"rows.parquet"}
    assert not left.exists()
    written = rows.stat().st_mtime_ns
    assert written_rows(town.layout, PERSON, [one.delivery]) == [rows]
    assert rows.stat().st_mtime_ns == written
