"""The tally: every act is counted once, on the city's day, and no entry is read twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from audit.acts import Act, Operation
from audit.lake import SEALED
from audit.log import AuditLog
from audit.tally import KEPT_DAYS, Tally, purpose_digest, tallied
from storage.layout import Layout
from tests.unit.audit.acts import ACT, acts

ZONE = ZoneInfo("Asia/Shanghai")
QUERY = replace(
    ACT, operation=Operation.QUERY, grant="g", department="", at="2026-03-02T09:00:00+08:00"
)


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Return the log of an empty home."""
    return AuditLog(Layout(tmp_path))


def entered(log: AuditLog, *some: Act) -> Tally:
    """Enter acts; return the tally then, which is what counting all over again gives."""
    log.append(some)
    found = tallied(log, ZONE)
    log.layout.audit_tally.unlink()
    again = tallied(log, ZONE)
    assert (again, again.stamp, again.watched) == (found, found.stamp, found.watched)
    return again


def test_nothing_is_counted_where_nothing_was_entered(log: AuditLog) -> None:
    """Nor is a file made by looking."""
    assert tallied(log, ZONE) == Tally()
    assert not log.layout.audit_tally.exists()


def test_an_act_counts_once_for_the_city_and_for_each_department(log: AuditLog) -> None:
    """On the day of the city, whatever the offset; what seals commits is nobody's act."""
    night = replace(
        QUERY, at="2026-03-01T16:30:00+00:00", facts={"resources": ["a/one", "a/two", "b/one"]}
    )
    found = entered(log, night, replace(ACT, facts={SEALED: {}}))
    assert found.days == {("2026-03-02", "query"): 1}
    assert set(found.about) == {("a", "2026-03-02", "query"), ("b", "2026-03-02", "query")}
    assert found.size == 2


def test_what_was_refused_is_no_use_and_what_officials_did_is_theirs(log: AuditLog) -> None:
    """The purposes and the last day are those of what was really done."""
    refused = replace(QUERY, purpose="其他", facts={"refused": "daily"})
    decided = replace(QUERY, operation=Operation.SHARE, facts={"act": "decide", "state": "granted"})
    before = entered(log, QUERY)
    after = entered(log, refused, decided)
    assert after.refused == {("g", "2026-03-02", "daily"): 1}
    assert after.purposes == {("g", "2026-03-02", purpose_digest(QUERY.purpose)): 1}
    assert after.used == {"g": "2026-03-02"}
    assert after.official == before.official + 1
    assert after.watched != before.watched


def test_only_what_is_new_is_read(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look begins with the last entry it knows; a third, at nothing new, reads none."""
    log.append(acts(300))
    tallied(log, ZONE)
    asked: list[int] = []
    read = AuditLog.read

    def told(self: AuditLog, start: int = 0, end: int | None = None) -> object:
        asked.append(start)
        return read(self, start, end)

    monkeypatch.setattr(AuditLog, "read", told)
    log.append(acts(5))
    assert tallied(log, ZONE).size == 305
    assert tallied(log, ZONE).size == 305
    assert asked == [299]


def test_another_log_is_counted_anew(log: AuditLog, tmp_path: Path) -> None:
    """Counts of a log that is not this one are none of its."""
    log.append(acts(4))
    kept = tallied(log, ZONE) and log.layout.audit_tally.read_bytes()
    other = AuditLog(Layout(tmp_path / "other"))
    other.append([QUERY] * 5)
    other.layout.audit_tally.parent.mkdir(parents=True, exist_ok=True)
    other.layout.audit_tally.write_bytes(kept)
    found = tallied(other, ZONE)
    assert (found.size, sum(found.days.values())) == (5, 5)


def test_old_days_are_forgotten_and_sums_stay(log: AuditLog) -> None:
    """The file of counts does not grow with the years."""
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(KEPT_DAYS + 20)]
    found = entered(log, *(replace(QUERY, at=f"{day}T09:00:00+08:00") for day in days))
    assert len(found.days) == KEPT_DAYS
    assert found.sums["", "query"] == KEPT_DAYS + 20
