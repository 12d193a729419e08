"""As of when data are: what the source's log says, on the city's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from catalog_specs.local_time import local_day, local_moment
from outlets.as_of import acquired_at
from storage.delta.appending import append
from storage.delta.commits import Commit
from storage.delta.tables import Snapshot, snapshot
from tests.city import NOW, TODAY
from tests.city.declared import compiled


def made(path: Path, **facts: str) -> Snapshot:
    """Return a table whose only commit says these facts."""
    append(path, pa.table({"a": [1]}), Commit("tests", 1, facts))
    found = snapshot(path)
    assert found is not None
    return found


def test_promotion_is_what_counts(tmp_path: Path) -> None:
    """The moment that the promotion put on record is told, on the city's clock."""
    found = made(tmp_path / "t", promoted_at="2026-03-01T17:00:00+00:00")
    assert acquired_at(compiled(), found).isoformat() == "2026-03-02T01:00:00+08:00"


def test_commit_time_serves_where_nothing_is_on_record(tmp_path: Path) -> None:
    """A commit without that fact is as old as the log says."""
    moment = acquired_at(compiled(), made(tmp_path / "t"))
    assert datetime.now(tz=moment.tzinfo) - moment < timedelta(minutes=5)


def test_a_moment_needs_its_zone() -> None:
    """A moment without a time zone is refused rather than guessed."""
    assert local_day(compiled(), NOW) == TODAY
    with pytest.raises(ValueError, match="time zone"):
        local_moment(compiled(), datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point
