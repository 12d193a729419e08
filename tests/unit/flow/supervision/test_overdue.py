"""Overdue: silences, stale tables and corrections whose term is over, each as one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flow.city import City
from flow.failures import Faults
from flow.supervision.overdue import overdue
from flow.timeliness import look_at_clock
from governance.store.database import open_store
from governance.store.tables.cases import CaseRow
from tests.city import NOW, PERSON
from tests.city.homes import Town
from tests.city.records import people


def _on(city: City, day: date) -> City:
    """Return the city at noon of a day."""
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return replace(city, clock=lambda: moment)


def _persons(city: City) -> list[tuple[str, date]]:
    return [(one.what, one.due) for one in overdue(city) if one.resource == PERSON]


def test_a_silence_is_one_thing_however_long_it_lasts(tmp_path: Path) -> None:
    """A daily resource that came once: nothing is owed at first, then the same day for weeks."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(3)))
    assert _persons(town.city) == []
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(8, 30)]
    told = {tuple(_persons(_on(town.city, day))) for day in days}
    assert len(told) == 1
    ((what, due),) = told.pop()
    assert what == "missing"
    (one,) = [one for one in overdue(_on(town.city, days[-1])) if one.resource == PERSON]
    (before,) = [one for one in overdue(_on(town.city, days[0])) if one.resource == PERSON]
    assert one.days > before.days > 0
    assert due > date(2026, 3, 2)


@pytest.mark.parametrize(("state", "days", "count"), [
    ("correcting", 30, 1),
    ("correcting", 3, 0),
    ("dispatched", 30, 0),
    ("closed", 30, 0),
])  # fmt: skip
def test_a_correction_is_overdue_after_its_term(
    tmp_path: Path, state: str, days: int, count: int
) -> None:
    """Ten working days after the decision; what is not decided owes no data yet."""
    town = Town(tmp_path)
    texts = {"wording": "", "wording_en": "", "state": state, "owner": "civil_affairs"}
    moments = dict.fromkeys(("opened_at", "dispatched_at", "seen_at", "decided_at"), NOW)
    key = {"origin": "report", "resource": PERSON, "about": "name", "cause": ""}
    with open_store(town.layout) as store, store.writing() as session:
        row = CaseRow(**key, **texts, **moments, count=1, evidence={}, extended_days=0)
        session.add(row)
    found = overdue(_on(town.city, NOW.date() + timedelta(days=days)))
    told = [one for one in found if one.what == "correction"]
    assert len(told) == count
    assert [(one.about, one.due) for one in told] == [("1", date(2026, 3, 16))] * count


def test_what_was_just_looked_at_is_not_looked_at_again(tmp_path: Path) -> None:
    """Whoever knows what is due hands it on, and the same is overdue."""
    town = Town(tmp_path)
    town.take(PERSON, "p.csv", people(range(3)))
    late = _on(town.city, date(2026, 3, 20))
    faults = Faults(late.layout)
    dues = look_at_clock(late, faults)
    assert faults.found == []
    assert overdue(late, dues) == overdue(late)
    assert PERSON in {one.resource for one in overdue(late, dues)}
    assert overdue(late, ()) == ()
